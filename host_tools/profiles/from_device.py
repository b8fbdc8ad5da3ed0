"""A stored program written as a profile again, as far as the device knows it: numbers, no texts.

The device keeps neither regions nor technique nor the names of phases. Where a profile with the same name and as many
phases is at hand, they are taken from it; else they are filled in, and the file says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from host_tools.errors import UsageError
from host_tools.profiles.model import STROKE_POINTS_MAX, Profile, parse_profile
from host_tools.profiles.program import UNTIL_TOO_MUCH
from host_tools.profiles.write import to_toml
from host_tools.regions import body
from host_tools.shelf import Stored
from tapote import waves

WAVE_ZERO, WAVE_FULL = 32_768, 32_767
TECHNIQUE = "recovery"  # when nobody knows better


@dataclass(frozen=True)
class Written:
    """A profile's text, and what of it the device did not know, a sentence each."""

    text: str
    lost: tuple[str, ...]


def write(kept: Stored, slot: int, board: str, known: Profile | None) -> Written:
    """The TOML of a stored program. known: a profile of the same name. UsageError when what is stored breaks the rules
    of profiles (a phase shorter than a second, too many phases), with every reason."""
    if known is not None and len(known.phase) != len(kept.phases):
        known = None
    lost = [
        "What people read (cues, whom it is for, why) is not on the device.",
        f"Rates, drives and limits are as they were cut to {board} and to a region when it was stored.",
    ]
    if known is not None:
        lost.append("Technique, regions and names of phases are those of the profile of this name that is here.")
    else:
        lost.append("Technique, regions and names of phases are filled in: put the right ones.")
    profile = parse_profile(_raw(kept, known), where=f"in slot {slot}")
    head = [f'Read back from slot {slot} of a device of the board {board}: "{kept.name}".', *lost]
    return Written(to_toml(profile, head=head), tuple(lost))


def _raw(kept: Stored, known: Profile | None) -> dict[str, Any]:
    """The profile as the TOML's top table."""
    highest_mn = max(phase.limit_mn for phase in kept.phases)
    raw: dict[str, Any] = {
        "schema": 1,
        "name": kept.name or "unnamed",
        "technique": TECHNIQUE if known is None else known.technique,
        "regions": _regions(highest_mn) if known is None else list(known.regions),
    }
    raw["phase"] = [_phase(kept, at, known) for at in range(len(kept.phases))]
    if list(kept.wave) != list(waves.default_stroke()):
        raw["stroke"] = {"points": stroke_points(kept.wave)}
    return raw


def _phase(kept: Stored, at: int, known: Profile | None) -> dict[str, Any]:
    phase = kept.phases[at]
    ease = {"ease": "smooth"} if phase.ease else {}
    until = ["duration", "too_much"] if phase.until & UNTIL_TOO_MUCH else ["duration"]
    raw: dict[str, Any] = {
        "name": f"phase {at + 1}" if known is None else known.phase[at].name,
        "duration_s": phase.duration_ms / 1000,
        "rate_spm": {"from": phase.rate_from_spm, "to": phase.rate_to_spm} | ease,
        "drive_pct": {"from": phase.drive_from_permille / 10, "to": phase.drive_to_permille / 10} | ease,
        "limit": {"force_n": phase.limit_mn / 1000},
        "until": {"any": until},
    }
    if phase.rhythm != waves.STEADY:
        rhythm = {"kind": "swell", "period_s": phase.period_ms / 1000, "depth_pct": phase.depth_permille / 10}
        if phase.rhythm == waves.BURST:
            rhythm |= {"kind": "burst", "on_pct": phase.on_permille / 10}
        raw["rhythm"] = rhythm
    return raw


def _regions(limit_mn: int) -> list[str]:
    """The region whose force cap is the lowest that allows this limit: the careful guess."""
    able = [region for region in body().regions.values() if region.force_mn >= limit_mn]
    if not able:
        raise UsageError(f"no region allows the {limit_mn / 1000:g} N that are stored.", fix="Store another program.")
    return [min(able, key=lambda region: region.force_mn).name]


def stroke_points(wave: Sequence[int]) -> list[list[float]]:
    """Few points whose straight lines come within 0.4 % of every sample, or as near as STROKE_POINTS_MAX allow."""
    ring = [*wave, wave[0]]
    drive = [round((sample - WAVE_ZERO) / WAVE_FULL, 4) for sample in ring]
    tolerance = 0.004
    while True:
        kept = _corners(drive, 0, len(drive) - 1, tolerance)
        if len(kept) <= STROKE_POINTS_MAX:
            return [[at / (len(drive) - 1), max(drive[at], -1.0)] for at in kept]
        tolerance *= 1.5


def _corners(drive: Sequence[float], first: int, last: int, tolerance: float) -> list[int]:
    """Indices of a polyline that is nowhere further than `tolerance` from the samples (Douglas and Peucker)."""
    slope = (drive[last] - drive[first]) / (last - first)
    errors = {at: abs(drive[at] - drive[first] - slope * (at - first)) for at in range(first + 1, last)}
    if not errors or max(errors.values()) <= tolerance:
        return [first, last]
    worst = max(errors, key=lambda at: errors[at])
    return _corners(drive, first, worst, tolerance)[:-1] + _corners(drive, worst, last, tolerance)
