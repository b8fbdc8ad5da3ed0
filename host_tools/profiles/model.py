"""The profile file (DESIGN.md section 5): every key with unit, range and effect.

docs/profile-reference.md is made from this.

A profile is data. It says what a person wants to feel; what is allowed is decided later, by region, board and caps.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from host_tools import caps, problems
from host_tools.errors import UsageError
from host_tools.fields import StrictModel, note, quantity
from host_tools.problems import Problem
from host_tools.profiles.checks import NAME_MAX_BYTES, check_all
from host_tools.toml_read import read_toml

SCHEMA = 1
MARK_OF_SHARED = "tapote_share"  # key of a file made by `tapote profile export`
PHASES_MAX = 16  # half of what the device keeps, so that a short profile can be repeated
STROKE_POINTS_MAX = 64

Technique = Literal["swedish", "deep-tissue", "trigger-point", "reflexology", "warm-up", "recovery", "relaxation"]
Ease = Literal["linear", "smooth"]
EASE_HELP = "way from `from` to `to`; smooth starts and ends gently, absent is linear. Rate and drive share one ease"


def _text(chars: int, effect: str) -> Any:
    """Annotation for a text that people read."""
    return Field(max_length=chars, description=f"{effect}; at most {chars} characters")


def _both_ends(value: Any) -> Any:
    """A bare number means: the same from start to end."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"from": value, "to": value}
    return value


class Rate(StrictModel):
    """Stroke rate over the phase; `rate_spm = 1800` is short for from = to = 1800."""

    start: Annotated[
        float, quantity("strokes/min", caps.RATE_MIN_SPM, caps.RATE_MAX_SPM, "rate at the start of the phase")
    ] = Field(alias="from")
    end: Annotated[
        float, quantity("strokes/min", caps.RATE_MIN_SPM, caps.RATE_MAX_SPM, "rate at the end of the phase")
    ] = Field(alias="to")
    ease: Annotated[Ease | None, note(EASE_HELP)] = None


class Drive(StrictModel):
    """Drive over the phase; `drive_pct = 50` is short for from = to = 50."""

    start: Annotated[float, quantity("%", 0, 100, "drive at the start: how much the motor may give")] = Field(
        alias="from"
    )
    end: Annotated[float, quantity("%", 0, 100, "drive at the end of the phase")] = Field(alias="to")
    ease: Annotated[Ease | None, note(EASE_HELP)] = None


class Steady(StrictModel):
    """No rhythm."""

    kind: Annotated[Literal["steady"], note("even strokes; the same as leaving `rhythm` out")]


class Swell(StrictModel):
    """Stronger, then gentler, without a break."""

    kind: Annotated[Literal["swell"], note("stronger, then gentler, in smooth waves")]
    period_s: Annotated[float, quantity("s", 0.5, 60, "length of one wave")]
    depth_pct: Annotated[float, quantity("%", 1, 100, "how much the weakest moment loses")]


class Burst(StrictModel):
    """Bursts with pauses."""

    kind: Annotated[Literal["burst"], note("strokes, then a pause")]
    period_s: Annotated[float, quantity("s", 0.5, 60, "length of burst and pause together")]
    on_pct: Annotated[float, quantity("%", 5, 95, "share of the period that is burst")] = 50.0
    depth_pct: Annotated[float, quantity("%", 1, 100, "how much the pause loses; 100 is silence")] = 100.0


class Limit(StrictModel):
    """Force limit of the phase."""

    force_n: Annotated[
        float,
        quantity(
            "N",
            caps.FORCE_LIMIT_MIN_MN / 1000,
            caps.FORCE_LIMIT_MAX_MN / 1000,
            "drive is folded back to zero at this force; region and board may lower it",
        ),
    ]


class Until(StrictModel):
    """What ends the phase."""

    any: Annotated[
        tuple[Literal["duration", "too_much"], ...],
        Field(
            strict=False,
            min_length=1,
            max_length=2,
            description='must hold "duration"; with "too_much" the phase also ends when the person says so',
        ),
    ]


