"""The sections of a board file that are valid by themselves, and what follows from a few of them together."""

from dataclasses import dataclass

from host_tools.board_model import (
    Battery,
    ChipTemperature,
    Controller,
    Crank,
    CrankMotor,
    Current,
    FsrForce,
    Limits,
    LinearMotor,
    LoadCellForce,
    NtcTemperature,
    Output,
    Tach,
)


@dataclass(frozen=True)
class Parts:
    """The sections that are valid by themselves; None: absent or wrong (already reported)."""

    controller: Controller | None = None
    output: Output | None = None
    motor: CrankMotor | LinearMotor | None = None
    crank: Crank | None = None
    tach: Tach | None = None
    force: FsrForce | LoadCellForce | None = None
    current: Current | None = None
    battery: Battery | None = None
    temperature: NtcTemperature | ChipTemperature | None = None
    limits: Limits | None = None


def no_load_spm(motor: CrankMotor, crank: Crank, output: Output, supply_mv: int) -> int:
    """Strokes per minute without load at a supply voltage: the data sheet's line, less the driver's drop."""
    friction_mv = motor.no_load_ma * motor.rated_mv // motor.stall_ma  # no-load current x winding resistance
    reach_mv = max(motor.rated_mv - friction_mv, 1)
    shaft_rpm = motor.no_load_rpm * max(supply_mv - output.drop_mv - friction_mv, 0) / reach_mv
    return int(shaft_rpm * 1000 / crank.gear_milli)


def stall_current_ma(motor: CrankMotor | LinearMotor, supply_mv: int) -> int:
    """Current in mA with the shaft or coil held, at a supply voltage (no driver or pack resistance: worst case)."""
    if isinstance(motor, CrankMotor):
        return motor.stall_ma * supply_mv // motor.rated_mv
    return supply_mv * 1000 // motor.resistance_mohm


def tach_milli(tach: Tach, crank: Crank) -> int:
    """Tach pulses per 1000 strokes."""
    return tach.pulses_per_rev * (crank.gear_milli if tach.on == "motor" else 1000)
