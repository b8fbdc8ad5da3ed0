"""What a data sheet says of a brushed DC motor, turned into the constants of its equations.

A sheet gives no-load speed and current, stall torque and current at a rated voltage. Four numbers fix four constants:
resistance, torque constant (= voltage constant in SI units), friction torque, and the voltage that the brushes drop.
The last one is what makes sheets agree with themselves: without it the torque constant from the stall end and the one
from the no-load end differ by some 5 %.

Worked example, AndyMark RS775-125 (a 775-class 12 V motor; sheet: 5800 rpm, 1.6 A, 0.28 N m, 18 A):
friction equals the no-load torque, so k (18 A - 1.6 A) = 0.28 N m, k = 17.07 mN m/A; brushes leave
k * 607.4 rad/s / (1 - 1.6 / 18) = 11.38 V of the 12 V, so they drop 0.62 V (carbon brush pairs: 0.5 to 2 V);
resistance = 11.38 V / 18 A = 0.632 ohm.
"""

from dataclasses import dataclass
from math import exp, pi

COPPER_PER_K = 0.00393  # temperature coefficient of copper's resistance at 20 degC
RATED_TEMP_C = 25.0
BRUSH_DROP_MAX_V = 2.0


@dataclass(frozen=True, slots=True)
class MotorSheet:
    """Data-sheet values of a brushed motor at rated_v, SI units except rpm."""

    rated_v: float
    no_load_rpm: float
    no_load_a: float
    stall_a: float
    stall_torque_nm: float
    inertia_kgm2: float
    inductance_h: float


@dataclass(frozen=True, slots=True)
class WindingSpec:
    """The electrical side that any actuator has, and how it warms up.

    resistance_ohm at 25 degC, inductance_h > 0, brush_v dropped against the current (0 for a voice coil),
    thermal_k_per_w from winding to air, thermal_time_s of that warming."""

    resistance_ohm: float
    inductance_h: float
    brush_v: float
    thermal_k_per_w: float
    thermal_time_s: float


@dataclass(frozen=True, slots=True)
class MotorConstants:
    """resistance_ohm, brush_v, torque constant constant_nm_per_a (also V per rad/s), and the friction torque as a dry
    part friction_nm and a part that grows with speed, viscous_nms (N m per rad/s)."""

    resistance_ohm: float
    brush_v: float
    constant_nm_per_a: float
    friction_nm: float
    viscous_nms: float


def motor_constants(sheet: MotorSheet) -> MotorConstants:
    """The constants that reproduce the sheet: exactly where the sheet is consistent, within some per cent otherwise
    (a brush drop outside 0..2 V is not believed and clamped; no-load speed and stall current then still fit)."""
    no_load_rad_s = sheet.no_load_rpm * 2.0 * pi / 60.0
    loaded_part = 1.0 - sheet.no_load_a / sheet.stall_a
    # All friction is dry here, so stall torque = k * (stall current - no-load current).
    from_stall = sheet.stall_torque_nm / (sheet.stall_a - sheet.no_load_a)
    brush_v = sheet.rated_v - from_stall * no_load_rad_s / loaded_part
    brush_v = min(max(brush_v, 0.0), BRUSH_DROP_MAX_V)
    behind_brushes_v = sheet.rated_v - brush_v
    constant = behind_brushes_v * loaded_part / no_load_rad_s
    friction = constant * sheet.no_load_a
    # Where the clamp bit, spend what freedom is left on the stall torque: part of the friction may be viscous.
    dry = min(max(constant * sheet.stall_a - sheet.stall_torque_nm, 0.0), friction)
    return MotorConstants(
        resistance_ohm=behind_brushes_v / sheet.stall_a,
        brush_v=brush_v,
        constant_nm_per_a=constant,
        friction_nm=dry,
        viscous_nms=(friction - dry) / no_load_rad_s,
    )


class Winding:
    """One thermal node: copper heats it, the air cools it, and its resistance follows.

    A real motor has two (winding, then case); one with the sheet's time constant errs to the warm side for bursts."""

    __slots__ = ("_ambient_c", "_cold_ohm", "_heat_j_per_k", "_time_s", "resistance_ohm", "temp_c")

    def __init__(self, spec: WindingSpec, ambient_c: float) -> None:
        self._cold_ohm = spec.resistance_ohm
        self._time_s = spec.thermal_time_s
        self._heat_j_per_k = spec.thermal_time_s / spec.thermal_k_per_w
        self._ambient_c = ambient_c
        self.temp_c = ambient_c
        self.resistance_ohm = 0.0
        self.warm(0.0, 0.0)

    def warm(self, dt_s: float, heat_j: float) -> None:
        """Take in heat_j joules and cool for dt_s seconds."""
        above = (self.temp_c - self._ambient_c) * exp(-dt_s / self._time_s) + heat_j / self._heat_j_per_k
        self.temp_c = self._ambient_c + above
        self.resistance_ohm = self._cold_ohm * (1.0 + COPPER_PER_K * (self.temp_c - RATED_TEMP_C))
