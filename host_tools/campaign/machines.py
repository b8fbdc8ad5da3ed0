"""A machine from a random stream: one of the shipped boards with every number moved within what builders use.

The draws stay inside the board model's ranges and pass all its checks, as a maker's own file must.
"""

from functools import lru_cache
from random import Random
from typing import Any

from host_tools import caps
from host_tools.boards import Board, parse_board
from host_tools.errors import TapoteError, UsageError
from host_tools.paths import repo_or_data
from host_tools.toml_read import read_toml

CRANK, LINEAR = "pico_mosfet_fsr", "picow_drv8871_linear"
TRIES = 20
BRUSH_V = 0.6
# What is drawn, for docs/campaign.md: (quantity, range).
RANGES = (
    ("actuator", "crank motor (two thirds of the builds) or moving coil"),
    ("motor speed without load", "3 000 to 12 000 rpm at 6 to 24 V"),
    ("stall current", "8 to 40 A"),
    ("stall torque", "as speed and current give, ± 10 %"),
    ("inertia, inductance", "a third to twice the shipped board's"),
    ("crank", "6 to 16 mm; geared for 1 600 to 3 600 strokes/min on a half-full pack"),
    ("moving coil", "force per ampere, resistance, spring and friction ± 40 %, mass ± 30 %, travel 6 to 16 mm"),
    ("power stage", "MOSFET or H-bridge, coasting or braking, 5 to 40 kHz, duty rise 10 to 500 ms"),
    ("tachometer", "3 to 20 pulses a turn; absent in an eighth of the crank builds"),
    ("force sensor", "FSR (crank) or load cell, 0 to 8 mV of noise; FSR share 12 to 20 %"),
    ("tick", "1, 2 or 4 kHz"),
    ("pack", "2 to 6 cells, 1.3 to 6 Ah, 15 to 80 mΩ a cell, 35 to 100 % charged"),
    ("limits of the board", "force 15 to 50 N, trip 8 N above it to 65 N"),
)


@lru_cache
def _raw(name: str) -> dict[str, Any]:
    return read_toml(repo_or_data("boards") / f"{name}.toml")


def draw_board(random: Random) -> Board:
    """A board that its model accepts. TapoteError when many draws in a row are refused: a range is wrong."""
    for _ in range(TRIES):
        crank = random.random() < 2 / 3
        raw = {key: dict(value) if isinstance(value, dict) else value for key, value in _raw(CRANK).items()}
        if not crank:
            raw = {key: dict(value) if isinstance(value, dict) else value for key, value in _raw(LINEAR).items()}
        _common(raw, random)
        (_crank if crank else _linear)(raw, random)
        _limits(raw, random)
        try:
            return parse_board(raw, where="drawn")
        except UsageError as error:
            refused = error
    raise TapoteError(f"{TRIES} drawn boards in a row are refused; the last: {refused}", fix="Mend machines.py.")


def _spread(random: Random, value: int, low: float, high: float) -> int:
    return round(value * random.uniform(low, high))


