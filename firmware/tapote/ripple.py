"""A second opinion on the press: the force as the motor feels it, told from the ripple of its current.

Over a stroke the head works against the press and gets the work back: the mean force times the crank's radius, to and
fro. Only the inertia of what turns can lend it, so the speed ripples with the strokes, the back-EMF with the speed, and
the current with the back-EMF. How much a newton gives follows from the motor's data sheet and the inertia
(host_tools/board_motor.py); how soft the body is and how much of the stroke it swallows cancel out, which is not so for
the mean of the current.

Taken is the current's part at stroke frequency: its steps from turn to turn (so that a slow drift counts for little),
weighed with sine and cosine of the stroke's phase. Two judgements come from it: a sensor that reads no press while the
motor feels one, within a tenth of a second; and a sensor that has lost gain, within a minute of strokes.
"""

from array import array

import micropython
from micropython import const

from tapote import units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tapote.dialect import Pointer as ptr32

_FORCE_FILT_Q4 = const(7)
_STROKE_PHASE_Q24 = const(19)
_RATE_SPM = const(24)
_OUT_Q12 = const(28)
_SLOW_Q4 = const(57)
_CURRENT_MA = const(90)
_FELT_PERMILLE = const(104)
_FELT_LIMIT_PERMILLE = const(105)

_OUT_MIN_Q12 = const(820)  # 20 %: with less, the current says little
_OUT_STEP_Q12 = const(80)  # 2 % in a turn: the motor is told to run up or down
_FAST_SPM = const(600)
_SLOW_SPM = const(900)
_FASTEST_SPM = const(2850)  # a turn of the main loop is 10 ms: above, there are hardly two samples a stroke
_LOW_Q4 = const(80000)  # 5 N: what an unloaded sensor may read
_LOW_TURNS = const(6)  # longer than a bouncing head that is pressed with 14 N is in the air
_FELT_BEFORE = const(14)  # in one of the three turns before: one step of the current is no ripple
_MOST_N = const(40)  # a step of the current beyond what such a press gives is a start, a stall or a spike
_FELT_N = const(14)
_JUDGED_PERMILLE = const(2000)  # a limit above measures what is felt and judges nothing
_BLOCK = const(100)  # turns: a second
_BLOCK_FORCE_MN = const(4000)  # less press, less certain
_BLOCKS = const(10)
_QUARTER = (0, 12, 25, 37, 49, 60, 71, 81, 90, 98, 106, 112, 117, 122, 125, 126)
# Sine in 64 steps, 127 = 1, and a quarter more: the cosine stands 16 steps ahead.
_HALF = _QUARTER + (127,) + tuple([_QUARTER[at] for at in range(15, 0, -1)])
SINE = array("i", _HALF + tuple([-value for value in _HALF]) + _QUARTER)

# What is kept from turn to turn: words of an array, for machine code.
_LAST_Q4 = const(0)
_LAST_AT = const(1)
_LAST_OUT = const(2)
_LOW_TURNS_SO_FAR = const(3)
_LOW_RATE = const(4)
_SLOPE = const(5)  # leaky sums, over some four turns
_FAST_X = const(6)
_FAST_Y = const(7)
_TURNS = const(8)  # of the block, with its sums
_X = const(9)
_Y = const(10)
_FORCE_SUM_Q4 = const(11)
_OUT_SUM_Q12 = const(12)
_RATE_SUM = const(13)
_STEP_MAX = const(14)  # a step of the current beyond is a start, a stall or a spike
_QUIET = const(15)  # a fast length that no press of 14 N has, at any rate and duty
_WORDS = const(16)
_FULL = const(1)
_LOW = const(2)


@micropython.viper
def add_turn(regs: ptr32, kept: ptr32, sine: ptr32) -> int:
    """Take one turn in; _FULL: a block is full, _LOW: there is a ripple, and the sensor has read no press for long.

    Ranges: a step below 65536, so a block's sum stays below 65536 * 127 * 100 < 2**30 and that of forces below
    2**21 * 100.
    """
    at = regs[_STROKE_PHASE_Q24] >> 18
    q4 = regs[_SLOW_Q4]
    step = q4 - kept[_LAST_Q4]
    kept[_LAST_Q4] = q4
    x = step * sine[at + 16]
    y = step * sine[at]
    kept[_FAST_X] += x - (kept[_FAST_X] >> 2)
    kept[_FAST_Y] += y - (kept[_FAST_Y] >> 2)
    kept[_SLOPE] += step - (kept[_SLOPE] >> 2)
    out = regs[_OUT_Q12]
    force = regs[_FORCE_FILT_Q4]
    rate = regs[_RATE_SPM]
    change = out - kept[_LAST_OUT]
    kept[_LAST_OUT] = out
    if change < 0:
        change = 0 - change
    if step < 0:
        step = 0 - step
    told = at != kept[_LAST_AT] and step <= kept[_STEP_MAX] and change <= _OUT_STEP_Q12
    kept[_LAST_AT] = at
    if not told or rate < _FAST_SPM or rate > _FASTEST_SPM or out < _OUT_MIN_Q12:
        kept[_LOW_TURNS_SO_FAR] = 0
        kept[_FAST_X] = 0
        kept[_FAST_Y] = 0
        kept[_SLOPE] = 0
        kept[_TURNS] = 0
        return 0
    turns = kept[_TURNS]
    if turns == 0:
        kept[_X] = 0
        kept[_Y] = 0
        kept[_FORCE_SUM_Q4] = 0
        kept[_OUT_SUM_Q12] = 0
        kept[_RATE_SUM] = 0
    found = 0
    if rate >= _SLOW_SPM:
        kept[_X] += x
        kept[_Y] += y
        kept[_FORCE_SUM_Q4] += force
        kept[_OUT_SUM_Q12] += out
        kept[_RATE_SUM] += rate
        turns += 1
        kept[_TURNS] = turns
        if turns == _BLOCK:
            kept[_TURNS] = 0
            found = _FULL
    else:
        kept[_TURNS] = 0
    if force >= _LOW_Q4:
        kept[_LOW_TURNS_SO_FAR] = 0
        return found
    # A motor that runs up or down: its current is no press.
    change = rate - kept[_LOW_RATE]
    if change < 0:
        change = 0 - change
    low_turns = kept[_LOW_TURNS_SO_FAR]
    if low_turns == 0 or change * 24 > rate:
        kept[_LOW_RATE] = rate
        low_turns = 0
    if low_turns < _LOW_TURNS:
        low_turns += 1
    kept[_LOW_TURNS_SO_FAR] = low_turns
    if low_turns == _LOW_TURNS:
        x = kept[_FAST_X]
        y = kept[_FAST_Y]
        if x < 0:
            x = 0 - x
        if y < 0:
            y = 0 - y
        if x + y >= kept[_QUIET]:
            found |= _LOW
    return found


