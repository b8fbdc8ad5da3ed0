"""Profile files: the format of the design page, and every mistake named with path, value, limit and unit."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from host_tools.errors import UsageError
from host_tools.profiles.model import Burst, Swell, load_profile, parse_profile

Table = dict[str, Any]

# DESIGN.md section 5, word for word.
DESIGN = """
schema = 1
name = "Deep tissue"
technique = "deep-tissue"
regions = ["glutes", "calf"]
[[phase]]
name = "sink in"
duration_s = 40
rate_spm = { from = 1400, to = 1800, ease = "smooth" }
drive_pct = { from = 30, to = 70 }
rhythm = { kind = "swell", period_s = 6, depth_pct = 40 }
limit = { force_n = 40 }
until = { any = ["duration", "too_much"] }
[stroke]
points = [[0, 0.2], [0.25, 0.9], [1, 0.2]]
"""


def raw_profile() -> Table:
    """The design's example as a table, to be broken."""
    return tomllib.loads(DESIGN)


def complaints(raw: Table) -> str:
    """The message about a broken profile."""
    with pytest.raises(UsageError) as caught:
        parse_profile(raw, where="test")
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_the_example_of_the_design_page_is_valid() -> None:
    profile = parse_profile(raw_profile(), where="test")
    assert profile.duration_s == 40
    assert profile.phase[0].rate_spm.start == 1400
    assert isinstance(profile.phase[0].rhythm, Swell)
    assert profile.stroke is not None


def test_a_bare_number_stands_for_both_ends() -> None:
    raw = raw_profile()
    raw["phase"][0] |= {"rate_spm": 1500, "drive_pct": 33.5}
    phase = parse_profile(raw, where="test").phase[0]
    assert (phase.rate_spm.start, phase.rate_spm.end) == (1500, 1500)
    assert (phase.drive_pct.start, phase.drive_pct.end) == (33.5, 33.5)


def test_a_burst_has_defaults() -> None:
    raw = raw_profile()
    raw["phase"][0]["rhythm"] = {"kind": "burst", "period_s": 2}
    rhythm = parse_profile(raw, where="test").phase[0].rhythm
    assert isinstance(rhythm, Burst)
    assert (rhythm.on_pct, rhythm.depth_pct) == (50, 100)


PHASE_MISTAKES: list[tuple[Table, str]] = [
    ({"duration_s": 0.5}, "phase[1].duration_s: 0.5 is out of range; allowed 1 to 900 s"),
    ({"duration_s": "40"}, 'phase[1].duration_s: "40" is not a number; allowed 1 to 900 s'),
    ({"duration_s": float("nan")}, "phase[1].duration_s: nan is not a finite number"),
    ({"rate_spm": 3201}, "phase[1].rate_spm.from: 3201 is out of range; allowed 300 to 3200 strokes/min"),
    ({"rate_spm": {"from": 1400}}, "phase[1].rate_spm.to: missing"),
    ({"rate_spm": "fast"}, "phase[1].rate_spm: "),
    ({"drive_pct": {"from": -1, "to": 101}}, "phase[1].drive_pct.from: -1 is out of range; allowed 0 to 100 %"),
    ({"drive_pct": {"from": 1, "to": 2, "easy": "smooth"}}, "drive_pct.easy: unknown key. Fix: Did you mean"),
    ({"drive_pct": {"from": 1, "to": 2, "ease": "linear"}}, 'drive_pct.ease: "linear" differs from rate_spm.ease'),
    ({"rhythm": {"kind": "wave"}}, 'phase[1].rhythm.kind: "wave"; allowed "steady", "swell", "burst"'),
    ({"rhythm": {"kind": "swell", "period_s": 6}}, "phase[1].rhythm.depth_pct: missing"),
    ({"rhythm": {"kind": "steady", "period_s": 6}}, "phase[1].rhythm.period_s: unknown key"),
    ({"limit": {"force_n": 51}}, "phase[1].limit.force_n: 51 is out of range; allowed 5 to 50 N"),
    ({"limit": {"force_n": float("inf")}}, "phase[1].limit.force_n: inf is not a finite number; allowed 5 to 50 N"),
    ({"limit": 40}, "phase[1].limit: 40 is not a table"),
    ({"until": {"any": ["too_much"]}}, "phase[1].until.any: ['too_much'] lacks \"duration\""),
    ({"until": {"any": []}}, "phase[1].until.any: [] has 0 entries; allowed at least 1"),
    ({"until": {"any": ["bored"]}}, 'until.any[1]: "bored" is not one of the allowed values: "duration" or "too_much"'),
    ({"name": ""}, "phase[1].name"),
    ({"durations": 4}, 'phase[1].durations: unknown key. Fix: Did you mean "duration_s"?'),
]


