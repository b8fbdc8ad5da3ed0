"""What two sections of a board file must agree on: pins, ADC voltages, tach, limits, sections that need each other.

Every check works on whatever sections are valid by themselves, so a typo in [panel] does not hide a pin clash in
[output]: the maker gets the whole list at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from host_tools import caps
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
)
from host_tools.board_pins import check_pins
from host_tools.problems import Problem


@dataclass(frozen=True)
class Parts:
    """The sections that are valid by themselves; None: absent or wrong (already reported)."""

    controller: Controller | None = None
    output: Output | None = None
    motor: CrankMotor | LinearMotor | None = None
    crank: Crank | None = None
    force: FsrForce | LoadCellForce | None = None
    current: Current | None = None
    battery: Battery | None = None
    temperature: NtcTemperature | ChipTemperature | None = None
    limits: Limits | None = None


def check_all(raw: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    """Every disagreement between sections. raw: the TOML as read, for pins and for which sections are present."""
    yield from check_pins(raw)
    yield from _sections(raw, parts)
    yield from _output(parts)
    yield from _battery(parts)
    yield from _force(parts)
    yield from _current(parts)
    yield from _limits(parts)
    yield from _reach(parts)


def no_load_spm(motor: CrankMotor, crank: Crank, output: Output, supply_mv: int) -> int:
    """Strokes per minute without load at a supply voltage: the data sheet's line, less the driver's drop."""
    friction_mv = motor.no_load_ma * motor.rated_mv // motor.stall_ma  # no-load current x winding resistance
    reach_mv = max(motor.rated_mv - friction_mv, 1)
    shaft_rpm = motor.no_load_rpm * max(supply_mv - output.drop_mv - friction_mv, 0) / reach_mv
    return int(shaft_rpm * 1000 / crank.gear_milli)


def _sections(raw: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    if parts.motor is None:
        return
    crank_motor = parts.motor.kind == "crank"
    if crank_motor and "crank" not in raw:
        yield Problem(
            "crank", 'missing, needed with motor.kind = "crank".', "Add [crank] with stroke_um and gear_milli."
        )
    if not crank_motor:
        for name in ("crank", "tach"):
            if name in raw:
                yield Problem(name, 'not possible with motor.kind = "linear".', f"Remove [{name}].")
        if parts.output is not None and parts.output.kind == "brushless-pwm":
            yield Problem("output.kind", '"brushless-pwm" cannot drive a linear actuator.', 'Use "h-bridge".')
    needs_gains = crank_motor and "tach" in raw
    if needs_gains and "controller_gains" not in raw:
        yield Problem("controller_gains", "missing, needed with a tach.", "Add kp_q8 and ki_q12 (boards/README.md).")
    if not needs_gains and "controller_gains" in raw:
        yield Problem("controller_gains", "has no effect without a crank motor and a tach.", "Remove the section.")


def _output(parts: Parts) -> Iterator[Problem]:
    output, controller = parts.output, parts.controller
    if output is None:
        return
    if output.kind == "h-bridge" and output.pin_b is None:
        yield Problem("output.pin_b", "missing, needed by an h-bridge.", "Name the GPIO of the second input (IN2).")
    if output.kind != "h-bridge" and output.pin_b is not None:
        yield Problem("output.pin_b", f'{output.pin_b} has no use with kind = "{output.kind}".', "Remove it.")
    if controller is not None:
        highest_hz = caps.FED_PERIODS * controller.tick_hz * 1000 // caps.FED_MARGIN_PERMILLE
        if output.pwm_hz > highest_hz:
            yield Problem(
                "output.pwm_hz",
                f"{output.pwm_hz} Hz is too fast for controller.tick_hz = {controller.tick_hz}: the output would starve"
                f" between ticks; allowed at most {highest_hz} Hz.",
                "Lower pwm_hz or raise tick_hz.",
            )


def _battery(parts: Parts) -> Iterator[Problem]:
    battery = parts.battery
    if battery is None:
        return
    full_mv = battery.cells * caps.CELL_FULL_MV
    pin_mv = full_mv * 1000 // battery.divider_milli
    if pin_mv > caps.ADC_MAX_MV:
        needed = -(-full_mv * 1000 // caps.ADC_MAX_MV)
        yield Problem(
            "battery.divider_milli",
            f"{battery.divider_milli} puts {pin_mv} mV on GP{battery.adc_pin} with a full {battery.cells}S pack"
            f" ({full_mv} mV); allowed {caps.ADC_MAX_MV} mV.",
            f"Use a divider of at least {needed} (for example {-(-needed // 100) * 100}).",
        )


def _force(parts: Parts) -> Iterator[Problem]:
    force = parts.force
    if force is None:
        return
    where = "force.calibration"
    points = force.calibration
    for at, (lower, upper) in enumerate(pairwise(points), start=2):
        if upper[0] <= lower[0] or upper[1] <= lower[1]:
            yield Problem(
                f"{where}[{at}]",
                f"{list(upper)} does not rise above {list(lower)}: force and voltage must both ascend.",
                "Sort the points; if the voltage falls with force, swap sensor and divider resistor.",
            )
    if points[0][0] != 0:
        yield Problem(
            f"{where}[1]", f"starts at {points[0][0]} mN; the first point must be at 0 mN.", "Measure unloaded."
        )
    if force.open_mv >= points[0][1]:
        yield Problem(
            "force.open_mv",
            f"{force.open_mv} mV is not below the unloaded voltage {points[0][1]} mV: the sensor would"
            " always look broken.",
            "Lower it; an FSR needs a resistor in parallel so that unloaded is not 0 V.",
        )
    top_mv = points[-1][1]
    if force.short_mv <= top_mv:
        yield Problem(
            "force.short_mv",
            f"{force.short_mv} mV is not above the last calibration point {top_mv} mV: hard pressing"
            " would look like a short.",
            "Raise it or end the calibration earlier.",
        )
    if isinstance(force, FsrForce) and top_mv >= force.supply_mv:
        yield Problem(
            where,
            f"ends at {top_mv} mV; a divider fed with {force.supply_mv} mV stays below that.",
            "Check the points.",
        )
    reach_mn = points[-1][0] * 1000 // force.share_permille
    if parts.limits is not None and reach_mn < parts.limits.trip_mn:
        yield Problem(
            where,
            f"ends at {points[-1][0]} mN on the sensor = {reach_mn} mN of contact force; it must reach limits.trip_mn ="
            f" {parts.limits.trip_mn} mN, or the trip is never seen.",
            "Calibrate further up, let the sensor feel a smaller share, or lower trip_mn.",
        )


def _current(parts: Parts) -> Iterator[Problem]:
    current = parts.current
    if current is None:
        return
    if parts.motor is not None and parts.battery is not None:
        full_mv = parts.battery.cells * caps.CELL_FULL_MV
        stall_ma = stall_current_ma(parts.motor, full_mv)
        top_mv = current.zero_mv + current.mv_per_a * stall_ma // 1000
        if top_mv > caps.ADC_MAX_MV:
            yield Problem(
                "current.mv_per_a",
                f"{current.mv_per_a} mV/A gives {top_mv} mV on GP{current.adc_pin} when the motor stalls on a"
                f" full pack ({stall_ma} mA); allowed {caps.ADC_MAX_MV} mV.",
                "Use a smaller shunt or less gain.",
            )
    if parts.limits is not None:
        seen_ma = (caps.ADC_MAX_MV - current.zero_mv) * 1000 // current.mv_per_a
        if parts.limits.current_ma > seen_ma:
            yield Problem(
                "limits.current_ma",
                f"{parts.limits.current_ma} mA is more than the sensor can show ({seen_ma} mA).",
                "Lower the limit or the gain of the current sensor.",
            )


def stall_current_ma(motor: CrankMotor | LinearMotor, supply_mv: int) -> int:
    """Current in mA with the shaft or coil held, at a supply voltage (no driver or pack resistance: worst case)."""
    if isinstance(motor, CrankMotor):
        return motor.stall_ma * supply_mv // motor.rated_mv
    return supply_mv * 1000 // motor.resistance_mohm


def _limits(parts: Parts) -> Iterator[Problem]:
    limits = parts.limits
    if limits is None:
        return
    if limits.trip_mn <= limits.force_mn:
        yield Problem(
            "limits.trip_mn",
            f"{limits.trip_mn} mN is not above limits.force_mn = {limits.force_mn} mN: it would stop before"
            " it backs off.",
            f"Use {min(limits.force_mn * 13 // 10, caps.TRIP_MAX_MN)} mN or more.",
        )
    if limits.rate_max_spm <= limits.rate_min_spm:
        yield Problem(
            "limits.rate_max_spm",
            f"{limits.rate_max_spm} strokes/min is not above limits.rate_min_spm = {limits.rate_min_spm}.",
            "Swap or widen them.",
        )
    if parts.output is not None and limits.current_ma > parts.output.driver_max_ma:
        yield Problem(
            "limits.current_ma",
            f"{limits.current_ma} mA is more than the driver stands: output.driver_max_ma ="
            f" {parts.output.driver_max_ma}.",
            "Lower the limit, or fit a larger driver.",
        )


def _reach(parts: Parts) -> Iterator[Problem]:
    motor, crank, output, battery, limits = parts.motor, parts.crank, parts.output, parts.battery, parts.limits
    if not isinstance(motor, CrankMotor) or crank is None or output is None or battery is None or limits is None:
        return
    reach_spm = no_load_spm(motor, crank, output, battery.cells * caps.CELL_FULL_MV)
    if limits.rate_max_spm > reach_spm:
        yield Problem(
            "limits.rate_max_spm",
            f"{limits.rate_max_spm} strokes/min cannot be reached: this motor and gear make {reach_spm} without load"
            " on a full pack.",
            "Lower it, or use a smaller crank.gear_milli.",
        )
