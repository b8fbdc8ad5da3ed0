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

from micropython import const

from tapote import units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FORCE_FILT_Q4 = const(7)
_STROKE_PHASE_Q24 = const(19)
_RATE_SPM = const(24)
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
_LOW_TURNS = const(7)  # longer than a bouncing head that is pressed with 14 N is in the air
_FELT_TURNS = const(2)  # one step of the current is no ripple
_MOST_N = const(40)  # a step of the current beyond what such a press gives is a start, a stall or a spike
_FELT_N = const(14)
_NOT_COMPARED = const(5000)
_BLOCK = const(100)  # turns: a second
_BLOCK_FORCE_MN = const(4000)  # less press, less certain
_BLOCKS = const(10)
_QUARTER = (0, 12, 25, 37, 49, 60, 71, 81, 90, 98, 106, 112, 117, 122, 125, 126)
# Sine in 64 steps, 127 = 1, and a quarter more: the cosine stands 16 steps ahead.
_HALF = _QUARTER + (127,) + tuple([_QUARTER[at] for at in range(15, 0, -1)])
SINE = _HALF + tuple([-value for value in _HALF]) + _QUARTER


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
        self._step_max = points[0][1] * _MOST_N // 1000
        # A fast length that no press of 14 N has, at any rate and duty: saves the look into the table.
        self._quiet = (points[-1][1] * _OUT_MIN_Q12 >> 12) * (254 * _FELT_N) // 1000
        self._no_load_ma = board["no_load_ma"]
        self._last_q4 = 0
        self._last_at = 0
        self._last_out = 0
        self._low_turns = 0
        self._low_rate = 0
        self._felt_turns = 0
        self._slope = 0  # leaky sums, over some four turns
        self._fast_x = 0
        self._fast_y = 0
        self._felt = 0  # of the blocks so far
        self._read = 0
        self._blocks = 0
        self._rest()

    def _rest(self) -> None:
        """Begin the block anew."""
        self._turns = 0
        self._x = 0
        self._y = 0
        self._force_q4 = 0
        self._out_q12 = 0
        self._rate = 0

    def feed(self, out_q12: int) -> bool:
        """One turn. True: the force sensor is not to be trusted. The motor feels 14 N and more that it has not read for
        75 ms, or it has lost gain."""
        regs = self.regs
        q4 = regs[_SLOW_Q4]
        step = q4 - self._last_q4
        self._last_q4 = q4
        at = regs[_STROKE_PHASE_Q24] >> 18
        x = step * SINE[at + 16]
        y = step * SINE[at]
        fast_x = self._fast_x
        fast_x += x - (fast_x >> 2)
        self._fast_x = fast_x
        fast_y = self._fast_y
        fast_y += y - (fast_y >> 2)
        self._fast_y = fast_y
        slope = self._slope
        slope += step - (slope >> 2)
        self._slope = slope
        force_q4 = regs[_FORCE_FILT_Q4]
        rate = regs[_RATE_SPM]
        told = at != self._last_at and abs(step) <= self._step_max and abs(out_q12 - self._last_out) <= _OUT_STEP_Q12
        self._last_at = at
        self._last_out = out_q12
        if not told or not _FAST_SPM <= rate <= _FASTEST_SPM or out_q12 < _OUT_MIN_Q12:
            self._low_turns = self._fast_x = self._fast_y = self._slope = 0
            if self._turns:
                self._rest()
            return False
        if rate >= _SLOW_SPM:
            self._x += x
            self._y += y
            self._force_q4 += force_q4
            self._out_q12 += out_q12
            self._rate += rate
            turns = self._turns + 1
            self._turns = turns
            if turns == _BLOCK and self._lost_gain():
                return True
        elif self._turns:
            self._rest()
        if force_q4 >= _LOW_Q4:
            self._low_turns = self._felt_turns = 0
            return False
        # A motor that runs up or down: its current is no press.
        if self._low_turns == 0 or abs(rate - self._low_rate) * 24 > rate:
            self._low_rate = rate
            self._low_turns = self._felt_turns = 0
        low_turns = self._low_turns + 1
        self._low_turns = low_turns
        if low_turns < _LOW_TURNS or not self._pressed(rate, out_q12):
            self._felt_turns = 0
            return False
        self._felt_turns += 1
        return self._felt_turns >= _FELT_TURNS

    def _pressed(self, rate: int, out_q12: int) -> bool:
        """Whether the ripple of the last few turns is that of a press; no judgement before both were compared."""
        if abs(self._fast_x) + abs(self._fast_y) < self._quiet:
            return False
        # What a slope of the current (the motor runs up, the duty rises) adds at the most, at 900 strokes/min.
        felt = length(self._fast_x, self._fast_y) - abs(self._slope) * 38
        # A pressed motor draws more than one without load; with 5/8 of that it is the current sensor that fails.
        if self.regs[_FELT_LIMIT_PERMILLE] == _NOT_COMPARED:
            return False
        if felt < self._quiet or self.regs[_CURRENT_MA] < self._no_load_ma * 5 * out_q12 >> 15:
            return False
        # A steady ripple of amplitude 1 makes a fast length of 4 * 127 / 2.
        return felt > (units.interpolate(self._points, rate) * out_q12 >> 12) * (254 * _FELT_N) // 1000

    def _lost_gain(self) -> bool:
        """A second of strokes: add it up if there was a press. After ten of them, judge; two in a row make it sure."""
        force_mn = self._force_q4 // (16 * _BLOCK)
        if force_mn >= _BLOCK_FORCE_MN:
            gain = units.interpolate(self._points, self._rate // _BLOCK)
            gain = gain * 1000 // (1000 + self.warm_permille * 3 // 10)  # copper at its limit has 30 % more resistance
            self._felt += length(self._x, self._y) * 32 // (127 * _BLOCK)
            self._read += (force_mn * (self._out_q12 // _BLOCK) >> 12) * gain // 62500
            self._blocks += 1
        self._rest()
        if self._blocks < _BLOCKS:
            return False
        before = self.felt_permille
        felt = min(self._felt * 1000 // max(self._read, 1), 5000)
        self.felt_permille = felt
        self.regs[_FELT_PERMILLE] = felt
        self._felt = self._read = self._blocks = 0
        limit: int = self.regs[_FELT_LIMIT_PERMILLE]
        return before > limit and felt > limit
