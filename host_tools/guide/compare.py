"""What changed this time, and against earlier sessions: a person's own numbers side by side, no claim of a cause."""

from collections.abc import Sequence
from statistics import median

from host_tools.journal import signs
from host_tools.journal.records import SessionRecord
from host_tools.numerals import counted, times
from host_tools.regions import Region

NO_CAUSE = "These are your own numbers side by side; what changed them they do not tell."
EARLIER = 5  # sessions that are looked back at
FEW = 2  # earlier sessions from which on they are summed up


def told(record: SessionRecord, earlier: Sequence[SessionRecord], region: Region) -> list[str]:
    """Sentences about a session. earlier: sessions on the same region before it, in order."""
    found = [*_pain(record, earlier[-EARLIER:]), *_range(record, earlier, region), *_comfort(record)]
    return [*found, NO_CAUSE] if found else ["You gave no numbers to compare."]


def _pain(record: SessionRecord, earlier: Sequence[SessionRecord]) -> list[str]:
    before, change = record.before.pain_0_10, signs.pain_change(record)
    if before is None or change is None:
        return []
    sentence = f"Pain: {before} before, {before + change} after, {_by(change)}."
    if abs(change) == 1:
        sentence += " One point is how people rate the same pain twice."
    changes = [one for one in map(signs.pain_change, earlier) if one is not None]
    if len(changes) >= FEW:
        sentence += f" In your last {len(changes)} sessions here: {_by(median(changes))} (median)."
    return [sentence]


def _by(change: float) -> str:
    if change == 0:
        return "the same"
    return f"{counted(abs(change), 'point')} {'lower' if change < 0 else 'higher'}"


def _range(record: SessionRecord, earlier: Sequence[SessionRecord], region: Region) -> list[str]:
    motion = region.range_of_motion
    before = record.before.range_of_motion
    after = record.after.range_of_motion if record.after is not None else None
    first = next((one.before.range_of_motion for one in earlier if one.before.range_of_motion is not None), None)
    found = []
    if before is not None and after is not None:
        change = _freer(after.value - before.value, region)
        found.append(f"{motion.title}: {_values(before.value, after.value, motion.unit)}, {change}.")
    if before is not None and first is not None and first.name == before.name and first.unit == before.unit:
        found.append(
            f"Since you first measured it here: {_values(first.value, before.value, motion.unit)} before the massage,"
            f" {_freer(before.value - first.value, region)}."
        )
    return found


def _values(before: float, after: float, unit: str) -> str:
    return f"{before:g} to {after:g} {unit}"


def _freer(change: float, region: Region) -> str:
    """A change of the measure in words."""
    motion = region.range_of_motion
    if change == 0:
        return "the same"
    freer = (change > 0) == (motion.better == "more")
    words = f"{abs(change):g} {motion.unit} {'freer' if freer else 'less free'}"
    if motion.smallest_change is not None and abs(change) < motion.smallest_change:
        words += f" (below {motion.smallest_change:g} {motion.unit} it may be chance)"
    return words


def _comfort(record: SessionRecord) -> list[str]:
    rated = signs.comfort(record)
    said = record.too_much
    found = [] if rated is None else [f"Comfort: {rated:g} of 10."]
    if said:
        coming = "" if record.before.simulated else ": the next session here begins gentler"
        found.append(f'You said "too much" {times(said)}{coming}.')
    return found
