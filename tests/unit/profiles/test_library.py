"""The library: one profile per technique, found by any spelling of its name or by path."""

from pathlib import Path
from typing import get_args

import pytest

from host_tools.errors import UsageError
from host_tools.profiles.library import find_profile, get_profile, library_dir, list_profiles
from host_tools.profiles.model import Technique


def test_there_is_one_profile_for_each_technique() -> None:
    techniques = [get_profile(name).technique for name in list_profiles()]
    assert sorted(techniques) == sorted(get_args(Technique))


@pytest.mark.parametrize("name", list_profiles())
def test_a_library_profile_is_named_after_its_technique_and_explained(name: str) -> None:
    profile = get_profile(name)
    assert profile.technique.replace("-", "_") == name
    assert profile.summary
    text = (library_dir() / f"{name}.toml").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "# For: " in text or "For: " in text or "after sport" in text


def test_the_demo_profile_lasts_90_seconds() -> None:
    assert get_profile("deep_tissue").duration_s == 90


@pytest.mark.parametrize("spelling", ["deep_tissue", "deep-tissue", "Deep Tissue", " DEEP tissue"])
def test_spelling_does_not_matter(spelling: str) -> None:
    assert find_profile(spelling) == library_dir() / "deep_tissue.toml"


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text((library_dir() / "swedish.toml").read_text(encoding="utf-8"), encoding="utf-8")
    assert get_profile(path).technique == "swedish"
    assert get_profile(str(path)).name == "Swedish"


def test_an_unknown_profile_names_near_ones_and_all() -> None:
    with pytest.raises(UsageError) as caught:
        find_profile("deep_tisue")
    assert str(caught.value).startswith('profile "deep_tisue" not found. Profiles: deep_tissue, recovery,')
    assert caught.value.fix == 'Did you mean "deep_tissue"?'
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("path", ["no/such.toml", "nothing.toml", "no/such"])
def test_a_missing_file_is_named(path: str) -> None:
    with pytest.raises(UsageError, match="not found"):
        find_profile(path)
