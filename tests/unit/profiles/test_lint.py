"""Hints: what is allowed but will not be felt as written, each with the place where to change it."""

import copy
import tomllib
from typing import Any, get_args

import pytest

from host_tools.boards import list_boards, load_board
from host_tools.profiles.library import get_profile, library_dir, list_profiles
from host_tools.profiles.lint import lint, unsuited
from host_tools.profiles.model import Technique, parse_profile
from host_tools.regions import get_region, region_names

Table = dict[str, Any]
RAW = tomllib.loads((library_dir() / "deep_tissue.toml").read_text(encoding="utf-8"))
CRANK, LINEAR = (load_board(name) for name in list_boards())


def hints(change: Table, phase: int = 0, region: str | None = "glutes", board: str | None = None) -> list[str]:
    """Hints on deep_tissue with one phase changed; keys with a capital S or R replace the top's stroke or regions."""
    raw = copy.deepcopy(RAW)
    raw["phase"][phase] |= change
    profile = parse_profile(raw, where="test")
    place = get_region(region) if region else None
    return [str(hint) for hint in lint(profile, load_board(board) if board else None, place)]


CASES: list[tuple[Table, int, str]] = [
    ({"drive_pct": 0}, 0, "phase[1].drive_pct: 0 % throughout"),
    (
        {"drive_pct": {"from": 0, "to": 80}, "duration_s": 1},
        0,
        "phase[1].drive_pct: rises 80 %/s; the device rises at most 50",
    ),
    (
        {"drive_pct": {"from": 90, "to": 75}},
        1,
        "phase[2].drive_pct.from: jumps from 60 to 90 %; the device takes 0.6 s",
    ),
    ({"drive_pct": 75}, 3, "phase: the session ends at 75 % drive"),
    ({"rhythm": {"kind": "swell", "period_s": 60, "depth_pct": 20}}, 0, "phase[1].rhythm.period_s: 60 s is longer"),
    ({"duration_s": 100}, 0, "phase: 165 s on the buttocks is longer than 120 s on one spot"),
]


@pytest.mark.parametrize(("change", "phase", "words"), CASES)
def test_a_hint_says_where_and_what(change: Table, phase: int, words: str) -> None:
    assert any(hint.startswith(words) for hint in hints(change, phase))


def test_the_region_wins_and_it_is_said() -> None:
    found = hints({}, region="hand")
    assert "phase[1-4].limit.force_n: 50 N is above the palm of the hand's 25 N: the region wins." in found
    assert "phase[1-4].drive_pct: up to 75 % is above the palm of the hand's 50 %: the region wins." in found
    assert "regions: hand is not among the regions of this profile (glutes, thigh, calf, back_upper)." in found


def test_a_technique_that_does_not_suit_a_region_is_a_hint_with_reason_and_better_ones() -> None:
    found = [hint for hint in hints({}, region="hand") if hint.startswith("technique: ")]
    assert found == [
        "technique: deep-tissue is no technique for the palm of the hand. Little muscle over many small bones: only"
        " very gentle work. Better there: reflexology, relaxation. It runs within the region's limits all the same."
    ]
    assert not any(hint.startswith("technique: ") for hint in hints({}, region="glutes"))


@pytest.mark.parametrize("place", region_names())
@pytest.mark.parametrize("technique", get_args(Technique))
def test_every_technique_suits_exactly_the_regions_that_list_it(technique: Technique, place: str) -> None:
    wanted = get_profile("deep_tissue").model_copy(update={"technique": technique})
    region = get_region(place)
    assert (unsuited(wanted, region) == "") == (technique in region.techniques)


def test_without_a_region_all_regions_of_the_profile_are_looked_at() -> None:
    found = hints({}, region=None)
    assert "phase[1-4].limit.force_n: 50 N is above the calf's 35 N: the region wins." in found


def test_a_cap_is_told_once_with_the_phases_that_meet_it() -> None:
    found = [hint for hint in hints({"limit": {"force_n": 20}}, phase=2, region="calf") if "force_n" in hint]
    assert found == ["phase[1-2, 4].limit.force_n: 50 N is above the calf's 35 N: the region wins."]
    found = [hint for hint in hints({"limit": {"force_n": 40}}, phase=2, region="calf") if "force_n" in hint]
    assert found == ["phase[1-4].limit.force_n: up to 50 N is above the calf's 35 N: the region wins."]


def test_a_crank_ignores_the_stroke_and_it_is_said() -> None:
    assert hints({}, board=CRANK.name) == ["stroke: ignored on pico_mosfet_fsr: a crank makes its own stroke."]


def test_what_the_board_cannot_reach_is_said() -> None:
    found = hints({"rate_spm": {"from": 400, "to": 2700}}, board=CRANK.name)
    assert any(
        hint.startswith("phase[1].rate_spm: 2700 strokes/min is above what pico_mosfet_fsr holds") for hint in found
    )
    assert any("400 strokes/min is below pico_mosfet_fsr's slowest, 600" in hint for hint in found)
    found = hints({"limit": {"force_n": 45}, "drive_pct": {"from": 30, "to": 95}}, board=LINEAR.name)
    assert "phase[1-4].limit.force_n: up to 50 N is above picow_drv8871_linear's 40 N: the board wins." in found
    assert "phase[1].drive_pct: cut to picow_drv8871_linear's highest, 90 %." in found


def test_a_stroke_with_a_knock_is_said() -> None:
    raw = copy.deepcopy(RAW)
    raw["stroke"]["points"] = [[0, -0.5], [0.5, 1], [1, 0.5]]
    profile = parse_profile(raw, where="test")
    assert any(hint.path == "stroke.points" and "knock" in hint.text for hint in lint(profile))
    output = LINEAR.output.model_copy(update={"kind": "low-side-mosfet", "pin_b": None})
    pusher = LINEAR.model_copy(update={"output": output})
    assert any("can only push" in hint.text for hint in lint(profile, pusher))
    assert not any("can only push" in hint.text for hint in lint(profile, LINEAR))


@pytest.mark.parametrize("name", list_profiles())
def test_the_library_is_clean_on_its_first_region(name: str) -> None:
    """Only the stroke shape may be remarked on: it is there for linear actuators."""
    profile = get_profile(name)
    found = lint(profile, CRANK, get_region(profile.regions[0]))
    assert [hint.path for hint in found if hint.path != "stroke"] == []
