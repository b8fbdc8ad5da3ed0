"""A first profile from a few answers: three phases (arrive, work, ease out) within what the regions allow.

Every number is explained beside it, so that the file is a place to start from and not a riddle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from host_tools import caps
from host_tools.profiles.model import Profile, Technique, parse_profile
from host_tools.profiles.techniques import RhythmKind, TechniqueFacts, techniques
from host_tools.profiles.write import to_toml
from host_tools.regions import Region

Strength = Literal["gentle", "medium", "firm"]
STRENGTHS: dict[Strength, tuple[float, str]] = {
    "gentle": (0.65, "for a first time, thin muscle, or the evening"),
    "medium": (1.0, "what the technique usually takes"),
    "firm": (1.25, "for thick muscle and people who know it"),
}
RHYTHMS: dict[RhythmKind, str] = {
    "steady": "even strokes",
    "swell": "stronger, then gentler, in smooth waves",
    "burst": "strokes, then a pause",
}
SECONDS_MIN, SECONDS_MAX = 15, caps.SESSION_MAX_S
ARRIVE, EASE_OUT = 0.2, 0.2  # shares of the length
DRIVE_END_PCT = 10.0


@dataclass(frozen=True)
class Answers:
    """What a person said. seconds: length of the whole profile, 15 to 900."""

    name: str
    technique: Technique
    regions: tuple[Region, ...]
    seconds: float
    strength: Strength
    rhythm: RhythmKind
    author: str = ""


def draft(answers: Answers) -> tuple[Profile, str]:
    """The profile and its commented TOML text, which reads back as that profile."""
    facts = techniques()[answers.technique]
    force_n, drive_pct = strongest(answers.technique, answers.regions, answers.strength)
    table = _table(answers, facts, force_n, drive_pct)
    profile = parse_profile(table, where=answers.name)
    return profile, to_toml(profile, head=_head(answers), above=_above(), beside=_beside(answers, force_n))


def strongest(technique: Technique, regions: Sequence[Region], strength: Strength) -> tuple[float, float]:
    """(force limit in N, drive in %) for the technique on the most delicate of the regions."""
    facts, (factor, _) = techniques()[technique], STRENGTHS[strength]
    least_n = min(region.force_mn for region in regions) / 1000
    least_pct = min(region.drive_pct for region in regions)
    force_n = min(least_n, max(caps.FORCE_LIMIT_MIN_MN / 1000, round(least_n * facts.force_share / 100 * factor)))
    return force_n, min(least_pct, max(DRIVE_END_PCT, round(least_pct * facts.drive_share / 100 * factor)))


def _table(answers: Answers, facts: TechniqueFacts, force_n: float, drive_pct: float) -> dict[str, Any]:
    """The raw table, as if read from a file."""
    arrive_s, ease_s = round(answers.seconds * ARRIVE), round(answers.seconds * EASE_OUT)
    work_s = answers.seconds - arrive_s - ease_s
    start_spm, work_spm, end_spm = facts.rates_spm
    gentle_pct = round(min(drive_pct / 3, 20))
    limit = {"force_n": force_n}
    work: dict[str, Any] = {"name": "work", "cue": "", "duration_s": work_s, "rate_spm": work_spm}
    work |= {"drive_pct": drive_pct, "limit": limit, "until": {"any": ["duration", "too_much"]}}
    period_s = min(facts.period_s, max(0.5, work_s / 2))
    if answers.rhythm == "swell":
        work["rhythm"] = {"kind": "swell", "period_s": period_s, "depth_pct": min(facts.depth_pct, 50)}
    elif answers.rhythm == "burst":
        work["rhythm"] = {"kind": "burst", "period_s": period_s, "on_pct": facts.on_pct, "depth_pct": facts.depth_pct}
    arrive = {"name": "arrive", "cue": "Lay the head on and let it lie.", "duration_s": arrive_s}
    arrive |= {"rate_spm": {"from": start_spm, "to": work_spm, "ease": "smooth"}, "limit": limit}
    ease_out = {"name": "ease out", "cue": "Slower, lighter, and lift off.", "duration_s": ease_s}
    ease_out |= {"rate_spm": {"from": work_spm, "to": end_spm, "ease": "smooth"}, "limit": limit}
    return {
        "schema": 1,
        "name": answers.name,
        "technique": answers.technique,
        "author": answers.author,
        "regions": [region.name for region in answers.regions],
        "phase": [
            arrive | {"drive_pct": {"from": gentle_pct, "to": drive_pct}},
            work | {"cue": answers.regions[0].move if len(answers.regions[0].move) <= 120 else "Move on slowly."},
            ease_out | {"drive_pct": {"from": drive_pct, "to": min(DRIVE_END_PCT, drive_pct)}},
        ],
    }


def _head(answers: Answers) -> list[str]:
    return [
        f"{answers.name}: a {answers.strength} {answers.technique} profile, made by `tapote profile new`.",
        "Change what you like; docs/profile-reference.md explains every key. Then: tapote profile check FILE",
    ]


def _above() -> dict[str, str]:
    """What to fill in, and why each phase is there."""
    return {
        "for_whom": 'for_whom = "Whom is it for?"     Take the # away and write your own; not_for, feels, why too.',
        "license": 'license = "CC0-1.0"     Needed before you give it away with `tapote profile export`.',
        "phase[1]": "Strong from the first second feels like a blow, so this begins at a third of the drive.",
        "phase[2]": "The part that the rest is for. Say 'too much' and it ends at once, not only gets gentler.",
        "phase[3]": "The end of a massage is what stays: never stop at full drive.",
    }


def _beside(answers: Answers, force_n: float) -> dict[str, str]:
    facts = techniques()[answers.technique]
    most_delicate = min(answers.regions, key=lambda region: region.force_mn)
    allowed_n, fades_n = most_delicate.force_mn / 1000, force_n * caps.FOLDBACK_SHARE
    notes = {
        "regions": "where it may be used; the first is taken when none is named",
        "phase[1].duration_s": "a fifth of the length",
        "phase[2].rate_spm": f"strokes a minute: {facts.rates_spm[1] / 60:.0f} a second",
        "phase[2].drive_pct": "how much the motor may give to keep that rate",
        "phase[1].limit": f"the {most_delicate.title} allows {allowed_n:g} N; drive fades from {fades_n:.0f} N",
    }
    if answers.rhythm != "steady":
        notes["phase[2].rhythm"] = RHYTHMS[answers.rhythm]
    return notes
