"""What happened in a session, found in its telemetry: when the drive was cut back, when it was only softened.

A session under a steady hand goes in and out of the foldback with every stroke, so single records mean nothing to a
person: records close together become one span, and what is left over is summed up.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host_tools.messages import Telemetry
    from host_tools.runner import Limits, Run

MOVING = ("RUNNING", "BACKOFF")
CLOCK_MASK = 2**30 - 1  # the device's milliseconds wrap there
CUT_PERMILLE = 500  # below half of the drive a person notices
JOIN_S = 1.5  # two spans closer than this are one to a person
SHORTEST_S = 0.3


@dataclass(frozen=True)
class Span:
    """A stretch of the session, s from its start. peak_mn: highest stroke peak; scale_permille: least drive left."""

    start_s: float
    end_s: float
    peak_mn: int
    limit_mn: int
    scale_permille: int
    to_the_end: bool = False

    @property
    def length_s(self) -> float:
        """Seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Timeline:
    """The records of the session proper, with their time in s since its start. start_host_s: that start, link time."""

    records: tuple["Telemetry", ...]
    times_s: tuple[float, ...]
    start_host_s: float

    @property
    def end_s(self) -> float:
        """Time of the last record."""
        return self.times_s[-1]

    def said_s(self) -> list[float]:
        """When "too much" was said."""
        pairs = zip(self.records, self.records[1:], self.times_s[1:], strict=False)
        return [time_s for before, after, time_s in pairs if after.too_much > before.too_much]

    def runs(self, key: str) -> Iterator[tuple[int, float, float]]:
        """Stretches of equal values of a field: (value, from s, to s), without gaps."""
        points = list(zip(self.times_s, (int(getattr(record, key)) for record in self.records), strict=True))
        stretches = [(value, next(group)[0]) for value, group in groupby(points, key=lambda point: point[1])]
        for (value, start_s), (_, end_s) in zip(stretches, [*stretches[1:], (0, self.end_s)], strict=True):
            yield value, start_s, end_s


def limits_over_time(steps: Sequence["Limits"], line: Timeline) -> list["Limits"]:
    """For each record of the line, the limits that held then. steps: in the order of their time, at least one."""
    since_s = [step.host_s for step in steps]
    return [steps[max(bisect_right(since_s, record.host_s) - 1, 0)] for record in line.records]


def timeline(run: "Run") -> Timeline:
    """From the first record in which the device ran, to the last of all."""
    return timeline_of(run.records)


def timeline_of(records: Sequence["Telemetry"]) -> Timeline:
    """The same for bare records, of which at least one must be of a running device."""
    first = next(at for at, record in enumerate(records) if record.state_name in MOVING)
    kept = records[first:]
    start_ms = kept[0].time_ms
    return Timeline(
        tuple(kept),
        tuple((record.time_ms - start_ms & CLOCK_MASK) / 1000 for record in kept),
        kept[0].host_s,
    )


def cut_back(line: Timeline) -> list[Span]:
    """Spans in which force was so high that the device took more than half of the drive away, in order."""
    joined: list[list[int]] = []
    for at, record in enumerate(line.records):
        if record.state_name != "BACKOFF" or record.scale_permille > CUT_PERMILLE:
            continue
        if joined and line.times_s[at] - line.times_s[joined[-1][1]] <= JOIN_S:
            joined[-1][1] = at
        else:
            joined.append([at, at])
    spans = [_span(line, first, last) for first, last in joined]
    return [span for span in spans if span.length_s >= SHORTEST_S]


def softened(line: Timeline, cut: list[Span]) -> Span | None:
    """All the rest of the foldback in one; None when there was none to speak of.

    start_s is 0 and end_s how long it took in all; scale_permille is the median, since strokes make it swing.
    """
    step_s = line.end_s / max(len(line.records) - 1, 1)
    rest = [
        record
        for time_s, record in zip(line.times_s, line.records, strict=True)
        if record.state_name == "BACKOFF" and not any(span.start_s <= time_s <= span.end_s for span in cut)
    ]
    if len(rest) * step_s < SHORTEST_S:
        return None
    return Span(
        0.0,
        len(rest) * step_s,
        max(record.peak_mn for record in rest),
        max(record.limit_mn for record in rest),
        int(median(record.scale_permille for record in rest)),
    )


def _span(line: Timeline, first: int, last: int) -> Span:
    """The stretch from record `first` to record `last`, with the peak that led to it."""
    before = max(0, first - 5)  # the stroke that took the drive away was felt just before
    part = line.records[before : last + 1]
    moving = [at for at, record in enumerate(line.records) if record.state_name in MOVING]
    return Span(
        line.times_s[first],
        line.times_s[last],
        max(max(record.peak_mn, record.force_mn) for record in part),
        min(record.limit_mn for record in line.records[first : last + 1]),
        min(record.scale_permille for record in part),
        to_the_end=line.times_s[moving[-1]] - line.times_s[last] <= SHORTEST_S,
    )
