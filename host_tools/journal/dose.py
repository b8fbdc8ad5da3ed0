"""How many minutes of massage a person had: in a day, by region and week."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from host_tools.journal.records import SessionRecord

DAY_MAX_MIN = 30.0  # advisory, all regions together; evidence is thin, so this is meant to be careful
DAY = timedelta(hours=24)


def minutes(records: Iterable[SessionRecord]) -> float:
    """Minutes in all."""
    return sum(record.seconds for record in records) / 60


def last_day(records: Iterable[SessionRecord], now: datetime) -> list[SessionRecord]:
    """Sessions that began in the 24 hours up to now: midnight does not rest a muscle."""
    return [record for record in records if now - DAY <= record.before.started_at <= now]


def free_again(records: Sequence[SessionRecord], now: datetime) -> datetime | None:
    """When the last 24 hours will again hold less than DAY_MAX_MIN minutes; None when they do now."""
    recent = sorted(last_day(records, now), key=lambda record: record.before.started_at)
    while recent and minutes(recent) >= DAY_MAX_MIN:
        now = recent.pop(0).before.started_at + DAY
        if minutes(recent) < DAY_MAX_MIN:
            return now
    return None


def week_of(moment: datetime) -> date:
    """The Monday of a moment's week, in the person's time zone."""
    day = moment.astimezone().date()
    return day - timedelta(days=day.weekday())


def by_week(records: Iterable[SessionRecord]) -> dict[str, dict[date, float]]:
    """region -> Monday -> minutes in that week. Regions in the order in which they first come."""
    found: dict[str, dict[date, float]] = {}
    for record in records:
        weeks = found.setdefault(record.before.region, {})
        week = week_of(record.before.started_at)
        weeks[week] = weeks.get(week, 0.0) + record.seconds / 60
    return found


def days_over(records: Iterable[SessionRecord]) -> list[date]:
    """Calendar days with more than DAY_MAX_MIN minutes, in the person's time zone."""
    had: dict[date, float] = {}
    for record in records:
        day = record.before.started_at.astimezone().date()
        had[day] = had.get(day, 0.0) + record.seconds / 60
    return sorted(day for day, of_day in had.items() if of_day > DAY_MAX_MIN)
