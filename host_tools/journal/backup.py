"""A copy of the journal beside it, for the day on which a disk damages the file itself.

It is made once a day at most, when the journal is opened and found whole, and again after every deletion: what a person
deletes is gone from the copy too.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from host_tools.journal import files

SUFFIX = ".backup"
EVERY = timedelta(days=1)
STALE = timedelta(minutes=10)  # no copy takes so long: who began it was killed


def path_for(path: Path) -> Path:
    """The copy of a journal."""
    return path.with_name(path.name + SUFFIX)


def made_at(copy: Path) -> datetime:
    """When a copy was made."""
    return datetime.fromtimestamp(copy.stat().st_mtime, UTC)


def due(path: Path, now: datetime) -> bool:
    """Whether a new copy is due: there is none, or it is older than a day (or of the future: a clock was set back)."""
    copy = path_for(path)
    return not copy.is_file() or not timedelta(0) <= now - made_at(copy) < EVERY


def make(connection: sqlite3.Connection, path: Path) -> None:
    """Write the copy, whole or not at all. sqlite3.Error or OSError where that fails; the old copy stays then."""
    sweep(path, datetime.now(UTC) - STALE)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        files.make_private(part)
        with closing(sqlite3.connect(part)) as target:
            connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # the copy is one file, without companions
        os.replace(part, path_for(path))
    finally:
        with suppress(OSError):
            part.unlink()


def renew(connection: sqlite3.Connection, path: Path) -> None:
    """After a deletion: a new copy, or none, but not the old one. OSError when even that cannot be."""
    sweep(path)
    try:
        make(connection, path)
    except (sqlite3.Error, OSError):
        path_for(path).unlink(missing_ok=True)


def parts(path: Path) -> Iterator[Path]:
    """Copies that were begun: by somebody right now, or by a process that was killed."""
    if path.parent.is_dir():
        start = f".{path.name}."
        yield from (one for one in path.parent.iterdir() if one.name.startswith(start) and ".part" in one.name)


def sweep(path: Path, older_than: datetime | None = None) -> None:
    """Take away copies that were begun and never finished; older_than: only if that was before that moment."""
    for one in list(parts(path)):
        with suppress(OSError):  # another process may have finished or swept it meanwhile
            if older_than is None or made_at(one) < older_than:
                one.unlink()
