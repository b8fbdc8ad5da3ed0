"""The slow supervisor: a hundred times a second it turns raw readings into volts, amperes, degrees, and judges them.

The fast limits (foldback, trip, heartbeat) are the tick's. Here stands what needs time to judge. Each check is one
short piece with its threshold, its time and its fault; `check` returns the strictest.
"""

from tapote import faults, params
from tapote.units import elapsed, interpolate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TICKS = params.slot("ticks")
_TICK_US = params.slot("tick_us")
_RAW = params.slot("force_raw")
_SAME = params.slot("force_same")
_FORCE = params.slot("force_mn")
_FILT = params.slot("force_filt_q4")
_TRIPS = params.slot("trips")
_LOST = params.slot("lost_ticks")
_RATE = params.slot("rate_spm")
_OUT = params.slot("out_q12")
_TACH = params.slot("tach_last")
_SCALE = params.slot("scale_q16")
_SOFT = params.slot("soft_mn")
_ACTUATOR = params.slot("actuator")
_SLOW = params.slot("slow_q4_0")
_BATTERY = params.slot("battery_mv")
_CURRENT = params.slot("current_ma")
_TEMPERATURE = params.slot("temperature_dc")

STUCK_US = 90000  # the same reading in every tick for so long: real sensors have noise
UNLOADED_MN = 5000  # below this the head counts as lifted
CELL_RAW_CUT_MV = 2800
CELL_STOP_MV = 3000
CELL_ARM_MV = 3400
CELL_MAX_MV = 4300
CELL_MIN_MV = 2000
PRESSED_PAUSE_MS = 1000
STALL_OUT_Q12 = 740  # 18 %
HELD_OUT_Q12 = 410  # 10 %: enough to warm a motor that stands
STALL_FOLDED_OUT_Q12 = 1640  # 40 %
HOT_DC = 750
ARM_MIN_DC = 0
ARM_MAX_DC = 650


class Lasting:
    """A condition that must hold for `limit_ms` without a break."""

    def __init__(self, limit_ms: int) -> None:
        self._limit_ms = limit_ms
        self._since_ms = -1

    def __call__(self, holds: bool, now_ms: int) -> bool:
        """Feed the condition; True once it has held for the limit."""
        if not holds:
            self._since_ms = -1
            return False
        if self._since_ms < 0:
            self._since_ms = now_ms
        return elapsed(now_ms, self._since_ms) >= self._limit_ms


