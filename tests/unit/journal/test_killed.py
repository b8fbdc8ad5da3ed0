"""A process that writes is killed at many moments: what had returned is there, and all is whole.

Two ways, both without chance. SIGKILL after so many instructions of SQLite's own machine: between statements and within
them. And SIGXFSZ, which the kernel sends when a file would grow beyond a limit, in the middle of a write: the log ends
at any byte.
"""

import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from host_tools.errors import TapoteError
from host_tools.journal import backup, opening, schema
from host_tools.journal.records import After, Before, DeviceSummary, FollowUp, SessionRecord
from host_tools.journal.store import Journal
from tests.unit.journal import children
from tests.unit.journal.children import Say
from tests.unit.journal.made import DAY, NOON

Call = Callable[[Journal], object]
States = list[tuple[list[SessionRecord], int]]
# A whole session, and the deletion of one that was there before. Each call is one transaction.
CALLS: tuple[Call, ...] = (
    lambda journal: journal.begin(Before(NOON + DAY, "calf", goal="g" * 400, answers={"dvt": False})),
    lambda journal: journal.event(2, 10, "too_much", "d" * 300),
    lambda journal: journal.event(2, 20, "comfort", value=4),
    lambda journal: journal.device_summary(2, DeviceSummary(30)),
    lambda journal: journal.device_summary(2, DeviceSummary(60, faults=("STALL",))),
    lambda journal: journal.after(2, After(NOON + DAY, True, notes="n" * 5000)),
    lambda journal: journal.follow_up(2, FollowUp(NOON + 3 * DAY, 1)),
    lambda journal: journal.delete([1]),
    lambda journal: journal.forget_adaptation("calf", NOON + 2 * DAY),
)


def seen(path: Path) -> tuple[list[SessionRecord], int]:
    """All that the journal can tell: its sessions, and those of a region that still count."""
    with Journal.open(path) as journal:
        return journal.sessions(), len(journal.adaptation_history("calf"))


def whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        checks = [
            connection.execute(f"PRAGMA {pragma}").fetchall() for pragma in ("integrity_check", "foreign_key_check")
        ]
    return checks == [[("ok",)], []]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal with one session, closed, in a folder of its own."""
    path = tmp_path_factory.mktemp("template") / "journal.sqlite3"
    with Journal.open(path) as journal:
        journal.begin(Before(NOON, "calf"))
    return path


def copied(template: Path, folder: Path) -> Path:
    """The journal of the template in a new folder."""
    shutil.copytree(template.parent, folder)
    return folder / template.name


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory, template: Path) -> States:
    """What is seen before the first call and after each."""
    path = copied(template, tmp_path_factory.mktemp("states") / "journal")
    found = [seen(path)]
    for call in CALLS:
        with Journal.open(path) as journal:
            call(journal)
        found.append(seen(path))
    assert len({str(state) for state in found}) == len(CALLS) + 1, "every call leaves a state of its own"
    return found


def work(path: Path, prepare: Callable[[Journal], object], say: Say) -> None:
    """The calls one by one. prepare: what will kill this process."""
    with Journal.open(path) as journal:
        prepare(journal)
        for call in CALLS:
            call(journal)
            say()


def kill_after(instructions: int) -> Callable[[], int]:
    """SIGKILL after so many calls, which are instructions of SQLite's machine."""
    left = iter(range(instructions))

    def one_less() -> int:
        if next(left, None) is None:
            children.kill_myself()
        return 0

    return one_less


def killed_after(instructions: int, journal: Journal) -> None:
    """SIGKILL after so many instructions."""
    journal._connection.set_progress_handler(kill_after(instructions), 1)


