"""What one session says about itself: facts that the adaptation and the plan both go by."""

from datetime import datetime

from host_tools.journal.records import FORCE_BIN_N, SessionRecord

NEAR_LIMIT = 0.8  # of the force limit: foldback, which starts at 60 %, has taken half of the drive away there
NEAR_LIMIT_SHARE = 0.25  # of the time: above, the hand presses against the limit rather than touching it now and then
SORE = 4  # of 10, from which soreness counts as a complaint; below, tenderness for a day is usual
FINE = 2  # of 10, up to which soreness counts as none
WORSE = 2  # points on the scale of pain; one point more or less is how people rate the same pain twice
TRIPPED = "FORCE_TRIP"


def day(moment: datetime) -> str:
    """ "3 November", in the person's time zone."""
    local = moment.astimezone()
    return f"{local.day} {local:%B}"


def pain_change(record: SessionRecord) -> int | None:
    """Points of pain from before to after; negative is better. None where one of them is not known."""
    before = record.before.pain_0_10
    after = record.after.pain_0_10 if record.after is not None else None
    return None if before is None or after is None else after - before


def comfort(record: SessionRecord) -> float | None:
    """The lowest rating of comfort, during or after; None when there is none."""
    ratings = [event.value for event in record.events if event.kind == "comfort" and event.value is not None]
    if record.after is not None and record.after.comfort_0_10 is not None:
        ratings.append(record.after.comfort_0_10)
    return min(ratings, default=None)


def near_limit_share(record: SessionRecord) -> float:
    """Share of the time that the force spent in bins near the limit or above, 0 to 1; 0 where nothing was measured."""
    limit_n = record.before.limit_n
    if record.device is None or not limit_n:
        return 0.0
    bins = record.device.force_histogram_s
    near_s = sum(lasted_s for at, lasted_s in enumerate(bins) if at * FORCE_BIN_N >= NEAR_LIMIT * limit_n)
    return near_s / sum(bins) if sum(bins) else 0.0


def tripped(record: SessionRecord) -> bool:
    """The force rose so high that the device stopped and latched."""
    faults = record.device.faults if record.device is not None else ()
    return TRIPPED in faults or any(event.kind == "fault" and TRIPPED in event.detail for event in record.events)


def lasting(record: SessionRecord) -> bool:
    """Soreness or a bruise that was not gone after 48 hours."""
    return record.follow_up is not None and record.follow_up.gone_within_48h is False


def sore(record: SessionRecord) -> bool:
    """More than usual tenderness afterwards: soreness from SORE on, a bruise, or something that lasted."""
    follow_up = record.follow_up
    return follow_up is not None and (follow_up.soreness_0_10 >= SORE or follow_up.bruise or lasting(record))


def well(record: SessionRecord) -> bool:
    """Nothing afterwards, and the person said so."""
    return record.follow_up is not None and record.follow_up.soreness_0_10 <= FINE and not sore(record)
