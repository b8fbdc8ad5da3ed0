"""The copy beside the journal: made once a day, whole, private, and never a reason to refuse the journal."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from host_tools.journal import backup
from host_tools.journal.records import Before
from host_tools.journal.store import Journal
from tests.unit.journal.made import NOON


def aged(copy: Path, by: timedelta) -> None:
    moment = (datetime.now(UTC) - by).timestamp()
    os.utime(copy, (moment, moment))


def sessions_in(copy: Path) -> int:
    with Journal.open(copy, read_only=True) as journal:
        return len(journal.sessions())


@pytest.mark.parametrize(
    ("age", "renewed"), [(timedelta(hours=23), False), (timedelta(hours=25), True), (-timedelta(hours=1), True)]
)
def test_it_is_renewed_when_it_is_older_than_a_day_or_of_the_future(path: Path, age: timedelta, renewed: bool) -> None:
    with Journal.open(path) as journal:
        journal.begin(Before(NOON, "calf"))
    copy = backup.path_for(path)
    assert sessions_in(copy) == 0  # made before the first session
    aged(copy, age)
    Journal.open(path).close()
    assert sessions_in(copy) == int(renewed)
    assert os.name != "posix" or stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_it_holds_what_is_only_in_the_log_so_far(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.begin(Before(NOON, "calf"))
        backup.make(journal._connection, path)
        assert sessions_in(backup.path_for(path)) == 1
    assert not list(backup.parts(path))


def test_no_copy_is_no_reason_to_refuse_the_journal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "make", full)
    with Journal.open(path) as journal:
        assert journal.begin(Before(NOON, "calf")) == 1
    assert not backup.path_for(path).exists()


def test_a_copy_that_cannot_be_renewed_after_a_deletion_is_taken_away(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Better no copy than one that still knows what a person has deleted."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with Journal.open(path) as journal:
        number = journal.begin(Before(NOON, "calf", goal="secret"))
        backup.make(journal._connection, path)
        assert b"secret" in backup.path_for(path).read_bytes()
        monkeypatch.setattr(backup, "make", full)
        journal.delete([number])
    assert not backup.path_for(path).exists()


def test_a_link_to_a_journal_has_the_copy_of_the_file_itself(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.sqlite3"
    link.symlink_to(path)
    with Journal.open(link) as journal:
        number = journal.begin(Before(NOON, "calf", goal="secret"))
    aged(backup.path_for(path), timedelta(days=2))
    with Journal.open(link) as journal:
        assert b"secret" in backup.path_for(path).read_bytes()
        journal.delete([number])
    assert [one.name for one in (tmp_path / "elsewhere").iterdir()] == ["link.sqlite3"]
    assert b"secret" not in backup.path_for(path).read_bytes()
