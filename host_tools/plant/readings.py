"""What the pins say of the world: ADC counts and tach pulses, computed when asked for.

They come from the state and from noise that depends on the step alone: reading twice, or not at all, changes nothing,
so a simulated and an emulated device that read at different moments still see the same world.
"""

from dataclasses import dataclass
from math import isnan, sqrt
from typing import Protocol

from host_tools.plant.battery import BatterySpec
from host_tools.plant.driver import Circuit, DriverSpec
from host_tools.plant.faults import PlantFaults
from host_tools.plant.motor import WindingSpec
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
    gaussian_table,
    temperature_counts,
)

AMBIENT_C = 24.0
NOT_FROZEN = -1
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


class Readings:
    """force_counts, current_counts, battery_counts, temp_counts: 0..4095 after the last step; tach_count: pulses."""

    def __init__(self, spec: PlantSpec, mechanism: Mechanism, seed: int) -> None:
        self.spec = spec
        self.mechanism = mechanism
        self.circuit = Circuit(spec.driver, spec.winding.inductance_h, spec.winding.brush_v)
        self.faults = PlantFaults()
        self.sensor_temp_c = AMBIENT_C
        self._noise_state = (seed * 2654435761 + 12345) & 0xFFFFFFFF
        self._wander_state = self._noise_state
        self._noise = gaussian_table(seed)
        self._force_table = force_table(spec.force)
        self._force = spec.force
        self._temperature = spec.temperature
        self._battery_divider = spec.battery_divider
        self._tach_per_stroke = spec.tach_per_stroke
        self._senses_current = spec.current is not None
        self._sense_zero_v, self._sense_v_per_a = spec.current or (0.0, 0.0)
        self._force_noise = sqrt((spec.force.noise_v * COUNTS_PER_V) ** 2 + ADC_NOISE_COUNTS**2)
        self._gain = 1.0
        self._zero_n = 0.0
        self._frozen_force = NOT_FROZEN
        self._tach_stopped = NOT_FROZEN

    @property
    def battery_v(self) -> float:
        """Voltage at the pack's terminals, V."""
        forced_v = self.faults.forced_battery_v
        return self.circuit.terminal_v if isnan(forced_v) else forced_v

    @property
    def force_counts(self) -> int:
        """ADC reading of the force sensor."""
        faults = self.faults
        if faults.force_frozen:
            if self._frozen_force == NOT_FROZEN:
                self._frozen_force = self._force_counts()
            return self._frozen_force
        self._frozen_force = NOT_FROZEN
        return self._force_counts()

    def _force_counts(self) -> int:
        faults = self.faults
        if faults.force_short:
            return ADC_MAX
        if faults.force_open:
            return 0
        felt = self.mechanism.force_n if isnan(faults.forced_force_n) else faults.forced_force_n
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
        if not self._senses_current:
            return 0
        amperes = 0.0 if self.faults.current_dead else self.circuit.supply_a
        return clamp_counts((self._sense_zero_v + self._sense_v_per_a * amperes) * COUNTS_PER_V + self._small_noise(16))

    @property
    def battery_counts(self) -> int:
        """ADC reading behind the battery divider."""
        return clamp_counts(self.battery_v / self._battery_divider * COUNTS_PER_V + self._small_noise(12))

    @property
    def temp_counts(self) -> int:
        """ADC reading of the temperature sensor."""
        faults = self.faults
        if faults.temp_short:
            return 0
        if faults.temp_open:
            return ADC_MAX
        temp_c = self.sensor_temp_c if isnan(faults.forced_temp_c) else faults.forced_temp_c
        return clamp_counts(temperature_counts(self._temperature, temp_c) + self._small_noise(8))

    @property
    def tach_count(self) -> int:
        """Tach pulses since the start (0 without a tach)."""
        if self.faults.tach_dead:
            if self._tach_stopped == NOT_FROZEN:
                self._tach_stopped = int(self.mechanism.strokes * self._tach_per_stroke)
            return self._tach_stopped
        self._tach_stopped = NOT_FROZEN
        return int(self.mechanism.strokes * self._tach_per_stroke)

    def _small_noise(self, shift: int) -> float:
        """ADC noise in counts, another stretch of the state for each channel."""
        return self._noise[(self._noise_state >> shift) & 4095] * ADC_NOISE_COUNTS

    def _wander(self, dt_s: float, motor_temp_c: float) -> None:
        """Slow errors of the force sensor, and the lag of the temperature sensor."""
        force = self._force
        share = dt_s / WANDER_TIME_S
        kick = sqrt(2.0 * share)
        noise = self._noise
        self._wander_state = state = (self._wander_state * 1664525 + 1013904223) & 0xFFFFFFFF
        self._gain += (1.0 - self._gain) * share + force.gain_wander * kick * noise[(state >> 4) & 4095]
        self._zero_n += -self._zero_n * share + force.zero_wander_n * kick * noise[(state >> 18) & 4095]
        temperature = self._temperature
        there = AMBIENT_C + temperature.motor_share * (motor_temp_c - AMBIENT_C)
        self.sensor_temp_c += (there - self.sensor_temp_c) * dt_s / (temperature.lag_s + dt_s)
