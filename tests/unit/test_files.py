"""Files that a person names: one rule for what is wrong with them, and never half a file."""

import errno
import os
from pathlib import Path

import pytest

from host_tools import files
from host_tools.errors import FileError


def test_a_file_is_read_whole_and_no_further_than_sensible(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert files.read(path, 5) == b"12345"
    with pytest.raises(FileError, match="larger than 4 bytes"):
        files.read(path, 4)
    with pytest.raises(FileError, match="larger than 4096 bytes"):
        files.read(Path("/dev/zero"), 4096)


@pytest.mark.parametrize("name", ["none", ".", "a/b", "x" * 300])
def test_what_cannot_be_read_was_asked_for_wrongly(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(FileError, match="cannot be read") as caught:
        files.read(tmp_path / name, 100)
    assert caught.value.exit_code == 2
    assert caught.value.fix


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (".", "this is a folder"),
        ("none/b", "there is no folder"),
        ("a/b", "there is no folder"),
        ("x" * 300, "File name too long"),
        ("a", "is there already"),
    ],
)
def test_where_no_file_can_be_is_told_before_the_work(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "a").write_bytes(b"mine")
    with pytest.raises(FileError, match=words) as caught:
        files.check(tmp_path / name, named="--out", force=False)
    assert caught.value.message.startswith(f"--out {tmp_path / name}"[:100])
    assert caught.value.exit_code == 2
    assert caught.value.fix
    assert [one.name for one in tmp_path.iterdir()] == ["a"], "no trial is left"


def test_force_writes_over_a_file_but_never_over_a_device(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    files.check(path, force=True)
    files.write(path, b"new")
    assert path.read_bytes() == b"new"
    (tmp_path / "null").symlink_to("/dev/null")
    with pytest.raises(FileError, match="no plain file"):
        files.check(tmp_path / "null", force=True)


def test_what_is_private_is_read_by_nobody_else(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        files.write(tmp_path / "mine", b"x", private=True)
        files.write(tmp_path / "ours", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "ours").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, 1), (errno.EIO, 1), (errno.EROFS, 2), (errno.EACCES, 2)])
def test_a_disk_that_fails_leaves_the_old_file_and_is_no_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(FileError, match=os.strerror(number)) as caught:
        files.write(path, b"new")
    assert caught.value.exit_code == code
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
