"""The library: complete, explained, allowed where it says, and found by any spelling of its name or by path."""

import re
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from host_tools.boards import list_boards, load_board
from host_tools.errors import UsageError
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.fit import fit_seconds
from host_tools.profiles.library import find_profile, get_profile, library_dir, list_profiles, taken_by
from host_tools.profiles.lint import lint
from host_tools.profiles.model import Steady, Technique
from host_tools.profiles.own import FOLDER_VARIABLE
from host_tools.regions import get_region

# What a hint may say of the library: someone's limit is lower, or the time on one spot is over. Never a mistake in the
# profile itself, such as a jump of the drive, a knock in the stroke or a strong end.
LIMITS_WIN = re.compile(
    r"(the region wins|the board wins)\.$"
    r"|^stroke: ignored on .*: a crank makes its own stroke\.$"
    r"|is longer than \d+ s on one spot"
    r"|strokes/min is above what \w+ holds under load"
)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder, empty."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def test_every_technique_has_a_profile_and_there_are_at_least_twelve() -> None:
    techniques = {get_profile(name).technique for name in list_profiles()}
    assert techniques == set(get_args(Technique))
    assert len(list_profiles()) >= 12


@pytest.mark.parametrize("name", list_profiles())
def test_a_library_profile_says_whom_it_is_for_and_why(name: str) -> None:
    profile = get_profile(name)
    assert profile.summary
    for text in (profile.for_whom, profile.not_for, profile.feels):
        assert len(text) > 40
    assert len(profile.why) > 200
    assert "strokes/min" in profile.why
    assert " N" in profile.why
    assert profile.sources or "no study" in profile.why, "numbers without a source say that they have none"
    assert (profile.author, profile.license) == ("The Tapote authors", "MIT")
    assert all(phase.cue for phase in profile.phase)
    assert all(phase.limit is not None for phase in profile.phase), "the limit is part of what the author means"
    assert (library_dir() / f"{name}.toml").read_text(encoding="utf-8").count("#") >= 2


@pytest.mark.parametrize("name", list_profiles())
def test_the_numbers_in_the_words_are_those_of_the_phases(name: str) -> None:
    """A rate, force or depth that `why` calls by its number stands in the phases too, or in the text of a region."""
    profile = get_profile(name)
    rates = {rate for phase in profile.phase for rate in (phase.rate_spm.start, phase.rate_spm.end)}
    told = [
        part for match in re.finditer(r"([\d, to]+) strokes/min", profile.why) for part in re.findall(r"\d+", match[1])
    ]
    assert told
    assert {float(rate) for rate in told} <= rates
    limits = {phase.limit.force_n for phase in profile.phase if phase.limit is not None}
    assert any(f"{limit:g} N" in profile.why or f"{limit:g}" in profile.why.split() for limit in limits)
    for limit in limits:
        if f"{limit:g} N" in profile.why and "foldback starts at" in profile.why:
            assert f"foldback starts at {max(limits) * 0.6:.0f} N" in profile.why


@pytest.mark.parametrize("name", list_profiles())
def test_a_rhythm_ends_with_a_whole_wave_and_the_next_part_begins_no_stronger(name: str) -> None:
    """So that nothing in the library begins with a knock."""
    phases = get_profile(name).phase
    waves = 0.0  # since the last steady part: a rhythm goes on from one part into the next
    for phase in phases:
        if isinstance(phase.rhythm, Steady):
            assert waves == pytest.approx(round(waves)), f"before {phase.name}"
            waves = 0.0
        else:
            waves += phase.duration_s / phase.rhythm.period_s
    assert waves == pytest.approx(round(waves))
    for before, after in pairwise(phases):
        assert after.drive_pct.start <= before.drive_pct.end, after.name


@pytest.mark.parametrize("board", list_boards())
@pytest.mark.parametrize("name", list_profiles())
def test_a_library_profile_is_clean_on_every_board_and_region(name: str, board: str) -> None:
    profile, target = get_profile(name), load_board(board)
    for place in map(get_region, profile.regions):
        program = compile_profile(profile, target, place)
        assert 10_000 <= program.duration_ms <= target.limits.session_max_s * 1000
        assert program.limit_mn <= min(place.force_mn, target.limits.force_mn)
        longest_s = target.limits.session_max_s
        assert fit_seconds(program, longest_s).duration_ms == longest_s * 1000, "in rounds that the device can keep"
        assert [str(hint) for hint in lint(profile, target, place) if not LIMITS_WIN.search(str(hint))] == []


@pytest.mark.parametrize("name", list_profiles())
def test_a_library_profile_suits_the_regions_it_names(name: str) -> None:
    profile = get_profile(name)
    for place in map(get_region, profile.regions):
        assert profile.technique in place.techniques, f"{profile.technique} on the {place.title}"


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


def test_an_own_profile_is_found_by_its_name(own: Path) -> None:
    text = (library_dir() / "swedish.toml").read_text(encoding="utf-8")
    (own / "my_evening.toml").write_text(text, encoding="utf-8")
    assert find_profile("My evening") == own / "my_evening.toml"
    assert taken_by("my_evening").startswith("yours, ")
    assert taken_by("nobodys") == ""


def test_an_own_profile_never_stands_in_for_one_of_the_library(own: Path) -> None:
    (own / "swedish.toml").write_text("schema = 1\n", encoding="utf-8")
    assert find_profile("swedish") == library_dir() / "swedish.toml"
    assert taken_by("swedish") == "the library's"


def test_an_unknown_profile_names_near_ones_and_all(own: Path) -> None:
    (own / "zebra.toml").write_text("schema = 1\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        find_profile("deep_tisue")
    assert str(caught.value).startswith('profile "deep_tisue" not found. Profiles: deep_steps, deep_tissue, evening,')
    assert str(caught.value).endswith("warm_up, zebra.")
    assert caught.value.fix == 'Did you mean "deep_tissue"?'
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("path", ["no/such.toml", "nothing.toml", "no/such"])
def test_a_missing_file_is_named(path: str) -> None:
    with pytest.raises(UsageError, match="not found"):
        find_profile(path)
