"""Opening the journal's file: checked before anything is written to it, private, and safe against a kill at any moment.

WAL with `synchronous = FULL`: a transaction that has returned is on the disk, whatever happens to process or power.
Events of a running session are the exception (store.py says why).
"""

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from host_tools.errors import UsageError
from host_tools.journal import backup, failures, files, schema
from host_tools.journal.failures import DamagedError, NeedsWritingError

BUSY_S = 2.0  # another Tapote holds the file for milliseconds; who holds it longer is told to the person


def open_file(path: Path) -> sqlite3.Connection:
    """The file, made if it is not there, with today's schema. path: absolute. TapoteError as Journal.open says."""
    with failures.explained(path):
        _must_not_be_lost(path)
        if path.is_file() and path.stat().st_size:
            _look(path)
        try:
            files.prepare(path)
        except PermissionError:
            raise failures.not_writable(path) from None
        connection = _connect(path, "mode=rw")
        try:
            _must_be_ours(connection, path)
            _must_be_whole(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten in the file
            if 0 < schema.version(connection) < len(schema.STEPS):
                backup.make(connection, path)  # as it was before the change
            schema.migrate(connection)
            with suppress(sqlite3.Error, OSError):  # no room for a copy is no reason to refuse the journal
                if backup.due(path, datetime.now(UTC)):
                    backup.make(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """A file that is there, without writing to it, also where it and its folder are read-only. path: absolute."""
    with failures.explained(path):
        _must_not_be_lost(path)
        if not path.is_file():
            raise failures.not_there(path)
        connection = _connect(path, "mode=ro")
        try:
            try:
                _must_be_ours(connection, path)
            except sqlite3.OperationalError as error:
                if not failures.code(error).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
                    raise
                if any(one.stat().st_size for one in files.beside(path)):  # the newest entries are in there
                    raise NeedsWritingError(
                        f"the journal {path} was left in the middle of an entry, and is read-only",
                        fix="Copy all its files to a folder that is yours and name the copy.",
                    ) from None
                connection.close()  # SQLite cannot make its companions in a read-only folder
                connection = _connect(path, "immutable=1")
                _must_be_ours(connection, path)
            _must_be_whole(connection, path)
            if schema.version(connection) < len(schema.STEPS):
                raise NeedsWritingError(
                    f"the journal {path} is of an older Tapote, and read-only",
                    fix="Copy it to a folder that is yours and name the copy: it is brought up to date there.",
                )
        except BaseException:
            connection.close()
            raise
    return connection


def _look(path: Path) -> None:
    """Refuse a file that is not ours or not whole before anything is written. A connection that only reads changes
    nothing when it is closed either."""
    with closing(_connect(path, "mode=ro")) as connection:
        try:
            _must_be_ours(connection, path)
            _must_be_whole(connection, path)
        except sqlite3.OperationalError as error:
            if not failures.code(error).startswith("SQLITE_READONLY"):  # that is: a killed process must be cleaned up
                raise


def _connect(path: Path, options: str) -> sqlite3.Connection:
    uri = f"{path.as_uri()}?{options}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.text_factory = _text
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _text(data: bytes) -> str:
    """Text as it stands in the file, which another program may have written in another encoding."""
    return data.decode(errors="replace")


def _must_not_be_lost(path: Path) -> None:
    """DamagedError when there is a copy but the journal itself is gone or empty: beginning anew would hide the loss."""
    copy = backup.path_for(path)
    if copy.is_file() and (not path.exists() or (path.is_file() and not path.stat().st_size)):
        raise DamagedError(
            f"the journal {path} is {'empty' if path.exists() else 'gone'}, but its copy is there",
            fix=f"{failures.rescue(path)}. To begin a new journal, delete that copy.",
        )


def _must_be_ours(connection: sqlite3.Connection, path: Path) -> None:
    """UsageError for the file of another program, or of a newer Tapote; neither is touched."""
    version = schema.version(connection)
    owner = schema.application(connection)
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner == schema.APPLICATION_ID and version > len(schema.STEPS):
        raise UsageError(
            f"the journal {path} was written by a newer Tapote (schema {version}; this one knows up to"
            f" {len(schema.STEPS)})",
            fix=f"Install that newer version, or name another file: {files.OPTION}. It was not touched.",
        )
    if owner != schema.APPLICATION_ID and (owner or version or tables):
        raise UsageError(
            f"{path} is the database of another program", fix=f"Name another file: {files.OPTION}. It was not touched."
        )


def _must_be_whole(connection: sqlite3.Connection, path: Path) -> None:
    """DamagedError when it is: better now than in the middle of a session."""
    found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
    if found != ["ok"]:
        raise DamagedError(f"the journal {path} is damaged ({'; '.join(found)[:200]})", fix=failures.rescue(path))
