"""The simulated world behind the pins: one `step` per tick, ADC counts and tach pulses out.

A step is: circuit (battery, power stage, winding) with the back-EMF of the last step -> mean current -> mechanism
(crank or linear, with tissue and arm) -> contact force. What changes slowly (the person's press, charge,
temperatures, sensor wander) is brought up to date every 5 ms. Readings are computed when asked for, from the state and
from noise that depends on the step alone: reading twice, or not at all, changes nothing.
"""

from math import isnan

from host_tools.plant.battery import Battery
from host_tools.plant.hand import Holding
from host_tools.plant.motor import Winding
from host_tools.plant.readings import AMBIENT_C, Mechanism, PlantSpec, Readings

SLOW_S = 0.005


def next_slow_s(now_s: float) -> float:
    """When what is slow is next brought up to date, s of the plant's time.

    On a grid of that time, whatever a person does and however long the steps are: so the sensors wander alike on every
    device. A hair before, so that summed-up rounding does not decide which step it is."""
    return (int(now_s / SLOW_S + 0.5) + 1) * SLOW_S - 1e-7


class Plant(Readings):
    """See the module. Truth: force_n, rate_spm, strokes, battery_v, current_a (winding), supply_a, motor_temp_c,
    charge, time_s. Readings: force_counts, current_counts, battery_counts, temp_counts (0..4095), tach_count."""

    def __init__(self, spec: PlantSpec, mechanism: Mechanism, hand: Holding, seed: int) -> None:
        super().__init__(spec, mechanism, seed)
        self.hand = hand
        self.time_s = 0.0
        self.battery = Battery(spec.battery)
        self.winding = Winding(spec.winding, AMBIENT_C)
        self._drawn_c = 0.0
        self._heat_j = 0.0
        self._slow_at_s = 0.0
        self._slow_from_s = 0.0
        self._press_from_s = -1.0  # time of begin_press; negative: in the air
        self._force_low_n = 0.0
        self._force_high_n = 0.0
        self._slow()

    # -- what a driver of the plant calls ------------------------------------------------------------------------------

    def begin_press(self) -> None:
        """The person puts the head on the body; the script of the person starts now."""
        self._press_from_s = self.time_s
        self._person()

    def lift(self) -> None:
        """The person takes the head off. A later begin_press starts the script anew."""
        self._press_from_s = -1.0
        self._person()

    def step(self, dt_s: float, duty: float, duty_b: float = 0.0) -> None:
        """Advance by dt_s (0.00005..0.001 s; made for 0.0005) with the driver's inputs active for duty and duty_b
        (0..1) of the PWM period; duty_b matters on an H-bridge only."""
        if self.faults.driver_stuck_on:
            duty, duty_b = 1.0, 0.0
        circuit = self.circuit
        mechanism = self.mechanism
        mechanism.step(dt_s, circuit.drive(dt_s, duty, duty_b, mechanism.emf_v))
        force_n = mechanism.force_n
        if force_n > self._force_high_n:
            self._force_high_n = force_n
        if force_n < self._force_low_n:
            self._force_low_n = force_n
        self._drawn_c += circuit.supply_a * dt_s
        self._heat_j += circuit.heat_w * dt_s
        self._noise_state = (self._noise_state * 1664525 + 1013904223) & 0xFFFFFFFF
        now = self.time_s + dt_s
        self.time_s = now
        if now >= self._slow_at_s:
            self._slow()

    def force_window_n(self) -> tuple[float, float]:
        """Lowest and highest contact force in N since this was last asked."""
        window = (self._force_low_n, self._force_high_n)
        self._force_low_n = self._force_high_n = self.mechanism.force_n
        return window

    # -- truth ---------------------------------------------------------------------------------------------------------

    @property
    def force_n(self) -> float:
        """Contact force between head and body in N, never negative."""
        return self.mechanism.force_n

    @property
    def rate_spm(self) -> float:
        """Strokes per minute."""
        return self.mechanism.rate_spm

    @property
    def strokes(self) -> float:
        """Strokes since the start."""
        return self.mechanism.strokes

    @property
    def current_a(self) -> float:
        """Winding current in A; positive drives forward."""
        return self.circuit.current_a

    @property
    def supply_a(self) -> float:
        """Mean current out of the pack in A, never negative."""
        return self.circuit.supply_a

    @property
    def motor_temp_c(self) -> float:
        """Winding temperature in degC."""
        return self.winding.temp_c

    @property
    def charge(self) -> float:
        """Charge of the pack, 0..1."""
        return self.battery.charge

    @property
    def pressing(self) -> bool:
        """Whether the person holds the head on the body."""
        return self.mechanism.held

    # -- inside --------------------------------------------------------------------------------------------------------

    def _slow(self) -> None:
        """Bring everything slow up to the present: what the hand does, then all that follows from time passed."""
        self._person()
        self._catch_up()

    def _catch_up(self) -> None:
        now = self.time_s
        dt_s = now - self._slow_from_s
        faults = self.faults
        self.mechanism.locked = faults.rotor_locked
        if dt_s > 0.0:
            self.battery.draw(dt_s, self._drawn_c)
            self.winding.warm(dt_s, self._heat_j)
            self._drawn_c = self._heat_j = 0.0
            self._wander(dt_s, self.winding.temp_c)
        circuit = self.circuit
        if isnan(faults.forced_battery_v):
            circuit.source_v = self.battery.source_v
            circuit.source_ohm = self.battery.resistance_ohm
        else:
            circuit.source_v = faults.forced_battery_v
            circuit.source_ohm = 0.0
        circuit.winding_ohm = self.winding.resistance_ohm
        circuit.terminal_v = circuit.source_v - circuit.source_ohm * circuit.supply_a
        self._slow_from_s = now
        self._slow_at_s = next_slow_s(now)

    def _person(self) -> None:
        """What the hand does now."""
        mechanism = self.mechanism
        mechanism.held = False
        if self._press_from_s >= 0.0:
            since = self.time_s - self._press_from_s
            mechanism.held = self.hand.holds(since)
            mechanism.press_n = self.hand.press_n(since)
