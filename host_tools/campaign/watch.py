"""The invariants, looked at after every tick. It looks and counts; it changes nothing.

`look` is compiled together with plant and tick, so it is plain arithmetic on arrays: `regs` of the firmware, `seen` of
ours, and the plant itself, which knows the true force. `seen` is an array of SEEN_WORDS integers; the words from MOVING
on are set by whoever runs the main loop, between its turns.
"""

from typing import Any

from tapote import params

PROMISES = (
    "output zero in every state but RUNNING and BACKOFF",
    "no start without the button",
    "foldback complete within the compiled cap",
    "trip within the compiled cap",
    "force limit within the board's and the compiled cap",
    "foldback below the force limit",
    "trip within the board's",
    "rate within the board's and the compiled cap",
    "the foldback gives drive back by 50 %/s at most",
    "drive rises by 50 %/s at most",
    "no drive in the tick whose force reaches the limit",
    "no drive in the tick whose force passes the trip",
    "switched off, all is zero in the same tick",
    "soft start, after each rest too: full duty after a second at the earliest",
    "force at the sensor above the trip for 5 ms at most while driven",
    "a force above the trip is latched as a fault within 25 ms",
)
(
    IDLE_OFF,
    BUTTON,
    CAP_HARD,
    CAP_TRIP,
    CAP_LIMIT,
    FOLD,
    CAP_BOARD_TRIP,
    CAP_RATE,
    SLOW_BACK,
    SLOW_DRIVE,
    NO_DRIVE_LIMIT,
    NO_DRIVE_TRIP,
    ALL_ZERO,
    SOFT_START,
    OVER_TRIP,
    LATCHED,
) = range(len(PROMISES))

OVER_TRIP_US = 5000
RECENT_US = 100000
LATCH_US = 25000  # two turns of the main loop and a half
FULL_RISE_Q16_S = 32768  # half of full scale a second
IDLE_DRIVEN_TICKS = 1  # the word of the tick before the main loop's decision lives until the next tick

# Words of seen. The first of each promise: 1 + time of its first breach in us, 0 where it holds.
TICKS = 16
DRIVEN_TICKS = 17
MOVING_TICKS = 18
OVER_TICKS = 19  # of the run under way: force at the sensor above the trip, driven
OVER_TICKS_MAX = 20
TRUE_PEAK_MN = 21  # highest true force while moving
OVER_TRIP_SAMPLES = 22  # samples above the trip while enabled
UNLATCHED_TICKS = 23
IDLE_RUN = 24
SCALE_BEFORE = 25
DRIVE_BEFORE = 26
DRIVE_TICKS = 27
OVER_TRIP_TRUE_TICKS = 28  # true force above the trip while moving, driven or not
OVER_LIMIT_DRIVEN_TICKS = 29  # true force above the limit while driven
TRUE_OVER_TICKS = 30  # of the run under way: true force above the trip, driven
TRUE_OVER_TICKS_MAX = 31
RECENT_MN = 40  # true peak of the 100 ms under way, and of those before
RECENT_LAST_MN = 41
MOVING = 32  # the session may be driving
LIVE = 33
BUTTONED = 34  # the button was pressed since the device was armed
FAULTED = 35  # FORCE_TRIP holds
BOARD_LIMIT_MN = 36
BOARD_TRIP_MN = 37
BOARD_RATE_SPM = 38
SEEN_WORDS = 42

_TICK_US = params.slot("tick_us")
_ENABLE = params.slot("enable")
_SCALE = params.slot("scale_q16")
_DRIVE = params.slot("drive_q16")
_OUT = params.slot("out_q12")
_FORCE = params.slot("force_mn")
_SOFT = params.slot("soft_mn")
_HARD = params.slot("hard_mn")
_TRIP = params.slot("trip_mn")
_LIMIT = params.slot("limit_mn")
_RATE = params.slot("rate_target_spm")
_FORCE_CAP = params.FORCE_CAP_MN
_TRIP_CAP = params.TRIP_CAP_MN
_RATE_CAP = params.RATE_CAP_SPM


