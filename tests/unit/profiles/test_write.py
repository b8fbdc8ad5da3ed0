"""Writing a profile: what is written reads back as the same profile, and a person can read it too."""

import pytest
from hypothesis import given, settings

from host_tools.profiles.library import get_profile, list_profiles
from host_tools.profiles.model import Profile, parse_profile
from host_tools.profiles.write import to_toml
from host_tools.toml_read import parse_toml
from tests.unit.profiles.some import profiles


def read(text: str) -> Profile:
    return parse_profile(parse_toml(text, "test"), where="test")


@given(profiles())
@settings(max_examples=80)
def test_every_profile_reads_back_as_it_was(profile: Profile) -> None:
    assert read(to_toml(profile)) == profile


@pytest.mark.parametrize("name", list_profiles())
def test_the_library_reads_back_in_lines_that_fit_a_screen(name: str) -> None:
    text = to_toml(get_profile(name))
    assert read(text) == get_profile(name)
    assert all(len(line) <= 124 for line in text.splitlines())


def test_comments_stand_where_they_belong() -> None:
    text = to_toml(
        get_profile("swedish"),
        head=["Mine.", ""],
        above={"phase[2]": "The long part.", "phase[1].limit": "Foldback."},
        beside={"phase[1].duration_s": "a breath or two"},
    )
    lines = text.splitlines()
    assert lines[:3] == ["# Mine.", "#", ""]
    assert lines[lines.index("# The long part.") + 1] == "[[phase]]"
    assert lines[lines.index("# Foldback.") + 1] == "limit = { force_n = 35 }"
    assert f"{'duration_s = 20':<44} # a breath or two" in lines
    assert read(text) == get_profile("swedish")
