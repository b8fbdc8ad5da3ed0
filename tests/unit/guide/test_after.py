"""After a session: what to do now, and a person's own numbers side by side."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from host_tools.guide import care, compare
from host_tools.guide.keeping import measure
from host_tools.guide.rules import Situation
from host_tools.journal.records import After, Before, Event, SessionRecord
from host_tools.regions import body, get_region
from tests.unit.guide.conftest import NOW

CALF = get_region("calf")
TIGHT = Situation("calf", "loosen", "tight", "weekly", 4, "hand")


def record(
    pain: tuple[int | None, int | None] = (5, 3),
    motion: tuple[float | None, float | None] = (None, None),
    days_ago: int = 0,
    comfort: int | None = None,
) -> SessionRecord:
    at = NOW - timedelta(days=days_ago)
    before = Before(at, "calf", pain_0_10=pain[0], range_of_motion=measure(CALF, motion[0]))
    return SessionRecord(1, before, (), None, After(at, True, pain[1], comfort, measure(CALF, motion[1])))


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, "warm"),
        ({"kind": "sore", "new": True}, "cold"),
        ({"kind": "throbbing", "new": True}, "cold"),
        ({"kind": "sore", "new": False}, "warm"),
        ({"kind": "dull", "new": True}, "warm"),
        ({"kind": "none"}, "none"),
        ({"kind": "tingling"}, "none"),
    ],
)
def test_warmth_or_cold(changes: dict[str, Any], wanted: str) -> None:
    what, text = care.warmth(replace(TIGHT, **changes))
    assert what == wanted
    assert "towel" in text


@pytest.mark.parametrize("name", body().regions)
def test_every_region_has_its_stretches_and_the_doctor_comes_last(name: str) -> None:
    region = get_region(name)
    lines = care.lines(replace(TIGHT, region=name), region)
    text = " ".join(what for _, what in lines)
    assert all(stretch.name in text and stretch.steps in text for stretch in region.stretches)
    assert [heading for heading, _ in lines if heading] == ["Rest", "Water", "Warmth", "Stretch", "Normal", "Doctor"]
    assert "48 hours" in text
    assert "Dark urine" in lines[-1][1]


def test_pain_side_by_side() -> None:
    assert compare.told(record((5, 3)), [], CALF) == ["Pain: 5 before, 3 after, 2 points lower.", compare.NO_CAUSE]
    assert "the same." in compare.told(record((4, 4)), [], CALF)[0]
    assert "3 points higher." in compare.told(record((4, 7)), [], CALF)[0]
    assert (
        "1 point lower. One point is how people rate the same pain twice." in compare.told(record((4, 3)), [], CALF)[0]
    )


def test_earlier_sessions_from_two_on_by_their_median() -> None:
    """Changes of -1, -3 and -2: median -2."""
    earlier = [record((5, 4)), record((6, 3)), record((4, 2)), record((4, None))]
    told = compare.told(record((5, 5)), earlier, CALF)
    assert "In your last 3 sessions here: 2 points lower (median)." in told[0]
    assert "In your last" not in compare.told(record((5, 5)), earlier[:1], CALF)[0]


def test_range_of_motion_says_which_way_is_freer_and_what_is_chance() -> None:
    """Knee to wall, in cm: more is freer."""
    motion = CALF.range_of_motion
    assert motion.better == "more"
    small = (motion.smallest_change or 1.0) / 2
    told = compare.told(record((None, None), (8, 8 + small)), [], CALF)
    assert f"{motion.title}: 8 to {8 + small:g} cm, {small:g} cm freer" in told[0]
    assert ("may be chance" in told[0]) == (motion.smallest_change is not None)
    assert "3 cm less free" in compare.told(record((None, None), (8, 5)), [], CALF)[0]
    first = record((None, None), (6, None), days_ago=30)
    told = compare.told(record((None, None), (9, 9)), [first, record((None, None), (7, None))], CALF)
    assert "9 to 9 cm, the same." in told[0]
    assert "Since you first measured it here: 6 to 9 cm before the massage, 3 cm freer" in told[1]


def test_comfort_and_too_much() -> None:
    rated = record((None, None), comfort=6)
    assert compare.told(rated, [], CALF)[0] == "Comfort: 6 of 10."
    said = replace(rated, events=(Event(3, "too_much"), Event(5, "too_much"), Event(4, "comfort", "", 2)))
    told = compare.told(said, [], CALF)
    assert told[0] == "Comfort: 2 of 10."
    assert told[1] == 'You said "too much" twice: the next session here begins gentler.'


def test_without_numbers_nothing_is_claimed() -> None:
    assert compare.told(record((None, None)), [], CALF) == ["You gave no numbers to compare."]
