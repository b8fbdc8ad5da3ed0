"""A suggestion for the next weeks, from how often and how strong the pain is and what happened in the last sessions.

Counting and comparing one person's own answers, nothing more: no medical claim. The numbers, how often above all, are
choices of this project in the careful direction, without evidence (docs/evidence.md); docs/journal.md lists them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from host_tools.journal import doctor, dose, places, signs
from host_tools.journal.records import SessionRecord

RECENT = timedelta(days=56)  # older answers say little about the coming weeks
STRONG_FROM = 4  # of 10, median of the recent sessions
ENOUGH = 3  # sessions from which a median says something
HELPED = -signs.WORSE  # points, median change from before to after; less is noise, downwards as upwards
SESSION_MAX_MIN = 10.0
# pain_often -> (sessions a month when it is weak, when it is strong); 4 weeks are called a month
A_MONTH = {"never": (4, 4), "monthly": (2, 4), "weekly": (4, 8), "daily": (8, 12), "constant": (8, 12)}
OFTEN = {
    "never": "You feel no pain there, so once a week is plenty",
    "monthly": "This often because the pain comes about once a month",
    "weekly": "This often because the pain comes about every week",
    "daily": "This often because the pain comes every day",
    "constant": "This often because the pain is always there",
}
RHYTHMS = {
    1: "once a month",
    2: "twice a month",
    4: "once a week",
    6: "three times in two weeks",
    8: "twice a week",
    12: "three times a week",
}


@dataclass(frozen=True)
class RegionPlan:
    """a_month: sessions in four weeks; minutes: of each; rest: at least so long between two of them; not_before: None
    when it may be now; helped: the profile after which pain was rated lower, or ""; why: in one to three sentences."""

    region: str
    a_month: int
    minutes: float
    rest: timedelta
    not_before: datetime | None
    helped: str
    why: str

    @property
    def rhythm(self) -> str:
        """ "twice a week"."""
        return RHYTHMS[self.a_month]


@dataclass(frozen=True)
class Plan:
    """minutes_last_day: of the last 24 hours; free_again: when the daily limit leaves room again, None when it does;
    doctor: why to see one, one clause each."""

    regions: tuple[RegionPlan, ...]
    minutes_last_day: float
    free_again: datetime | None
    doctor: tuple[str, ...]


def plan(history: Sequence[SessionRecord], now: datetime) -> Plan:
    """The suggestion. history: the sessions that count (real ones, unless simulated ones were asked for)."""
    past = sorted((one for one in history if one.before.started_at <= now), key=lambda one: one.before.started_at)
    recent = [record for record in past if record.before.started_at > now - RECENT]
    regions = list(dict.fromkeys(record.before.region for record in reversed(recent)))
    of_region = {region: [one for one in recent if one.before.region == region] for region in regions}
    return Plan(
        tuple(_region(region, records, now) for region, records in of_region.items()),
        dose.minutes(dose.last_day(past, now)),
        dose.free_again(past, now),
        tuple(
            reason for region, records in of_region.items() for reason in doctor.reasons(records, places.title(region))
        ),
    )


def _region(region: str, records: Sequence[SessionRecord], now: datetime) -> RegionPlan:
    """records: recent ones of this region, at least one, in order."""
    last = records[-1]
    pains = [one.before.pain_0_10 for one in records if one.before.pain_0_10 is not None]
    strength = median(pains) if pains else 0.0
    a_month = A_MONTH[last.before.pain_often][strength >= STRONG_FROM]
    changes = [change for one in records if (change := signs.pain_change(one)) is not None]
    sore = any(signs.sore(one) for one in records[-ENOUGH:])
    useless = len(changes) >= ENOUGH and median(changes) > HELPED and strength >= -HELPED
    rest = dose.DAY
    sentences = [_because(last, strength, bool(pains))]
    if sore:
        a_month, rest = _fewer(a_month), 2 * dose.DAY
        sentences.append("You were sore after one of the last sessions: so it is less often, with two days of rest.")
    elif useless:
        a_month = _fewer(a_month)
        sentences.append(
            "You did not rate the pain clearly lower after these sessions: so it is less often; try another one."
        )
    helped, words = _helped(records)
    if words:
        sentences.append(words)
    typical_min = median(one.seconds for one in records) / 60
    return RegionPlan(
        region=region,
        a_month=a_month,
        minutes=round(min(max(typical_min, 1.0), SESSION_MAX_MIN)),
        rest=rest,
        not_before=_not_before(records, rest, now),
        helped=helped,
        why=" ".join(sentences),
    )


def _because(last: SessionRecord, strength: float, rated: bool) -> str:
    often = last.before.pain_often
    strong = f", and you rated it about {strength:g} of 10" if rated and often != "never" else ""
    return f"{OFTEN[often]}{strong}."


def _fewer(a_month: int) -> int:
    """The next rarer rhythm."""
    return max((rhythm for rhythm in RHYTHMS if rhythm < a_month), default=min(RHYTHMS))


def _helped(records: Sequence[SessionRecord]) -> tuple[str, str]:
    """(profile after which pain was rated lowest, that in words); ("", "") when none had two sessions and did."""
    changes: dict[str, list[int]] = {}
    for record in records:
        change = signs.pain_change(record)
        if change is not None and record.before.profile:
            changes.setdefault(record.before.profile, []).append(change)
    rated = {profile: median(found) for profile, found in changes.items() if len(found) >= 2}
    best = min(rated, key=lambda profile: rated[profile], default="")
    if not best or rated[best] > HELPED:
        return "", ""
    count = len(changes[best])
    return best, f"After {best} you rated the pain {-rated[best]:g} lower (median of {count} sessions)."


def _not_before(records: Sequence[SessionRecord], rest: timedelta, now: datetime) -> datetime | None:
    """The end of the rest: so long after the last session, and a day after the last soreness that was told."""
    until = records[-1].ended_at + rest
    for record in records:
        if record.follow_up is not None and signs.sore(record):
            until = max(until, record.follow_up.at + dose.DAY)
    return until if until > now else None
