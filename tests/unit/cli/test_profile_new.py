"""`tapote profile new`: asked on the terminal or answered by options, never over an existing file."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from host_tools.profiles.model import Swell, load_profile
from host_tools.profiles.own import FOLDER_VARIABLE
from tests.unit.cli.conftest import Tapote

ALL = ("--technique", "recovery", "--region", "calf", "--seconds", 60, "--strength", "firm", "--rhythm", "burst")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "own"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    return tmp_path / "own"


@pytest.fixture
def typed(own: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., io.StringIO]:
    """A person at a terminal who types these lines."""

    def lines(*answers: str) -> io.StringIO:
        keyboard = io.StringIO("".join(f"{answer}\n" for answer in answers))
        monkeypatch.setattr(keyboard, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", keyboard)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
        return keyboard

    return lines


def test_with_all_options_nothing_is_asked(tapote: Tapote, own: Path) -> None:
    result = tapote("profile", "new", "--name", "After work", *ALL, "--author", "Ada")
    assert result.code == 0, result.err
    profile = load_profile(own / "after_work.toml")
    assert (profile.name, profile.technique, profile.regions) == ("After work", "recovery", ("calf",))
    assert (profile.duration_s, profile.phase[1].rhythm.kind, profile.author) == (60, "burst", "Ada")
    assert "tapote run after_work" in result.out


def test_the_new_profile_passes_check_shows_and_is_listed_as_yours(tapote: Tapote, own: Path) -> None:
    assert tapote("profile", "new", "--yes").code == 0
    checked = tapote("profile", "check", "my_massage", "--board", "pico_mosfet_fsr")
    assert (checked.code, checked.out) == (0, 'my_massage: ok, "My massage", 3 phases, 1:30\n')
    assert tapote("profile", "show", "my_massage").code == 0
    row = next(line for line in tapote("profiles").out.splitlines() if line.startswith("my_massage"))
    assert "yours" in row


def test_every_question_on_the_terminal(tapote: Tapote, own: Path, typed: Callable[..., io.StringIO]) -> None:
    left = typed("My evening", "relaxation", "calf, foot", "75", "gentle", "swell")
    result = tapote("profile", "new")
    assert result.code == 0, result.err
    profile = load_profile(own / "my_evening.toml")
    assert (profile.technique, profile.regions, profile.duration_s) == ("relaxation", ("calf", "foot"), 75)
    assert isinstance(profile.phase[1].rhythm, Swell)
    assert "even strokes" in result.err
    assert left.read() == ""


def test_enter_takes_the_default_and_what_was_given_is_not_asked(
    tapote: Tapote, own: Path, typed: Callable[..., io.StringIO]
) -> None:
    typed("", "", "", "", "")
    result = tapote("profile", "new", "--technique", "reflexology")
    assert "Which technique?" not in result.err
    profile = load_profile(own / "my_massage.toml")
    # The first region in which reflexology may be done, and that region's 60 s instead of the usual 90.
    assert (profile.technique, profile.regions, profile.duration_s) == ("reflexology", ("hand",), 60)
    assert profile.phase[1].rhythm.kind == "burst"


def test_a_wrong_answer_is_explained_and_asked_again(
    tapote: Tapote, own: Path, typed: Callable[..., io.StringIO]
) -> None:
    typed("swedish", "x" * 30, "Mine", "thai", "swed", "neck", "calf", "long", "9", "60", "", "")
    result = tapote("profile", "new")
    assert result.code == 0, result.err
    for words in (
        "already: the library's",
        "longer than 24 bytes",
        '"thai" is unknown',
        "never used on the neck",
        '"long" is not a number of seconds',
        "allowed 15 to 900 s",
    ):
        assert words in result.err
    assert load_profile(own / "mine.toml").technique == "swedish"


def test_without_a_terminal_the_answers_are_options(tapote: Tapote, own: Path) -> None:
    tapote("profile", "new", "--name", "Mine").refused(2, "no terminal", "--yes")
    assert not own.exists()


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--name", "...", "is no name"),
        ("--name", "swedish", "already: the library's"),
        ("--technique", "thai", "is unknown"),
        ("--region", "spine", "never used on the spine"),
        ("--seconds", 9, "15 to 900 s"),
        ("--seconds", "nan", "out of range"),
        ("--strength", "brutal", "gentle, medium, firm"),
        ("--rhythm", "s", "steady, swell, burst"),
    ],
)
def test_a_wrong_option_is_refused_and_nothing_is_written(
    tapote: Tapote, own: Path, option: str, value: object, words: str
) -> None:
    tapote("profile", "new", "--yes", option, value).refused(2, words)
    assert not own.exists()


def test_an_existing_file_is_never_overwritten(tapote: Tapote, own: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("precious")
    tapote("profile", "new", "--yes", "-o", path).refused(2, "is there already")
    assert path.read_text() == "precious"
    assert tapote("profile", "new", "--yes").code == 0
    tapote("profile", "new", "--yes").refused(2, "yours, ")


def test_a_file_that_is_named_is_told_by_its_path(tapote: Tapote, own: Path, tmp_path: Path) -> None:
    result = tapote("profile", "new", "--yes", "-o", tmp_path / "x.toml")
    assert f"tapote run {tmp_path / 'x.toml'}" in result.out
    assert not own.exists()
