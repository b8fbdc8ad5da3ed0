"""The picture of a journal: everything in it has its name and unit, whatever the journal holds."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from host_tools.journal import plot
from host_tools.journal.records import Measure, SessionRecord
from host_tools.regions import region_names
from tests.unit.journal.made import DAY, NOON, good

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of building its font cache


def drawn(records: list[SessionRecord], folder: Path) -> str:
    """The text of the SVG."""
    path = folder / "journal.svg"
    plot.save(records, [path])
    return path.read_text(encoding="utf-8")


def measured(record: SessionRecord, before: float, after: float, name: str = "knee to wall") -> SessionRecord:
    assert record.after is not None
    return replace(
        record,
        before=replace(record.before, range_of_motion=Measure(before, "cm", name)),
        after=replace(record.after, range_of_motion=Measure(after, "cm", name)),
    )


def test_everything_has_its_name_and_unit(tmp_path: Path) -> None:
    records = [
        measured(good(1, too_much=1), 8, 9),
        good(2, NOON + DAY, region="thigh", pain=(None, None)),
        measured(good(3, NOON + 9 * DAY, pain=(4, 4)), 9, 10),
    ]
    text = drawn(records, tmp_path)
    for words in (
        "JOURNAL",
        "3 sessions, 2 November to 11 November 2026",
        "12 minutes in all",
        "pain rated lower after 1, the same after 1, higher after 0",
        "said 1 time",
        "Pain, 0 to 10",
        "knee to wall (calf)",
        "range of motion, cm; up is better",
        "Minutes a week  (at most 30 a day are advised, 210 a week)",
        ">calf<",
        ">thigh<",
        ">!<",
    ):
        assert words in text
    assert "SIMULATED" not in text


def test_one_minute_is_no_minutes(tmp_path: Path) -> None:
    assert "1 minute in all" in drawn([good(run_s=70.0)], tmp_path)


def test_one_session_without_ratings_or_measures(tmp_path: Path) -> None:
    text = drawn([replace(good(pain=(None, None)), after=None, device=None)], tmp_path)
    assert "1 session, 2 November 2026" in text
    assert "no pain was rated" in text
    assert "range of motion" not in text


def test_simulated_sessions_are_marked(tmp_path: Path) -> None:
    assert ">SIMULATED<" in drawn([good(simulated=True)], tmp_path)
    assert ">PARTLY SIMULATED<" in drawn([good(1), good(2, simulated=True)], tmp_path)


def test_too_many_minutes_are_said_and_the_line_is_drawn(tmp_path: Path) -> None:
    records = [good(at, NOON + at // 3 * DAY, run_s=900) for at in range(15)]
    assert "210 a week; 5 days above" in drawn(records, tmp_path)


def test_years_all_regions_and_many_measures(tmp_path: Path) -> None:
    names = region_names()
    records = [
        measured(good(at, NOON + at * 9 * DAY, region=names[at % len(names)]), at, at + 1, f"measure {at % 7}")
        for at in range(90)
    ]
    text = drawn(records, tmp_path)  # 89 times 9 days
    assert "2 November 2026 to 11 January 2029" in text
    assert text.count("range of motion, cm") == plot.MEASURES_MAX


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
def test_the_same_journal_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    records = [good(1), good(2, NOON + DAY, region="thigh")]
    first, second = tmp_path / name, tmp_path / f"b{name}"
    plot.save(records, [first, second])
    assert first.read_bytes() == second.read_bytes()