def killed_beyond(size_bytes: int, journal: Journal) -> None:
    """SIGXFSZ in the write with which any file would grow beyond this size."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))


def instructions_of_all(path: Path) -> int:
    """How many instructions the calls take."""
    counted = count()
    with Journal.open(path) as journal:
        journal._connection.set_progress_handler(lambda: next(counted) * 0, 1)
        for call in CALLS:
            call(journal)
    return next(counted)


def judge(path: Path, said: int, states: States) -> None:
    """Whole, and in the state after the last call that returned, or after the one that was under way."""
    assert seen(path) in states[said : said + 2]
    assert whole(path)


def test_killed_within_sqlite(tmp_path: Path, template: Path, states: States) -> None:
    all_of_them = instructions_of_all(copied(template, tmp_path / "count"))
    reached = set()
    step = all_of_them // 90
    for instructions in range(0, all_of_them, step):
        path = copied(template, tmp_path / str(instructions))
        ended = children.start(partial(work, path, partial(killed_after, instructions)))()
        assert ended.signal == signal.SIGKILL
        judge(path, ended.said, states)
        reached.add(ended.said)
    assert reached == set(range(len(CALLS))), "kills fell into every call"


def test_killed_in_the_middle_of_a_write(tmp_path: Path, template: Path, states: States) -> None:
    """The log grows by frames of 4120 bytes; limits in steps of 1733 bytes cut them at many places."""
    reached, deaths = set(), 0
    for number in range(60):
        path = copied(template, tmp_path / str(number))
        ended = children.start(partial(work, path, partial(killed_beyond, number * 1733)))()
        deaths += ended.signal == signal.SIGXFSZ
        judge(path, ended.said, states)
        reached.add(ended.said)
        if ended.signal == 0:
            assert ended.said == len(CALLS)
            break
    assert deaths > 20
    assert len(reached) >= 6


def test_killed_while_the_file_is_made(tmp_path: Path) -> None:
    for number in range(0, 120, 3):
        path = tmp_path / str(number) / "journal.sqlite3"

        def make(say: Say, path: Path = path, size_bytes: int = number * 1000) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))
            with Journal.open(path) as journal:
                say()
                journal.begin(Before(NOON, "calf"))
                say()

        ended = children.start(make)()
        sessions, _ = seen(path)
        assert len(sessions) >= (ended.said == 2)
        assert whole(path)


def test_killed_while_an_older_file_is_brought_up_to_date(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = (*schema.STEPS, ("CREATE TABLE mood (id INTEGER)", "ALTER TABLE session ADD COLUMN mood TEXT"))
    versions = []
    for instructions in count(0, 12):
        path = copied(template, tmp_path / str(instructions))

        def migrate(say: Say, path: Path = path, instructions: int = instructions) -> None:
            def connect(path: Path, options: str) -> sqlite3.Connection:
                made = plain(path, options)
                made.set_progress_handler(kill_after(instructions), 1)
                return made

            plain = opening._connect
            opening._connect = connect
            schema.STEPS = newer
            Journal.open(path).close()
            say()

        ended = children.start(migrate)()
        with closing(sqlite3.connect(path)) as connection:
            version = schema.version(connection)
            tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'mood'").fetchone()[0]
        assert version - 1 == tables, "the schema and its number change together"
        assert version == 2 or not ended.said
        versions.append(version)
        with monkeypatch.context() as patch:
            patch.setattr(schema, "STEPS", newer)
            with Journal.open(path) as journal:
                assert len(journal.sessions()) == 1
        if ended.said:
            break
    assert versions == sorted(versions)
    assert versions.count(1) > 20
    assert versions[-1] == 2


def test_a_full_disk_is_told_and_what_returned_is_there(tmp_path: Path, template: Path, states: States) -> None:
    """The same limits with the signal ignored: writes fail, and the process lives on."""
    refused = 0
    for number in range(30):
        path = copied(template, tmp_path / str(number))

        def fill(say: Say, path: Path = path, size_bytes: int = number * 3467) -> None:
            def limit(journal: Journal) -> None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))

            with suppress(TapoteError):
                work(path, limit, say)

        ended = children.start(fill)()
        assert (ended.signal, ended.code) == (0, 0), "no error of another kind"
        judge(path, ended.said, states)
        refused += ended.said < len(CALLS)
    assert refused > 10


def test_four_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"  # none is there yet: they also race to make it

    def write(say: Say) -> None:
        with Journal.open(path) as journal:
            for _ in range(5):
                number = journal.begin(Before(NOON, "calf"))
                for at_s in range(5):
                    journal.event(number, at_s, "note", str(number))
                journal.after(number, After(NOON, True))
                say()

    waits = [children.start(write) for _ in range(4)]
    assert [wait().said for wait in waits] == [5] * 4
    sessions, _ = seen(path)
    assert len(sessions) == 20
    assert all({event.detail for event in record.events} == {str(record.id)} for record in sessions)
    assert all(len(record.events) == 5 and record.after is not None for record in sessions)
    assert whole(path)


def test_the_copy_is_never_half_written(tmp_path: Path, template: Path) -> None:
    path = copied(template, tmp_path / "journal")
    copy = backup.path_for(path)
    old = copy.read_bytes()
    for size_bytes in range(0, 40_000, 3000):

        def renew(say: Say, size_bytes: int = size_bytes) -> None:
            with Journal.open(path) as journal:
                killed_beyond(size_bytes, journal)
                backup.make(journal._connection, path)
                say()

        ended = children.start(renew)()
        assert ended.signal == signal.SIGXFSZ
        assert copy.read_bytes() == old
    assert list(backup.parts(path))
    backup.sweep(path, datetime.now().astimezone() - DAY)
    assert list(backup.parts(path)), "they may be somebody's who is at work"
    backup.sweep(path)
    assert not list(backup.parts(path))