class Safety:
    """Measurements in `regs`, and the verdict on them. `board` is board.json."""

    def __init__(self, regs: "Any", board: "dict[str, Any]") -> None:
        self.regs = regs
        self.board = board
        self._dead = Lasting(20)
        self._rail = Lasting(10)  # two readings 10 ms apart
        self._stall = Lasting(250)
        self._held = Lasting(1000)
        self._over_current = Lasting(50)
        self._cut = Lasting(200)
        self._low = Lasting(1000)
        self._temperature = Lasting(500)
        self._hot = Lasting(500)
        self._unloaded = Lasting(2000)
        self._last_ticks = -1
        self._last_tach = -1
        self._last_out = 0
        self._pressed_ms = 0
        self._hot_dc = HOT_DC
        self.lifted = False  # head unloaded for 2 s
        self.pressed_still = False  # a pressing hand holds the crank

    def measure(self) -> None:
        """Convert the slow channels: battery mV, current mA, temperature in tenths of a degree."""
        regs = self.regs
        board = self.board
        regs[_CURRENT] = interpolate(board["current_points"], (regs[_SLOW] + 8) >> 4)
        regs[_BATTERY] = interpolate(board["battery_points"], (regs[_SLOW + 1] + 8) >> 4)
        regs[_TEMPERATURE] = interpolate(board["temp_points"], (regs[_SLOW + 2] + 8) >> 4)

    def check(self, now_ms: int, driving: bool) -> int:
        """The faults whose cause is there now, as bits 1 << number. driving: the motor is allowed to turn."""
        regs = self.regs
        self.lifted = self._unloaded(regs[_FORCE] < UNLOADED_MN, now_ms)
        return (
            self._tick_trips(now_ms)
            | self._force_sensor(now_ms, driving)
            | self._motor(now_ms, driving)
            | self._battery(now_ms)
            | self._heat(now_ms)
        )

    def _tick_trips(self, now_ms: int) -> int:
        """What the tick holds the motor off for, and whether it ticks at all."""
        regs = self.regs
        trips = regs[_TRIPS]
        bits = 0
        if trips & 1:
            bits |= faults.bit(faults.FORCE_TRIP)
        if trips & 2:
            bits |= faults.bit(faults.ADC_DEAD)
        if trips & 4:
            bits |= faults.bit(faults.LOOP_HUNG)
        dead = self._dead(regs[_TICKS] == self._last_ticks, now_ms)
        self._last_ticks = regs[_TICKS]
        if dead or regs[_LOST]:
            bits |= faults.bit(faults.TICK_LOST)
        return bits

    def _force_sensor(self, now_ms: int, driving: bool) -> int:
        """Rails within 20 ms; a reading that stands still for 100 ms while the head strokes."""
        raw = self.regs[_RAW]
        outside = raw < self.board["force_raw_min"] or raw > self.board["force_raw_max"]
        if self._rail(outside, now_ms):
            return faults.bit(faults.FORCE_OPEN if raw < self.board["force_raw_min"] else faults.FORCE_SHORT)
        if driving and self.regs[_RATE] > 0 and self.regs[_SAME] * self.regs[_TICK_US] >= STUCK_US:
            return faults.bit(faults.FORCE_STUCK)
        return 0

    def _motor(self, now_ms: int, driving: bool) -> int:
        """A current above the limit for 50 ms; a driven crank without a tach pulse for 250 ms.

        A crank that stands still because a hand presses hard is no fault: `pressed_still` takes its drive away for a
        second, then it tries again. While drive is on its slow rise, standing still is fine until it rises no more.
        """
        regs = self.regs
        if self._over_current(abs(regs[_CURRENT]) > self.board["current_limit_ma"], now_ms):
            return faults.bit(faults.OVERCURRENT)
        out = regs[_OUT]
        standing = driving and regs[_ACTUATOR] == 0 and regs[_TACH] == self._last_tach
        self._last_tach = regs[_TACH]
        if regs[_SCALE] == 65536:
            stalled = self._stall(standing and out > STALL_OUT_Q12, now_ms)
        else:
            stalled = self._stall(standing and STALL_FOLDED_OUT_Q12 < out <= self._last_out, now_ms)
        held = self._held(standing and out > HELD_OUT_Q12, now_ms)
        self._last_out = out
        pressed_mn = regs[_FILT] >> 4
        hand = (stalled or held) and pressed_mn > regs[_SOFT] * 3 // 4
        if hand:
            self._pressed_ms = now_ms
            self.pressed_still = True
        elif not driving or elapsed(now_ms, self._pressed_ms) > PRESSED_PAUSE_MS:
            self.pressed_still = False
        return faults.bit(faults.STALL) if stalled and not hand else 0

    def _battery(self, now_ms: int) -> int:
        if not self.board["battery_points"]:
            return 0
        cell_mv = self.regs[_BATTERY] // self.board["cells"]
        if self._cut(cell_mv < CELL_RAW_CUT_MV, now_ms):
            return faults.bit(faults.BATTERY_CUT)
        if self._low(cell_mv < CELL_STOP_MV, now_ms):
            return faults.bit(faults.BATTERY_LOW)
        return 0

    def _heat(self, now_ms: int) -> int:
        points = self.board["temp_points"]
        if not points:
            return 0
        raw = (self.regs[_SLOW + 2] + 8) >> 4
        if self._temperature(raw < points[0][0] or raw > points[-1][0], now_ms):
            return faults.bit(faults.TEMP_SENSOR)
        if self._hot(self.regs[_TEMPERATURE] >= self._hot_dc, now_ms):
            self._hot_dc = HOT_DC - 100  # hot until 10 C cooler
            return faults.bit(faults.OVERTEMP)
        if self.regs[_TEMPERATURE] < self._hot_dc:
            self._hot_dc = HOT_DC
        return 0

    def cell_count_wrong(self) -> bool:
        """At start: does the pack voltage fit the number of cells at all?"""
        if not self.board["battery_points"]:
            return False
        cell_mv: int = self.regs[_BATTERY] // self.board["cells"]
        return not CELL_MIN_MV <= cell_mv <= CELL_MAX_MV

    def reasons(self) -> int:
        """Bits of faults.REASONS that this module knows to keep the motor from being armed."""
        regs = self.regs
        bits = 0
        if regs[_FORCE] >= UNLOADED_MN or regs[_FILT] >> 4 >= UNLOADED_MN:
            bits |= 0x002
        if not self.board["force_raw_min"] <= regs[_RAW] <= self.board["force_raw_max"]:
            bits |= 0x004
        if self.board["battery_points"] and regs[_BATTERY] < CELL_ARM_MV * self.board["cells"]:
            bits |= 0x008
        if self.board["temp_points"] and not ARM_MIN_DC <= regs[_TEMPERATURE] <= ARM_MAX_DC:
            bits |= 0x010
        return bits
