"""The simulated world behind the pins: one `step` per tick, ADC counts and tach pulses out.

A step is: circuit (battery, power stage, winding) with the back-EMF of the last step -> mean current -> mechanism
(crank or linear, with tissue and arm) -> contact force. What changes slowly (the person's press, charge,
temperatures, sensor wander) is brought up to date every 5 ms. Readings are computed when asked for, from the state and
from noise that depends on the step alone: reading twice, or not at all, changes nothing.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Protocol

from host_tools.plant.battery import Battery, BatterySpec
from host_tools.plant.driver import Circuit, DriverSpec
from host_tools.plant.faults import PlantFaults
from host_tools.plant.hand import Hand
from host_tools.plant.motor import Winding, WindingSpec
from host_tools.plant.noise import gaussian_table
from host_tools.plant.sensors import (
    ADC_MAX,
    ADC_NOISE_COUNTS,
    COUNTS_PER_V,
    TABLE_STEP_N,
    TABLE_TOP_N,
    ForceSensorSpec,
    TemperatureSpec,
    clamp_counts,
    force_table,
    temperature_counts,
)

SLOW_S = 0.005
AMBIENT_C = 24.0
WANDER_TIME_S = 20.0  # time in which a sensor's slow error renews itself


class Mechanism(Protocol):
    """What moves: CrankMechanism or LinearMechanism. step() advances by dt_s with a mean winding current in A."""

    press_n: float
    held: bool
    locked: bool
    force_n: float
    emf_v: float

    @property
    def strokes(self) -> float: ...

    @property
    def rate_spm(self) -> float: ...

    def step(self, dt_s: float, current_a: float) -> None: ...


@dataclass(frozen=True, slots=True)
class PlantSpec:
    """Everything but the mechanism and the person. current: (V at 0 A, V per A) or None; battery_divider: pack voltage
    over pin voltage; tach_per_stroke: pulses, 0 without a tach."""

    battery: BatterySpec
    driver: DriverSpec
    winding: WindingSpec
    force: ForceSensorSpec
    temperature: TemperatureSpec
    current: tuple[float, float] | None
    battery_divider: float
    tach_per_stroke: float


class Plant:
    """See the module. Truth: force_n, rate_spm, strokes, battery_v, current_a (winding), supply_a, motor_temp_c,
    charge, time_s. Readings: force_counts, current_counts, battery_counts, temp_counts (0..4095), tach_count."""

    def __init__(self, spec: PlantSpec, mechanism: Mechanism, hand: Hand, seed: int) -> None:
        self.spec = spec
        self.mechanism = mechanism
        self.hand = hand
        self.faults = PlantFaults()
        self.time_s = 0.0
        self.battery = Battery(spec.battery)
        self.winding = Winding(spec.winding, AMBIENT_C)
        self.circuit = Circuit(spec.driver, spec.winding.inductance_h, spec.winding.brush_v)
        self.sensor_temp_c = AMBIENT_C
        self._seed = seed & 0xFFFFFFFF
        self._noise_state = (seed * 2654435761 + 12345) & 0xFFFFFFFF
        self._noise = gaussian_table(seed)
        self._force_table = force_table(spec.force)
        self._force_noise = sqrt((spec.force.noise_v * COUNTS_PER_V) ** 2 + ADC_NOISE_COUNTS**2)
        self._gain = 1.0
        self._zero_n = 0.0
        self._drawn_c = 0.0
        self._heat_j = 0.0
        self._slow_at_s = 0.0
        self._slow_from_s = 0.0
        self._press_from_s = -1.0  # time of begin_press; negative: in the air
        self._frozen_force: int | None = None
        self._tach_stopped: int | None = None
        self._slow()

    # -- what a driver of the plant calls ------------------------------------------------------------------------------

    def begin_press(self) -> None:
        """The person puts the head on the body; the script of the person starts now."""
        self._press_from_s = self.time_s
        self._slow()

    def lift(self) -> None:
        """The person takes the head off. A later begin_press starts the script anew."""
        self._press_from_s = -1.0
        self._slow()

    def step(self, dt_s: float, duty: float, duty_b: float = 0.0) -> None:
        """Advance by dt_s (0.00005..0.001 s; made for 0.0005) with the driver's inputs active for duty and duty_b
        (0..1) of the PWM period; duty_b matters on an H-bridge only."""
        if self.faults.driver_stuck_on:
            duty, duty_b = 1.0, 0.0
        circuit = self.circuit
        mechanism = self.mechanism
        mechanism.step(dt_s, circuit.step(dt_s, duty, duty_b, mechanism.emf_v))
        self._drawn_c += circuit.supply_a * dt_s
        self._heat_j += circuit.heat_w * dt_s
        self._noise_state = (self._noise_state * 1664525 + 1013904223) & 0xFFFFFFFF
        now = self.time_s + dt_s
        self.time_s = now
        if now >= self._slow_at_s:
            self._slow()

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
    def battery_v(self) -> float:
        """Voltage at the pack's terminals, V."""
        override = self.faults.battery_v_override
        return self.circuit.terminal_v if override is None else override

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

    # -- readings ------------------------------------------------------------------------------------------------------

    @property
    def force_counts(self) -> int:
        """ADC reading of the force sensor."""
        faults = self.faults
        if faults.force_frozen:
            if self._frozen_force is None:
                self._frozen_force = self._force_counts()
            return self._frozen_force
        self._frozen_force = None
        return self._force_counts()

    def _force_counts(self) -> int:
        faults = self.faults
        if faults.force_short:
            return ADC_MAX
        if faults.force_open:
            return 0
        felt = self.mechanism.force_n if faults.force_override_n is None else faults.force_override_n
        felt = (felt * self._gain * faults.force_gain + faults.force_offset_n + self._zero_n) / TABLE_STEP_N
        if felt < 0.0:
            felt = 0.0
        elif felt > TABLE_TOP_N / TABLE_STEP_N:
            felt = TABLE_TOP_N / TABLE_STEP_N
        table = self._force_table
        at = int(felt)
        low = table[at]
        counts = low + (table[at + 1] - low) * (felt - at) + self._noise[self._noise_state >> 20] * self._force_noise
        return 0 if counts <= 0.0 else ADC_MAX if counts >= ADC_MAX else int(counts + 0.5)

    @property
    def current_counts(self) -> int:
        """ADC reading of the current sense, 0 where none is fitted. A low-side shunt below the switch sees what comes
        out of the pack, not what circles through the diode: at half duty about half of the motor's current."""
        sense = self.spec.current
        if sense is None:
            return 0
        amperes = 0.0 if self.faults.current_dead else self.circuit.supply_a
        return clamp_counts((sense[0] + sense[1] * amperes) * COUNTS_PER_V + self._small_noise(16))

    @property
    def battery_counts(self) -> int:
        """ADC reading behind the battery divider."""
        return clamp_counts(self.battery_v / self.spec.battery_divider * COUNTS_PER_V + self._small_noise(12))

    @property
    def temp_counts(self) -> int:
        """ADC reading of the temperature sensor."""
        faults = self.faults
        if faults.temp_short:
            return 0
        if faults.temp_open:
            return ADC_MAX
        temp_c = self.sensor_temp_c if faults.temp_c_override is None else faults.temp_c_override
        return clamp_counts(temperature_counts(self.spec.temperature, temp_c) + self._small_noise(8))

    @property
    def tach_count(self) -> int:
        """Tach pulses since the start (0 without a tach)."""
        if self.faults.tach_dead:
            if self._tach_stopped is None:
                self._tach_stopped = int(self.mechanism.strokes * self.spec.tach_per_stroke)
            return self._tach_stopped
        self._tach_stopped = None
        return int(self.mechanism.strokes * self.spec.tach_per_stroke)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _small_noise(self, shift: int) -> float:
        """ADC noise in counts, another stretch of the state for each channel."""
        return self._noise[(self._noise_state >> shift) & 4095] * ADC_NOISE_COUNTS

    def _slow(self) -> None:
        """Bring everything slow up to the present."""
        now = self.time_s
        dt_s = now - self._slow_from_s
        mechanism = self.mechanism
        faults = self.faults
        mechanism.locked = faults.rotor_locked
        if self._press_from_s >= 0.0:
            since = now - self._press_from_s
            mechanism.held = self.hand.holds(since)
            mechanism.press_n = self.hand.press_n(since)
        else:
            mechanism.held = False
        if dt_s > 0.0:
            self.battery.advance(dt_s, self._drawn_c)
            self.winding.advance(dt_s, self._heat_j)
            self._drawn_c = self._heat_j = 0.0
            self._wander(dt_s)
        circuit = self.circuit
        if faults.battery_v_override is None:
            circuit.source_v = self.battery.source_v
            circuit.source_ohm = self.battery.resistance_ohm
        else:
            circuit.source_v = faults.battery_v_override
            circuit.source_ohm = 0.0
        circuit.winding_ohm = self.winding.resistance_ohm
        circuit.terminal_v = circuit.source_v - circuit.source_ohm * circuit.supply_a
        self._slow_from_s = now
        # A hair less than the period, so that summed-up rounding does not decide which step is the slow one.
        self._slow_at_s = now + SLOW_S - 1e-7

    def _wander(self, dt_s: float) -> None:
        """Slow errors of the force sensor, and the lag of the temperature sensor."""
        force = self.spec.force
        share = dt_s / WANDER_TIME_S
        kick = sqrt(2.0 * share)
        noise = self._noise
        state = self._noise_state
        self._gain += (1.0 - self._gain) * share + force.gain_wander * kick * noise[(state >> 4) & 4095]
        self._zero_n += -self._zero_n * share + force.zero_wander_n * kick * noise[(state >> 18) & 4095]
        temperature = self.spec.temperature
        there = AMBIENT_C + temperature.motor_share * (self.winding.temp_c - AMBIENT_C)
        self.sensor_temp_c += (there - self.sensor_temp_c) * dt_s / (temperature.lag_s + dt_s)
