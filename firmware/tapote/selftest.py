"""What the device finds out about itself at start, before anybody may arm it. `words.SELFTESTS` says it in words.

Nothing here moves the motor: the one pin that is tested is the motor's, forced to its safe level and read back. What
fails here also keeps the device from arming, by its fault or its reason; this list tells which part it was.
"""

from micropython import const

from tapote import faults
from tapote.units import elapsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from tapote.app import App

_TICKS = const(2)
_TICK_US = const(3)
_FORCE_RAW = const(5)
_FORCE_FILT_Q4 = const(7)
_SLOW_Q4 = const(57)
_CURRENT_MA = const(90)

OUTPUT = const(0x001)
TICK = const(0x002)
FORCE_RANGE = const(0x004)
FORCE_ZERO = const(0x008)
CURRENT_ZERO = const(0x010)
BATTERY = const(0x020)
TEMPERATURE = const(0x040)
BUTTON = const(0x080)
SETTINGS = const(0x100)
FIRMWARE = const(0x200)
ALL = const(0x3FF)

UNLOADED_MN = const(5000)
CURRENT_PERMILLE = const(100)  # of the current limit: more with the motor off is no offset of an amplifier
TICK_PERMILLE = const(50)
GRAIN_MS = const(1)  # of the clock that the ticks are compared with
SETTLED_MS = const(100)  # eight times the slowest filter of the readings
LOOK_MS = const(20)  # long enough to compare ticks and clock


def too_early(regs: "array[int]", passed_ms: int) -> bool:
    """Whether the readings have not settled yet, passed_ms after the main loop began: ticks of 100 ms are enough (they
    run since before most of the firmware was loaded), and so is the time for that many if there are no ticks."""
    if passed_ms < LOOK_MS:
        return True
    return passed_ms < SETTLED_MS and regs[_TICKS] * regs[_TICK_US] < SETTLED_MS * 1000


def run(app: "App", since_ticks: int, passed_ms: int) -> "tuple[int, int]":
    """(tests done, tests failed) as bits. since_ticks: how many ticks there were passed_ms ago, to this very moment.

    A board without a sensor has no test of it.
    """
    regs = app.hal.regs
    done = ALL
    failed = 0
    off_ms = abs(elapsed(regs[_TICKS], since_ticks) * regs[_TICK_US] // 1000 - passed_ms)
    if (off_ms - GRAIN_MS) * 1000 > passed_ms * TICK_PERMILLE:
        failed |= TICK
    board = app.board
    safety = app.safety
    safety.power.measure_battery()
    safety.power.measure_heat()
    if not app.hal.safe_level():
        failed |= OUTPUT
    if not safety.raw_min <= regs[_FORCE_RAW] <= safety.raw_max:
        failed |= FORCE_RANGE
    elif regs[_FORCE_FILT_Q4] >> 4 >= UNLOADED_MN:
        failed |= FORCE_ZERO
    if not board["current_points"]:
        done &= ~CURRENT_ZERO
    elif abs(regs[_CURRENT_MA]) * 1000 > board["current_limit_ma"] * CURRENT_PERMILLE:
        failed |= CURRENT_ZERO
    if not board["battery_points"]:
        done &= ~BATTERY
    elif safety.power.cell_count_wrong():
        failed |= BATTERY
    points = board["temp_points"]
    if not points:
        done &= ~TEMPERATURE
    elif not points[0][0] <= (regs[_SLOW_Q4 + 2] + 8) >> 4 <= points[-1][0]:
        failed |= TEMPERATURE
    if app.controls.button.down:
        failed |= BUTTON
    if not app.settings.intact or app.calibration.damaged:
        failed |= SETTINGS
    if app.damage:
        failed |= FIRMWARE
    return done, failed


def faults_of(failed: int) -> int:
    """The faults that failed tests mean, besides those that the supervisor finds itself."""
    bits = 0
    if failed & OUTPUT:
        bits |= 1 << faults.DRIVER_ON
    if failed & TICK:
        bits |= 1 << faults.CLOCK
    if failed & CURRENT_ZERO:
        bits |= 1 << faults.CURRENT_SENSOR
    if failed & BATTERY:
        bits |= 1 << faults.CELL_COUNT
    return bits
