"""A bar of WS2812 pixels: as many are lit as the press is hard, of the limit that holds. Only where the board file
names them.

What is lit and what blinks tells everything; the colour only repeats it. Between sessions the first pixel does what the
LED does.
"""

from array import array

from micropython import const

from tapote import states
from tapote.panel import pressed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App
    from tapote.hal import Wires

# 0xGGRRBB, a sixth of full brightness: eight pixels then take 60 mA.
GREEN = const(0x280000)
AMBER = const(0x182000)
RED = const(0x002800)
BLUE = const(0x000028)
WHITE = const(0x0C0C0C)

_FULL = const(1000)
_PEAK_LAST_MN = const(9)
_SOFT_MN = const(10)
_LIMIT_MN = const(85)


class Pixels:
    """The bar of an App; `step` sends it when it has changed."""

    def __init__(self, app: "App", wires: "Wires") -> None:
        self._app = app
        self._wires = wires
        self.colours = array("I", [0] * app.board["lights"]["pixel_count"])
        self._sent = array("I", [1] * len(self.colours))

    def step(self, turn: int, now_ms: int) -> None:
        """Show what is so now. In every turn of the main loop; the bar has its own among them, after the LED."""
        if turn & 3 != 3:
            return
        app = self._app
        state = app.session.state
        regs = app.hal.regs
        if state in states.MOVING:
            peak_mn, limit_mn = regs[_PEAK_LAST_MN], regs[_LIMIT_MN]
            dark = app.lamp.level == 0
            bar(self.colours, pressed(peak_mn, limit_mn), peak_mn > regs[_SOFT_MN], dark)
        else:
            colour = RED if state == states.FAULT else BLUE if state == states.ARMED else WHITE
            single(self.colours, colour if app.lamp.level == _FULL else 0)
        if self.colours != self._sent:
            self._sent[:] = self.colours
            self._wires.pixels(self.colours)


def bar(colours: "array[int]", share: int, over: bool, dark: bool) -> None:
    """A share (permille) of the pixels, one at least: green; all amber from where the foldback begins (`over`), with
    the last of them red. dark: none at all, as when the LED winks."""
    count = len(colours)
    lit = 0 if dark else max((share * count + 999) // 1000, 1)
    for index in range(count):
        colours[index] = (AMBER if over else GREEN) if index < lit else 0
    if over and lit:
        colours[lit - 1] = RED


def single(colours: "array[int]", colour: int) -> None:
    """Only the first pixel, in this colour."""
    for index in range(len(colours)):
        colours[index] = 0
    colours[0] = colour
