"""An SSD1306 display of 128 x 64 dots: state, program, time, force, and what to do. Only where the board file names it.

The display has eight pages of 128 bytes, each a row of text 8 dots high. In every other turn of the main loop a row is
looked at, or drawn, or a quarter of it is sent: 40 bytes, 0.9 ms at 400 kHz. A whole new picture takes a second, a row
that has changed at most 0.3 s. The driver of micropython-lib sends all 1024 bytes at once, and the loop waits 23 ms.
"""

import micropython
from framebuf import MONO_VLSB, FrameBuffer
from micropython import const

from tapote import faults, states
from tapote.panel import pressed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App
    from tapote.dialect import ptr8
    from tapote.hal import Wires

# SSD1306 data sheet, section 9: multiplex, clock, offset, start line, charge pump on, page addressing, upside up,
# COM pins, contrast, pre-charge, VCOMH, follow RAM, not inverted. Its memory holds noise then, so it is lit later.
_START = b"\x00\xae\xa8\x3f\xd5\x80\xd3\x00\x40\x8d\x14\x20\x02\xa1\xc8\xda\x12\x81\x7f\xd9\xf1\xdb\x40\xa4\xa6"
_LIGHT = b"\x00\xaf"
_SLICE = const(32)
_HEAD = const(7)  # three commands, each behind its control byte 0x80, and 0x40: data follows
COLUMNS = 16  # characters in a row
PLAIN, TOP, BOTTOM, BAR = 0, 1, 2, 3  # kinds of rows; TOP and BOTTOM are the halves of letters twice as high

_PEAK_LAST_MN = const(9)
_LIMIT_MN = const(85)
_PHASE = const(88)
_BATTERY_MV = const(89)
_NOTES = const(100)
_REST_S = const(101)
_WARN = const(1)
_MOVE_ON = const(4)


class Oled:
    """The display of an App. `alive`: it answered so far; when it does not, it is left alone until the next start."""

    def __init__(self, app: "App", wires: "Wires") -> None:
        self._app = app
        self._wires = wires
        self.alive = wires.display(_START)
        self.rows: "list[tuple[int, object]]" = [(PLAIN, None)] * 8  # as they stand on the display
        self._dots = bytearray(128)
        self._drawing = FrameBuffer(self._dots, 128, 8, MONO_VLSB)
        self._out = bytearray(_HEAD + _SLICE)
        self._page = 7  # the last one looked at
        self._lit = False
        self._slice = 4  # of the row to be sent next; 4: none, -1: it is to be drawn first

    def step(self, turn: int, now_ms: int) -> None:
        """One step: look whether the next row has changed, or draw it, or send a quarter of it. In every other turn of
        the main loop: those in between have work of their own."""
        if not (self.alive and turn & 1):
            return
        if self._slice < 0:
            draw(self._drawing, self._dots, self.rows[self._page])
            self._slice = 0
            return
        if self._slice < 4:
            self.alive = self._send(self._slice)
            self._slice += 1
            return
        self._page = page = self._page + 1 & 7
        if page == 0 and not self._lit and self.rows[7][1] is not None:  # all of them are sent
            self._lit = True
            self.alive = self._wires.display(_LIGHT)
        # The lower half of the tall letters is that of the upper half, also when they have changed since.
        row = (BOTTOM, self.rows[2][1]) if page == 3 else content(self._app, page)
        if row != self.rows[page]:
            self.rows[page] = row
            self._slice = -1

    def _send(self, part: int) -> bool:
        out = self._out
        at = part * _SLICE
        out[:_HEAD] = bytes((0x80, 0xB0 | self._page, 0x80, at & 15, 0x80, 0x10 | at >> 4, 0x40))
        out[_HEAD:] = self._dots[at : at + _SLICE]
        return self._wires.display(out)


