"""Files that cannot be the journal: each is refused with what to do, and none is changed."""

import os
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from host_tools.errors import TapoteError, UsageError
from host_tools.journal import backup, opening, schema, store
from host_tools.journal.failures import DamagedError, NeedsWritingError
from host_tools.journal.records import After, Before, DeviceSummary
from host_tools.journal.store import Journal
from tests.unit.journal.made import NOON

NOBODY = 65534


@pytest.fixture
def filled(path: Path) -> Path:
    """A closed journal of twenty sessions, without a copy."""
    with Journal.open(path) as journal:
        for _ in range(20):
            journal.begin(Before(NOON, "calf", goal="g" * 400))
    backup.path_for(path).unlink()
    return path


@pytest.fixture
def mine() -> Iterator[Path]:
    """A folder of somebody who is not root: nothing is read-only to root."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    yield folder
    if root:
        os.seteuid(0)
    for one in (folder, *folder.rglob("*")):
        one.chmod(0o700)
    shutil.rmtree(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file, but for SQLite's index of the log, which is no content."""
    return {one.name: one.read_bytes() for one in folder.iterdir() if not one.name.endswith("-shm")}


def refused(path: Path, *words: str, read: bool = True) -> TapoteError:
    """Opening says no, for reading as well; the error."""
    with pytest.raises(TapoteError) as caught:
        Journal.open(path)
    for word in words:
        assert word in str(caught.value) + caught.value.fix
    assert caught.value.fix
    if read:
        with pytest.raises(TapoteError) as again:
            Journal.open(path, read_only=True)
        assert str(again.value) == str(caught.value)
    return caught.value


@pytest.mark.parametrize("in_log", [False, True])
def test_a_journal_of_a_newer_tapote_is_not_touched(filled: Path, tmp_path: Path, in_log: bool) -> None:
    with closing(sqlite3.connect(filled)) as newer:
        newer.execute("PRAGMA user_version = 99")
        if in_log:  # as a process that was killed leaves it: the change is in the log only
            (tmp_path / "killed").mkdir()
            for one in filled.parent.glob("journal*"):
                shutil.copyfile(one, tmp_path / "killed" / one.name)
    path = tmp_path / "killed" / filled.name if in_log else filled
    before = contents(path.parent)
    assert ("journal.sqlite3-wal" in before and bool(before["journal.sqlite3-wal"])) == in_log
    refused(path, "newer Tapote", "schema 99", f"up to {len(schema.STEPS)}", "not touched", "Install")
    after = contents(path.parent)
    assert {name: after[name] for name in before} == before


def test_the_database_of_another_program_is_not_touched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    path.chmod(0o644)
    before = contents(path.parent)
    refused(path, "another program", "not touched")
    assert contents(path.parent) == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_what_is_no_database_is_not_touched(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 500)
    before = contents(path.parent)
    refused(path, "not a journal of Tapote, or a damaged one", "tapote journal rescue")
    assert contents(path.parent) == before


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    refused(tmp_path, "is a folder", read=False)


