"""SQLite's errors in the words of this project: what is wrong with the journal's file, and what to do about it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from host_tools.errors import FileError, TapoteError
from host_tools.files import exit_code
from host_tools.journal import backup, files

NOTHING_LOST = "What was written before is still there."


class DamagedError(TapoteError):
    """The file is not what was written, or not there although its copy is: `tapote journal rescue` can help."""


class NeedsWritingError(FileError):
    """Opened only to be read, but the file must be brought in order first: it has an older schema, or a process was
    killed while it wrote. Opened for writing it is."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Errors of SQLite and the disk in the block become a TapoteError about this file."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(path, error) from error
    except OSError as error:
        raise FileError(
            f"the journal {path} cannot be used: {error.strerror or error}",
            fix=f"Check the disk, its free space and the permissions. {NOTHING_LOST}",
            exit_code=exit_code(error),
        ) from error


def explain(path: Path, error: sqlite3.Error) -> TapoteError:
    """The error for a person."""
    match code(error).split("_")[1:2]:
        case ["BUSY" | "LOCKED"]:
            return TapoteError(
                f"the journal {path} is in use by another program",
                fix=f"Close it (another Tapote, a database viewer) and try again. {NOTHING_LOST}",
            )
        case ["READONLY" | "PERM" | "AUTH"]:
            return not_writable(path)
        case ["CANTOPEN"] if path.parent.is_dir():
            return not_writable(path)
        case ["CANTOPEN"]:
            return FileError(
                f"the folder {path.parent} of the journal is not there", fix="Make it, or name another file."
            )
        case ["FULL"]:
            return TapoteError(
                f"the disk is full: the journal {path} cannot take the entry", fix=f"Make room. {NOTHING_LOST}"
            )
        case ["NOTADB"]:
            return DamagedError(f"{path} is not a journal of Tapote, or a damaged one", fix=rescue(path), exit_code=2)
        case ["CORRUPT"]:
            return DamagedError(f"the journal {path} is damaged ({error})", fix=rescue(path))
        case _:
            return TapoteError(
                f"the journal {path} cannot be used: {error}", fix=f"Check the disk and its free space. {NOTHING_LOST}"
            )


def code(error: sqlite3.Error) -> str:
    """SQLite's name of the error, as SQLITE_BUSY; "" where Python itself raised it."""
    return str(getattr(error, "sqlite_errorname", ""))


def not_there(path: Path) -> FileError:
    """Nobody has begun that journal."""
    return FileError(f"there is no journal {path}", fix="Check the path. `tapote session` begins a journal.")


def not_writable(path: Path) -> FileError:
    """The file or its folder takes nothing."""
    return FileError(
        f"the journal {path} cannot be written: the file or its folder is read-only or belongs to somebody else",
        fix=f"Change its permissions, or name another file: {files.OPTION}, or {files.VARIABLE}=FILE.",
    )


def rescue(path: Path) -> str:
    """How to get on after damage."""
    copy = backup.path_for(path)
    start = "`tapote journal rescue` moves it aside and keeps what can still be read"
    if not copy.is_file():
        return f"{start}. Or name another file: {files.OPTION}."
    return f"{start}, together with the copy of {backup.made_at(copy).astimezone():%Y-%m-%d}: {copy}"
