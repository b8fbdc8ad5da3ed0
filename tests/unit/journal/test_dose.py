"""Minutes by day, week and region."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from host_tools.journal import dose
from host_tools.journal.records import SessionRecord
from tests.unit.journal.conftest import living_in
from tests.unit.journal.made import DAY, EXAMPLES, NOON, good
from tests.unit.journal.test_adapt import histories


def test_weeks_begin_on_monday() -> None:
    records = [good(at=NOON + days * DAY, region=region) for days, region in ((0, "calf"), (6, "calf"), (7, "thigh"))]
    assert dose.by_week(records) == {"calf": {date(2026, 11, 2): 8.0}, "thigh": {date(2026, 11, 9): 4.0}}


def test_days_and_weeks_are_those_where_the_person_lives() -> None:
    sunday = good(at=NOON + 6 * DAY + timedelta(hours=11))  # 23:00 UTC, and Monday in Auckland
    assert dose.by_week([sunday]) == {"calf": {date(2026, 11, 2): 4.0}}
    with living_in("Pacific/Auckland"):
        assert dose.by_week([sunday]) == {"calf": {date(2026, 11, 9): 4.0}}
        assert dose.days_over([sunday] * 8) == [date(2026, 11, 9)]


@EXAMPLES
@given(histories)
def test_no_minute_is_lost_or_counted_twice(history: list[SessionRecord]) -> None:
    weeks = dose.by_week(history)
    assert abs(sum(sum(of.values()) for of in weeks.values()) - dose.minutes(history)) < 1e-6


@EXAMPLES
@given(histories, st.integers(0, 41))
def test_free_again_is_the_first_moment_below_the_limit(history: list[SessionRecord], days: int) -> None:
    now = NOON + days * DAY
    again = dose.free_again(history, now)
    if again is not None:
        past = [record for record in history if record.before.started_at <= now]
        assert dose.minutes(dose.last_day(past, again - timedelta(seconds=1))) >= dose.DAY_MAX_MIN
        assert dose.minutes(dose.last_day(past, again + timedelta(seconds=1))) < dose.DAY_MAX_MIN


def test_the_last_day_has_both_of_its_ends() -> None:
    records = [good(at=NOON - DAY), good(at=NOON), good(at=NOON - DAY - timedelta(seconds=1))]
    assert dose.last_day([*records, good(at=NOON + timedelta(seconds=1))], NOON) == records[:2]


def test_days_above_the_limit() -> None:
    records = [good(at=NOON, run_s=600)] * 3
    assert dose.days_over(records) == []  # 30 minutes are the limit, not above it
    assert dose.days_over([*records, good(at=NOON, run_s=6)]) == [date(2026, 11, 2)]
    assert dose.days_over([*records, good(at=NOON + DAY, run_s=6)]) == []
