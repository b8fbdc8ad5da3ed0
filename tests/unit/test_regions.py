"""Regions: complete, caps within the compiled ones, and the places that are never allowed say why."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import caps
from host_tools.errors import TapoteError, UsageError
from host_tools.numerals import times
from host_tools.profiles.library import get_profile, list_profiles
from host_tools.profiles.model import Technique
from host_tools.regions import RangeOfMotion, body, get_region, no_go, region_names

NAMES = ["back_upper", "back_lower", "shoulder", "arm", "forearm", "hand", "glutes", "thigh", "calf", "foot"]


def test_the_regions_are_these() -> None:
    assert region_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_no_region_is_above_the_caps(name: str) -> None:
    region = get_region(name)
    assert region.name == name
    assert region.force_mn <= caps.FORCE_LIMIT_MAX_MN
    assert region.time_s <= 120
    assert region.move.endswith(".")
    assert not no_go(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_region_is_complete(name: str) -> None:
    region = get_region(name)
    for text in (region.techniques_why, region.move, region.sit, region.keep_off):
        assert text.endswith("."), text
        assert len(text) > 20
    assert set(region.techniques) <= set(get_args(Technique)), "each must be one that a profile can name"
    assert len(set(region.techniques)) == len(region.techniques)
    for stretch in region.stretches:
        assert stretch.steps.endswith(".")
        assert not stretch.not_if.endswith(".")
        assert 10 <= stretch.hold_s <= 30, "the ACSM's 10 to 30 s, see regions.toml"
        assert 40 <= stretch.hold_s * stretch.repeats <= 60
        assert stretch.dose_text.startswith(f"Hold {stretch.hold_s} s, {times(stretch.repeats)}")
    measure = region.range_of_motion
    assert all(step.endswith(".") for step in measure.how)
    if measure.smallest_change is not None:
        assert 0 < measure.smallest_change < (measure.high - measure.low) / 4
        assert measure.source != "own choice", "a figure has a source"
        assert f"{measure.smallest_change:g} {measure.unit}" in measure.change_text
    else:
        assert "not published" in measure.change_text


def test_every_technique_suits_a_region_and_the_library_keeps_to_it() -> None:
    listed = {technique for region in body().regions.values() for technique in region.techniques}
    assert listed == set(get_args(Technique))
    for name in list_profiles():
        profile = get_profile(name)
        for place in profile.regions:
            assert profile.technique in get_region(place).techniques, f"{name} on {place}"


def test_a_measure_whose_ends_are_swapped_is_refused() -> None:
    entry = get_region("calf").range_of_motion.model_dump()
    with pytest.raises(ValueError, match="low 25 is not below high 0"):
        RangeOfMotion.model_validate(entry | {"low": 25, "high": 0})


def test_every_place_that_is_never_allowed_says_what_to_do_when_it_hurts() -> None:
    entries = {entry.place: entry for entry in body().never.values()}
    for place, entry in entries.items():
        assert entry.see.endswith("."), place
        assert set(entry.pain) <= {place, *entry.also}
    assert {place for place, entry in entries.items() if not entry.pain} == {"implants", "wounds"}


@pytest.mark.parametrize("spelling", ["back_upper", "Back-Upper", " back upper ", "upper back", "UPPER_BACK"])
def test_spelling_does_not_matter(spelling: str) -> None:
    assert get_region(spelling).name == "back_upper"


# SAFETY.md section 1, "Never on".
NEVER = [
    "head",
    "face",
    "neck",
    "spine",
    "kidneys",
    "abdomen",
    "chest",
    "groin",
    "bones",
    "joints",
    "implants",
    "wounds",
]


@pytest.mark.parametrize("place", [*NEVER, "throat", "left knee", "inner-thigh", "my pacemaker", "Varicose veins"])
def test_a_place_that_is_never_allowed_says_why(place: str) -> None:
    with pytest.raises(UsageError) as caught:
        get_region(place)
    message = str(caught.value)
    assert message.startswith("Tapote is never used on the ")
    assert len(message.split(": ", 1)[1]) > 20
    assert "back_upper" in caught.value.fix


def test_an_unknown_region_lists_the_regions() -> None:
    with pytest.raises(UsageError) as caught:
        get_region("calff")
    assert ", ".join(NAMES) in str(caught.value)
    assert caught.value.fix == 'Did you mean "calf"?'
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("typed", "meant"), [("nek", "neck"), ("left-kidny", "kidney"), ("lower bely", "belly"), ("spin", "spine")]
)
def test_a_mistyped_place_that_is_never_allowed_is_recognised(typed: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        get_region(typed)
    first, remark = caught.value.message.splitlines()
    assert f'"{typed}" is unknown' in first
    assert remark.startswith(f'If you mean "{meant}": Tapote is never used on the {meant}')
    assert meant not in caught.value.fix


@pytest.mark.parametrize("typed", ["calff", "thig", "uper back", "fot", "shulder", "qqq", ""])
def test_a_mistyped_region_is_no_place_that_is_never_allowed(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        get_region(typed)
    assert "never used" not in caught.value.message


def test_no_allowed_region_is_on_the_no_go_list() -> None:
    known = body()
    assert not set(known.regions) & set(known.never)
    assert not {region.title for region in known.regions.values()} & set(known.never)


@given(st.text(max_size=100))
def test_any_name_is_a_region_or_a_usage_error(name: str) -> None:
    refusal: TapoteError | None = None
    try:
        assert get_region(name).name in NAMES
    except TapoteError as error:
        refusal = error
    assert refusal is None or refusal.fix
