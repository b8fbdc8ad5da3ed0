"""What two sections of a board file must agree on: pins, ADC voltages, tach, limits, sections that need each other.

Every check works on whatever sections are valid by themselves, so a typo in [panel] does not hide a pin clash in
[output]: the maker gets the whole list at once.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from host_tools import caps
from host_tools.board_model import CrankMotor
from host_tools.board_motor import i2t_ma
from host_tools.board_parts import Parts, no_load_spm, tach_milli
from host_tools.board_pins import check_pins
from host_tools.board_voltages import check_voltages
from host_tools.problems import Problem

PULSES_MIN_MILLI = 1000


def check_all(raw: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    """Every disagreement between sections. raw: the TOML as read, for pins and for which sections are present."""
    yield from check_pins(raw)
    yield from _sections(raw, parts)
    yield from _output(parts)
    yield from check_voltages(parts)
    yield from _limits(parts)
    yield from _motor(parts)
    yield from _reach(parts)


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
        yield Problem("controller_gains", "missing, needed with a tach.", "Add kp_q8 and ki_q16 (boards/README.md).")
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


def _motor(parts: Parts) -> Iterator[Problem]:
    motor = parts.motor
    if isinstance(motor, CrankMotor) and motor.no_load_ma * 2 > motor.stall_ma:
        yield Problem(
            "motor.no_load_ma",
            f"{motor.no_load_ma} mA is more than half of motor.stall_ma = {motor.stall_ma} mA; no motor is like that.",
            "Look up both again; the no-load current is usually below a tenth.",
        )
    if isinstance(motor, CrankMotor) and motor.no_load_ma >= i2t_ma(motor):
        yield Problem(
            "motor.thermal_resistance_mk_per_w",
            f"{motor.thermal_resistance_mk_per_w} mK/W lets the winding stand {i2t_ma(motor)} mA for long, less than"
            f" motor.no_load_ma = {motor.no_load_ma}.",
            "Look up both again; a motor of 44 mm has some 4000 mK/W.",
        )
    if parts.tach is not None and parts.crank is not None and tach_milli(parts.tach, parts.crank) < PULSES_MIN_MILLI:
        yield Problem(
            "tach.pulses_per_rev",
            f"{parts.tach.pulses_per_rev} gives {tach_milli(parts.tach, parts.crank) / 1000:g} pulses per stroke;"
            f" at least {PULSES_MIN_MILLI // 1000} is needed to hold a rate.",
            "Fit more magnets, or put them on the motor shaft.",
        )


def _reach(parts: Parts) -> Iterator[Problem]:
    motor, crank, output, battery, limits = parts.motor, parts.crank, parts.output, parts.battery, parts.limits
    if not isinstance(motor, CrankMotor) or crank is None or output is None or battery is None or limits is None:
        return
    reach_spm = no_load_spm(motor, crank, output, battery.cells * caps.CELL_NOMINAL_MV)
    if limits.rate_max_spm > reach_spm:
        yield Problem(
            "limits.rate_max_spm",
            f"{limits.rate_max_spm} strokes/min cannot be reached: this motor and gear make {reach_spm} without load"
            " on a half-full pack.",
            "Lower it, or use a smaller crank.gear_milli.",
        )
