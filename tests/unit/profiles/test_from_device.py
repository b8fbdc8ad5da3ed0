"""A stored program as a profile again: the same numbers, and what is lost is said."""

import math
import tomllib
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.boards import load_board
from host_tools.errors import UsageError
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.from_device import WAVE_FULL, WAVE_ZERO, stroke_points, write
from host_tools.profiles.library import get_profile, list_profiles
from host_tools.profiles.model import STROKE_POINTS_MAX, parse_profile
from host_tools.regions import get_region
from host_tools.shelf import Stored

BOARDS = ("pico_mosfet_fsr", "picow_drv8871_linear")


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("name", list_profiles())
def test_push_pull_push_gives_the_same_program(name: str, board: str) -> None:
    profile = get_profile(name)
    region = get_region(profile.regions[0])
    sent = compile_profile(profile, load_board(board), region)
    written = write(Stored(sent.name, sent.phases, sent.wave), 3, board, profile)
    again = parse_profile(tomllib.loads(written.text), where="pulled")
    assert (again.name, again.technique, again.regions) == (profile.name, profile.technique, profile.regions)
    assert [phase.name for phase in again.phase] == [phase.name for phase in profile.phase]
    back = compile_profile(again, load_board(board), region)
    assert back.phases == sent.phases
    assert max(abs(a - b) for a, b in zip(back.wave, sent.wave, strict=True)) <= 0.005 * WAVE_FULL
    for sentence in written.lost:
        assert f"# {sentence}" in written.text


def test_without_a_profile_of_that_name_the_rest_is_filled_in_and_said() -> None:
    profile = get_profile("deep_tissue")
    sent = compile_profile(profile, load_board(BOARDS[0]), get_region("calf"))
    for known in (None, get_profile("swedish")):
        written = write(Stored("Mine", sent.phases, sent.wave), 1, "my_board", known)
        again = parse_profile(tomllib.loads(written.text), where="pulled")
        assert (again.name, again.phase[0].name) == ("Mine", "phase 1")
        assert get_region(again.regions[0]).force_mn >= sent.limit_mn
        assert "filled in" in " ".join(written.lost)


def test_what_no_profile_may_be_is_refused_with_every_reason() -> None:
    sent = compile_profile(get_profile("swedish"), load_board(BOARDS[0]), get_region("calf"))
    hasty = [replace(phase, duration_ms=100) for phase in sent.phases]
    with pytest.raises(UsageError) as refused:
        write(Stored("hasty", tuple(hasty), sent.wave), 2, "b", None)
    assert refused.value.message.count("duration_s") == len(hasty)
    assert "in slot 2" in refused.value.message


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=256), st.integers(0, 3))
def test_any_wave_becomes_few_points_in_order(samples: list[int], smooth: int) -> None:
    wave = [samples[at * len(samples) // 256] for at in range(256)]
    for _ in range(smooth):
        wave = [(wave[at - 1] + wave[at] * 2 + wave[(at + 1) % 256]) // 4 for at in range(256)]
    points = stroke_points(wave)
    assert 2 <= len(points) <= STROKE_POINTS_MAX
    assert points[0][0] == 0
    assert points[-1][0] == 1
    assert points[0][1] == points[-1][1]
    assert all(left[0] < right[0] for left, right in pairwise(points))
    assert all(-1 <= drive <= 1 for _, drive in points)


def test_a_sine_is_met_within_half_a_percent() -> None:
    wave = [WAVE_ZERO + round(WAVE_FULL * math.sin(2 * math.pi * at / 256)) for at in range(256)]
    points = stroke_points(wave)
    for at, sample in enumerate(wave):
        x = at / 256
        right = next(index for index, point in enumerate(points) if point[0] >= x and index)
        (x0, y0), (x1, y1) = points[right - 1], points[right]
        assert y0 + (y1 - y0) * (x - x0) / (x1 - x0) == pytest.approx((sample - WAVE_ZERO) / WAVE_FULL, abs=0.005)
