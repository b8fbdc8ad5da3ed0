"""What the ADC sees: force sensor, current sense, battery divider, temperature; all in counts, 0..4095.

The ADC is the RP2040's: 12 bit, 3.3 V reference; its data sheet (section 4.9.3) gives 8.7 effective bits, which as
noise is about 3 counts rms; a firmware-visible part of that is averaged away by the input capacitor of a careful build.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from random import Random

ADC_FULL_V = 3.3
ADC_MAX = 4095
COUNTS_PER_V = 4096.0 / ADC_FULL_V
ADC_NOISE_COUNTS = 1.5  # rms, with 100 nF at the pin
KELVIN = 273.15

# Interlink FSR 402, force in N and typical resistance in ohm at 20, 50, 100, 250, 500, 1000, 2000 and 10000 g: points
# as they are commonly read off the log-log "Force Curve" of its data sheet (P/N 30-81794), good to some 20 %. The sheet
# states 0.1 to 10 N as the range, with +-2 % single-part repeatability: above, the curve flattens but still reads.
FSR402_OHM = (
    (0.196, 30_000.0),
    (0.490, 10_000.0),
    (0.981, 6_000.0),
    (2.452, 3_500.0),
    (4.903, 2_000.0),
    (9.807, 1_250.0),
    (19.61, 750.0),
    (98.07, 250.0),
)
FSR_OPEN_OHM = 1.0e7  # stand-off resistance of the same sheet

NOISE_SIZE = 4096
TABLE_STEP_N = 0.25
TABLE_TOP_N = 160.0


@dataclass(frozen=True, slots=True)
class ForceSensorSpec:
    """points: (force on the sensor in N, voltage at the pin in V), ascending, at least two. share of the contact force
    that reaches the sensor, 0..1. noise_v rms at the pin. gain_wander, rms share of slow sensitivity change, and
    zero_wander_n, rms N of slow zero change. divider_ohm > 0 and supply_v for an FSR, 0 for an amplifier."""

    points: tuple[tuple[float, float], ...]
    share: float
    noise_v: float
    gain_wander: float
    zero_wander_n: float
    divider_ohm: float = 0.0
    supply_v: float = ADC_FULL_V


def fsr_ohm(force_n: float) -> float:
    """Resistance of a typical FSR 402 in ohm at a force in N on its pad: straight lines between the data-sheet points
    on log-log axes; 10 Mohm where nothing presses."""
    if force_n <= 0.0:
        return FSR_OPEN_OHM
    points = FSR402_OHM
    i = 0
    while i < len(points) - 2 and force_n > points[i + 1][0]:
        i += 1
    (f0, r0), (f1, r1) = points[i], points[i + 1]
    slope = log(r1 / r0) / log(f1 / f0)
    return min(r0 * exp(slope * log(force_n / f0)), FSR_OPEN_OHM)


def fsr_pin_v(force_n: float, divider_ohm: float, supply_v: float = ADC_FULL_V) -> float:
    """Pin voltage in V of a typical FSR 402 from supply to pin, divider_ohm from pin to ground, at force_n on its pad.

    9.807 N: 1250 ohm; with 2200 ohm below it 3.3 V * 2200 / 3450 = 2.104 V."""
    return supply_v * divider_ohm / (divider_ohm + fsr_ohm(force_n))


def force_pin_v(spec: ForceSensorSpec, sensor_n: float) -> float:
    """Noise-free pin voltage in V of this sensor at sensor_n newtons on it, beyond the last point continued.

    The points are the maker's calibration and are hit exactly. Between them an FSR is a straight line in conductance
    (that is what it physically is, nearly), an amplifier a straight line in volts; the firmware's table is a
    straight line in volts for both, so its interpolation error is real here too."""
    points = spec.points
    i = 0
    while i < len(points) - 2 and sensor_n > points[i + 1][0]:
        i += 1
    (f0, v0), (f1, v1) = points[i], points[i + 1]
    part = (sensor_n - f0) / (f1 - f0)
    if spec.divider_ohm <= 0.0:
        return v0 + (v1 - v0) * part
    # Conductance over divider conductance: g = v / (supply - v).
    g0 = v0 / (spec.supply_v - v0)
    g1 = v1 / (spec.supply_v - v1)
    g = max(g0 + (g1 - g0) * part, 0.0)
    return spec.supply_v * g / (1.0 + g)


def force_table(spec: ForceSensorSpec) -> list[float]:
    """Noise-free ADC reading in counts (float) for contact forces of 0, 0.25, ... 160.25 N, of which the sensor feels
    its share."""
    size = int(TABLE_TOP_N / TABLE_STEP_N) + 2
    return [force_pin_v(spec, i * TABLE_STEP_N * spec.share) * COUNTS_PER_V for i in range(size)]


@lru_cache(maxsize=64)
def gaussian_table(seed: int) -> list[float]:
    """NOISE_SIZE values of mean 0 and standard deviation 1, the same for the same seed.

    Drawing a Gaussian per step and channel would cost more than the physics; the plant reads this table in the order
    of a 32-bit linear congruential generator (constants of Numerical Recipes' ranqd1; its upper bits are good)."""
    random = Random(f"noise {seed}")
    return [random.gauss(0.0, 1.0) for _ in range(NOISE_SIZE)]


def clamp_counts(counts: float) -> int:
    """Rounded to whole counts and held to what a 12-bit converter can say: 0..4095."""
    return 0 if counts <= 0.0 else ADC_MAX if counts >= ADC_MAX else int(counts + 0.5)


@dataclass(frozen=True, slots=True)
class TemperatureSpec:
    """ntc: pullup_ohm from 3.3 V to the pin, NTC of r25_ohm and beta_k to ground; else the chip's own sensor.

    lag_s: how slowly the sensor follows; motor_share: how much of the motor's rise above the room reaches it."""

    ntc: bool
    pullup_ohm: float = 10_000.0
    r25_ohm: float = 10_000.0
    beta_k: float = 3950.0
    lag_s: float = 8.0
    motor_share: float = 0.9


def temperature_counts(spec: TemperatureSpec, temp_c: float) -> float:
    """Noise-free ADC reading in counts (float) at temp_c degC.

    NTC at 25 degC with equal resistors: half scale, 2048. Chip: 0.706 V at 27 degC, -1.721 mV/K (RP2040 data sheet,
    section 4.9.5), so 0.706 V = 876 counts."""
    if not spec.ntc:
        return (0.706 - 0.001721 * (temp_c - 27.0)) * COUNTS_PER_V
    ohm = spec.r25_ohm * exp(spec.beta_k * (1.0 / (temp_c + KELVIN) - 1.0 / (25.0 + KELVIN)))
    return 4096.0 * ohm / (ohm + spec.pullup_ohm)
