"""Watching a device: time passes in small parts, until the watcher has seen enough or the session is over."""

from collections.abc import Iterator

from host_tools.emulator.pace import Pacer
from host_tools.stage import Stage

STEP_S = 0.05


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