@pytest.mark.parametrize(("change", "words"), PHASE_MISTAKES)
def test_a_mistake_in_a_phase_is_named(change: Table, words: str) -> None:
    raw = raw_profile()
    raw["phase"][0] |= change
    assert words in complaints(raw)


TOP_MISTAKES: list[tuple[Table, str]] = [
    ({"schema": 2}, "schema: 2 is not one of the allowed values: 1"),
    ({"name": "x" * 25}, "name"),
    ({"name": "\N{EIGHTH NOTE}" * 10}, "name: "),
    ({"technique": "thai"}, 'technique: "thai" is not one of the allowed values: "swedish", "deep-tissue"'),
    ({"regions": []}, "regions: [] has 0 entries; allowed at least 1"),
    ({"regions": ["calff"]}, 'regions[1]: region "calff" is unknown'),
    ({"regions": ["thigh", "neck"]}, "regions[2]: Tapote is never used on the neck: "),
    ({"regions": ["thigh", "Thigh"]}, 'regions[2]: "thigh" is there twice'),
    ({"regions": "thigh"}, 'regions: "thigh" is not a list'),
    ({"phase": []}, "phase: [] has 0 entries; allowed at least 1"),
    ({"phase": {"name": "x"}}, "phase: a table is not a list"),
    ({"phases": []}, 'phases: unknown key. Fix: Did you mean "phase"?'),
    ({"stroke": {"points": [[0, 0], [0.5, 2], [1, 0]]}}, "stroke.points[2]: drive 2 is out of range; allowed -1"),
    (
        {"stroke": {"points": [[0, 0], [0.6, 1], [0.5, 1], [1, 0]]}},
        "stroke.points[3]: time 0.5 does not come after 0.6",
    ),
    ({"stroke": {"points": [[0.1, 0], [1, 0]]}}, "stroke.points[1]: the first time is 0.1; it must be 0"),
    ({"stroke": {"points": [[0, 0], [0.9, 0]]}}, "stroke.points[2]: the last time is 0.9; it must be 1"),
    ({"stroke": {"points": [[0, 0]]}}, "stroke.points: [[0, 0]] has 1 entries; allowed at least 2"),
    ({"__import__": "os"}, "__import__: unknown key"),
]


@pytest.mark.parametrize(("change", "words"), TOP_MISTAKES)
def test_a_mistake_at_the_top_is_named(change: Table, words: str) -> None:
    assert words in complaints(raw_profile() | change)


def test_phases_together_stay_within_the_longest_session() -> None:
    raw = raw_profile()
    raw["phase"] = [raw["phase"][0] | {"duration_s": 500}] * 2
    assert "phase: the phases last 1000 s together; allowed 900 s" in complaints(raw)


def test_all_mistakes_come_at_once() -> None:
    raw = raw_profile()
    raw["phase"].append(copy.deepcopy(raw["phase"][0]))
    raw["phase"][0]["rate_spm"] = 9000
    raw["phase"][1]["limit"]["force_n"] = 80
    raw["regions"] = ["spine", "thigh"]
    raw["nam"] = 1
    message = complaints(raw)
    for words in ("phase[1].rate_spm.from: 9000", "phase[2].limit.force_n: 80", "regions[1]: Tapote is never", "nam: "):
        assert words in message


def test_a_file_is_named_in_its_error(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("schema = 1\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"mine\.toml: 4 problems"):
        load_profile(path)
