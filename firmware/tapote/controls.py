"""What the one button means. See panel.py for its gestures, docs/standalone.md for the table that people read.

At rest a tap chooses the next stored program, and a press of a second asks for arming. That is done only half a second
after the button came up, when every reason against it is looked at as for a host: the press that asked can never be
the one that starts. Gestures belong to the state in which their press began, so the press that stopped, cleared a
fault or was down at power-on chooses and arms nothing.
"""

from micropython import const

from tapote import panel, states

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

RESTED_MS = const(500)  # up for so long before a press that starts; a hold that follows a tap sooner means pause


class Controls:
    """Turns the button's level into what the App does. Pressing while the head strokes takes the drive away at once.

    wanted: a person has asked for arming; let go of the button and it is tried.
    """

    def __init__(self, app: "App") -> None:
        self.app = app
        self.button = panel.Button()
        self.wanted = False
        self._began = states.BOOT  # the state in which the press came that is under way; the one that starts, in ARMED
        self._pair = False  # a tap came last; or the press under way follows it closely

    def update(self, now_ms: int) -> None:
        """One look at the button, every turn."""
        app = self.app
        button = self.button
        pressed = app.hal.button()
        if not pressed and button.quiet():  # as nearly always
            app.setpoints.held = False
            if self.wanted:
                self._arm(now_ms)
            return
        gesture = button.update(pressed, now_ms)
        state = app.session.state
        moving = app.session.moving()
        if gesture == panel.PRESSED:
            self.wanted = False
            self._began = state
            self._pair = self._pair and button.rested_ms <= RESTED_MS
            if state == states.ARMED:
                rested = button.rested_ms >= RESTED_MS
                app.lamp.answer(0, app.start(now_ms) if rested else 0x001, now_ms)
            elif state == states.FAULT:
                app.clear(now_ms)
        elif app.setpoints.held:
            if gesture == panel.TAPPED:
                self._pair = True
                app.too_much()
            elif gesture == panel.HELD:
                if self._pair:
                    app.pause(now_ms)
                else:
                    app.stop(now_ms)
        elif state == states.IDLE and self._began == states.IDLE:
            if gesture == panel.TAPPED:
                slot = app.loader.choose()
                app.lamp.answer(slot, 0 if slot else 0x020, now_ms)
            elif gesture == panel.LONG:
                self.wanted = True
        down = button.down or button.touched
        if not down:
            self._began = states.BOOT
        if state != states.IDLE:  # a fault, while the button was down
            self.wanted = False
        app.setpoints.held = moving and down and self._began != states.ARMED

    def _arm(self, now_ms: int) -> None:
        """The button is up again after a press that asked for arming."""
        if self.app.session.state != states.IDLE:
            self.wanted = False
        elif self.button.still_ms(now_ms) >= RESTED_MS:
            self.wanted = False
            self.app.lamp.answer(0, self.app.arm(False, now_ms), now_ms)

    def forget(self) -> None:
        """The program has changed: a press under way, or the wish to arm, meant the one before."""
        self.wanted = False
        self._began = states.BOOT

    def released_ms(self, now_ms: int) -> int:
        """How long the button has been up; 0 while it is down."""
        return 0 if self.button.down or self.button.touched else self.button.still_ms(now_ms)
