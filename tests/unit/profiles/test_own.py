"""The user's own folder: names that can be typed, nothing overwritten, nothing half written."""

import os
from pathlib import Path

import platformdirs
import pytest

from host_tools.errors import UsageError
from host_tools.profiles.own import FOLDER_VARIABLE, own_dir, own_profiles, plain_name, target, write_new


def nobody(name: str) -> str:
    return ""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The own folder, not made yet."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "mine"))
    return tmp_path / "mine"


def test_without_the_variable_it_is_in_the_users_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    assert own_dir() == platformdirs.user_data_path("tapote") / "profiles"


def test_a_folder_that_is_not_there_holds_no_profiles(folder: Path) -> None:
    assert own_profiles() == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Deep tissue, mine!", "deep_tissue_mine"),
        ("Runner's calves", "runners_calves"),
        (" a-B_c ", "a_b_c"),
        ("...", ""),
    ],
)
def test_a_title_becomes_a_name_that_can_be_typed(text: str, name: str) -> None:
    assert plain_name(text) == name


def test_a_new_profile_goes_into_the_own_folder_and_is_found_there(folder: Path) -> None:
    path = target("mine", None, nobody)
    assert path == folder / "mine.toml"
    write_new(path, "schema = 1\n")
    assert own_profiles() == {"mine": path}


@pytest.mark.parametrize("name", ["", "../up", "a" * 41, "UPPER", "_x", "a/b", "a\\b", "ä"])
def test_a_name_that_is_no_file_name_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        target(name, None, nobody)


def test_a_name_that_is_taken_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="already: the library's"):
        target("swedish", None, lambda name: "the library's")


def test_a_file_that_is_named_goes_there_and_a_folder_takes_the_name(tmp_path: Path) -> None:
    assert target("mine", tmp_path / "other.toml", lambda name: "yours") == tmp_path / "other.toml"
    assert target("mine", tmp_path, lambda name: "yours") == tmp_path / "mine.toml"
    with pytest.raises(UsageError, match="ends in"):
        target("mine", tmp_path / "other.txt", nobody)


def test_nothing_is_overwritten_even_if_the_file_came_in_the_meantime(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("precious")
    with pytest.raises(UsageError, match="is there already"):
        target("mine", path, nobody)
    with pytest.raises(UsageError, match="is there already"):
        write_new(path, "new")
    assert path.read_text() == "precious"


def test_a_full_disk_leaves_no_half_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_open = Path.open

    class Full:
        def __init__(self, path: Path) -> None:
            self.file = real_open(path, "x", encoding="utf-8")

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *args: object) -> None:
            self.file.close()

        def write(self, text: str) -> None:
            self.file.write(text[:1])

        def flush(self) -> None:
            raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "open", lambda path, *args, **kwargs: Full(path))
    with pytest.raises(UsageError, match="No space left"):
        write_new(tmp_path / "mine.toml", "text")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file: cannot be written"):
        write_new(tmp_path / "file" / "mine.toml", "text")
