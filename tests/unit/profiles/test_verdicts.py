"""Whose limit counts: the strictest of all that is offered, named, with what the others would have allowed."""

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from host_tools import caps
from host_tools.boards import Board, list_boards, load_board
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import library_dir
from host_tools.profiles.model import Profile, parse_profile
from host_tools.profiles.verdicts import Verdict, strictest, verdicts
from host_tools.regions import get_region, region_names

RAW = tomllib.loads((library_dir() / "deep_tissue.toml").read_text(encoding="utf-8"))
CRANK, LINEAR = (load_board(name) for name in list_boards())


def profile(force_n: float | None = 50, drive_pct: float = 60) -> Profile:
    """Deep tissue with every phase at this limit (None: it names none) and drive."""
    raw: dict[str, Any] = copy.deepcopy(RAW)
    for phase in raw["phase"]:
        phase["drive_pct"] = drive_pct
        if force_n is None:
            del phase["limit"]
        else:
            phase["limit"] = {"force_n": force_n}
    return parse_profile(raw, where="test")


def weak(board: Board, force_mn: int, drive_permille: int) -> Board:
    """The board with lower limits."""
    limits = board.limits.model_copy(update={"force_mn": force_mn, "drive_max_permille": drive_permille})
    return board.model_copy(update={"limits": limits})


def found(profile: Profile, board: Board, region: str) -> dict[str, Verdict]:
    """By quantity."""
    return {verdict.quantity: verdict for verdict in verdicts(profile, board, get_region(region))}


@pytest.mark.parametrize(
    ("force_n", "region", "board_mn", "value", "won_by"),
    [
        (20, "back_lower", 50_000, 20, "profile"),
        (50, "back_lower", 50_000, 30, "region"),  # 30 N there
        (50, "back_lower", 15_500, 15.5, "board"),
        (30, "back_lower", 30_000, 30, "profile"),  # a tie: the first of profile, region, board
        (None, "back_lower", 30_000, 30, "region"),  # a tie without the profile
        (None, "glutes", 50_000, 50, "region"),  # the region's limit is the cap itself
    ],
)
def test_the_strictest_force_wins(force_n: float | None, region: str, board_mn: int, value: float, won_by: str) -> None:
    verdict = found(profile(force_n), weak(CRANK, board_mn, 1000), region)["force"]
    assert (verdict.value, verdict.unit, verdict.won_by) == (value, "N", won_by)


@pytest.mark.parametrize(
    ("drive_pct", "board_permille", "value", "won_by"),
    [(40, 1000, 40, "profile"), (90, 1000, 60, "region"), (90, 450, 45, "board"), (60, 600, 60, "profile")],
)
def test_the_strictest_drive_wins(drive_pct: float, board_permille: int, value: float, won_by: str) -> None:
    verdict = found(profile(50, drive_pct), weak(CRANK, 50_000, board_permille), "back_lower")["drive"]
    assert (verdict.value, verdict.unit, verdict.won_by) == (value, "%", won_by)


@pytest.mark.parametrize("name", region_names())
def test_the_time_on_one_spot_is_the_regions(name: str) -> None:
    verdict = found(profile(), CRANK, name)["time on one spot"]
    assert (verdict.value, verdict.unit, verdict.won_by) == (get_region(name).time_s, "s", "region")
    assert compile_profile(profile(), CRANK, get_region(name)).spot_s == get_region(name).time_s <= caps.AREA_TIME_S


def test_a_profile_with_one_phase_without_a_limit_leaves_it_to_the_others() -> None:
    raw: dict[str, Any] = copy.deepcopy(RAW)
    raw["phase"][0]["limit"] = {"force_n": 10}
    del raw["phase"][1]["limit"]
    verdict = found(parse_profile(raw, where="test"), CRANK, "calf")["force"]
    assert (verdict.value, verdict.won_by) == (35, "region")


def test_the_text_names_the_winner_and_all_others() -> None:
    force, drive, spot = verdicts(profile(47.5, 90), CRANK, get_region("back_lower"))
    assert force.text == (
        "force: at most 30 N, the limit of the lower back (the profile asks 47.5, the board 50, the compiled cap 50)"
    )
    assert drive.text == "drive: at most 60 %, the limit of the lower back (the profile asks 90, the board 100)"
    assert spot.text == (
        "time on one spot: at most 60 s, the limit of the lower back (the compiled cap 120); then move the head on"
    )
    asked, _, _ = verdicts(profile(10), LINEAR, get_region("calf"))
    assert asked.text.startswith("force: at most 10 N, as the profile asks (the calf 35, the board ")


def test_they_stand_in_the_notes_of_the_compiled_program() -> None:
    place = get_region("calf")
    notes = compile_profile(profile(), CRANK, place).notes
    assert notes[-3:] == tuple(verdict.text for verdict in verdicts(profile(), CRANK, place))


@example(force_n=5.000000000000001, drive_pct=60.00000000000001, region="back_lower", board_mn=5000, permille=600)
@example(force_n=5.0125, drive_pct=1.15, region="back_upper", board_mn=50_000, permille=1000)
@given(
    force_n=st.none() | st.floats(5, 50),
    drive_pct=st.floats(1, 100),
    region=st.sampled_from(region_names()),
    board_mn=st.integers(5000, 50_000),
    permille=st.integers(100, 1000),
)
def test_the_verdict_is_what_the_compiled_program_keeps(
    force_n: float | None, drive_pct: float, region: str, board_mn: int, permille: int
) -> None:
    wanted, board, place = profile(force_n, drive_pct), weak(CRANK, board_mn, permille), get_region(region)
    force, drive, _ = verdicts(wanted, board, place)
    program = compile_profile(wanted, board, place)
    assert program.limit_mn == round(force.value * 1000)
    assert {limit.won_by for limit in program.limits} == {force.won_by}
    highest = max(max(phase.drive_from_permille, phase.drive_to_permille) for phase in program.phases)
    assert highest == round(drive.value * 10)
    for verdict in (force, drive):
        assert (verdict.won_by, verdict.value) == strictest(verdict.offers)
        assert all(verdict.value <= value for _, value in verdict.offers)
