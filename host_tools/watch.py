"""Watching a device: time passes in small parts, until the watcher has seen enough or the session is over."""

from collections.abc import Iterator

from host_tools.emulator.pace import Pacer
from host_tools.messages import Telemetry
from host_tools.stage import Stage
from tapote import states

STEP_S = 0.05
PEAK_S = 1.0  # how long the highest force stays to be seen


def watch(stage: Stage, seconds: float | None, *, session: bool, pacer: Pacer | None = None) -> Iterator[float]:
    """Let time pass; after each part, how many seconds of the device's time have passed since the start.

    seconds: how long, None for ever; session: also end when a session that was moving no longer is live.
    pacer: keeps simulated time from running ahead of the wall clock. Raises DeviceError and LinkError as the link does.
    """
    start_s = stage.link.now_s()
    moved = stage.moving
    while True:
        passed_s = stage.link.now_s() - start_s
        if seconds is not None and passed_s >= seconds - 1e-6:
            return
        stage.pump(STEP_S if seconds is None else min(STEP_S, max(seconds - passed_s, 1e-3)))
        if pacer is not None:
            pacer.keep_up(stage.link.now_s())
        yield stage.link.now_s() - start_s
        moved = moved or stage.moving
        if session and moved and not stage.live:
            return


class HeldPeak:
    """The highest force of the last second, so that it stays to be seen. mn: in mN."""

    def __init__(self) -> None:
        self.mn = 0
        self._at_s = 0.0

    def take(self, record: Telemetry) -> None:
        """The newest record."""
        highest = max(record.peak_mn if record.state in states.MOVING else 0, record.force_mn)
        if highest >= self.mn or record.host_s - self._at_s > PEAK_S:
            self.mn = highest
            self._at_s = record.host_s
