"""The techniques (techniques.toml): what each is, and the numbers that a new profile of that kind starts from."""

from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from host_tools import caps
from host_tools.fields import StrictModel, note, quantity
from host_tools.own_data import own_data
from host_tools.profiles.model import Technique

RhythmKind = Literal["steady", "swell", "burst"]
Rate = Annotated[int, quantity("strokes/min", caps.RATE_MIN_SPM, caps.RATE_MAX_SPM, "stroke rate")]
Share = Annotated[int, quantity("%", 1, 100, "of what the region allows, at medium strength")]


class TechniqueFacts(StrictModel):
    """What a technique is."""

    title: Annotated[str, note("name for people")]
    what: Annotated[str, note("for people: one or two sentences")]
    rates_spm: Annotated[tuple[Rate, Rate, Rate], Field(strict=False, description="at the start, at work, at the end")]
    rhythm: Annotated[RhythmKind, note("its usual rhythm")]
    period_s: Annotated[float, quantity("s", 0.5, 60, "length of one wave, or of burst and pause")]
    depth_pct: Annotated[int, quantity("%", 1, 100, "how much the weakest moment loses")]
    on_pct: Annotated[int, quantity("%", 5, 95, "share of the period that is burst")]
    drive_share: Share
    force_share: Share


class _TechniqueFile(StrictModel):
    technique: dict[Technique, TechniqueFacts]


@lru_cache(maxsize=1)
def techniques() -> dict[Technique, TechniqueFacts]:
    """The content of techniques.toml, read once."""
    return own_data("techniques.toml", _TechniqueFile).technique
