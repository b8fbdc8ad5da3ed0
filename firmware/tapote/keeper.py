"""Whatever writes flash. An erase holds everything up for 45 to 400 ms, ticks included: never while anything is armed.

The motor pin is forced to its safe level then (see App), and the watchdog is given the time that a save may take.
"""

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tapote.app import App

GUARD_MS = const(8000)  # several erases of 400 ms each
AFTER_MS = const(800)


class Keeper:
    """Saves on behalf of the App. Each method leaves flash as it was when the device is armed."""

    def __init__(self, app: "App") -> None:
        self.app = app

    def serve(self, work: "Callable[[], bool]", now_ms: int) -> bool:
        """Do it in SERVICE. False when that is not allowed now, or when the work was not done."""
        app = self.app
        if not app.session.serve(now_ms):
            return False
        app.hal.guard(GUARD_MS)
        done = work()
        app.hal.guard(AFTER_MS)  # no longer: where the ticks are dead, nobody else shortens it
        app.session.served(app.hal.now_ms())
        return done

    def save_settings(self, now_ms: int) -> bool:
        """Store the settings that hold now and, where what was stored of it is damaged, the calibration that holds."""
        app = self.app
        return self.serve(lambda: app.settings.save() and app.calibration.mend(), now_ms)

    def calibrate(self, zero_mn: int, gain_permille: int, now_ms: int) -> bool:
        """Store a calibration, which holds from now on."""
        return self.serve(lambda: self.app.calibration.set(zero_mn, gain_permille), now_ms)

    def keep(self, now_ms: int) -> None:
        """Store what waits for the device to be disarmed: the usage counters, the black box."""
        app = self.app
        if app.usage.step(app, now_ms):
            self.serve(app.usage.save, now_ms)
        app.blackbox.step(now_ms)
        if app.blackbox.due(now_ms):
            self.keep_box()

    def keep_box(self) -> None:
        """Store the black box, if it waits for that. In FAULT too: then above all it must not be lost."""
        if self.app.blackbox.unsaved:
            self._write(self.app.blackbox.save)

    def forget_box(self) -> None:
        """Let go of the black box, file and all."""
        self._write(self.app.blackbox.forget)

    def _write(self, work: "Callable[[], None]") -> None:
        app = self.app
        if app.session.live():
            return
        app.hal.guard(GUARD_MS)
        work()
        app.hal.guard(AFTER_MS)
