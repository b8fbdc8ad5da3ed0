"""A copy of the journal beside it, for the day on which a disk damages the file itself.

It is made once a day at most, when the journal is opened and found whole, and again after every deletion: what a person
deletes is gone from the copy too.
"""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from host_tools.journal import files

SUFFIX = ".backup"
EVERY = timedelta(days=1)


def path_for(path: Path) -> Path:
    """The copy of a journal."""
    return path.with_name(path.name + SUFFIX)


def made_on(copy: Path) -> datetime:
    """When the copy was made, local time."""
    return datetime.fromtimestamp(copy.stat().st_mtime, UTC).astimezone()


def due(path: Path, now: datetime) -> bool:
    """Whether a new copy is due: there is none, or it is older than a day (or of the future: a clock was set back)."""
    copy = path_for(path)
    return not copy.is_file() or not timedelta(0) <= now - made_on(copy) < EVERY


def make(connection: sqlite3.Connection, path: Path) -> None:
    """Write the copy, whole or not at all. sqlite3.Error or OSError where that fails; the old copy stays then."""
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
