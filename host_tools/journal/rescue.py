"""After damage: a journal again, from the copy of the last days and from what the damaged file still gives.

The damaged file is put aside with its companions, never changed: SQLite would replay a log that is left beside another
file of the same name.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from host_tools.errors import TapoteError
from host_tools.journal import backup, failures, files, opening, schema

DAMAGED = ".damaged-"
SESSION, EVENT = "session", "event"
ONE_EACH = ("device_summary", "after", "follow_up")


@dataclass(frozen=True)
class Rescued:
    """from_copy, from_damaged: sessions that came from there; aside: the damaged files, where they are now."""

    from_copy: int
    from_damaged: int
    aside: tuple[Path, ...]


def rescue(path: Path, now: datetime) -> Rescued:
    """Bring a damaged journal back. TapoteError, and nothing changed, when it is whole, when nothing in it or its copy
    can be read, and for what no rescue can help against (in use, read-only, newer)."""
    path = path.resolve()
    if not path.exists() and not backup.path_for(path).exists():
        raise failures.not_there(path)
    try:
        opening.open_file(path).close()
    except failures.DamagedError:
        pass
    else:
        raise TapoteError(f"the journal {path} is whole: nothing to rescue", fix="`tapote journal list` shows it.")
    with failures.explained(path):
        fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            from_copy, from_damaged = _build(fresh, path)
            if not from_copy + from_damaged:
                raise TapoteError(
                    f"nothing could be saved: no session can be read in {path}, and there is no copy of it",
                    fix=f"It was left as it is. To begin anew, move it away, or name another: {files.OPTION}.",
                )
            aside = _put_aside(path, f"{DAMAGED}{now:%Y%m%d-%H%M%S}")
            os.replace(fresh, path)
        finally:
            with suppress(OSError):
                fresh.unlink()
    return Rescued(from_copy, from_damaged, aside)


def damaged(path: Path) -> list[Path]:
    """What earlier rescues have moved aside."""
    start = path.name + DAMAGED
    return sorted(one for one in path.parent.iterdir() if one.name.startswith(start)) if path.parent.is_dir() else []


def _build(fresh: Path, path: Path) -> tuple[int, int]:
    """The new file; (sessions of the copy, further ones of the damaged file)."""
    copy = backup.path_for(path)
    files.make_private(fresh)
    if copy.is_file() and _whole(copy):
        shutil.copyfile(copy, fresh)
    with closing(sqlite3.connect(fresh, isolation_level=None)) as target:
        schema.migrate(target)
        from_copy = _count(target)
        with _twin(path) as twin, closing(sqlite3.connect(twin, isolation_level=None)) as source:
            _salvage(source, target)
        return from_copy, _count(target) - from_copy


@contextmanager
def _twin(path: Path) -> Iterator[Path]:
    """A twin of the damaged file and its companions: SQLite changes what it opens, if only to tidy up."""
    twin = path.with_name(f".{path.name}.{os.getpid()}.part-twin")
    try:
        for suffix in ("", *files.BESIDE):
            if (one := path.with_name(path.name + suffix)).is_file():
                files.make_private(target := twin.with_name(twin.name + suffix))
                shutil.copyfile(one, target)
        yield twin
    finally:
        for suffix in ("", *files.BESIDE):
            with suppress(OSError):
                twin.with_name(twin.name + suffix).unlink()


def _salvage(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Add what the damaged file has and the copy has not, as far as it can be read."""
    known = {number for (number,) in target.execute("SELECT id FROM session")}
    found: dict[int, None] = {}
    with suppress(sqlite3.Error):
        if schema.version(source) != len(schema.STEPS):
            return
    for order in ("ASC", "DESC"):  # from either end up to the damage
        with suppress(sqlite3.Error):
            for (number,) in source.execute(f"SELECT id FROM session ORDER BY id {order}"):
                found[number] = None
    target.execute("BEGIN")
    for number in found:
        tables = ONE_EACH if number in known else (SESSION, EVENT, *ONE_EACH)
        for table in tables:
            try:
                _take(source, target, table, number)
            except sqlite3.Error:
                if table == SESSION:  # without it the rest means nothing
                    break
    target.execute("COMMIT")


def _take(source: sqlite3.Connection, target: sqlite3.Connection, table: str, number: int) -> None:
    """Rows of one session that the target does not have."""
    key = "id" if table == SESSION else "session_id"
    names = [row[1] for row in target.execute(f"PRAGMA table_info({table})") if table != EVENT or row[1] != "id"]
    columns = ", ".join(names)
    rows = source.execute(f"SELECT {columns} FROM {table} WHERE {key} = ?", (number,)).fetchall()
    marks = ", ".join("?" * len(names))
    target.executemany(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", rows)


def _whole(copy: Path) -> bool:
    """Whether the copy can be trusted."""
    try:
        with closing(sqlite3.connect(copy.as_uri() + "?mode=ro", uri=True)) as look:
            found = look.execute("PRAGMA quick_check(1)").fetchone()
            return bool(found == ("ok",) and schema.application(look) == schema.APPLICATION_ID)
    except sqlite3.Error:
        return False


def _count(target: sqlite3.Connection) -> int:
    (count,) = target.execute("SELECT count(*) FROM session").fetchone()
    return int(count)


def _put_aside(path: Path, suffix: str) -> tuple[Path, ...]:
    """Move the companions away and make a twin of the file: it is itself replaced last, so that after a kill in between
    it is still there, and still damaged."""
    aside = path.with_name(path.name + suffix)
    made = []
    for one in files.beside(path):
        os.replace(one, target := aside.with_name(aside.name + one.name[len(path.name) :]))
        made.append(target)
    if path.exists():
        files.make_private(aside)
        shutil.copyfile(path, aside)
        made.append(aside)
    return tuple(made)
