"""The device's own button and LED, from timestamps alone: what a finger did, and what the LED says.

One button does it all. Pressing it while the motor runs takes the drive away at once; a short tap then means "too
much" and goes on gentler, a longer hold means stop. So the reflex of a startled hand is always the safe one.
`controls.py` says what a gesture means.

While the head strokes the LED is as bright as the press is hard, of the limit that holds: dim is light, bright is near
the limit, and a flicker says that it is too hard and the device is yielding. Everything else is told by blinking, so
that no colour has to be seen. It is looked at every 40 ms, so no pattern has a part shorter than 80 ms.
"""

from micropython import const

from tapote import states
from tapote.units import elapsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapote.app import App
    from tapote.hal import Light

_DEBOUNCE_MS = const(20)
_TAP_MS = const(350)
_LONG_MS = const(1000)
_STUCK_MS = const(10000)
_UNSTUCK_MS = const(1000)

NOTHING = const(0)
PRESSED = const(1)  # went down
TAPPED = const(2)  # came up soon
HELD = const(3)  # still down after _TAP_MS; reported once
RELEASED = const(4)  # came up after a hold
LONG = const(5)  # still down after _LONG_MS; reported once

_FULL = const(1000)
_DIM = const(60)  # nobody presses, and still to be seen
_DARK_MS = const(320)  # a new phase begins
_CHOSEN_MS = const(400)  # dark before and after the blinks that tell a program
_FLUTTER_MS = const(640)  # "no"; then the number of the reason

_PEAK_LAST_MN = const(9)
_LIMIT_MN = const(85)
_PHASE = const(88)
_NOTES = const(100)
_WARN = const(1)  # bits of _NOTES: see dose.py
_MOVE_ON = const(4)


class Button:
    """Debounced gestures. `down` is the debounced level; times are milliseconds modulo 2**30.

    `touched` does not wait for the bouncing to end: pressed in two samples running. A worn button that chatters may
    never give a gesture, but it takes the drive away. `rested_ms`: how long it had been up before the last press.
    """

    def __init__(self) -> None:
        self.down = False
        self.touched = False
        self.rested_ms = 0
        self._raw = False
        self._raw_ms = 0
        self._edge_ms = 0
        self._told = NOTHING  # HELD and LONG come once in a press
        self._known = False

    def update(self, raw: bool, now_ms: int) -> int:
        """Feed the raw level (True = pressed) about every 10 ms; returns what happened."""
        if not self._known:  # held since power-on is no press
            self._known = True
            self._raw = self.down = raw
            self._told = LONG if raw else NOTHING
            self._raw_ms = self._edge_ms = now_ms
            return NOTHING
        self.touched = raw and self._raw
        if raw != self._raw:
            self._raw = raw
            self._raw_ms = now_ms
        stood_ms = elapsed(now_ms, self._edge_ms)
        if raw != self.down and elapsed(now_ms, self._raw_ms) >= _DEBOUNCE_MS:
            self.down = raw
            self._edge_ms = now_ms
            if raw:
                self._told = NOTHING
                self.rested_ms = stood_ms
                return PRESSED
            return RELEASED if self._told else TAPPED
        if self.down and self._told != LONG:
            if stood_ms >= _LONG_MS:
                self._told = LONG
                return LONG
            if stood_ms >= _TAP_MS and self._told == NOTHING:
                self._told = HELD
                return HELD
        return NOTHING

    def quiet(self) -> bool:
        """Whether it is up and has been: a raw level of "up" would tell nothing new."""
        return self._known and not (self._raw or self.down)

    def still_ms(self, now_ms: int) -> int:
        """How long the debounced level has stood."""
        return elapsed(now_ms, self._edge_ms)

    def stuck(self, now_ms: int, was: bool) -> bool:
        """Whether the button has been down for so long that no hand does it; if it `was`, until up for a second."""
        if self.down:
            return was or self.still_ms(now_ms) >= _STUCK_MS
        return was and self.still_ms(now_ms) < _UNSTUCK_MS


