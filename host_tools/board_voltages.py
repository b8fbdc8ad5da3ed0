"""Voltages of a board file: nothing above 3.3 V at an ADC pin, and every sensor able to show what it must catch."""

from collections.abc import Iterator
from itertools import pairwise

from host_tools import caps
from host_tools.board_model import FsrForce
from host_tools.board_parts import Parts, stall_current_ma
from host_tools.problems import Problem


def check_voltages(parts: Parts) -> Iterator[Problem]:
    """Battery divider with a full pack, force calibration up to the trip, current sensor up to stall."""
    yield from _battery(parts)
    yield from _force(parts)
    yield from _current(parts)


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
