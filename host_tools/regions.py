"""The regions of the body where Tapote may work, with their caps, and the places where it never may (regions.toml)."""

import difflib
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from host_tools import caps, problems
from host_tools.errors import UsageError
from host_tools.fields import StrictModel, note, quantity
from host_tools.numerals import times
from host_tools.own_data import named, own_data

_SURE = 0.75  # likeness, 0 to 1, from which a mistyped word is taken for another: "back" is no "backbone"
WORDS_SEPARATED_BY = "_"  # "Upper Back", "upper-back" and "upper_back" are one region


class Stretch(StrictModel):
    """One simple stretch for afterwards."""

    name: Annotated[str, note("what people call it")]
    steps: Annotated[str, note("how to do it, in plain words")]
    hold_s: Annotated[int, quantity("s", 5, 60, "how long to hold it")]
    repeats: Annotated[int, quantity("", 1, 5, "how often, for each side where there are two")]
    sides: Annotated[Literal[1, 2], note("2: once for the left, once for the right")] = 2
    not_if: Annotated[str, note('when to leave it out, completing "not if ..."')] = ""

    @property
    def dose_text(self) -> str:
        """How long, how often and when not, in one or two sentences."""
        sides = " on each side" if self.sides == 2 else ""
        skip = f" Not if {self.not_if}." if self.not_if else ""
        return f"Hold {self.hold_s} s, {times(self.repeats)}{sides}.{skip}"


class RangeOfMotion(StrictModel):
    """One measure that a person can take alone, the same way each time: for comparing with oneself, not with others."""

    title: Annotated[str, note("name of the measure")]
    how: Annotated[tuple[str, ...], Field(strict=False, min_length=2, max_length=6, description="steps, in order")]
    unit: Annotated[Literal["cm", "degrees"], note("what is written down")]
    low: Annotated[float, quantity("cm or degrees", -60, 180, "lowest value that is no slip of the pen")]
    high: Annotated[float, quantity("cm or degrees", -60, 180, "highest value that is no slip of the pen")]
    better: Annotated[Literal["more", "less"], note("which direction means more freedom of movement")]
    smallest_change: Annotated[
        float | None,
        note("change in `unit` beyond chance, as published; absent: no figure is known"),
    ] = None
    source: Annotated[str, note('where measure and smallest change come from, or "own choice"')]

    @property
    def change_text(self) -> str:
        """What a difference between two measures means, one sentence."""
        if self.smallest_change is None:
            return "How much of a change means something is not published as far as we know; look at the trend."
        return f"A change of less than {self.smallest_change:g} {self.unit} may be chance."

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}.")
        return self


class Region(StrictModel):
    """One allowed region."""

    title: Annotated[str, note("name for people")]
    force_mn: Annotated[int, quantity("mN", 5000, caps.FORCE_LIMIT_MAX_MN, "highest force limit")]
    time_s: Annotated[int, quantity("s", 10, caps.AREA_TIME_S, "time on one spot before the cue to move")]
    drive_pct: Annotated[int, quantity("%", 10, 100, "highest drive")]
    techniques: Annotated[
        tuple[str, ...], Field(strict=False, min_length=1, description="techniques that suit it, as profiles name them")
    ]
    techniques_why: Annotated[str, note("why these and no others, one sentence")]
    move: Annotated[str, note("how to move the head there")]
    sit: Annotated[str, note("how to sit or lie, so that the muscle is loose and the arm that holds the device too")]
    keep_off: Annotated[str, note("what lies beside it and must not be struck")]
    stretches: Annotated[tuple[Stretch, ...], Field(strict=False, min_length=1, max_length=3)]
    range_of_motion: RangeOfMotion
    name: str = ""


class Never(StrictModel):
    """A place where no profile may run."""

    also: tuple[str, ...] = Field(strict=False, description="other words for it")
    why: Annotated[str, note("the reason, completing 'never on the ...: ...'")]
    pain: tuple[str, ...] = Field(strict=False, description="places of it to mark where it hurts, words of `also`")
    see: Annotated[str, note("what to do when it hurts there")]
    place: str = ""


class _RegionFile(StrictModel):
    region: dict[str, Region]
    never: dict[str, Never]


@dataclass(frozen=True)
class Body:
    """All regions by name, and every no-go word with its entry."""

    regions: dict[str, Region]
    never: dict[str, Never]


@lru_cache(maxsize=1)
def body() -> Body:
    """The content of regions.toml, read once."""
    content = own_data("regions.toml", _RegionFile)
    never: dict[str, Never] = {}
    for place, entry in content.never.items():
        never |= dict.fromkeys((place, *entry.also), entry.model_copy(update={"place": place}))
    return Body(named(content.region), never)


def region_names() -> list[str]:
    """Names of the allowed regions, in the order of the file (back to foot)."""
    return list(body().regions)


def get_region(name: str) -> Region:
    """The region of that name; spaces, hyphens and capitals do not matter.

    Raises UsageError: a place where the device must never be used (says why), or an unknown name (lists the regions).
    """
    word = normal(name)
    known = body()
    if word in known.regions:
        return known.regions[word]
    refusal = no_go(name)
    if refusal:
        raise UsageError(refusal, fix=f"Choose one of the allowed regions: {', '.join(known.regions)}.")
    raise UsageError(
        f'region "{name[:60]}" is unknown. Regions: {", ".join(known.regions)}.{_meant_no_go(word)}',
        fix=problems.nearest(word, known.regions) or "Name one of them.",
    )


def _meant_no_go(word: str) -> str:
    """A remark when a mistyped name is nearer to a place that is never allowed than to any region."""
    known = body()
    parts = (word, *word.split(WORDS_SEPARATED_BY))
    near = {part: difflib.get_close_matches(part, [*known.never, *known.regions], 1, _SURE) for part in parts}
    place = next((match[0] for match in near.values() if match and match[0] in known.never), "")
    return f'\nIf you mean "{place.replace(WORDS_SEPARATED_BY, " ")}": {no_go(place)}' if place else ""


def no_go(name: str) -> str:
    """Why this place is never allowed, as one sentence; "" when it is not on the no-go list."""
    word = normal(name)
    never = body().never
    if word in body().regions:
        return ""
    hit = next((candidate for candidate in (word, *word.split(WORDS_SEPARATED_BY)) if candidate in never), "")
    if not hit:
        return ""
    place, why = never[hit].place, never[hit].why
    shown = word.replace(WORDS_SEPARATED_BY, " ")
    meant = "" if hit == place or place in word else f" ({place})"
    return f"Tapote is never used on the {shown[:60]}{meant}: {why}."


def normal(name: str) -> str:
    """ "Upper-Back " -> "upper_back"; for "upper_back" the known spelling "back_upper" is found as well."""
    word = WORDS_SEPARATED_BY.join(name.strip().lower().replace("-", " ").replace("_", " ").split())
    turned = WORDS_SEPARATED_BY.join(reversed(word.split(WORDS_SEPARATED_BY)))
    return turned if turned in body().regions else word
