"""What the last sessions on a region teach the next one: how much less force and drive it starts with, and why.

Two scales between FLOOR and 1.0, for the force limit and for the drive. They multiply what profile, region and board
allow, so nothing here can raise anything above that. Going through the sessions in their order, each complaint takes
its share off, at most WORST a session; a good session gives back 5 % of what is left at most, and only when nothing
spoke against it. Complaints of another massage on the same region count half: it is the same tissue. A good session
of another massage gives nothing back: it may have been a gentler one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from host_tools.journal import places, signs
from host_tools.journal.records import SessionRecord
from host_tools.numerals import counted, times

FLOOR = 0.4
WORST = 0.3
PER_TOO_MUCH = 0.1
GOOD_COMFORT = 7
RECOVERED = 1.05  # after a good session whose follow-up was good too
RECOVERED_UNASKED = 1.02  # after a good session that nobody has asked about two days later, or not yet
OTHER_PROFILE = 0.5
REASONS_IN_SENTENCE = 2


@dataclass(frozen=True)
class Complaint:
    """limit, drive: shares to take off; reason: completes "because ..."."""

    limit: float
    drive: float
    reason: str


@dataclass(frozen=True)
class Adaptation:
    """limit_scale, drive_scale: 0.4 to 1.0; reasons: every complaint that still weighs, newest first; sentence: all of
    it for the person."""

    limit_scale: float
    drive_scale: float
    reasons: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def changes(self) -> bool:
        """Whether the session starts in another way than it is written."""
        return self.limit_scale < 1 or self.drive_scale < 1


def suggest(history: Sequence[SessionRecord], region: str, profile: str, *, simulated: bool = False) -> Adaptation:
    """How the next session with this profile on this region should start.

    history: any sessions, in any order (Journal.adaptation_history leaves out what was forgotten); those of other
    regions do not count, and simulated ones only when asked for.
    """
    counted = [one for one in history if one.before.region == region and (simulated or not one.before.simulated)]
    counted.sort(key=lambda one: (one.before.started_at, one.id))
    limit = drive = 1.0
    reasons: list[str] = []
    for record in counted:
        weight = 1.0 if record.before.profile == profile else OTHER_PROFILE
        found = list(complaints(record))
        if found:
            limit *= 1 - weight * min(WORST, sum(one.limit for one in found))
            drive *= 1 - weight * min(WORST, sum(one.drive for one in found))
            reasons = [one.reason for one in found] + reasons
        elif record.before.profile == profile:
            back = recovery(record)
            limit, drive = limit * back, drive * back
        limit, drive = min(max(limit, FLOOR), 1.0), min(max(drive, FLOOR), 1.0)
        if limit == drive == 1:
            reasons = []
    limit, drive = round(limit, 2), round(drive, 2)
    if limit == drive == 1:
        reasons = []
    sentence = _sentence(limit, drive, reasons, places.title(region), tried=bool(counted))
    return Adaptation(limit, drive, tuple(reasons), sentence)


def complaints(record: SessionRecord) -> Iterator[Complaint]:
    """Everything in a session that speaks for less the next time."""
    on = f"on {signs.day(record.before.started_at)}"
    if record.too_much:
        share = PER_TOO_MUCH * record.too_much
        yield Complaint(share, share, f'you said "too much" {times(record.too_much)} {on}')
    comfort = signs.comfort(record)
    if comfort is not None and comfort <= 5:
        share = 0.1 if comfort <= 3 else 0.05
        yield Complaint(share, share, f"you rated the comfort {comfort:g} of 10 {on}")
    change = signs.pain_change(record)
    if change is not None and change >= signs.WORSE:
        yield Complaint(0.1, 0.1, f"your pain rose by {change} points {on}")
    if signs.lasting(record):
        yield Complaint(
            0.2, 0.2, f"soreness or a bruise from {signs.day(record.before.started_at)} lasted over 48 hours"
        )
    elif signs.sore(record):
        yield Complaint(0.1, 0.1, f"you were sore or bruised after the session {on}")
    if signs.tripped(record):
        yield Complaint(0.1, 0.1, f"the force rose up to the emergency stop {on}")
    if signs.near_limit_share(record) > signs.NEAR_LIMIT_SHARE:
        yield Complaint(0.0, 0.1, f"the force was near its limit for much of the session {on}")


def recovery(record: SessionRecord) -> float:
    """The factor that a session without complaints gives back: 1.0 unless a device completed it and it was rated good
    (on paper nobody felt this device)."""
    comfort, change = signs.comfort(record), signs.pain_change(record)
    if record.after is None or not record.after.completed or comfort is None or comfort < GOOD_COMFORT:
        return 1.0
    if (change is not None and change > 0) or record.device is None or record.device.faults:
        return 1.0
    if record.follow_up is None:
        return RECOVERED_UNASKED
    return RECOVERED if signs.well(record) else 1.0


def _sentence(limit: float, drive: float, reasons: Sequence[str], region: str, *, tried: bool) -> str:
    if limit == drive == 1:
        so_far = "nothing in your last sessions there speaks against it" if tried else "there is no session there yet"
        return f"The massage on the {region} starts as it is written: {so_far}."
    less = [
        f"{(1 - scale) * 100:.0f} % less {what}" for scale, what in ((limit, "force"), (drive, "drive")) if scale < 1
    ]
    if limit == drive:
        less = [f"{(1 - limit) * 100:.0f} % less force and drive"]
    because = " and ".join(reasons[:REASONS_IN_SENTENCE])
    more = len(reasons) - REASONS_IN_SENTENCE
    others = f" (and {counted(more, 'more reason')})" if more > 0 else ""
    return f"The massage on the {region} starts with {' and '.join(less)}, because {because}{others}."
