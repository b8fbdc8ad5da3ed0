"""Facts of one session, at their edges."""

from dataclasses import replace

import pytest

from host_tools.journal import signs
from host_tools.journal.records import Event, FollowUp
from tests.unit.journal.conftest import living_in
from tests.unit.journal.made import DAY, NOON, bins, good, two_days_later


def test_days_are_those_where_the_person_lives() -> None:
    assert signs.day(NOON) == "2 November"
    with living_in("Pacific/Auckland"):
        assert signs.day(NOON) == "3 November"


def test_a_change_of_pain_needs_both_ratings() -> None:
    assert signs.pain_change(good(pain=(5, 3))) == -2
    assert signs.pain_change(good(pain=(0, 0))) == 0
    assert signs.pain_change(good(pain=(None, 3))) is None
    assert signs.pain_change(good(pain=(5, None))) is None
    assert signs.pain_change(replace(good(), after=None)) is None


def test_comfort_is_the_lowest_rating_of_all() -> None:
    rated = (Event(1, "comfort", value=6), Event(2, "comfort", value=4.5), Event(3, "note", value=1))
    assert signs.comfort(good(comfort=8)) == 8
    assert signs.comfort(replace(good(comfort=8), events=rated)) == 4.5
    assert signs.comfort(replace(good(comfort=3), events=rated)) == 3
    assert signs.comfort(replace(good(comfort=None), events=rated)) == 4.5
    assert signs.comfort(replace(good(), after=None, events=rated)) == 4.5
    assert signs.comfort(replace(good(), after=None)) is None


@pytest.mark.parametrize(
    ("at_n", "share"),
    [
        (31, 0.0),  # limit 40 N: 80 % of it are 32 N, and the bin from 30 N begins below
        (35, 0.28),
        (60, 0.28),
    ],
)
def test_near_the_limit(at_n: int, share: float) -> None:
    record = good(histogram=bins(**{"n12": 72.0, f"n{at_n}": 28.0}))
    assert signs.near_limit_share(record) == share


def test_a_bin_that_begins_at_eighty_percent_is_near() -> None:
    record = good(histogram=bins(n12=72, n41=28))
    before = replace(record.before, limit_n=50.0)  # 80 % of it are 40 N
    assert signs.near_limit_share(replace(record, before=before)) == 0.28


def test_nothing_is_near_a_limit_that_nobody_measured() -> None:
    record = good(histogram=bins(n60=9))
    assert signs.near_limit_share(record) == 1
    assert signs.near_limit_share(good(histogram=bins())) == 0
    assert signs.near_limit_share(replace(record, device=None)) == 0
    assert signs.near_limit_share(replace(record, before=replace(record.before, limit_n=None))) == 0


def test_a_trip_is_told_by_the_device_or_by_an_event() -> None:
    assert signs.tripped(good(faults=("STALL", "FORCE_TRIP")))
    assert signs.tripped(replace(good(), device=None, events=(Event(1, "fault", "FORCE_TRIP at 66 N"),)))
    assert not signs.tripped(replace(good(faults=("STALL",)), events=(Event(1, "note", "no FORCE_TRIP"),)))


@pytest.mark.parametrize(
    ("follow_up", "sore", "well", "lasting"),
    [
        (None, False, False, False),
        (two_days_later(0), False, True, False),
        (two_days_later(2), False, True, False),
        (two_days_later(3), False, False, False),
        (two_days_later(4), True, False, False),
        (two_days_later(0, bruise=True, gone=True), True, False, False),
        (two_days_later(1, gone=False), True, False, True),
    ],
)
def test_sore_well_and_lasting(follow_up: FollowUp | None, sore: bool, well: bool, lasting: bool) -> None:
    record = good(at=NOON - DAY, follow_up=follow_up)
    assert (signs.sore(record), signs.well(record), signs.lasting(record)) == (sore, well, lasting)
