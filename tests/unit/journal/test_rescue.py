"""After damage: what the copy has and what the damaged file still gives, and never less than either."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from host_tools.errors import TapoteError
from host_tools.journal import backup, rescue
from host_tools.journal.failures import DamagedError
from host_tools.journal.records import After, Before, DeviceSummary, FollowUp, SessionRecord
from host_tools.journal.store import Journal
from tests.unit.journal.made import DAY, NOON

NOW = datetime(2026, 11, 20, 8, 30, 0)


def filled(path: Path, count: int, start: int = 0) -> None:
    """Sessions with events and all the rest, each on pages of its own."""
    with Journal.open(path) as journal:
        for at in range(start, start + count):
            number = journal.begin(Before(NOON + at * DAY, "calf", goal=f"<{at:03}>" * 90))
            for at_s in range(30):
                journal.event(number, at_s, "note", f"({at:03})" * 60)
            journal.device_summary(number, DeviceSummary(60))
            journal.after(number, After(NOON + at * DAY, True, notes=f"[{at:03}]" * 900))


def seen(path: Path) -> list[SessionRecord]:
    with Journal.open(path) as journal:
        return journal.sessions()


def broken(path: Path) -> None:
    """The file without its header and schema: nothing in it can be read."""
    data = path.read_bytes()
    path.write_bytes(bytes(4096) + data[4096:])


def test_the_copy_comes_back_and_the_damaged_file_is_kept(path: Path) -> None:
    filled(path, 3)
    copy = backup.path_for(path)
    with Journal.open(path) as journal:
        backup.make(journal._connection, path)
    filled(path, 2, start=3)  # after the copy: lost with the file
    before = seen(path)
    broken(path)
    damaged = path.read_bytes()
    with pytest.raises(DamagedError):
        Journal.open(path)
    done = rescue.rescue(path, NOW)
    assert (done.from_copy, done.from_damaged) == (3, 0)
    assert seen(path) == before[:3]
    (aside,) = done.aside
    assert aside.name == "journal.sqlite3.damaged-20261120-083000"
    assert aside.read_bytes() == damaged
    assert rescue.damaged(path) == [aside]
    assert copy.is_file()


@pytest.mark.parametrize(("where", "rows"), [("<020>", "session"), ("(020)", "event"), ("[020]", "after")])
def test_what_the_damaged_file_still_gives_is_added(path: Path, where: str, rows: str) -> None:
    filled(path, 3)
    with Journal.open(path) as journal:
        backup.make(journal._connection, path)
        journal.follow_up(2, FollowUp(NOON + 9 * DAY, 3))  # to a session that the copy has
    filled(path, 30, start=3)
    before = {record.id: record for record in seen(path)}
    data = bytearray(path.read_bytes())
    page = data.index(where.encode() * 3) // 4096 * 4096  # in the middle of the rows of one table
    data[page : page + 4096] = os.urandom(4096)
    path.write_bytes(data)
    done = rescue.rescue(path, NOW)
    after = {record.id: record for record in seen(path)}
    assert (done.from_copy, done.from_damaged) == (3, len(after) - 3)
    assert after[2].follow_up == FollowUp(NOON + 9 * DAY, 3)
    same = [number for number, record in after.items() if record == before[number]]
    assert {1, 2, 3, 4, 33} <= set(same), "from both sides of the damage"
    assert 15 < len(same) < 33
    if rows != "session":
        assert len(after) == 33, "a session without its events is still a session"
        assert all(record.before == before[number].before for number, record in after.items())


@pytest.mark.parametrize("with_companions", [True, False])
def test_a_truncated_or_lost_file(path: Path, with_companions: bool) -> None:
    filled(path, 3)
    with Journal.open(path) as journal:
        backup.make(journal._connection, path)
    path.write_bytes(b"")
    companion = path.with_name(path.name + "-wal")
    if with_companions:
        companion.write_bytes(os.urandom(9000))
    done = rescue.rescue(path, NOW)
    assert len(done.aside) == 1 + with_companions
    assert not companion.exists(), "the log of another file must not be replayed"
    assert len(seen(path)) == 3
    path.unlink()
    assert rescue.rescue(path, NOW).aside == ()
    assert len(seen(path)) == 3


def test_a_damaged_copy_is_not_trusted(path: Path) -> None:
    filled(path, 3)
    broken(backup.path_for(path))
    broken(path)
    damaged = path.read_bytes()
    with pytest.raises(TapoteError, match="nothing could be saved") as caught:
        rescue.rescue(path, NOW)
    assert "left as it" in caught.value.fix
    assert path.read_bytes() == damaged


def test_a_whole_journal_and_a_foreign_file_are_left_alone(path: Path) -> None:
    filled(path, 1)
    with pytest.raises(TapoteError, match="is whole: nothing to rescue"):
        rescue.rescue(path, NOW)
    other = path.with_name("diary.txt")
    other.write_text("Dear diary, " * 1000)
    with pytest.raises(TapoteError, match="nothing could be saved") as caught:
        rescue.rescue(other, NOW)
    assert "left as it is" in caught.value.fix
    assert other.read_text() == "Dear diary, " * 1000
    assert not [one for one in path.parent.iterdir() if ".part" in one.name]