@pytest.mark.parametrize("left", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_found_at_once(filled: Path, left: float) -> None:
    os.truncate(filled, int(filled.stat().st_size * left) // 4096 * 4096)
    error = refused(filled, "rescue")
    assert isinstance(error, DamagedError)


def test_a_damaged_page_is_found_at_once(filled: Path) -> None:
    data = bytearray(filled.read_bytes())
    page = data.index(b"g" * 400) // 4096 * 4096
    data[page : page + 200] = os.urandom(200)
    filled.write_bytes(data)
    assert isinstance(refused(filled, "damaged", "rescue"), DamagedError)


@pytest.mark.parametrize("gone", [True, False])
def test_a_lost_file_is_not_silently_begun_anew(path: Path, gone: bool) -> None:
    Journal.open(path).close()
    path.unlink()
    if not gone:
        path.touch()
    error = refused(path, "gone" if gone else "empty", "its copy is there", "rescue", "delete that copy")
    assert isinstance(error, DamagedError)
    backup.path_for(path).unlink()
    with Journal.open(path) as journal:
        assert journal.sessions() == []


def test_a_journal_to_read_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no journal"):
        Journal.open(tmp_path / "x", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(tmp_path / "file" / "journal", "cannot be used", "Check the disk", read=False)


def test_in_use_by_another_program(journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_S", 0.05)
    number = journal.begin(Before(NOON, "calf"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for call in (
            lambda: journal.begin(Before(NOON, "calf")),
            lambda: journal.event(number, 1, "note"),
            lambda: journal.after(number, After(NOON, True)),
        ):
            with pytest.raises(TapoteError, match="in use by another program") as caught:
                call()
            assert "Close it" in caught.value.fix
            assert "still there" in caught.value.fix
        assert len(journal.sessions()) == 1  # who reads is not held up
        other.execute("COMMIT")
    journal.event(number, 1, "note")
    journal.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        refused(path, "in use by another program")


def test_an_event_does_not_wait_until_the_device_gives_up(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device stops after half a second without a word from us (SAFETY.md section 1)."""
    assert store.EVENT_BUSY_S < 0.5
    monkeypatch.setattr(opening, "BUSY_S", 3600.0)
    number = journal.begin(Before(NOON, "calf"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        start_s = time.monotonic()
        with pytest.raises(TapoteError, match="in use"):
            journal.event(number, 1, "note")
        assert time.monotonic() - start_s < 60


def test_the_disk_is_full(journal: Journal) -> None:
    number = journal.begin(Before(NOON, "calf"))
    (pages,) = journal._connection.execute("PRAGMA page_count").fetchone()
    journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(TapoteError, match="disk is full") as caught:
        journal.after(number, After(NOON, True, notes="n" * 5000))
    assert "Make room" in caught.value.fix
    assert "still there" in caught.value.fix
    journal._connection.execute("PRAGMA max_page_count = 100000")
    assert journal.session(number).after is None
    journal.after(number, After(NOON, True, notes="n" * 5000))


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o400, 0o500), (0o400, 0o700), (0o600, 0o500)])
def test_a_read_only_file_or_folder_can_be_read_only(mine: Path, file_mode: int, folder_mode: int) -> None:
    path = mine / "journal.sqlite3"
    with Journal.open(path) as journal:
        journal.begin(Before(NOON, "calf"))
    path.chmod(file_mode)
    mine.chmod(folder_mode)
    refused(path, "cannot be written", "read-only", "--journal FILE", read=False)
    with Journal.open(path, read_only=True) as journal:
        assert len(journal.sessions()) == 1
        with pytest.raises(TapoteError, match="cannot be written"):
            journal.begin(Before(NOON, "calf"))


def test_no_journal_can_be_made_in_a_read_only_folder(mine: Path) -> None:
    mine.chmod(0o500)
    refused(mine / "new.sqlite3", "cannot be written", read=False)
    refused(mine / "new" / "new.sqlite3", "cannot be written", read=False)


def test_entries_left_by_a_kill_in_a_read_only_folder_are_not_overlooked(mine: Path) -> None:
    with Journal.open(mine / "journal.sqlite3") as journal:
        journal.begin(Before(NOON, "calf"))
        (mine / "copy").mkdir()
        for name in ("journal.sqlite3", "journal.sqlite3-wal"):
            shutil.copyfile(mine / name, mine / "copy" / name)
    path = mine / "copy" / "journal.sqlite3"
    (mine / "copy").chmod(0o500)
    with pytest.raises(NeedsWritingError, match="left in the middle"):
        Journal.open(path, read_only=True)
    (mine / "copy").chmod(0o700)
    with Journal.open(path, read_only=True) as journal:
        assert len(journal.sessions()) == 1


@pytest.mark.parametrize("way", ["folder deleted", "file deleted", "file replaced"])
def test_a_file_taken_away_while_it_is_open(tmp_path: Path, way: str) -> None:
    path = tmp_path / "folder" / "journal.sqlite3"
    with Journal.open(path) as journal:
        number = journal.begin(Before(NOON, "calf"))
        if way == "folder deleted":
            shutil.rmtree(path.parent)
        else:
            path.unlink()
        if way == "file replaced":
            path.touch()
        for call in (
            lambda: journal.begin(Before(NOON, "calf")),
            lambda: journal.event(number, 1, "note"),
            lambda: journal.device_summary(number, DeviceSummary(1)),
        ):
            with pytest.raises(TapoteError, match="moved or deleted while it was open") as caught:
                call()
            assert caught.value.fix