class Phase(StrictModel):
    """One part of the session; phases follow each other in the order of the file."""

    name: Annotated[str, Field(min_length=1, max_length=40, description="shown while it runs")]
    cue: Annotated[str, Field(max_length=120, description="what you do meanwhile: glide, hold still, lift")] = ""
    duration_s: Annotated[float, quantity("s", 1, caps.SESSION_MAX_S, "length of the phase")]
    rate_spm: Annotated[Rate, BeforeValidator(_both_ends)]
    drive_pct: Annotated[Drive, BeforeValidator(_both_ends)]
    rhythm: Annotated[Steady | Swell | Burst, Field(discriminator="kind")] = Steady(kind="steady")
    limit: Limit | None = None
    until: Until = Until(any=("duration",))


class Stroke(StrictModel):
    """Shape of one stroke on a linear actuator; a crank makes its own and ignores it."""

    points: Annotated[
        tuple[Annotated[tuple[float, float], Field(strict=False)], ...],
        Field(
            strict=False,
            min_length=2,
            max_length=STROKE_POINTS_MAX,
            description="[[time, drive], ...]: time 0 to 1 of the stroke, ascending, first 0, last 1;"
            " drive -1 (pull) to 1 (push). Straight lines between",
        ),
    ]


class Profile(StrictModel):
    """A whole profile."""

    schema_version: Annotated[Literal[1], Field(alias="schema", description="version of this file format")]
    name: Annotated[
        str, Field(min_length=1, max_length=NAME_MAX_BYTES, description="name for people; at most 24 bytes")
    ]
    technique: Annotated[Technique, note("the kind of massage it belongs to")]
    summary: Annotated[str, Field(max_length=160, description="one line: whom for, what it feels like")] = ""
    for_whom: Annotated[str, _text(400, "people and moments it was written for")] = ""
    not_for: Annotated[str, _text(400, "whom it does not suit, beside the people whom no percussion suits")] = ""
    feels: Annotated[str, _text(400, "what it feels like, so that one can tell when it is wrong")] = ""
    why: Annotated[str, _text(1200, "why its numbers are what they are")] = ""
    sources: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=400)], ...],
        Field(strict=False, max_length=8, description="where numbers come from, and what was found there"),
    ] = ()
    author: Annotated[str, _text(80, "who wrote it")] = ""
    license: Annotated[str, _text(40, "under which licence it may be given away, as an SPDX name: CC0-1.0, MIT")] = ""
    regions: Annotated[
        tuple[str, ...],
        Field(strict=False, min_length=1, max_length=10, description="where it may be used; the first is the default"),
    ]
    phase: Annotated[tuple[Phase, ...], Field(strict=False, min_length=1, max_length=PHASES_MAX)]
    stroke: Stroke | None = None

    @property
    def duration_s(self) -> float:
        """Length of the whole session in seconds."""
        return sum(phase.duration_s for phase in self.phase)


def load_profile(path: Path) -> Profile:
    """Read and check one profile file. Raises UsageError: unreadable, TOML syntax, or every problem of the file."""
    raw = read_toml(path)
    if MARK_OF_SHARED in raw:
        raise UsageError(
            f"profile {path}: this is a profile to give away, not one to run.", fix=f"tapote profile import {path}"
        )
    return parse_profile(raw, where=str(path))


def parse_profile(raw: Mapping[str, Any], *, where: str) -> Profile:
    """Validate a profile given as the TOML's top table. Raises UsageError with all problems."""
    found: list[Problem] = []
    profile: Profile | None = None
    try:
        profile = Profile.model_validate(dict(raw))
    except ValidationError as error:
        found += problems.from_validation(error, Profile)
    found += check_all(raw)
    if profile is None or found:
        raise problems.refuse(
            f"profile {where}",
            found,
            "Correct the file and check it again; docs/profile-reference.md explains every key.",
        )
    return profile