class Lamp:
    """The LED, and what else of lights the board file names. `reason`: the number of why arming, or the press after it,
    is refused, while it is told; 0 else."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self.level = 0  # permille of its brightness
        self.reason = 0
        self._number = 0  # of the program that was chosen, while it is told
        self._since_ms = 0
        self._phase = 0
        self._phase_ms = 0
        self.parts: "Sequence[Light]" = app.hal.lights(app) if "lights" in app.board else ()

    def step(self, turn: int, now_ms: int) -> None:
        """Show what is so now. In every turn of the main loop, whose number tells what is due."""
        if turn & 3 == 2:
            level = self._look(now_ms)
            if level != self.level:
                self.level = level
                self._app.hal.led(level)
        for part in self.parts:
            try:
                part.step(turn, now_ms)
            except Exception as error:  # a light is no reason to stop: it is left alone until the next start
                self._app.error = repr(error)
                self.parts = [other for other in self.parts if other is not part]

    def answer(self, number: int, reasons: int, now_ms: int) -> None:
        """Answer a gesture: the stored program of this number was chosen, or arming is refused for these reasons (bits
        of faults.REASONS; the first is told). Neither: no answer."""
        self._number = number
        self.reason = 0
        while reasons:
            self.reason += 1
            reasons = 0 if reasons & 1 else reasons >> 1
        self._since_ms = now_ms

    def _look(self, now_ms: int) -> int:
        app = self._app
        session = app.session
        state = session.state
        regs = app.hal.regs
        if self._number or self.reason:
            asked = state in (states.IDLE, states.ARMED)
            level = told(self._number, self.reason, elapsed(now_ms, self._since_ms)) if asked else -1
            if level >= 0:
                return level
            self._number = self.reason = 0
        if app.controls.wanted:
            return _FULL
        phase = regs[_PHASE] if session.live() else 0
        if phase != self._phase:
            self._phase = phase
            self._phase_ms = now_ms
        if state != states.RUNNING:
            return resting(state, session.fault, session.paused, regs[_NOTES], now_ms)
        if phase and elapsed(now_ms, self._phase_ms) < _DARK_MS:
            return 0
        return running(pressed(regs[_PEAK_LAST_MN], regs[_LIMIT_MN]), regs[_NOTES], now_ms)


def pressed(peak_mn: int, limit_mn: int) -> int:
    """How hard the press is, in permille of the limit."""
    return min(peak_mn * 1000 // max(limit_mn, 1), 1000)


def running(share: int, notes: int, now_ms: int) -> int:
    """While the head strokes: brightness by force (share: permille of the limit). It winks once a second while it is
    time to move on, and twice in four seconds when the battery will soon be empty."""
    if notes & _MOVE_ON and now_ms % 1000 < 320:
        return 0
    beat = now_ms % 4000
    if notes & _WARN and beat < 480 and beat % 320 < 160:
        return 0
    return _DIM + (_FULL - _DIM) * share // 1000 * share // 1000  # an eye tells low levels apart, high ones hardly


def resting(state: int, fault: int, paused: bool, notes: int, now_ms: int) -> int:
    """A fault by its number, else the state. IDLE and the like: a short blink every 2 s (two when the battery is low).
    ARMED: half-second blinks; paused: two short ones a second. BACKOFF: a flicker."""
    if fault:
        lit = count(fault, now_ms % count_ms(fault))
    elif state == states.ARMED:
        beat = now_ms % 1000
        lit = beat < 640 and beat % 320 < 160 if paused else beat < 500
    elif state == states.BACKOFF:
        lit = now_ms % 240 < 120
    else:
        beat = now_ms % 2000
        lit = beat < 80 or (240 <= beat < 320 and notes & _WARN > 0)
    return _FULL if lit else 0


def told(number: int, reason: int, since_ms: int) -> int:
    """The answer to a gesture, as brightness; -1 when it is over. A chosen program: its number in short blinks.
    Refused: a flutter, then the number of the reason as a fault's, twice."""
    if number:
        since_ms -= _CHOSEN_MS
        lit = since_ms >= 0 and count(number, since_ms)
        return (_FULL if lit else 0) if since_ms < 400 * number + _CHOSEN_MS else -1
    since_ms -= _FLUTTER_MS
    if since_ms < 0:
        return _FULL if since_ms % 160 < 80 else 0
    since_ms -= _CHOSEN_MS
    if since_ms >= 2 * count_ms(reason):
        return -1
    return _FULL if since_ms >= 0 and count(reason, since_ms % count_ms(reason)) else 0


def count(number: int, beat: int) -> bool:
    """A number in blinks: tens of 1 s, ones of 0.2 s. beat: ms since it began."""
    tens = number // 10
    if beat < 1400 * tens:
        return beat % 1400 < 1000
    beat -= 1400 * tens
    return beat < 400 * (number % 10) and beat % 400 < 200


def count_ms(number: int) -> int:
    """How long that takes, with the pause of 1.6 s that tells where it begins."""
    return 1400 * (number // 10) + 400 * (number % 10) + 1600
