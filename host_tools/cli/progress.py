"""How a session looks while it runs: a live bar on a terminal, a line per phase where stderr goes to a file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from host_tools.cli import screen
from host_tools.report import MOVING

if TYPE_CHECKING:
    from host_tools.messages import Telemetry
    from host_tools.profiles.program import Program

Follower = Callable[["Telemetry"], None]
CUE_MS = 10_000  # how long the cue to move stands beside the bar
LAST_MS = 5_000  # nobody looks for a new spot for less
EVERY = 5  # records between two looks: at full simulation speed each costs more than it shows


@contextmanager
def follow(program: "Program", *, simulated: bool, quiet: bool) -> Iterator[Follower]:
    """What to call with each record of the session. quiet: never print lines, only the bar of a terminal."""
    if sys.stderr.isatty():
        with _bar(program, simulated) as follower:
            yield follower
    elif quiet:
        yield lambda record: None
    else:
        yield _lines(program)


class SpotClock:
    """When to move the head on: after each `spot_s` of strokes, unless the program is over a few seconds later.

    The device knows no regions; its own cue comes after two minutes.
    """

    def __init__(self, program: "Program") -> None:
        self.spot_ms = program.spot_s * 1000
        self.last_cue_ms = program.duration_ms - LAST_MS
        self.moving_ms = 0
        self._before_ms: int | None = None

    def due(self, record: "Telemetry") -> bool:
        """Whether this record is the first after another `spot_s` of strokes."""
        old_ms = self.moving_ms
        moving = record.state_name in MOVING
        if moving and self._before_ms is not None:
            self.moving_ms += record.time_ms - self._before_ms
        self._before_ms = record.time_ms if moving else None
        return self.moving_ms <= self.last_cue_ms and self.moving_ms // self.spot_ms > old_ms // self.spot_ms

    def cue(self) -> str:
        """ "move on" for ten seconds after each time."""
        since_ms = self.moving_ms % self.spot_ms
        shown = self.moving_ms >= self.spot_ms and since_ms < CUE_MS and self.moving_ms - since_ms <= self.last_cue_ms
        return "move on" if shown else ""


def _lines(program: "Program") -> Follower:
    """One line for each phase as it begins, and for each cue to move."""
    told = -1
    clock = SpotClock(program)

    def take(record: "Telemetry") -> None:
        nonlocal told
        if clock.due(record):
            screen.note(f"  move the head on: {program.spot_s} s on one spot are enough")
        if record.state_name in MOVING and record.phase > told:
            told = record.phase
            screen.note(f"  phase {told + 1} of {len(program.limits)}: {program.limits[told].phase}")

    return take


@contextmanager
def _bar(program: "Program", simulated: bool) -> Iterator[Follower]:
    """A bar with state, rate and force beside it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    from tapote.faults import FAULTS

    columns = (
        TextColumn(screen.SIMULATED if simulated else "", style="bold"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[now]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        room = max(len(limit.phase) for limit in program.limits)  # so that the bar stands still
        task = progress.add_task("starting".ljust(room), total=program.duration_ms, now="")
        start_ms = -1
        count = 0
        clock = SpotClock(program)

        def take(record: "Telemetry") -> None:
            nonlocal start_ms, count
            count += 1
            clock.due(record)
            if start_ms < 0 and record.state_name in MOVING:
                start_ms = record.time_ms
            if count % EVERY == 0 or record.fault in FAULTS:
                passed_ms = record.time_ms - start_ms if start_ms >= 0 else 0
                name = program.limits[min(record.phase, len(program.limits) - 1)].phase
                now = (
                    f"{record.state_name:<8} {passed_ms / 1000:5.1f} s  {record.rate_spm:4d} strokes/min"
                    f"  {record.peak_mn / 1000:4.1f} of {record.limit_mn / 1000:g} N"
                    f"  {clock.cue():<7}"
                )
                progress.update(task, completed=passed_ms, description=name.ljust(room), now=now)

        yield take
