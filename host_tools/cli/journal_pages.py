"""Sessions and plans in words."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from host_tools.cli import screen
from host_tools.journal import adapt, dose, places, signs
from host_tools.journal.records import FORCE_BIN_N, Event, Measure, SessionRecord
from host_tools.numerals import counted

if TYPE_CHECKING:
    from host_tools.journal.adapt import Adaptation
    from host_tools.journal.advice import Plan

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # text after them may be shown backwards
BAR_MAX = 40
COLUMN = 14
HEADINGS = ("ID", "WHEN", "REGION", "MASSAGE", "LENGTH", "PAIN", "COMFORT", "")
NOT_MEDICAL = "A suggestion from your own answers and times, no medical advice. Stop on pain, numbness or dizziness."


def plain(text: str) -> str:
    """Text of the journal as a terminal may show it: on one line, nothing that moves the cursor, changes colours or
    turns the direction of reading."""
    line = " ".join(text.split())
    return "".join("?" if unicodedata.category(one) == "Cc" or one in TURNS else one for one in line)


def place_and_day(record: SessionRecord) -> str:
    """ "calf, 3 November"."""
    return f"{places.title(record.before.region)}, {signs.day(record.before.started_at)}"


def last_profile(records: Sequence[SessionRecord], region: str) -> str:
    """The profile of the last session there; ""."""
    return next((one.before.profile for one in reversed(records) if one.before.region == region), "")


def row(record: SessionRecord) -> tuple[str, ...]:
    """A line of the list."""
    before, after, comfort = record.before, record.after, signs.comfort(record)
    remarks = ["SIMULATED"] if before.simulated else []
    if record.too_much:
        remarks.append(f'"too much" {record.too_much}x')
    if record.device is not None and record.device.faults:
        remarks.append("fault " + plain(" ".join(record.device.faults)))
    if after is None or not after.completed:
        remarks.append("not finished" if after is None else "stopped")
    if signs.sore(record):
        remarks.append("sore afterwards")
    return (
        str(record.id),
        f"{before.started_at.astimezone():%Y-%m-%d %H:%M}",
        places.title(before.region),
        plain(before.profile) or "-",
        screen.clock(record.seconds),
        _pain(record),
        "-" if comfort is None else f"{comfort:g}",
        ", ".join(remarks),
    )


def listing(records: Sequence[SessionRecord], now: datetime) -> None:
    """All of these sessions."""
    head, *lines = screen.table(HEADINGS, [row(record) for record in records])
    screen.heading(head)
    for line in lines:
        screen.show(line)
    screen.show()
    screen.show(f"Look at one: tapote journal show {records[-1].id}     Draw them: tapote journal plot")
    waiting = [str(one.id) for one in records if _waits(one, now)]
    if waiting:
        screen.show(f"How was it two days later? tapote journal follow-up {waiting[0]}")


def session(record: SessionRecord) -> None:
    """Everything about one session."""
    before, after, device, follow_up = record.before, record.after, record.device, record.follow_up
    mark = "SIMULATED  " if before.simulated else ""
    what = plain(before.profile) or "Massage"
    screen.heading(f"{mark}Session {record.id}: {what} on the {places.title(before.region)}")
    facts = [("When", f"{before.started_at.astimezone():%Y-%m-%d %H:%M}, {screen.clock(record.seconds)} min")]
    facts.append(
        ("With", plain(before.device) + (f", board {plain(before.board)}" if before.board else "") or "no device")
    )
    limits = [f"{before.limit_n:g} N" if before.limit_n is not None else ""]
    limits.append(f"drive {before.drive_pct:g} %" if before.drive_pct is not None else "")
    facts.append(("Planned", ", ".join([screen.clock(before.planned_s) + " min", *filter(None, limits)])))
    facts.append(("Goal", plain(before.goal)))
    kind = "no pain" if before.pain_kind == "none" else f"{before.pain_kind} pain, {before.pain_often}"
    areas = f", at: {plain(', '.join(before.pain_areas))}" if before.pain_areas else ""
    facts.append(("Pain", f"{_pain(record)} of 10 ({kind}{areas})"))
    comfort = signs.comfort(record)
    facts.append(("Comfort", f"{comfort:g} of 10 at its lowest" if comfort is not None else ""))
    facts.append(("Motion", _motion(before.range_of_motion, after.range_of_motion if after is not None else None)))
    yes = [plain(f"{name}: {said}") for name, said in before.answers.items() if said not in (False, "")]
    facts.append(("Answers", f"{len(before.answers)} questions; " + (", ".join(yes) or "none with yes")))
    for name, text in facts if before.answers else facts[:-1]:
        if text:
            screen.fact(name, text, COLUMN)
    for event in record.events:
        screen.fact(screen.clock(event.at_s), _event(event), COLUMN)
    if device is not None:
        screen.fact(
            "Device",
            f"{counted(device.strokes, 'stroke')}, peak {device.peak_force_n:.1f} N, backed off"
            f" {device.backoff_s:.1f} s, above the limit {device.over_limit_ms:.0f} ms, faults:"
            f" {plain(', '.join(device.faults)) or 'none'}; {plain(device.end_state)} at the end",
            COLUMN,
        )
        _histogram(device.force_histogram_s, before.limit_n)
    ended = (
        "not finished: nothing is known of its end" if after is None else "completed" if after.completed else "stopped"
    )
    screen.fact("End", f"{ended}. {plain(after.notes) if after is not None else ''}".rstrip(), COLUMN)
    if follow_up is not None:
        gone = {True: ", gone within 48 hours", False: ", NOT gone within 48 hours", None: ""}[
            follow_up.gone_within_48h
        ]
        text = f"soreness {follow_up.soreness_0_10} of 10, {'a' if follow_up.bruise else 'no'} bruise{gone}"
        doctor = ", saw a doctor" if follow_up.saw_doctor else ""
        screen.fact("Afterwards", f"{text}{doctor}. {plain(follow_up.notes)}".rstrip(), COLUMN)
    for complaint in () if before.simulated else adapt.complaints(record):
        screen.fact("Remembered", f"{complaint.reason}: the next one there starts gentler.", COLUMN)


def plan(made: "Plan", starts: "Mapping[str, Adaptation]", now: datetime) -> None:
    """The suggestion for the next weeks."""
    for reason in made.doctor:
        screen.show(screen.wrapped(f"PLEASE SEE A DOCTOR before the next session: {reason}."))
    if made.doctor:
        screen.show()
    for one in made.regions:
        rest_h = one.rest.total_seconds() / 3600
        when = f"from {one.not_before.astimezone():%A %d %B %H:%M} on" if one.not_before else "when you like"
        length = counted(one.minutes, "minute")
        screen.heading(f"{places.title(one.region)}: {one.rhythm}, {length} each")
        screen.show("  " + screen.wrapped(f"At least {counted(rest_h, 'hour')} between two, the next {when}.", 2))
        screen.show("  " + screen.wrapped(one.why, 2))
        screen.show("  " + screen.wrapped(starts[one.region].sentence, 2))
        if starts[one.region].changes:
            screen.show(f"  To undo that: tapote journal forget-adaptation {one.region}")
        screen.show()
    if not made.regions:
        screen.show("No sessions in the last eight weeks: begin gently, as if it were the first time.")
    until = f"; nothing more before {made.free_again.astimezone():%A %H:%M}" if made.free_again else ""
    screen.fact("Last 24 h", f"{round(made.minutes_last_day, 1):g} of {dose.DAY_MAX_MIN:g} minutes{until}", COLUMN)
    screen.show(screen.wrapped(NOT_MEDICAL))


def plan_document(made: "Plan", starts: "Mapping[str, Adaptation]") -> dict[str, object]:
    """The same for scripts."""
    regions = [
        {
            "region": one.region,
            "sessions_in_4_weeks": one.a_month,
            "minutes": one.minutes,
            "rest_h": one.rest.total_seconds() / 3600,
            "not_before": _moment(one.not_before),
            "helped": one.helped,
            "why": one.why,
            "limit_scale": starts[one.region].limit_scale,
            "drive_scale": starts[one.region].drive_scale,
            "adaptation": starts[one.region].sentence,
        }
        for one in made.regions
    ]
    return {
        "see_a_doctor": list(made.doctor),
        "regions": regions,
        "minutes_last_24_h": round(made.minutes_last_day, 1),
        "minutes_max_24_h": dose.DAY_MAX_MIN,
        "free_again": _moment(made.free_again),
    }


def _event(event: Event) -> str:
    """ "comfort 6", "too much: said on the page (28)"."""
    kind = event.kind.replace("_", " ")
    if event.kind == "comfort":
        return plain(f"{kind} {event.value:g} {event.detail}")
    value = f"({event.value:g})" if event.value is not None else ""
    told = " ".join(filter(None, (event.detail, value)))
    return plain(f"{kind}: {told}" if told else kind)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _pain(record: SessionRecord) -> str:
    before, after = record.before.pain_0_10, record.after.pain_0_10 if record.after is not None else None
    if before is None and after is None:
        return "-"
    return " to ".join("?" if one is None else str(one) for one in (before, after))


def _motion(before: Measure | None, after: Measure | None) -> str:
    measure = before or after
    if measure is None:
        return ""
    values = " to ".join(f"{one.value:g}" if one is not None else "?" for one in (before, after))
    return plain(f"{measure.name}: {values} {measure.unit} ({measure.better} is better)")


def _histogram(bins_s: Sequence[float], limit_n: float | None) -> None:
    """Seconds that the force spent in each bin, as bars."""
    longest_s = max(bins_s)
    last = max((at for at, lasted_s in enumerate(bins_s) if lasted_s), default=-1)
    for at, lasted_s in enumerate(bins_s[: last + 1]):
        low_n = at * FORCE_BIN_N
        over = " above the limit" if limit_n is not None and low_n >= limit_n else ""
        bar = "#" * max(round(lasted_s / longest_s * BAR_MAX), int(lasted_s > 0))
        name = "Force" if at == 0 else ""
        screen.show(f"{name:<{COLUMN}}{low_n:3.0f} to {low_n + FORCE_BIN_N:2.0f} N  {bar} {lasted_s:.1f} s{over}")


def _waits(record: SessionRecord, now: datetime) -> bool:
    from host_tools.journal.store import FOLLOW_UP_AFTER, FOLLOW_UP_UNTIL

    age = now - record.before.started_at
    return record.follow_up is None and not record.before.simulated and FOLLOW_UP_AFTER <= age < FOLLOW_UP_UNTIL
