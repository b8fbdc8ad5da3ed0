"""Zero and gain of a device's force sensor, worked out from two readings: unloaded, and against a kitchen scale."""

from dataclasses import dataclass

from host_tools.device import Device
from host_tools.errors import TapoteError

N_PER_KG = 9.80665
READINGS = 25
BETWEEN_S = 0.04
ZERO_MAX_MN = 5000
GAIN_MIN_PERMILLE, GAIN_MAX_PERMILLE = 700, 1300  # the firmware's own bounds; a test compares
KG_MIN, KG_MAX = 0.5, 5.0  # below, noise weighs too much; above, nobody holds it steadily
STEADY_MN = 1500  # readings of a steady hand lie within so much, or within a fifth of the weight
_AGAIN = "Nothing was stored. Try once more: tapote calibrate"


@dataclass(frozen=True)
class Reading:
    """Force by the board's table alone: mean and spread of READINGS samples, mN. scale_kg: what a simulated scale
    showed meanwhile, 0 on a real board."""

    mean_mn: float
    spread_mn: int
    scale_kg: float = 0.0


def read(device: Device) -> Reading:
    """Look at the force for a second."""
    plant = device.link.plant
    seen: list[int] = []
    true_n = 0.0
    for _ in range(READINGS):
        seen.append(device.usage().plain_mn)
        true_n += plant.force_n if plant is not None else 0.0
        device.pump(BETWEEN_S)
    return Reading(sum(seen) / len(seen), max(seen) - min(seen), true_n / len(seen) / N_PER_KG)


def work_out(unloaded: Reading, loaded: Reading, kg: float) -> tuple[int, int]:
    """(zero in mN, gain in permille) so that the device shows 0 unloaded and the weight of kg under it.

    TapoteError, saying which, for readings that wavered or would need more than the device allows.
    """
    if not KG_MIN <= kg <= KG_MAX:
        raise TapoteError(f"{kg:g} kg on the scale: {KG_MIN:g} to {KG_MAX:g} kg can be used", fix=_AGAIN)
    weight_mn = kg * N_PER_KG * 1000
    if unloaded.spread_mn > STEADY_MN:
        raise TapoteError(f"the unloaded head wavered by {unloaded.spread_mn / 1000:.1f} N", fix=_AGAIN)
    if loaded.spread_mn > max(STEADY_MN, weight_mn / 5):
        raise TapoteError(f"the pressed head wavered by {loaded.spread_mn / 1000:.1f} N", fix=_AGAIN)
    rise_mn = loaded.mean_mn - unloaded.mean_mn
    gain = round(1000 * weight_mn / rise_mn) if rise_mn > 0 else 0
    if not GAIN_MIN_PERMILLE <= gain <= GAIN_MAX_PERMILLE:
        raise TapoteError(
            f"the sensor rose by {rise_mn / 1000:.1f} N under {weight_mn / 1000:.1f} N: more than 30 % off",
            fix="Nothing was stored. Was the scale read while pressing? Otherwise correct the board file's force"
            " points: boards/README.md",
        )
    zero_mn = round(unloaded.mean_mn * gain / 1000)
    if zero_mn > ZERO_MAX_MN:
        raise TapoteError(
            f"the unloaded head reads {zero_mn / 1000:.1f} N: at most {ZERO_MAX_MN / 1000:g} N can be taken away",
            fix="Nothing was stored. Is the head free, the sensor not clamped? Otherwise correct the board file.",
        )
    return zero_mn, gain
