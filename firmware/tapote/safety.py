"""The slow supervisor: a hundred times a second it turns raw readings into volts, amperes, degrees, and judges them.

The fast limits (foldback, trip, heartbeat) are the tick's. Here stands what needs time to judge. Each check is one
short piece with its threshold, its time and its fault; `check` returns all that are there. Power and motor have guards
of their own. What changes slowly is looked at in one of eight turns, each in another, so that no turn takes long.
"""

from micropython import const

from tapote import faults
from tapote.motor_guard import MotorGuard
from tapote.power_guard import PowerGuard
from tapote.units import Lasting, elapsed, interpolate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NOW_US = const(0)
_TICKS = const(2)
_TICK_US = const(3)
_FORCE_RAW = const(5)
_FORCE_MN = const(6)
_FORCE_FILT_Q4 = const(7)
_TRIPS = const(18)
_RATE_SPM = const(24)
_SLOW_Q4 = const(57)
_LOST_TICKS = const(68)
_CURRENT_MA = const(90)
_FORCE_SAME = const(94)
_LATE_TICKS = const(96)
_FORCE_JUMPS = const(97)

STUCK_US = const(80000)  # the same reading in every tick for so long: real sensors have noise; found by 100 ms
OUTSIDE = const(5)
SAME_TICKS = const(10)
JUMPS = const(6)  # a slammed head gives two or three
JUMPS_MS = const(100)
UNLOADED_MN = const(5000)  # below this the head counts as lifted
LATE_TICKS = const(3)  # a tick late by half a period or more, in one session
CLOCK_MS = const(1000)
CLOCK_PERMILLE = const(20)  # by how much ticks and clock may differ
# Of eight turns, the one for each of these.
_POWER_TURN = const(2)
_HEAT_TURN = const(4)
_CLOCK_TURN = const(6)


class Safety:
    """Measurements in `regs`, and the verdict on them. board: board.json."""

    def __init__(self, regs: "Any", board: "dict[str, Any]") -> None:
        self.regs = regs
        self.raw_min: int = board["force_raw_min"]
        self.raw_max: int = board["force_raw_max"]
        self._current_points: "list[list[int]]" = board["current_points"]
        self.power = PowerGuard(regs, board)
        self.motor = MotorGuard(regs, board)
        self._dead = Lasting(20)
        self._outside = 0  # looks at a reading outside its range, with a leak
        self._unloaded = Lasting(2000)
        self._last_ticks = -1
        self._jumps = 0
        self._jumps_ms = self._clock_ticks = 0
        self._clock_us = -1
        self._turn = 0
        self._low_bits = self._heat_bits = self._clock_bits = 0
        self.lifted = False  # head unloaded for 2 s, the motor off

    def measure(self) -> None:
        """Convert what the next `check` looks at: current mA; in turns battery mV and temperature in 0.1 C."""
        regs = self.regs
        regs[_CURRENT_MA] = interpolate(self._current_points, (regs[_SLOW_Q4] + 8) >> 4)
        if self._turn == _POWER_TURN:
            self.power.measure_battery()
        elif self._turn == _HEAT_TURN:
            self.power.measure_heat()

    def check(self, now_ms: int, driving: bool) -> int:
        """The faults whose cause is there now, as bits 1 << number. driving: the motor is allowed to turn."""
        turn = self._turn
        self._turn = (turn + 1) & 7
        if turn == _POWER_TURN:
            self._low_bits = self.power.battery(now_ms)
        elif turn == _HEAT_TURN:
            self._heat_bits = self.power.heat(now_ms)
        elif turn == _CLOCK_TURN:
            self._clock_bits |= self._clock(driving)
        if driving:
            self._unloaded.since_ms = -1
            self.lifted = False  # or a press in the very turn of a trip would clear it
        else:
            self.lifted = self._unloaded(self.regs[_FORCE_MN] < UNLOADED_MN, now_ms)
        bits = self._tick_trips(now_ms) | self._force_sensor(now_ms, driving) | self.motor.check(now_ms, driving)
        return bits | self.power.cut(now_ms) | self._low_bits | self._heat_bits | self._clock_bits

    def _tick_trips(self, now_ms: int) -> int:
        """What the tick holds the motor off for, and whether it ticks at all, and in time."""
        regs = self.regs
        bits = 0
        trips = regs[_TRIPS]
        if trips:
            if trips & 1:
                bits |= 1 << faults.FORCE_TRIP
            if trips & 2:
                bits |= 1 << faults.ADC_DEAD
            if trips & 4:
                bits |= 1 << faults.LOOP_HUNG
        ticks = regs[_TICKS]
        if ticks != self._last_ticks:
            self._last_ticks = ticks
            self._dead.since_ms = -1
        elif self._dead(True, now_ms):
            bits |= 1 << faults.TICK_LOST
        if regs[_LOST_TICKS]:
            bits |= 1 << faults.TICK_LOST
        if regs[_LATE_TICKS] >= LATE_TICKS:
            bits |= 1 << faults.TICK_LATE
        return bits

    def _force_sensor(self, now_ms: int, driving: bool) -> int:
        """Rails within 20 ms, a loose wire in 50; while the head strokes, one that stands or jumps as no hand can."""
        regs = self.regs
        raw = regs[_FORCE_RAW]
        if self.raw_min <= raw <= self.raw_max:
            if self._outside:
                self._outside -= 1
        else:
            # Two looks in a row, or three of five where a wire makes and breaks; one where the reading has no noise, as
            # only a rail has none.
            self._outside = min(self._outside + OUTSIDE, 2 * OUTSIDE)
            if self._outside == 2 * OUTSIDE or regs[_FORCE_SAME] >= SAME_TICKS:
                return 1 << (faults.FORCE_OPEN if raw < self.raw_min else faults.FORCE_SHORT)
        jumps = regs[_FORCE_JUMPS]
        if not driving:
            self._jumps = jumps
            return 0
        if jumps - self._jumps >= JUMPS:
            return 1 << faults.FORCE_RATE
        if elapsed(now_ms, self._jumps_ms) >= JUMPS_MS:
            self._jumps = jumps
            self._jumps_ms = now_ms
        if regs[_RATE_SPM] > 0 and regs[_FORCE_SAME] * regs[_TICK_US] >= STUCK_US:
            return 1 << faults.FORCE_STUCK
        return 0

    def _clock(self, driving: bool) -> int:
        """Clock and ticks must keep the same time over each second of driving. The clock is the tick's own: the main
        loop's `now_ms` is as old as what its turn began with."""
        now_us = self.regs[_NOW_US]
        ticks = self.regs[_TICKS]
        if not driving or self._clock_us < 0:
            self._clock_us = now_us if driving else -1
            self._clock_ticks = ticks
            return 0
        passed_ms = elapsed(now_us, self._clock_us) // 1000
        if passed_ms < CLOCK_MS:
            return 0
        ticked_ms = elapsed(ticks, self._clock_ticks) * self.regs[_TICK_US] // 1000
        self._clock_us = now_us
        self._clock_ticks = ticks
        return 1 << faults.CLOCK if abs(ticked_ms - passed_ms) * 1000 > passed_ms * CLOCK_PERMILLE else 0

    def reasons(self) -> int:
        """Bits of faults.REASONS that this module knows to keep the motor from being armed."""
        regs = self.regs
        bits = self.power.reasons()
        if regs[_FORCE_MN] >= UNLOADED_MN or regs[_FORCE_FILT_Q4] >> 4 >= UNLOADED_MN:
            bits |= 0x002
        if not self.raw_min <= regs[_FORCE_RAW] <= self.raw_max:
            bits |= 0x004
        return bits