def length(x: int, y: int) -> int:
    """About sqrt(x * x + y * y), up to 3 % too long or short, without products that outgrow a small integer."""
    x = abs(x)
    y = abs(y)
    if x < y:
        x, y = y, x
    return max(x, (x * 7 >> 3) + (y >> 1))


class Ripple:
    """Fed once a turn while the crank is driven.

    felt_permille: force that the motor felt against force that the sensor read, over ten seconds of strokes; 0 until
    there were so many. warm_permille, to be set: how far the winding is on its way to its limit.
    """

    def __init__(self, regs: "Any", board: "dict[str, Any]") -> None:
        self.regs = regs
        self.felt_permille = 0
        self.warm_permille = 0
        self._points = points = board["ripple_points"]
        self._no_load_ma = board["no_load_ma"]
        self._kept = array("i", [0] * _WORDS)
        self._kept[_STEP_MAX] = points[0][1] * _MOST_N // 1000
        self._kept[_QUIET] = self._quiet = (points[-1][1] * _OUT_MIN_Q12 >> 12) * (254 * _FELT_N) // 1000
        self._felt_turns = 0
        self._felt = 0  # of the blocks so far
        self._read = 0
        self._blocks = 0

    @micropython.native
    def feed(self) -> bool:
        """One turn. True: the force sensor is not to be trusted. The motor feels 14 N and more that it has not read for
        65 ms, or it has lost gain."""
        found = add_turn(self.regs, self._kept, SINE)
        self._felt_turns = self._felt_turns << 1 & _FELT_BEFORE  # a bit for each turn, the latest the lowest
        if found & _LOW and self.regs[_FELT_LIMIT_PERMILLE] <= _JUDGED_PERMILLE and self._pressed():
            if self._felt_turns:
                return True
            self._felt_turns = 1
        return found & _FULL != 0 and self._lost_gain()

    @micropython.native
    def _pressed(self) -> bool:
        """Whether the ripple of the last few turns is that of a press."""
        kept = self._kept
        # What a slope of the current (the motor runs up, the duty rises) adds at the most, at 900 strokes/min.
        felt = length(kept[_FAST_X], kept[_FAST_Y]) - abs(kept[_SLOPE]) * 38
        out_q12 = kept[_LAST_OUT]
        # A pressed motor draws more than one without load; with 5/8 of that it is the current sensor that fails.
        if felt < self._quiet or self.regs[_CURRENT_MA] < self._no_load_ma * 5 * out_q12 >> 15:
            return False
        # A steady ripple of amplitude 1 makes a fast length of 4 * 127 / 2.
        return felt > (units.interpolate(self._points, self.regs[_RATE_SPM]) * out_q12 >> 12) * (254 * _FELT_N) // 1000

    def _lost_gain(self) -> bool:
        """A second of strokes: add it up if there was a press. After ten of them, judge; two in a row make it sure."""
        kept = self._kept
        force_mn = kept[_FORCE_SUM_Q4] // (16 * _BLOCK)
        if force_mn >= _BLOCK_FORCE_MN:
            gain = units.interpolate(self._points, kept[_RATE_SUM] // _BLOCK)
            gain = gain * 1000 // (1000 + self.warm_permille * 3 // 10)  # copper at its limit has 30 % more resistance
            self._felt += length(kept[_X], kept[_Y]) * 32 // (127 * _BLOCK)
            self._read += (force_mn * (kept[_OUT_SUM_Q12] // _BLOCK) >> 12) * gain // 62500
            self._blocks += 1
        if self._blocks < _BLOCKS:
            return False
        before = self.felt_permille
        felt = min(self._felt * 1000 // max(self._read, 1), 5000)
        self.felt_permille = felt
        self.regs[_FELT_PERMILLE] = felt
        self._felt = self._read = self._blocks = 0
        limit: int = self.regs[_FELT_LIMIT_PERMILLE]
        return before > limit and felt > limit and limit <= _JUDGED_PERMILLE
