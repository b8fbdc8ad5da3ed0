"""The power stage and the winding behind it: PWM averages in, mean current of the step out.

PWM runs at 20 kHz and more, the plant at 2 kHz, so the stage is averaged over its PWM period. What the winding sees in
the part of the period that drives it no further depends on the kind of stage, and that decides what a maker feels:

  low-side MOSFET with a flyback diode   the current circles through the diode: about -0.7 V, it dies slowly
  H-bridge, both inputs low (coast)      the bridge is off; the current flows back into the supply against its full
                                         voltage: it dies fast, and below half duty hardly any current flows at all
  H-bridge, both inputs high (brake)     the winding is shorted: 0 V, and a moving motor is braked

TI's data sheet of the DRV8871 (SLVSCY9, "PWM with current regulation" and its truth table) names these states. The
diodes block, so a coasting current stops at zero; where it does so within each PWM period the mean is that of the
little triangles of discontinuous conduction.
"""

from dataclasses import dataclass
from math import exp

DIODE_V = 0.7  # forward drop of a flyback or body diode at a few amperes


@dataclass(frozen=True, slots=True)
class DriverSpec:
    """bridge: two inputs (H-bridge) or one. drop_v: lost in the switches while driving. brakes: what the stage does in
    the rest of the period with its input(s) low (True shorts the winding). pwm_hz > 0."""

    bridge: bool
    drop_v: float
    brakes: bool
    pwm_hz: float


class Circuit:
    """Battery resistance, power stage and winding as one first-order circuit, integrated exactly over each step.

    Exactly, because L/R of a small motor is of the order of the step. Between steps `source_v`, `source_ohm` and
    `winding_ohm` may be changed (they drift slowly). After a step: `current_a` of the winding at its end,
    `supply_a` the mean current out of the pack (never negative), `heat_w` in copper and brushes, `terminal_v`."""

    __slots__ = (
        "_brakes",
        "_bridge",
        "_brush_v",
        "_drop_v",
        "_inductance_h",
        "_ripple_a_per_v",
        "current_a",
        "heat_w",
        "source_ohm",
        "source_v",
        "supply_a",
        "terminal_v",
        "winding_ohm",
    )

    def __init__(self, spec: DriverSpec, inductance_h: float, brush_v: float) -> None:
        self._bridge = spec.bridge
        self._brakes = spec.brakes
        self._drop_v = spec.drop_v
        self._brush_v = brush_v
        self._inductance_h = inductance_h
        # Rise of current per volt in one PWM period, halved: the mean of a triangle.
        self._ripple_a_per_v = 0.5 / (spec.pwm_hz * inductance_h)
        self.source_v = 0.0
        self.source_ohm = 0.0
        self.winding_ohm = 1.0
        self.current_a = 0.0
        self.supply_a = 0.0
        self.heat_w = 0.0
        self.terminal_v = 0.0

    def drive(self, dt_s: float, duty: float, duty_b: float, emf_v: float) -> float:
        """Advance by dt_s with the inputs high for duty and duty_b (0..1) of each PWM period and a back-EMF of emf_v;
        returns the mean winding current in A, positive for duty > duty_b."""
        current = self.current_a
        drive = duty - duty_b if self._bridge else duty
        mirrored = drive < 0.0 or (drive == 0.0 and current < 0.0)
        if mirrored:  # one set of equations: turn the picture so that the drive is positive
            drive = -drive
            emf_v = -emf_v
            current = -current
        source_v = self.source_v
        coast = 0.0
        reverse_v = 0.0
        if not self._brakes:
            if self._bridge:
                coast = 1.0 - (duty_b if duty_b > duty else duty)
                reverse_v = source_v + 2.0 * DIODE_V
            else:
                coast = 1.0 - drive
                reverse_v = DIODE_V
        ohm = self.winding_ohm + self.source_ohm * drive * drive
        brush_v = self._brush_v
        net_v = drive * (source_v - self._drop_v) - coast * reverse_v - emf_v
        net_v = net_v - brush_v if net_v > brush_v else net_v + brush_v if net_v < -brush_v else 0.0
        aim = net_v / ohm
        if coast > 0.0 and drive > 0.0:
            rise_v = source_v - self._drop_v - brush_v - emf_v
            fall_v = reverse_v + brush_v + emf_v
            if rise_v > 0.0 and fall_v > 0.0:
                triangles = self._ripple_a_per_v * rise_v * drive * drive * (1.0 + rise_v / fall_v)
                # Only while they do not touch each other: from there on the current is continuous.
                if triangles > aim and drive * (1.0 + rise_v / fall_v) < 1.0:
                    aim = triangles
        x = ohm * dt_s / self._inductance_h
        decay = exp(-x)
        gap = current - aim
        after = aim + gap * decay
        mean = aim + gap * (1.0 - decay) / x
        if after < 0.0 and (not self._bridge or (coast > 0.0 and drive + coast > 0.999)):
            after = 0.0  # the diodes block; a single switch has no way back into the supply either
            if mean < 0.0:
                mean = 0.0
        supply = (drive - coast) * mean if self._bridge else drive * mean
        self.supply_a = supply if supply > 0.0 else 0.0
        self.terminal_v = source_v - self.source_ohm * self.supply_a
        if mirrored:
            after = -after
            mean = -mean
        self.current_a = after
        self.heat_w = self.winding_ohm * mean * mean + (brush_v * mean if mean > 0.0 else -brush_v * mean)
        return mean