def _common(raw: dict[str, Any], random: Random) -> None:
    tick_hz = random.choice((1000, 2000, 2000, 4000))
    raw["controller"]["tick_hz"] = tick_hz
    fastest = min(40_000, caps.FED_PERIODS * tick_hz * 1000 // caps.FED_MARGIN_PERMILLE)
    raw["output"]["pwm_hz"] = random.randrange(5000, fastest + 1)
    raw["output"]["braking"] = random.random() < 0.5
    raw["output"]["rise_ms"] = random.randrange(10, 501)
    raw["force"]["noise_mv"] = random.randrange(9)
    battery = raw["battery"]
    battery["cells"] = cells = random.randrange(2, 7)
    battery["divider_milli"] = -(-cells * caps.CELL_FULL_MV * 1000 // random.randrange(2200, 3200))
    battery["capacity_mah"] = random.randrange(1300, 6001)
    battery["resistance_mohm"] = cells * random.randrange(15, 81)


def _crank(raw: dict[str, Any], random: Random) -> None:
    motor, battery = raw["motor"], raw["battery"]
    nominal_mv = battery["cells"] * caps.CELL_NOMINAL_MV
    motor["rated_mv"] = rated_mv = max(6000, min(24_000, _spread(random, nominal_mv, 0.8, 1.3)))
    motor["no_load_rpm"] = rpm = random.randrange(3000, 12_001)
    motor["stall_ma"] = stall_ma = random.randrange(8000, 40_001)
    motor["no_load_ma"] = idle_ma = _spread(random, stall_ma, 0.03, 0.12)
    rad_s = rpm * 0.104720
    constant = (rated_mv * 1e-3 - BRUSH_V) * (1 - idle_ma / stall_ma) / rad_s
    motor["stall_torque_mnm"] = max(1, _spread(random, round(constant * (stall_ma - idle_ma)), 0.9, 1.1))
    motor["inertia_gcm2"] = _spread(random, motor["inertia_gcm2"], 0.33, 2.0)
    motor["inductance_uh"] = _spread(random, motor["inductance_uh"], 0.33, 2.0)
    reach_rpm = rpm * nominal_mv / rated_mv
    reach_spm = random.randrange(1600, 3601)
    raw["crank"] = {
        "stroke_um": random.randrange(6000, 16_001),
        "gear_milli": max(100, min(50_000, round(reach_rpm * 1000 / reach_spm))),
    }
    raw["limits"]["rate_max_spm"] = min(caps.RATE_MAX_SPM, round(reach_spm * random.uniform(0.75, 0.92)))
    raw["limits"]["rate_min_spm"] = random.randrange(caps.RATE_MIN_SPM, 801)
    if random.random() < 1 / 8:
        del raw["tach"], raw["controller_gains"]
    else:
        raw["tach"]["pulses_per_rev"] = random.randrange(3, 21)
    driver_ma = _spread(random, stall_ma, 1.0, 2.0)
    raw["output"]["driver_max_ma"] = driver_ma
    raw["output"]["drop_mv"] = random.randrange(0, 400)
    raw["limits"]["current_ma"] = min(driver_ma, _spread(random, stall_ma * nominal_mv // rated_mv, 0.7, 0.95))
    raw["current"]["mv_per_a"] = max(1, min(100, 2_400_000 // (stall_ma * nominal_mv // rated_mv)))
    raw["force"]["share_permille"] = random.randrange(120, 201)
    if random.random() < 1 / 3:
        # A coasting bridge gives a crank hardly any torque below half duty: no maker keeps it.
        raw["output"] |= {"kind": "h-bridge", "pin_b": 12, "braking": True}


def _linear(raw: dict[str, Any], random: Random) -> None:
    motor = raw["motor"]
    for name, share in (
        ("resistance_mohm", 0.4),
        ("inductance_uh", 0.4),
        ("force_constant_mn_per_a", 0.4),
        ("spring_n_per_m", 0.4),
        ("damping_mns_per_m", 0.4),
        ("moving_mass_g", 0.3),
    ):
        motor[name] = _spread(random, motor[name], 1 - share, 1 + share)
    motor["travel_um"] = random.randrange(6000, 16_001)
    raw["output"]["drop_mv"] = random.randrange(0, 1400)
    raw["limits"]["drive_max_permille"] = random.randrange(600, 1001)
    raw["limits"]["rate_max_spm"] = random.randrange(1500, 3001)


def _limits(raw: dict[str, Any], random: Random) -> None:
    limits = raw["limits"]
    limits["force_mn"] = force_mn = random.randrange(15_000, 50_001)
    limits["trip_mn"] = random.randrange(force_mn + 8000, caps.TRIP_MAX_MN + 1)


def as_built(board: Board, random: Random) -> Board:
    """The machine that was really built to this file: motor and pack within their tolerances, ± 10 and ± 30 %."""
    motor = board.motor
    names = ("no_load_rpm", "stall_ma", "stall_torque_mnm", "inertia_gcm2")
    if motor.kind == "linear":
        names = ("resistance_mohm", "force_constant_mn_per_a", "moving_mass_g", "spring_n_per_m")

    def spread(name: str) -> int:
        return max(1, _spread(random, getattr(motor, name), 0.9, 1.1))

    battery = board.battery
    resistance = max(1, _spread(random, battery.resistance_mohm, 0.7, 1.3))
    return board.model_copy(
        update={
            "motor": motor.model_copy(update={name: spread(name) for name in names}),
            "battery": battery.model_copy(update={"resistance_mohm": resistance}),
        }
    )
