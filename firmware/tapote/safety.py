"""The slow supervisor: a hundred times a second it turns raw readings into volts, amperes, degrees, and judges them.

The fast limits (foldback, trip, heartbeat) are the tick's. Here stands what needs time to judge. Each check is one
short piece with its threshold, its time and its fault; `check` returns all that are there. Battery and temperature
change slowly: they take turns.
"""

from micropython import const

from tapote import faults
from tapote.lasting import Lasting
from tapote.units import clamp, elapsed, interpolate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TICKS = const(2)
_TICK_US = const(3)
_FORCE_RAW = const(5)
_FORCE_MN = const(6)
_FORCE_FILT_Q4 = const(7)
_SOFT_MN = const(10)
_SCALE_Q16 = const(14)
_TRIPS = const(18)
_RATE_SPM = const(24)
_OUT_Q12 = const(28)
_ACTUATOR = const(32)
_TACH_LAST = const(41)
_SLOW_Q4 = const(57)
_LOST_TICKS = const(68)
_BATTERY_MV = const(89)
_CURRENT_MA = const(90)
_TEMPERATURE_DC = const(91)
_FORCE_SAME = const(94)
_LATE_TICKS = const(96)
_FORCE_JUMPS = const(97)
_TAPER_PERMILLE = const(99)

STUCK_US = const(90000)  # the same reading in every tick for so long: real sensors have noise
JUMPS = const(6)  # a slammed head gives two or three
JUMPS_MS = const(100)
UNLOADED_MN = const(5000)  # below this the head counts as lifted
LATE_TICKS = const(3)  # a tick late by half a period or more, in one session
CLOCK_MS = const(1000)
CLOCK_PERMILLE = const(20)  # by how much ticks and clock may differ
CELL_RAW_CUT_MV = const(2800)
CELL_STOP_MV = const(3000)
CELL_WARN_MV = const(3300)
CELL_ARM_MV = const(3400)
CELL_MAX_MV = const(4300)
CELL_MIN_MV = const(2000)
PRESSED_PAUSE_MS = const(1000)
STALL_OUT_Q12 = const(740)  # 18 %
HELD_OUT_Q12 = const(410)  # 10 %: enough to warm a motor that stands
STALL_FOLDED_OUT_Q12 = const(1640)  # 40 %
COOLED_DC = const(100)  # so much cooler before it counts as cooled
ARM_MIN_DC = const(0)


