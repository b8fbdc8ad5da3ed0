"""The body as numbers: every place once; what is never allowed can be marked, not chosen; and the map shows it all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import body_map
from host_tools.body_map import NEVER_MARK, pain_areas, pick, pick_pain, terminal_map
from host_tools.errors import UsageError
from host_tools.regions import body, get_region, no_go, region_names

REGIONS = region_names()
AREAS = pain_areas()
NEVER = [area for area in AREAS if not area.allowed]


def numbers(lines: list[str]) -> set[int]:
    """All numbers in some lines."""
    return {int(found) for found in re.findall(r"\d+", " ".join(lines))}


def split(lines: list[str]) -> tuple[list[str], list[str]]:
    """The figures, and the list below them."""
    at = lines.index("", 2)
    return lines[:at], lines[at:]


def test_the_regions_have_the_first_numbers_in_their_order() -> None:
    assert [pick(number) for number in range(1, 11)] == REGIONS
    assert [area.number for area in AREAS] == list(range(1, len(AREAS) + 1))
    assert len({area.name for area in AREAS}) == len({area.title for area in AREAS}) == len(AREAS)


def test_pain_can_be_marked_wherever_a_body_part_is_never_allowed() -> None:
    marked = {body().never[area.name].place for area in NEVER}
    assert marked == {entry.place for entry in body().never.values()} - {"implants", "wounds"}
    for area in NEVER:
        assert area.reason == no_go(area.name)
        assert area.reason.startswith("Tapote is never used on the ")
        assert area.see


def test_what_is_allowed_has_no_reason_against_it() -> None:
    for area in AREAS[:10]:
        assert (area.allowed, area.reason, area.see) == (True, "", "")
        assert area.title == get_region(area.name).title


@pytest.mark.parametrize("area", NEVER, ids=lambda area: area.name)
def test_a_place_that_is_never_allowed_cannot_be_chosen(area: body_map.PainArea) -> None:
    with pytest.raises(UsageError, match="Tapote is never used on the") as caught:
        pick(area.number)
    assert caught.value.fix == "Choose a number from 1 to 10."
    assert pick_pain(area.number) is area


@given(st.integers())
def test_any_number_is_a_region_or_a_usage_error(number: int) -> None:
    refusal: UsageError | None = None
    try:
        name = pick(number)
    except UsageError as error:
        refusal = error
    else:
        assert name in REGIONS
        assert not no_go(name)
    assert (refusal is None) == (1 <= number <= 10)
    assert refusal is None or refusal.fix


@pytest.mark.parametrize("number", [0, -1, len(AREAS) + 1])
def test_a_number_without_a_place_says_which_there_are(number: int) -> None:
    with pytest.raises(UsageError, match=f"no place number {number}; allowed 1 to {len(AREAS)}"):
        pick_pain(number)


def test_the_map_fits_a_terminal_and_names_every_region() -> None:
    lines = terminal_map()
    assert max(map(len, lines)) <= 78
    assert len(lines) < 40
    figures, listed = split(lines)
    assert numbers(figures) == numbers(listed) == set(range(1, 11))
    assert all(get_region(name).title in "\n".join(listed) for name in REGIONS)
    assert sum(line.count(NEVER_MARK) for line in figures) >= len(NEVER)
    assert "[" not in "\n".join(lines)


@pytest.mark.parametrize("name", REGIONS)
def test_the_chosen_region_stands_in_brackets_and_no_other(name: str) -> None:
    figures, listed = split(terminal_map(name))
    mark = f"[{REGIONS.index(name) + 1}]"
    assert set(re.findall(r"\[\d+\]", "\n".join(figures))) == {mark}
    assert f"{mark} {get_region(name).title}" in "\n".join(listed)
    plain = split(terminal_map())[0]
    assert [line.replace("[", " ").replace("]", " ").rstrip() for line in figures] == plain


def test_the_pain_map_numbers_every_place() -> None:
    figures, listed = split(terminal_map(["neck", "calf"], pain=True))
    assert numbers(figures) == numbers(listed) == set(range(1, len(AREAS) + 1))
    assert set(re.findall(r"\[\d+\]", "\n".join(figures))) == {"[11]", "[9]"}
    assert "[11] neck ××" in "\n".join(listed)
    assert max(map(len, [*figures, *listed])) <= 80


def test_every_place_stands_in_the_drawing() -> None:
    assert set(body_map.CODES) == {area.name for area in AREAS}
    drawn = set(re.findall(r"[A-Za-z]{2}(?=  )", body_map.FRONT + body_map.BACK))
    assert drawn == set(body_map.CODES.values())
