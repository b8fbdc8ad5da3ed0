"""Opening the journal's file: checked before anything is written to it, private, and safe against a kill at any moment.

WAL with `synchronous = FULL`: a transaction that has returned is on the disk, whatever happens to process or power.
Events of a running session are the exception (store.py says why).
"""

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from host_tools.errors import TapoteError
from host_tools.journal import backup, failures, files, schema

BUSY_S = 2.0  # another Tapote holds the file for milliseconds; who holds it longer is told to the person


def open_file(path: Path) -> sqlite3.Connection:
    """The file, made if it is not there, with today's schema. TapoteError as Journal.open says."""
    files.prepare(path)
    with failures.explained(path):
        connection = _connect(path.resolve().as_uri() + "?mode=rw")
        try:
            _must_be_ours(connection, path)
            _must_be_whole(connection, path)
            files.keep_private(path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten in the file
            if 0 < schema.version(connection) < len(schema.STEPS):
                backup.make(connection, path)  # as it was before the change
            schema.migrate(connection)
        except BaseException:
            connection.close()
            raise
    with suppress(sqlite3.Error, OSError):  # a copy less is no reason to keep a person from their journal
        if backup.due(path, datetime.now(UTC)):
            backup.make(connection, path)
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """A file that is there, without writing to it, also where it and its folder are read-only."""
    with failures.explained(path):
        uri = path.resolve().as_uri()
        connection = _connect(uri + "?mode=ro")
        try:
            _must_be_ours(connection, path)
        except sqlite3.OperationalError:
            connection.close()
            wal = path.with_name(path.name + files.BESIDE[0])
            if wal.is_file() and wal.stat().st_size:
                raise  # the newest entries are in there
            connection = _connect(uri + "?immutable=1")  # SQLite cannot make its companions in a read-only folder
            _must_be_ours(connection, path)
        if schema.version(connection) < len(schema.STEPS):
            connection.close()
            raise TapoteError(
                f"the journal {path} is of an older Tapote and read-only",
                fix="Copy it to a folder that is yours and name the copy: it is brought up to date there.",
            )
    return connection


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _must_be_ours(connection: sqlite3.Connection, path: Path) -> None:
    """TapoteError for the file of another program, or of a newer Tapote; neither is touched."""
    version = schema.version(connection)
    owner = schema.application(connection)
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if version > len(schema.STEPS) and owner in (0, schema.APPLICATION_ID):
        raise TapoteError(
            f"the journal {path} was written by a newer Tapote (schema {version}; this one reads up to"
            f" {len(schema.STEPS)})",
            fix=f"Install that newer version, or name another file: {files.OPTION}. It was not touched.",
        )
    if owner != schema.APPLICATION_ID and (owner or version or tables):
        raise TapoteError(
            f"{path} is the database of another program", fix=f"Name another file: {files.OPTION}. It was not touched."
        )


def _must_be_whole(connection: sqlite3.Connection, path: Path) -> None:
    """TapoteError when the file is damaged: better now than in the middle of a session."""
    found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
    if found != ["ok"]:
        raise TapoteError(f"the journal {path} is damaged ({'; '.join(found)[:200]})", fix=failures.rescue(path))
