"""The battery pack: open-circuit voltage over charge, internal resistance, slow polarisation, and charge drawn.

Cell curve and the shape of the model (a voltage source, a series resistance, an RC pair) are those of Chen and
Rincon-Mora, "Accurate electrical battery model capable of predicting runtime and I-V performance", IEEE Trans. Energy
Conversion 21(2), 2006, doi 10.1109/TEC.2006.874229, fitted there to a Li-ion cell.
"""

from dataclasses import dataclass
from math import exp

# Why an RC pair at all: a loaded pack keeps sagging for seconds and rebounds when the load goes; a low-battery
# check that forgets this switches off and on again for ever. Chen and Rincon-Mora's long-transient pair is about two
# thirds of the series resistance with a time constant of minutes; a power cell in a tool is quicker.
POLARISATION_SHARE = 0.4  # of resistance_ohm
POLARISATION_TIME_S = 20.0


@dataclass(frozen=True, slots=True)
class BatterySpec:
    """cells in series (1 upwards), capacity_ah > 0 of the pack, resistance_ohm >= 0 of the pack with leads and
    connector, start_charge 0..1."""

    cells: int
    capacity_ah: float
    resistance_ohm: float
    start_charge: float = 0.85


def cell_ocv_v(charge: float) -> float:
    """Open-circuit voltage of one cell in V at a charge of 0..1 (clamped): 2.65 V empty, 3.85 V half, 4.10 V full."""
    s = 0.0 if charge < 0.0 else 1.0 if charge > 1.0 else charge
    return 3.685 - 1.031 * exp(-35.0 * s) + s * (0.2156 + s * (-0.1178 + s * 0.3201))


class Battery:
    """A pack whose slow state (charge, polarisation) is advanced now and then; the fast voltage drop over the series
    resistance belongs to the circuit, which knows the current of every step."""

    __slots__ = ("_capacity_c", "_cells", "_polarisation_ohm", "charge", "polarisation_v", "resistance_ohm", "source_v")

    def __init__(self, spec: BatterySpec) -> None:
        self._cells = spec.cells
        self._capacity_c = spec.capacity_ah * 3600.0
        self._polarisation_ohm = spec.resistance_ohm * POLARISATION_SHARE
        self.resistance_ohm = spec.resistance_ohm
        self.charge = spec.start_charge
        self.polarisation_v = 0.0
        self.source_v = spec.cells * cell_ocv_v(spec.start_charge)

    def draw(self, dt_s: float, drawn_c: float) -> None:
        """Account for drawn_c coulombs taken in the last dt_s seconds. A negative draw counts as none: the protected
        pack that SAFETY.md requires is not charged by its own motor."""
        if drawn_c < 0.0:
            drawn_c = 0.0
        self.charge = max(0.0, self.charge - drawn_c / self._capacity_c)
        settled_v = self._polarisation_ohm * drawn_c / dt_s
        self.polarisation_v += (settled_v - self.polarisation_v) * (1.0 - exp(-dt_s / POLARISATION_TIME_S))
        self.source_v = self._cells * cell_ocv_v(self.charge) - self.polarisation_v