def draw(drawing: FrameBuffer, dots: bytearray, row: "tuple[int, object]") -> None:
    """A row into its 128 bytes."""
    kind, what = row
    drawing.fill(0)
    if kind == BAR:
        share = what if isinstance(what, int) else 0
        drawing.rect(0, 0, 128, 8, 1)
        drawing.fill_rect(2, 2, 124 * share // 1000, 4, 1)
        return
    drawing.text(str(what), 0, 0, 1)
    if kind != PLAIN:
        _stretch(dots, 4 if kind == BOTTOM else 0)


@micropython.viper
def _stretch(dots, shift):  # type: (bytearray, int) -> None
    """Each column's upper (shift 0) or lower four dots (4), twice as high."""
    row = ptr8(dots)
    for at in range(128):
        half = (row[at] >> int(shift)) & 15
        half = (half | half << 2) & 0x33
        half = (half | half << 1) & 0x55
        row[at] = half | half << 1


def content(app: "App", page: int) -> "tuple[int, object]":
    """What stands in a row now, but for row 3. The rows: state and battery; what to mind; what matters most, in tall
    letters (2 and 3); more of it; force; what a tap and what a hold would do."""
    session = app.session
    state = session.state
    moving = state in states.MOVING
    text = ""
    if page == 0:
        name = "PAUSED" if session.paused and state == states.ARMED else states.STATES[state]
        text = ends(name, "%d.%dV" % divmod((app.hal.regs[_BATTERY_MV] + 50) // 100, 10))
    elif page == 1:
        text = _mind(app)
    elif page == 2:
        return TOP, _most(app, state)
    elif page == 4:
        text = _more(app, state)
    elif page == 5 and moving:
        return BAR, pressed(app.hal.regs[_PEAK_LAST_MN], app.hal.regs[_LIMIT_MN]) // 20 * 20
    elif page == 6 and state == states.FAULT:
        text = "repair, restart" if session.stuck(0) else "press to clear"
    elif page == 6 and (moving or state == states.IDLE):
        text = "tap = too much" if moving else "tap = next"
    elif page == 7 and (moving or (state == states.IDLE and app.loader.whole)):
        text = "hold = stop" if moving else "hold = arm"
    return PLAIN, text


def _most(app: "App", state: int) -> str:
    if state == states.FAULT:
        return faults.name(app.session.fault)
    if state in states.MOVING:
        return ends(clock(app.program.left_ms(app.session.run_ms) // 1000), "%d N" % _peak_n(app))
    if app.controls.wanted:
        return "let go"
    if app.lamp.reason:
        return faults.reason(app.lamp.reason)
    if state == states.ARMED:
        return "press to go on" if app.session.paused else "press to start"
    return app.program.name[:COLUMNS] if app.loader.whole else "no program"


def _more(app: "App", state: int) -> str:
    if state == states.FAULT:
        return "fault %d" % app.session.fault
    if not app.loader.whole:
        return ""
    if state in states.MOVING:
        return ends("%d of %d" % (app.hal.regs[_PHASE] + 1, len(app.program.phases)), "of %d N" % _limit_n(app))
    slot = app.loader.index + 1
    return ends("slot %d" % slot if slot else "sent", clock(app.program.length_ms() // 1000))


def _mind(app: "App") -> str:
    regs = app.hal.regs
    if regs[_NOTES] & _MOVE_ON:
        return "move on"
    if regs[_NOTES] & _WARN:
        return "battery low"
    return "rest " + clock(regs[_REST_S]) if regs[_REST_S] else ""


def _peak_n(app: "App") -> int:
    return (app.hal.regs[_PEAK_LAST_MN] + 500) // 1000


def _limit_n(app: "App") -> int:
    return app.hal.regs[_LIMIT_MN] // 1000


def ends(left: str, right: str) -> str:
    """Two texts at the two ends of a row; the left one gives way."""
    left = left[: COLUMNS - 1 - len(right)]
    return left + " " * (COLUMNS - len(left) - len(right)) + right


def clock(seconds: int) -> str:
    """75 -> "1:15"."""
    return "%d:%02d" % divmod(max(seconds, 0), 60)
