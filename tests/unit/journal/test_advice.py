"""The suggestion for the next weeks: each number with the answers that it comes from."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.journal import advice, dose
from host_tools.journal.advice import plan
from host_tools.journal.records import SessionRecord
from tests.unit.journal.made import DAY, EXAMPLES, NOON, good, two_days_later
from tests.unit.journal.test_adapt import histories


def series(*records: SessionRecord, every: timedelta = 3 * DAY) -> list[SessionRecord]:
    """The same sessions one after the other."""
    return [
        replace(record, id=at, before=replace(record.before, started_at=NOON + at * every))
        for at, record in enumerate(records)
    ]


NOW = NOON + 20 * DAY


@pytest.mark.parametrize(
    ("often", "pain", "rhythm"),
    [
        ("never", 0, "once a week"),
        ("monthly", 3, "twice a month"),
        ("monthly", 4, "once a week"),
        ("weekly", 3, "once a week"),
        ("weekly", 6, "twice a week"),
        ("daily", 2, "twice a week"),
        ("daily", 6, "three times a week"),
        ("constant", 6, "three times a week"),
    ],
)
def test_how_often_follows_from_how_often_and_how_strong(often: str, pain: int, rhythm: str) -> None:
    (region,) = plan(series(*[good(pain=(pain, max(0, pain - 2)), often=often)] * 3), NOW).regions
    assert (region.rhythm, region.minutes, region.helped) == (rhythm, 4, "swedish" if pain >= 2 else "")
    assert region.rest == DAY
    assert advice.OFTEN[often] in region.why
    assert (f"about {pain} of 10" in region.why) == (often != "never")


def test_soreness_makes_it_rarer_with_two_days_of_rest() -> None:
    (region,) = plan(series(good(), good(), good(follow_up=two_days_later(6))), NOW).regions
    assert (region.rhythm, region.rest) == ("three times in two weeks", 2 * DAY)  # one step below twice a week
    assert "sore" in region.why


def test_what_did_not_help_becomes_rarer() -> None:
    (region,) = plan(series(*[good(pain=(5, 5))] * 3), NOW).regions
    assert (region.rhythm, region.helped) == ("three times in two weeks", "")
    assert "did not rate the pain clearly lower" in region.why
    (two,) = plan(series(*[good(pain=(5, 5))] * 2), NOW).regions
    assert two.rhythm == "twice a week", "two sessions say nothing yet"


def test_one_point_is_noise_and_counts_as_no_help() -> None:
    (region,) = plan(series(*[good(pain=(5, 4))] * 3), NOW).regions
    assert (region.rhythm, region.helped) == ("three times in two weeks", "")
    (region,) = plan(series(*[good(pain=(5, 3))] * 3), NOW).regions
    assert (region.rhythm, region.helped) == ("twice a week", "swedish")


def test_pain_that_cannot_fall_by_two_points_is_not_called_useless() -> None:
    (region,) = plan(series(*[good(pain=(1, 0))] * 3), NOW).regions
    assert (region.rhythm, region.helped) == ("once a week", "")
    assert "clearly lower" not in region.why


@pytest.mark.parametrize(("pain", "rarer"), [(1, False), (2, True), (3, True)])
def test_where_there_was_little_pain_nothing_could_help(pain: int, rarer: bool) -> None:
    (region,) = plan(series(*[good(pain=(pain, pain))] * 3), NOW).regions
    assert region.rhythm == ("twice a month" if rarer else "once a week")


def test_the_rarest_is_once_a_month() -> None:
    (region,) = plan(series(good(pain=(2, 1), often="monthly", follow_up=two_days_later(6))), NOW).regions
    assert region.rhythm == "once a month"


@pytest.mark.parametrize(("run_s", "minutes"), [(20, 1), (90, 2), (600, 10), (900, 10)])
def test_the_length_is_the_usual_one_within_bounds(run_s: float, minutes: float) -> None:
    assert plan([good(run_s=run_s)], NOW).regions[0].minutes == minutes


def test_what_helped_most_is_named() -> None:
    records = series(*[good(profile="swedish", pain=(5, 4))] * 2, *[good(profile="warm_up", pain=(6, 2))] * 2)
    (region,) = plan(records, NOW).regions
    assert region.helped == "warm_up"
    assert "After warm_up you rated the pain 4 lower (median of 2 sessions)." in region.why


def test_rest_after_a_session_and_after_soreness() -> None:
    record = good()  # ended at 12:04
    assert plan([record], NOON + timedelta(hours=2)).regions[0].not_before == record.ended_at + DAY
    assert plan([record], NOON + timedelta(hours=25)).regions[0].not_before is None
    sore = good(follow_up=two_days_later(5))  # asked at NOON + 2 days
    now = NOON + timedelta(days=2, hours=3)
    assert plan([sore], now).regions[0].not_before == NOON + 3 * DAY
    assert plan([sore], NOON + 3 * DAY).regions[0].not_before is None
    assert plan([good(follow_up=two_days_later(1))], now).regions[0].not_before is None, "fine is no reason to wait"


def test_only_the_last_eight_weeks_and_nothing_of_the_future_count() -> None:
    record = good()
    assert len(plan([record], NOON + 55.9 * DAY).regions) == 1
    assert plan([record], NOON + 56 * DAY).regions == ()
    assert len(plan([record], NOON).regions) == 1
    assert plan([record], NOON - DAY).regions == ()
    regions = plan(series(good(region="thigh"), good(region="calf")), NOW).regions
    assert [one.region for one in regions] == ["calf", "thigh"], "the last one first"


def test_the_daily_limit() -> None:
    records = series(*[good(run_s=600)] * 3, every=timedelta(hours=4))  # at 12, 16 and 20 h, ten minutes each
    made = plan(records, NOON + timedelta(hours=9))
    assert made.minutes_last_day == 30
    assert made.free_again == NOON + DAY
    assert plan(records, NOON + timedelta(hours=25)).free_again is None
    assert plan(records[:2], NOON + timedelta(hours=9)).free_again is None
    four = series(*[good(run_s=600)] * 4, every=timedelta(hours=4))
    assert plan(four, NOON + timedelta(hours=13)).free_again == NOON + DAY + timedelta(hours=4), "30 are still too many"


@EXAMPLES
@given(histories, st.integers(0, 60))
def test_every_history_gives_a_plan_within_its_bounds(history: list[SessionRecord], days: int) -> None:
    now = NOON + days * DAY
    made = plan(history, now)
    for one in made.regions:
        assert one.a_month in advice.RHYTHMS
        assert 1 <= one.minutes <= advice.SESSION_MAX_MIN
        assert one.rest >= DAY
        assert one.not_before is None or one.not_before > now
        assert one.why.endswith(".")
        assert one.a_month * one.minutes < 28 * dose.DAY_MAX_MIN
    assert (made.free_again is not None) == (made.minutes_last_day >= dose.DAY_MAX_MIN)
    assert made.free_again is None or made.free_again > now
