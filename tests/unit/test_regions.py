"""Regions: caps within the compiled ones, and the places that are never allowed say why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import caps
from host_tools.errors import TapoteError, UsageError
from host_tools.regions import body, get_region, no_go, region_names

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
    assert not set(body().regions) & set(body().never)


@given(st.text(max_size=100))
def test_any_name_is_a_region_or_a_usage_error(name: str) -> None:
    refusal: TapoteError | None = None
    try:
        assert get_region(name).name in NAMES
    except TapoteError as error:
        refusal = error
    assert refusal is None or refusal.fix
