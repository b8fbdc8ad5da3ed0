"""What the one button means: start, "too much", stop, clear. See panel.py for its gestures."""

from tapote import panel, states

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App


class Controls:
    """Turns the button's level into what the App does. Pressing while the head strokes takes the drive away at once."""

    def __init__(self, app: "App") -> None:
        self.app = app
        self.button = panel.Button()
        self._starting = False  # the press that started the session is still down: it means nothing else

    def update(self, now_ms: int) -> None:
        """One look at the button, every turn."""
        app = self.app
        button = self.button
        pressed = app.hal.button()
        if not pressed and button.quiet():  # as nearly always
            app.setpoints.held = False
            return
        gesture = button.update(pressed, now_ms)
        state = app.session.state
        moving = app.session.moving()
        if gesture == panel.PRESSED:
            if state == states.ARMED:
                self._starting = app.start(now_ms)
            elif state == states.FAULT:
                app.clear(now_ms)
        elif app.setpoints.held:
            if gesture == panel.TAPPED:
                app.too_much()
            elif gesture == panel.HELD:
                app.stop(now_ms)
        if not (button.down or button.touched):
            self._starting = False
        app.setpoints.held = moving and not self._starting and (button.down or button.touched)

    def released_ms(self, now_ms: int) -> int:
        """How long the button has been up; 0 while it is down."""
        return 0 if self.button.down or self.button.touched else self.button.still_ms(now_ms)
