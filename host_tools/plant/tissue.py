"""The body under the head: a spring that stiffens with depth and a damper that only ever pushes.

Force over depth p is k p + q p**2 (a soft toe, then stiffer as the tissue is squeezed against what lies below), times
1 + h * speed of indentation: Hunt and Crossley's form (J. Appl. Mech. 42(2), 1975, doi 10.1115/1.3423596), whose force
starts from zero at touch and never pulls.

Levels. Bulk stiffness of limb and back tissue under a blunt indenter of 2 to 4 cm is 1 to 4 N/mm at 10 to 40 N, rising
with load: Isogai et al. (J. Phys. Ther. Sci. 34(12), 2022, doi 10.1589/jpts.34.777) find gluteal muscle moduli of 62
kPa at 5 N and 440 kPa at 30 N; the shank is about 2.5 times as stiff as the thigh, a tensed muscle twice as stiff as a
relaxed one (abstract of "Investigating the effects of activation state and location on lower limb tissue stiffness").
Damping: peak forces at impact speed were 2 to 2.75 times the quasi-static ones in the palm
(Spartacus et al., PLOS ONE 16(12), 2021, doi 10.1371/journal.pone.0261008); a stroke is slower than a fall, so less.
The presets are a span of bodies, not anybody's measurement.
"""

from dataclasses import dataclass

from host_tools.errors import UsageError


@dataclass(frozen=True, slots=True)
class TissueSpec:
    """linear_n_per_m (k), quadratic_n_per_m2 (q), hysteresis_s_per_m (h); all >= 0."""

    linear_n_per_m: float
    quadratic_n_per_m2: float
    hysteresis_s_per_m: float

    def scaled(self, factor: float) -> "TissueSpec":
        """The same tissue, `factor` times as stiff at every depth."""
        return TissueSpec(self.linear_n_per_m * factor, self.quadratic_n_per_m2 * factor, self.hysteresis_s_per_m)


# Static depth at 15 N for normal: 9.8 mm, as 1100 * 9.8e-3 + 4.2e4 * (9.8e-3)**2 = 10.8 + 4.0 = 14.8 N.
TISSUES = {
    "soft": TissueSpec(700.0, 2.0e4, 0.20),
    "normal": TissueSpec(1100.0, 4.2e4, 0.15),
    "firm": TissueSpec(1900.0, 1.1e5, 0.10),
}

# Stiffness against the upper back, for each region of regions.toml. Ordered after the location ratios quoted above:
# shank above thigh, buttock softest; the steps between are a choice.
REGION_FACTORS = {
    "back_upper": 1.0,
    "back_lower": 0.95,
    "shoulder": 1.1,
    "arm": 0.9,
    "forearm": 1.2,
    "hand": 1.4,
    "glutes": 0.75,
    "thigh": 0.85,
    "calf": 1.1,
    "foot": 1.4,
}


def tissue_for(tissue: str, region: str) -> TissueSpec:
    """The spec of a preset at a region. UsageError names the choices when a name is unknown."""
    if tissue not in TISSUES:
        raise UsageError(f"tissue '{tissue}' is not known", fix=f"Choose one of: {', '.join(TISSUES)}.")
    if region not in REGION_FACTORS:
        raise UsageError(f"region '{region}' is not known", fix=f"Choose one of: {', '.join(REGION_FACTORS)}.")
    return TISSUES[tissue].scaled(REGION_FACTORS[region])


def contact_force_n(tissue: TissueSpec, depth_m: float, speed_m_s: float) -> float:
    """Force on the head in N, >= 0, at a depth (m, negative = in the air) and speed of indentation (m/s).

    The mechanisms write the same three lines inline (a call costs a tenth of a step); tests hold them to this one."""
    if depth_m <= 0.0:
        return 0.0
    force = depth_m * (tissue.linear_n_per_m + tissue.quadratic_n_per_m2 * depth_m)
    force *= 1.0 + tissue.hysteresis_s_per_m * speed_m_s
    return force if force > 0.0 else 0.0
