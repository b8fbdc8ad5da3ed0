"""The device's own button and LED, from timestamps alone.

One button does it all. Pressing it while the motor runs takes the drive away at once; a short tap then means "too
much" and goes on gentler, a longer hold means stop. So the reflex of a startled hand is always the safe one.
"""

from tapote import states
from tapote.units import elapsed

DEBOUNCE_MS = 20
TAP_MS = 350
STUCK_MS = 10000
UNSTUCK_MS = 1000

NOTHING = 0
PRESSED = 1  # went down
TAPPED = 2  # came up soon
HELD = 3  # still down after TAP_MS; reported once
RELEASED = 4  # came up after a hold


class Button:
    """Debounced gestures. `down` is the debounced level; times are milliseconds modulo 2**30.

    `touched` does not wait for the bouncing to end: pressed in two samples running. A worn button that chatters may
    never give a gesture, but it takes the drive away.
    """

    def __init__(self) -> None:
        self.down = False
        self.touched = False
        self._raw = False
        self._raw_ms = 0
        self._edge_ms = 0
        self._held = False
        self._known = False

    def update(self, raw: bool, now_ms: int) -> int:
        """Feed the raw level (True = pressed) about every 10 ms; returns what happened."""
        if not self._known:  # held since power-on is no press
            self._known = True
            self._raw = self.down = self._held = raw
            self._raw_ms = self._edge_ms = now_ms
            return NOTHING
        self.touched = raw and self._raw
        if raw != self._raw:
            self._raw = raw
            self._raw_ms = now_ms
        if raw != self.down and elapsed(now_ms, self._raw_ms) >= DEBOUNCE_MS:
            self.down = raw
            self._edge_ms = now_ms
            if raw:
                self._held = False
                return PRESSED
            return RELEASED if self._held else TAPPED
        if self.down and not self._held and elapsed(now_ms, self._edge_ms) >= TAP_MS:
            self._held = True
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
            return was or self.still_ms(now_ms) >= STUCK_MS
        return was and self.still_ms(now_ms) < UNSTUCK_MS


def led(state: int, fault: int, now_ms: int) -> bool:
    """Whether the LED is on: a fault by long blinks for the tens of its number and short ones for the rest; else by
    state.

    IDLE and the like: a short blink every 2 s. ARMED: half-second blinks. RUNNING: on. BACKOFF: fast.
    """
    if fault:
        return _blink(fault, now_ms)
    if state == states.ARMED:
        return now_ms % 1000 < 500
    if state == states.BACKOFF:
        return now_ms % 200 < 100
    return state == states.RUNNING or now_ms % 2000 < 60


def _blink(number: int, now_ms: int) -> bool:
    """Tens as blinks of 1 s, ones as blinks of 0.2 s, then a pause of 1.6 s."""
    tens, ones = number // 10, number % 10
    beat = now_ms % (1400 * tens + 400 * ones + 1600)
    if beat < 1400 * tens:
        return beat % 1400 < 1000
    beat -= 1400 * tens
    return beat < 400 * ones and beat % 400 < 200
