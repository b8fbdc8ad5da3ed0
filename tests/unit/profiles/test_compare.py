"""Side by side: the right phases beside each other, every value with its unit, nothing that differs left out."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from host_tools.profiles.compare import ABSENT, Row, compare
from host_tools.profiles.library import get_profile
from host_tools.profiles.model import Profile, parse_profile
from tests.unit.profiles.some import profiles


def raw() -> dict[str, Any]:
    return copy.deepcopy(get_profile("deep_tissue").model_dump(mode="json", by_alias=True, exclude_none=True))


def differing(table: dict[str, Any]) -> list[Row]:
    rows = compare(get_profile("deep_tissue"), parse_profile(table, where="test"))
    return [row for row in rows if row.differs]


def test_a_profile_is_like_itself() -> None:
    assert differing(raw()) == []


def test_a_changed_number_is_named_with_its_unit() -> None:
    table = raw()
    table["phase"][1]["drive_pct"]["to"] = 70.5
    table["phase"][1]["limit"]["force_n"] = 40
    assert differing(table) == [
        Row("phase 2", "drive", "60 to 75 %, smooth", "60 to 70.5 %, smooth"),
        Row("phase 2", "force limit", "50 N", "40 N"),
    ]


def test_a_phase_put_in_between_does_not_shift_the_others() -> None:
    table = raw()
    table["phase"].insert(1, {"name": "wait", "duration_s": 5, "rate_spm": 1800, "drive_pct": 60})
    assert differing(table) == [
        Row("profile", "length", "90 s", "95 s"),
        Row("phase 2", "phase", ABSENT, "wait, 5 s"),
    ]


def test_a_stroke_that_is_missing_is_a_difference() -> None:
    table = raw()
    del table["stroke"]
    assert differing(table) == [Row("stroke", "points", "0:0.2 0.25:0.9 1:0.2", ABSENT)]


@given(profiles(), st.data())
@settings(max_examples=60)
def test_no_change_of_a_number_is_too_small_to_be_seen(profile: Profile, data: st.DataObject) -> None:
    table = profile.model_dump(mode="json", by_alias=True, exclude_none=True)
    phase = data.draw(st.sampled_from(table["phase"]))
    before = phase["drive_pct"]["to"]
    phase["drive_pct"]["to"] = after = data.draw(st.one_of(st.floats(0, 100), st.just(before)))
    rows = compare(profile, parse_profile(table, where="test"))
    assert [row.key for row in rows if row.differs] == ["drive"] * (before != after)
