"""After damage: a journal again, from the copy of the last days and from what the damaged file still gives.

The damaged file is moved aside with its companions, never changed: SQLite would replay a log that is left beside
another file of the same name.
"""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from host_tools.errors import TapoteError
from host_tools.journal import backup, failures, files, opening, schema

DAMAGED = ".damaged-"
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
                    fix=f"The file was left as it is. To begin anew, move it away, or name another: {files.OPTION}.",
                )
            aside = _move_aside(path, f"{DAMAGED}{now:%Y%m%d-%H%M%S}")
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
        with suppress(sqlite3.Error):  # as far as it goes
            _salvage(target, path)
        return from_copy, _count(target) - from_copy


def _salvage(target: sqlite3.Connection, path: Path) -> None:
    """Add what the damaged file has and the copy has not, session by session. sqlite3.Error where it gives no more."""
    with closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True, isolation_level=None)) as source:
        if schema.version(source) != len(schema.STEPS):
            return
        known = {number for (number,) in target.execute("SELECT id FROM session")}
        for (number,) in source.execute("SELECT id FROM session").fetchall():
            target.execute("BEGIN")
            try:
                if number not in known:
                    _take(source, target, "session", "id", number)
                    _take(source, target, "event", "session_id", number)
                for table in ONE_EACH:
                    _take(source, target, table, "session_id", number)
                target.execute("COMMIT")
            except sqlite3.Error:
                target.execute("ROLLBACK")


def _take(source: sqlite3.Connection, target: sqlite3.Connection, table: str, key: str, number: int) -> None:
    """Rows of one session that the target does not have."""
    names = [row[1] for row in target.execute(f"PRAGMA table_info({table})") if table != "event" or row[1] != "id"]
    columns = ", ".join(names)
    rows = source.execute(f"SELECT {columns} FROM {table} WHERE {key} = ?", (number,)).fetchall()
    marks = ", ".join("?" * len(names))
    target.executemany(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", rows)


def _whole(copy: Path) -> bool:
    """Whether the copy can be trusted."""
    try:
        with closing(sqlite3.connect(copy.resolve().as_uri() + "?mode=ro", uri=True)) as look:
            found = look.execute("PRAGMA quick_check(1)").fetchone()
            return bool(found == ("ok",) and schema.application(look) == schema.APPLICATION_ID)
    except sqlite3.Error:
        return False


def _count(target: sqlite3.Connection) -> int:
    (count,) = target.execute("SELECT count(*) FROM session").fetchone()
    return int(count)


def _move_aside(path: Path, suffix: str) -> tuple[Path, ...]:
    """Rename the file and its companions, companions first: alone they mean nothing."""
    there = [*files.beside(path), *([path] if path.exists() else [])]
    moved = []
    for one in there:
        target = path.with_name(path.name + suffix + one.name[len(path.name) :])
        os.replace(one, target)
        moved.append(target)
    return tuple(moved)
