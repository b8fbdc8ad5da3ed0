"""Battery and temperature: what they read, and what each check looks at, for how long, and its fault.

    BATTERY_CUT   below 2.8 V a cell for 200 ms, whatever the load: a cell is being ruined
    BATTERY_LOW   with what the load takes away given back, below 3.0 V a cell for a second; until back at 3.4 V
    CELL_COUNT    a pack voltage that fits no state of so many cells: at start, and above 4.3 V a cell for half a second
    TEMP_SENSOR   a reading outside its table for half a second
    OVERTEMP      at the board's limit for half a second; until 10 C cooler. Below it, the drive is tapered

A protected pack is required all the same: the firmware is never the battery's first protection.
"""

from micropython import const

from tapote import faults
from tapote.units import Lasting, clamp, interpolate, raw_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SLOW_Q4 = const(57)
_BATTERY_MV = const(89)
_CURRENT_MA = const(90)
_TEMPERATURE_DC = const(91)
_TAPER_PERMILLE = const(99)

CELL_RAW_CUT_MV = const(2800)
CELL_STOP_MV = const(3000)
CELL_WARN_MV = const(3300)
CELL_ARM_MV = const(3400)
CELL_MAX_MV = const(4300)
CELL_MIN_MV = const(2000)
COOLED_DC = const(100)  # so much cooler before it counts as cooled
ARM_MIN_DC = const(0)


class PowerGuard:
    """Judges pack and temperature by `regs`. board: board.json. warn: the person should charge soon."""

    def __init__(self, regs: "Any", board: "dict[str, Any]") -> None:
        self.regs = regs
        self.warn = False
        self._cells: int = board["cells"]
        self._mohm: int = board["battery_mohm"]
        self._hot_dc: int = board["temp_hot_dc"]
        self._warm_dc: int = board["temp_warm_dc"]
        self._battery_points: "list[list[int]]" = board["battery_points"]
        self._temp_points: "list[list[int]]" = board["temp_points"]
        # The reading at the voltage of the cut, so that no turn has to convert.
        self._cut_q4 = raw_at(self._battery_points, CELL_RAW_CUT_MV * self._cells) * 16
        self._cut = Lasting(200)
        self._low = Lasting(1000)
        self._over = Lasting(500)
        self._outside = Lasting(500)
        self._hot = Lasting(500)
        self._is_low = False
        self._is_hot = False

    def measure_battery(self) -> None:
        """Convert the smoothed reading to mV."""
        regs = self.regs
        regs[_BATTERY_MV] = interpolate(self._battery_points, (regs[_SLOW_Q4 + 1] + 8) >> 4)

    def measure_heat(self) -> None:
        """Convert the smoothed reading to tenths of a degree."""
        regs = self.regs
        regs[_TEMPERATURE_DC] = interpolate(self._temp_points, (regs[_SLOW_Q4 + 2] + 8) >> 4)

    def cut(self, now_ms: int) -> int:
        """BATTERY_CUT as a bit. Cheap: for every turn."""
        if self.regs[_SLOW_Q4 + 1] >= self._cut_q4:
            self._cut.since_ms = -1
            return 0
        return 1 << faults.BATTERY_CUT if self._cut(True, now_ms) else 0

    def battery(self, now_ms: int) -> int:
        """BATTERY_LOW or CELL_COUNT as a bit. A divider that reads too much would hide an empty pack."""
        if not self._battery_points:
            return 0
        regs = self.regs
        if self._over(regs[_BATTERY_MV] > CELL_MAX_MV * self._cells, now_ms):
            return 1 << faults.CELL_COUNT
        rest_mv = regs[_BATTERY_MV] + max(regs[_CURRENT_MA], 0) * self._mohm // 1000
        self.warn = rest_mv < CELL_WARN_MV * self._cells
        enough_mv = CELL_ARM_MV if self._is_low else CELL_STOP_MV
        self._is_low = self._low(rest_mv < enough_mv * self._cells, now_ms)
        return 1 << faults.BATTERY_LOW if self._is_low else 0

    def heat(self, now_ms: int) -> int:
        """TEMP_SENSOR or OVERTEMP as a bit; the share of drive that the temperature leaves goes to its slot."""
        points = self._temp_points
        if not points:
            return 0
        regs = self.regs
        raw = (regs[_SLOW_Q4 + 2] + 8) >> 4
        if self._outside(raw < points[0][0] or raw > points[-1][0], now_ms):
            return 1 << faults.TEMP_SENSOR
        now_dc = regs[_TEMPERATURE_DC]
        hot_dc = self._hot_dc
        regs[_TAPER_PERMILLE] = clamp((hot_dc - now_dc) * 1000 // max(hot_dc - self._warm_dc, 1), 0, 1000)
        if self._is_hot:
            hot_dc -= COOLED_DC
        self._is_hot = self._hot(now_dc >= hot_dc, now_ms)
        return 1 << faults.OVERTEMP if self._is_hot else 0

    def cell_count_wrong(self) -> bool:
        """At start: does the pack voltage fit the number of cells at all?"""
        if not self._battery_points:
            return False
        pack_mv: int = self.regs[_BATTERY_MV]
        return not CELL_MIN_MV * self._cells <= pack_mv <= CELL_MAX_MV * self._cells

    def reasons(self) -> int:
        """Bits of faults.REASONS that this module knows to keep the motor from being armed."""
        regs = self.regs
        bits = 0
        if self._battery_points and regs[_BATTERY_MV] < CELL_ARM_MV * self._cells:
            bits |= 0x008
        if self._temp_points and not ARM_MIN_DC <= regs[_TEMPERATURE_DC] <= self._hot_dc - COOLED_DC:
            bits |= 0x010
        return bits