class Safety:
    """Measurements in `regs`, and the verdict on them. `board` is board.json."""

    def __init__(self, regs: "Any", board: "dict[str, Any]") -> None:
        self.regs = regs
        self.board = board
        self.raw_min: int = board["force_raw_min"]
        self.raw_max: int = board["force_raw_max"]
        self._cells: int = board["cells"]
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
        self._jumps = 0
        self._jumps_ms = self._clock_ticks = 0
        self._clock_ms = -1
        self._power_next = False
        self._power_bits = self._heat_bits = 0
        self.lifted = False  # head unloaded for 2 s
        self.pressed_still = False  # a pressing hand holds the crank
        self.battery_warn = False

    def measure(self) -> None:
        """Convert what the next `check` looks at: current mA; battery mV or temperature in tenths of a degree."""
        regs = self.regs
        regs[_CURRENT_MA] = interpolate(self.board["current_points"], (regs[_SLOW_Q4] + 8) >> 4)
        if self._power_next:
            regs[_BATTERY_MV] = interpolate(self.board["battery_points"], (regs[_SLOW_Q4 + 1] + 8) >> 4)
        else:
            regs[_TEMPERATURE_DC] = interpolate(self.board["temp_points"], (regs[_SLOW_Q4 + 2] + 8) >> 4)

    def check(self, now_ms: int, driving: bool) -> int:
        """The faults whose cause is there now, as bits 1 << number. driving: the motor is allowed to turn."""
        if self._power_next:
            self._power_bits = self._battery(now_ms)
        else:
            self._heat_bits = self._heat(now_ms) | self._clock(now_ms, driving)
        self._power_next = not self._power_next
        self.lifted = self._unloaded(self.regs[_FORCE_MN] < UNLOADED_MN, now_ms)
        bits = self._tick_trips(now_ms) | self._force_sensor(now_ms, driving) | self._motor(now_ms, driving)
        return bits | self._power_bits | self._heat_bits

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
        if self._dead(ticks == self._last_ticks, now_ms) or regs[_LOST_TICKS]:
            bits |= 1 << faults.TICK_LOST
        self._last_ticks = ticks
        if regs[_LATE_TICKS] >= LATE_TICKS:
            bits |= 1 << faults.TICK_LATE
        return bits

    def _force_sensor(self, now_ms: int, driving: bool) -> int:
        """Rails within 20 ms; while the head strokes, a reading that stands for 100 ms, or jumps as no hand can."""
        regs = self.regs
        raw = regs[_FORCE_RAW]
        if self._rail(not self.raw_min <= raw <= self.raw_max, now_ms):
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

    def _motor(self, now_ms: int, driving: bool) -> int:
        """A current above the limit for 50 ms; a driven crank without a tach pulse for 250 ms.

        A crank that stands still because a hand presses hard is no fault: `pressed_still` takes its drive away for a
        second, then it tries again. While drive is on its slow rise, standing still is fine until it rises no more.
        """
        regs = self.regs
        if self._over_current(abs(regs[_CURRENT_MA]) > self.board["current_limit_ma"], now_ms):
            return faults.bit(faults.OVERCURRENT)
        out = regs[_OUT_Q12]
        standing = driving and regs[_ACTUATOR] == 0 and regs[_TACH_LAST] == self._last_tach
        self._last_tach = regs[_TACH_LAST]
        if regs[_SCALE_Q16] == 65536:
            stalled = self._stall(standing and out > STALL_OUT_Q12, now_ms)
        else:
            stalled = self._stall(standing and STALL_FOLDED_OUT_Q12 < out <= self._last_out, now_ms)
        held = self._held(standing and out > HELD_OUT_Q12, now_ms)
        self._last_out = out
        pressed_mn = regs[_FORCE_FILT_Q4] >> 4
        hand = (stalled or held) and pressed_mn > regs[_SOFT_MN] * 3 // 4
        if hand:
            self._pressed_ms = now_ms
            self.pressed_still = True
        elif not driving or elapsed(now_ms, self._pressed_ms) > PRESSED_PAUSE_MS:
            self.pressed_still = False
        return faults.bit(faults.STALL) if stalled and not hand else 0

    def _battery(self, now_ms: int) -> int:
        """Raw below 2.8 V a cell for 200 ms; with what the load takes away given back: below 3.0 V for a second, and
        then until the pack has come back to 3.4 V."""
        if not self.board["battery_points"]:
            return 0
        regs = self.regs
        pack_mv = regs[_BATTERY_MV]
        bits = 0
        if self._cut(pack_mv < CELL_RAW_CUT_MV * self._cells, now_ms):
            bits = 1 << faults.BATTERY_CUT
        rest_mv = pack_mv + max(regs[_CURRENT_MA], 0) * self.board["battery_mohm"] // 1000
        was_low = self._power_bits & (1 << faults.BATTERY_LOW)
        enough_mv = CELL_ARM_MV if was_low else CELL_STOP_MV
        if self._low(rest_mv < enough_mv * self._cells, now_ms):
            bits |= 1 << faults.BATTERY_LOW
        self.battery_warn = rest_mv < CELL_WARN_MV * self._cells
        return bits

    def _heat(self, now_ms: int) -> int:
        """Sensor outside its table; too hot, and then until 10 C cooler. From `warm` on the drive is tapered."""
        board = self.board
        points = board["temp_points"]
        if not points:
            return 0
        regs = self.regs
        raw = (regs[_SLOW_Q4 + 2] + 8) >> 4
        if self._temperature(raw < points[0][0] or raw > points[-1][0], now_ms):
            return 1 << faults.TEMP_SENSOR
        now_dc = regs[_TEMPERATURE_DC]
        hot_dc = board["temp_hot_dc"]
        warm_dc = board["temp_warm_dc"]
        regs[_TAPER_PERMILLE] = clamp((hot_dc - now_dc) * 1000 // max(hot_dc - warm_dc, 1), 0, 1000)
        if self._heat_bits & (1 << faults.OVERTEMP):
            hot_dc -= COOLED_DC
        return 1 << faults.OVERTEMP if self._hot(now_dc >= hot_dc, now_ms) else 0

    def _clock(self, now_ms: int, driving: bool) -> int:
        """Clock and ticks must keep the same time over each second of driving."""
        ticks = self.regs[_TICKS]
        if not driving or self._clock_ms < 0:
            self._clock_ms = now_ms if driving else -1
            self._clock_ticks = ticks
            return 0
        passed_ms = elapsed(now_ms, self._clock_ms)
        if passed_ms < CLOCK_MS:
            return 0
        ticked_ms = elapsed(ticks, self._clock_ticks) * self.regs[_TICK_US] // 1000
        self._clock_ms = now_ms
        self._clock_ticks = ticks
        return 1 << faults.CLOCK if abs(ticked_ms - passed_ms) * 1000 > passed_ms * CLOCK_PERMILLE else 0

    def cell_count_wrong(self) -> bool:
        """At start: does the pack voltage fit the number of cells at all?"""
        if not self.board["battery_points"]:
            return False
        pack_mv: int = self.regs[_BATTERY_MV]
        return not CELL_MIN_MV * self._cells <= pack_mv <= CELL_MAX_MV * self._cells

    def reasons(self) -> int:
        """Bits of faults.REASONS that this module knows to keep the motor from being armed."""
        regs = self.regs
        board = self.board
        bits = 0
        if regs[_FORCE_MN] >= UNLOADED_MN or regs[_FORCE_FILT_Q4] >> 4 >= UNLOADED_MN:
            bits |= 0x002
        if not self.raw_min <= regs[_FORCE_RAW] <= self.raw_max:
            bits |= 0x004
        if board["battery_points"] and regs[_BATTERY_MV] < CELL_ARM_MV * self._cells:
            bits |= 0x008
        if board["temp_points"] and not ARM_MIN_DC <= regs[_TEMPERATURE_DC] <= board["temp_hot_dc"] - COOLED_DC:
            bits |= 0x010
        return bits
