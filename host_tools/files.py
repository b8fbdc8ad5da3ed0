"""Files that a person names, by one rule for all commands.

One that is not there, is a folder, is something else than it should be, or cannot be made where it was named is a
mistake of what was asked for: exit code 2. A disk that is full or fails is none: exit code 1. What is written appears
whole or not at all, and never in the place of a folder or a device.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote

from host_tools.errors import FileError

ASKED_WRONGLY = frozenset(
    (
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.EEXIST,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.EINVAL,
    )
)
CHECK = "Check the path."
ELSEWHERE = "Name a file in a folder that is yours."
NOT_OVER = "Choose another name, or --force to write over it."


def exit_code(error: OSError) -> int:
    """2 when another name would help, else 1."""
    return 2 if error.errno in ASKED_WRONGLY else 1


def cannot_read(path: Path, error: OSError, fix: str = CHECK) -> FileError:
    """What to say of a file that the system does not give."""
    return FileError(f"{path}: cannot be read ({error.strerror or error}).", fix=fix, exit_code=exit_code(error))


def cannot_write(shown: str | Path, error: OSError, fix: str = ELSEWHERE) -> FileError:
    """What to say of a file that the system does not take. shown: the path, perhaps behind its option."""
    return FileError(f"{shown}: cannot be written ({error.strerror or error}).", fix=fix, exit_code=exit_code(error))


def read(path: Path, most_bytes: int, fix: str = CHECK) -> bytes:
    """A whole file. FileError when it cannot be read, or is larger than anything of its kind (a device has no end)."""
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise cannot_read(path, error, fix) from None
    if len(data) > most_bytes:
        raise FileError(f"{path}: larger than {most_bytes} bytes, the most that is read.", fix=fix)
    return data


def check(path: Path, *, named: str = "", force: bool = True, fix: str = NOT_OVER) -> None:
    """FileError when no file can be written there: asked before the work that it is for.

    named: the option that it was given with. force: a file that is there may be written over; fix: what else to do.
    """
    shown = f"{named} {path}".strip()
    trial = _beside(path)
    try:
        if path.is_dir():
            raise FileError(f"{shown}: this is a folder.", fix="Name a file in it.")
        if not path.parent.is_dir():
            raise FileError(f"{shown}: there is no folder {path.parent}.", fix=f"mkdir -p {quote(str(path.parent))}")
        if path.exists() and not path.is_file():
            raise FileError(f"{shown}: this is no plain file.", fix=ELSEWHERE)
        if path.exists() and not force:
            raise FileError(f"{shown} is there already.", fix=fix)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise cannot_write(shown, error) from None


def write(path: Path, data: bytes, *, named: str = "", private: bool = False) -> None:
    """Write a file. private: for this person's eyes only. FileError when that cannot be; what was there stays then."""
    with part_of(path, named=named, private=private) as part:
        part.write_bytes(data)


@contextmanager
def part_of(path: Path, *, named: str = "", private: bool = False) -> Iterator[Path]:
    """A file to be filled, which takes the place of `path` when the block ends well. FileError as `write` has it."""
    part = _beside(path)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666))
        yield part
        os.replace(part, path)
    except OSError as error:
        raise cannot_write(f"{named} {path}".strip(), error) from None
    finally:
        with suppress(OSError):
            part.unlink()


def _beside(path: Path) -> Path:
    """A temporary name in the same folder, so that the last step is one rename."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")
