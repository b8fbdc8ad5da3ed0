"""A driven crank that gives no tach pulse: a jam, a hand that holds it, or a tachometer that is dead.

What the tachometer tells is looked at in every second turn of the main loop; see motor_guard.py.
"""

import micropython
from micropython import const

from tapote.units import clamp, elapsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FORCE_FILT_Q4 = const(7)
_SOFT_MN = const(10)
_SCALE_Q16 = const(14)
_TACH_LAST = const(41)
_TACH_TIMEOUT_US = const(47)

_STALL_MS = const(250)
_START_MS = const(150)  # more from rest: the first pulse is a part of a turn away, and drive still rises
_PAUSE_MS = const(1000)
_HAND_MS = const(3000)  # a hand that eased still explains a crank that stands: two tries, then it is a stall
_HELD_MS = const(1000)
_RISE_MS = const(2500)  # from rest: longer than drive takes to rise, unless a person wants it to take longer
_TRIES = const(3)  # a crank that a hand holds springs back while it rests and makes a pulse; one that jams never does
_SWINGS = const(4)  # of the press since the last pulse, down and up: the head strokes, the tachometer is dead
_LEAST_OUT_Q12 = const(740)  # 18 %
_HELD_OUT_Q12 = const(410)  # 10 %: enough to warm a motor that stands
_RISING_OUT_Q12 = const(1640)  # 40 %: what turns any free crank while drive is still rising


class Stall:
    """Judges a crank by its tachometer. board: board.json.

    pressed_still: a pressing hand holds the crank, so the drive shall rest.
    """

    def __init__(self, regs: "Any", board: "dict[str, Any]") -> None:
        self.regs = regs
        self.pressed_still = False
        # With less, a winding that stands takes what it stands for ever, and many a free motor does not turn.
        harmless_q12 = board["i2t_ma"] * 4096 // max(board["stall_current_ma"], 1)
        self._out_q12 = clamp(harmless_q12, _LEAST_OUT_Q12, _RISING_OUT_Q12)
        self._missing_ms = max(_STALL_MS, regs[_TACH_TIMEOUT_US] // 1000)  # a pulse a stroke takes its time
        self._last_tach = -1
        self._last_out = 0
        self._pressed_ms = 0
        self._hand_ms = 0
        self._stall_ms = 0
        self._held_ms = 0
        self._tries = 0
        self._swings = 0
        self._pulsed = True  # since it began to turn from rest, or it has not been at rest
        self._starting = False  # from rest, no pulse yet

    @micropython.native
    def check(self, now_ms: int, dt_ms: int, driving: bool, out_q12: int) -> bool:
        """Whether it is stalled. dt_ms: since the last look; driving: the motor is allowed to turn; out_q12: its duty.

        A hand that presses holds a crank still, the harder the more duty; that is no fault: `pressed_still` takes its
        drive away for a second, then it tries again, three times in a row. In a hand it may stand until drive rises no
        more. When the hand eases, and from rest, it needs its time to get going, so the count begins anew; the rests of
        a burst are no such rest as long as no pulse came between them. A press that swings belongs to a head that
        strokes, whatever the tachometer says.
        """
        regs = self.regs
        pulse = regs[_TACH_LAST] != self._last_tach
        rests = out_q12 <= _HELD_OUT_Q12
        hand_ms = self._hand_ms
        eased = False
        force_mn = regs[_FORCE_FILT_Q4] >> 4
        held_mn = (regs[_SOFT_MN] * 3 >> 2) * max(out_q12, _LEAST_OUT_Q12) >> 12
        if pulse or rests:
            self._swings = 0
        elif force_mn > held_mn if self._swings & 1 else hand_ms and force_mn < held_mn >> 1:
            self._swings += 1
        dead = driving and self._swings >= _SWINGS
        if dead:
            hand_ms = 0
        elif force_mn > held_mn:
            hand_ms = _HAND_MS
        elif pulse:
            hand_ms = 0
        elif hand_ms:
            eased = hand_ms == _HAND_MS
            hand_ms = max(hand_ms - dt_ms, 0)
        self._hand_ms = hand_ms
        stalled = dead
        held = False
        if driving and not pulse and not rests:
            self._held_ms += dt_ms
            held = self._held_ms >= (_RISE_MS if self._starting else _HELD_MS)
            full = regs[_SCALE_Q16] == 65536
            blocked = out_q12 > (self._out_q12 if full or hand_ms else _RISING_OUT_Q12)
            rises = out_q12 > self._last_out
            if eased or (hand_ms and not full and self._starting and rises):
                blocked = False
            if blocked:
                self._stall_ms += dt_ms
            elif eased or not rises:  # the way up to a burst's duty forgets nothing
                self._stall_ms = min(self._stall_ms, 0)
            stalled = dead or self._stall_ms >= self._missing_ms
        else:
            self._held_ms = 0
            self._starting = rests
            if pulse or not driving or self.pressed_still:
                self._pulsed = True
            if not rests:
                self._stall_ms = 0
            elif self._pulsed:
                self._pulsed = False
                self._stall_ms = -_START_MS
        if pulse or not driving:
            self._tries = 0
        self._last_tach = regs[_TACH_LAST]
        self._last_out = out_q12
        if hand_ms and (stalled or held):
            if self.pressed_still or self._tries < _TRIES:
                self._tries += 0 if self.pressed_still else 1
                self.pressed_still = True
                self._pressed_ms = now_ms
                return False
            stalled = True
        if self.pressed_still and (not driving or elapsed(now_ms, self._pressed_ms) > _PAUSE_MS):
            self.pressed_still = False
        return stalled
