"""A link on which button and person act when the device's world says so, not when the host gets round to it.

Two worlds answer the host a few milliseconds apart. Without this, the person of one world would touch in another part
of a stroke than the person of the other, and a session of seconds is a matter of some hundred strokes.
"""

from host_tools.links.link import Link
from host_tools.plant.plant import Plant

BOOT_S = 1.0
PRESS_S = 2.0  # after upload and arming, and before the host's silence counts as lost
TOUCH_STROKES = 20
SLICE_S = 0.0005


class Appointment:
    """host_tools.links.link.Link around another one. No plant is shown, so whoever runs the session leaves it alone.

    The button goes down PRESS_S after power-on; the person touches after the head's TOUCH_STROKESth stroke.
    """

    def __init__(self, link: Link, *, press_s: float = PRESS_S) -> None:
        assert link.plant is not None
        self.name = link.name
        self.simulated = link.simulated
        self.plant: Plant | None = None
        self.world = link.plant
        self._link = link
        self._press_s = press_s
        self._touched = False
        self.advance(BOOT_S - link.now_s())

    def now_s(self) -> float:
        return self._link.now_s()

    def advance(self, seconds: float) -> None:
        end_s = self.now_s() + seconds
        while not self._touched and self.now_s() > self._press_s and self.now_s() < end_s - SLICE_S:
            if self.world.strokes >= TOUCH_STROKES:
                self.world.begin_press()
                self._touched = True
            else:
                self._link.advance(SLICE_S)
        self._advance_to(end_s)

    def _advance_to(self, time_s: float) -> None:
        left_s = time_s - self.now_s()
        if left_s > 1e-9:
            self._link.advance(left_s)

    def read(self) -> bytes:
        return self._link.read()

    def write(self, data: bytes) -> None:
        self._link.write(data)

    def press_button(self, seconds: float = 0.1) -> None:
        assert self.now_s() <= self._press_s, "the host was not ready at the appointed time"
        self._advance_to(self._press_s)
        self._link.press_button(seconds)

    def close(self) -> None:
        self._link.close()
