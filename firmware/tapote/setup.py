"""From board.json to the `board` slots of regs: what the board's electronics and mechanics mean to the tick."""

from tapote import params, units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CRANK_TACH = 0
CRANK = 1
LINEAR = 2
PIXELS_MAX = 8  # what the queue of their wire takes at once


def capped(board: "dict[str, Any]") -> "dict[str, Any]":
    """board.json with every number that bears on safety within the compiled caps: a file is data, not authority.

    What is missing or no number, or would take a pin of the motor, raises (KeyError, TypeError, ValueError,
    OverflowError): then nothing starts at all.
    """
    safe = dict(board)
    for key, low, high in (
        ("force_limit_mn", 5000, params.FORCE_CAP_MN),
        ("trip_mn", 10000, params.TRIP_CAP_MN),
        ("rate_min_spm", params.RATE_FLOOR_SPM, params.RATE_CAP_SPM),
        ("rate_max_spm", params.RATE_FLOOR_SPM, params.RATE_CAP_SPM),
        ("drive_max_permille", 0, 1000),
        ("session_max_s", 1, params.SESSION_CAP_S),
        ("tick_hz", 1000, 4000),
        ("cells", 1, 12),
        ("temp_hot_dc", 100, params.HOT_CAP_DC),
        ("temp_warm_dc", 0, params.HOT_CAP_DC - 10),
    ):
        safe[key] = units.clamp(int(safe[key]), low, high)
    lights = dict(safe.get("lights", {}))
    pins = {key: pin for key, pin in lights.items() if key != "pixel_count"}
    for key in ("button_pin", "led_pin", "tach_pin"):
        pins[key] = safe[key]
    for key, pin in pins.items():
        if int(pin) >= 0 and pin in (safe["motor_pin"], safe["motor_pin_b"]):
            raise ValueError(key + " is a pin of the motor")
    if min(pins["led_pin"], pins["tach_pin"]) >= 0 and (pins["led_pin"] ^ pins["tach_pin"]) >> 1 & 7 == 0:
        raise ValueError("led_pin shares a PWM slice with the tachometer")
    if "pixel_count" in lights:
        lights["pixel_count"] = units.clamp(int(lights["pixel_count"]), 1, PIXELS_MAX)
        safe["lights"] = lights
    return safe


def board_slots(board: "dict[str, Any]") -> "dict[str, int]":
    """{slot name: value}, each within its row of the table. The HAL adds what only it knows: addresses, ADC words."""
    board = capped(board)
    tick_hz = board["tick_hz"]
    tick_us = 1_000_000 // tick_hz
    slots = {
        "tick_us": tick_us,
        "top": units.pwm_top(max(board["pwm_hz"], 1)),
        "actuator": board["actuator"],
        "bipolar": board["bipolar"],
        "kp_q8": board["kp_q8"],
        "ki_q16": board["ki_q16"],
        "out_rise_q12": units.clamp(4096 * 1000 // max(board["out_rise_ms"], 1) // tick_hz, 1, 4096),
        "force_zero_mn": board["force_zero_mn"],
        "peak_hold": tick_hz // 4,  # 250 ms: longer than a stroke at the slowest rate, 300 a minute
        "session_s": board["session_max_s"],
        "force_limit_mn": board["force_limit_mn"],
        "trip_limit_mn": board["trip_mn"],
        "rate_max_spm": board["rate_max_spm"],
        "drive_max_permille": board["drive_max_permille"],
    }
    if board["actuator"] == CRANK_TACH:
        milli = max(board["tach_milli"], 1)  # pulses per 1000 strokes
        slots["tach_gain"] = 3_750_000 * 1000 // milli  # 60e6 us a minute / 16
        slots["tach_step_q24"] = (1000 << 24) // milli
        # Three missing pulses at the slowest rate, and 250 ms at least, mean that the motor stands.
        slow_us = 60_000_000 // board["rate_min_spm"] * 1000 // milli
        slots["tach_timeout_us"] = units.clamp(3 * slow_us, 250_000, 1_000_000)
    else:
        slots["tach_gain"] = min(board["full_rate_spm"], 0x7FFFF)  # times 4096 is still below 2**31
        slots["tach_step_q24"] = (tick_us << 32) // 60_000_000  # phase of a stroke per stroke/min and tick, times 256
    return {name: params.within(params.slot(name), value) for name, value in slots.items()}
