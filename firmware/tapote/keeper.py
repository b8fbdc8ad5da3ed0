"""Whatever writes flash. An erase holds everything up for 45 to 400 ms, ticks included: never while anything is armed.

The motor pin is forced to its safe level then (see App), and the watchdog is given the time that a save may take.
"""

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

GUARD_MS = const(8000)  # several erases of 400 ms each


class Keeper:
    """Saves on behalf of the App. Each method leaves flash as it was when the device is armed."""

    def __init__(self, app: "App") -> None:
        self.app = app

    def save_settings(self, now_ms: int) -> bool:
        """In SERVICE: store the settings that hold now. False when that is not allowed now, or could not be done."""
        app = self.app
        if not app.session.serve(now_ms):
            return False
        app.hal.guard(GUARD_MS)
        done = app.settings.save()
        app.session.served(app.hal.now_ms())
        return done

    def keep(self, now_ms: int) -> None:
        """Store what waits for the device to be disarmed: the black box."""
        app = self.app
        if app.session.live():
            return
        if app.blackbox.due(now_ms):
            app.hal.guard(GUARD_MS)
            app.blackbox.save()
