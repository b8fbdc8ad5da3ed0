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