def look(plant: Any, regs: Any, seen: Any, duty: float, duty_b: float) -> None:
    """After a tick: duty and duty_b drove the plant through the step before it."""
    seen[TICKS] += 1
    at = 1 + seen[TICKS] * regs[_TICK_US]
    driven = duty != 0.0 or duty_b != 0.0
    moving = seen[MOVING] != 0
    true_mn = plant.mechanism.force_n * 1000.0
    force = regs[_FORCE]
    trip = regs[_TRIP]
    hard = regs[_HARD]
    limit = regs[_LIMIT]
    out = regs[_OUT]
    scale = regs[_SCALE]
    drive = regs[_DRIVE]
    enabled = regs[_ENABLE] != 0
    most = FULL_RISE_Q16_S * regs[_TICK_US] // 1000000 + 1

    if true_mn > seen[RECENT_MN]:
        seen[RECENT_MN] = int(true_mn)
    if seen[TICKS] * regs[_TICK_US] % RECENT_US == 0:
        seen[RECENT_LAST_MN] = seen[RECENT_MN]
        seen[RECENT_MN] = int(true_mn)
    if moving:
        seen[MOVING_TICKS] += 1
        if true_mn > seen[TRUE_PEAK_MN]:
            seen[TRUE_PEAK_MN] = int(true_mn)
        if true_mn > trip:
            seen[OVER_TRIP_TRUE_TICKS] += 1
    if driven:
        seen[DRIVEN_TICKS] += 1
        if true_mn > limit:
            seen[OVER_LIMIT_DRIVEN_TICKS] += 1

    # The output.
    if driven and not moving:
        seen[IDLE_RUN] += 1
        if seen[IDLE_RUN] > IDLE_DRIVEN_TICKS and seen[IDLE_OFF] == 0:
            seen[IDLE_OFF] = at
    else:
        seen[IDLE_RUN] = 0
    if driven and moving and seen[BUTTONED] == 0 and seen[BUTTON] == 0:
        seen[BUTTON] = at

    # The limits.
    if hard > _FORCE_CAP and seen[CAP_HARD] == 0:
        seen[CAP_HARD] = at
    if trip > _TRIP_CAP and seen[CAP_TRIP] == 0:
        seen[CAP_TRIP] = at
    if seen[LIVE]:
        if (limit > seen[BOARD_LIMIT_MN] or limit > _FORCE_CAP) and seen[CAP_LIMIT] == 0:
            seen[CAP_LIMIT] = at
        if (regs[_SOFT] >= hard or hard > limit) and seen[FOLD] == 0:
            seen[FOLD] = at
        if trip > seen[BOARD_TRIP_MN] and seen[CAP_BOARD_TRIP] == 0:
            seen[CAP_BOARD_TRIP] = at
        if (regs[_RATE] > seen[BOARD_RATE_SPM] or regs[_RATE] > _RATE_CAP) and seen[CAP_RATE] == 0:
            seen[CAP_RATE] = at

    # How drive comes and goes.
    if scale - seen[SCALE_BEFORE] > most and seen[SLOW_BACK] == 0:
        seen[SLOW_BACK] = at
    if drive - seen[DRIVE_BEFORE] > most and seen[SLOW_DRIVE] == 0:
        seen[SLOW_DRIVE] = at
    seen[SCALE_BEFORE] = scale
    seen[DRIVE_BEFORE] = drive
    if force >= hard and scale != 0 and seen[NO_DRIVE_LIMIT] == 0:
        seen[NO_DRIVE_LIMIT] = at
    if force > trip and out != 0 and seen[NO_DRIVE_TRIP] == 0:
        seen[NO_DRIVE_TRIP] = at
    if drive != 0:
        seen[DRIVE_TICKS] += 1
        since_s = (seen[DRIVE_TICKS] + 2) * regs[_TICK_US] * 1e-6
        size = out if out > 0 else -out
        if size > 4096.0 * since_s and seen[SOFT_START] == 0:
            seen[SOFT_START] = at
    else:
        seen[DRIVE_TICKS] = 0
        if (scale != 0 or out != 0) and seen[ALL_ZERO] == 0:
            seen[ALL_ZERO] = at
    if drive != 0 and not enabled and seen[ALL_ZERO] == 0:
        seen[ALL_ZERO] = at

    # The trip: by the force that the sensor is given, errors of its own included; and that it is latched.
    if driven and true_mn > trip:
        seen[TRUE_OVER_TICKS] += 1
        if seen[TRUE_OVER_TICKS] > seen[TRUE_OVER_TICKS_MAX]:
            seen[TRUE_OVER_TICKS_MAX] = seen[TRUE_OVER_TICKS]
    else:
        seen[TRUE_OVER_TICKS] = 0
    faults = plant.faults
    given_n = plant.mechanism.force_n * plant._gain * faults.force_gain + faults.force_offset_n + plant._zero_n
    if driven and given_n * 1000.0 > trip:
        seen[OVER_TICKS] += 1
        if seen[OVER_TICKS] > seen[OVER_TICKS_MAX]:
            seen[OVER_TICKS_MAX] = seen[OVER_TICKS]
        if seen[OVER_TICKS] * regs[_TICK_US] > OVER_TRIP_US and seen[OVER_TRIP] == 0:
            seen[OVER_TRIP] = at
    else:
        seen[OVER_TICKS] = 0
    if enabled and force > trip:
        seen[OVER_TRIP_SAMPLES] += 1
        if seen[UNLATCHED_TICKS] == 0:
            seen[UNLATCHED_TICKS] = 1
    if seen[UNLATCHED_TICKS] > 0:
        seen[UNLATCHED_TICKS] += 1
        if seen[FAULTED]:
            seen[UNLATCHED_TICKS] = 0
        elif seen[UNLATCHED_TICKS] * regs[_TICK_US] > LATCH_US and seen[LATCHED] == 0:
            seen[LATCHED] = at


def broken(seen: Any) -> dict[str, float]:
    """{promise: s after power-on at which it was first broken}."""
    return {text: (int(seen[index]) - 1) * 1e-6 for index, text in enumerate(PROMISES) if seen[index]}
