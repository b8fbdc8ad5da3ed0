"""Copy a UF2 file onto a BOOTSEL volume so that what has been reported as written really is, and read its errors.

The chip takes blocks as they come and restarts by itself when it has the last one. The computer sees a USB stick vanish
in the middle of its write: at the very end of a copy that is how success looks, anywhere earlier it is an unplugged
board. What really happened, the reconnection has to show.
"""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from host_tools.errors import TapoteError

CHUNK_BYTES = 32 << 10  # written and synced at once: progress is honest, and 54 syncs cost no time beside the flash
NAME = "FIRMWARE.UF2"
Progress = Callable[[int, int], None]


class Sink(Protocol):
    """A file being written, unbuffered. Every method raises OSError."""

    def write(self, data: bytes) -> int:
        """Hand over bytes; how many were taken."""
        ...

    def sync(self) -> None:
        """Return when they are on the device."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class OsFile:
    """Sink on a real file."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)

    def write(self, data: bytes) -> int:
        """See Sink."""
        return os.write(self._file, data)

    def sync(self) -> None:
        """See Sink."""
        os.fsync(self._file)

    def close(self) -> None:
        """See Sink."""
        os.close(self._file)


def copy(data: bytes, folder: Path, progress: Progress, open_file: Callable[[Path], Sink] = OsFile) -> bool:
    """Write `data` as a file into `folder`; progress(bytes on the device, of how many).

    True: written to the end without an error. False: the volume went away with the last piece, as it does when a board
    restarts into what it was given. Raises TapoteError when it went away earlier, is full, or may not be written.
    """
    done = 0
    try:
        file = open_file(folder / NAME)
    except OSError as error:
        raise _explained(error, folder, 0, len(data)) from error
    try:
        while done < len(data):
            piece = data[done : done + CHUNK_BYTES]
            last = done + len(piece) == len(data)
            try:
                _write_all(file, piece)
                file.sync()
            except OSError as error:
                if last and _is_gone(error):
                    return False
                raise _explained(error, folder, done, len(data)) from error
            done += len(piece)
            progress(done, len(data))
    finally:
        with suppress(
            OSError
        ):  # nothing is buffered here; a board that restarted meanwhile takes the close as an error
            file.close()
    return True


def _write_all(file: Sink, piece: bytes) -> None:
    while piece:
        taken = file.write(piece)
        if taken <= 0:
            raise OSError(errno.EIO, "nothing was taken")
        piece = piece[taken:]


def _is_gone(error: OSError) -> bool:
    return error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG)


def _explained(error: OSError, folder: Path, done: int, total: int) -> TapoteError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return TapoteError(
            f"the volume {folder} is full after {done} of {total} bytes",
            fix="A fresh BOOTSEL volume is empty: unplug the board, hold BOOTSEL, plug it in, and flash again.",
        )
    if error.errno == errno.EROFS:
        return TapoteError(
            f"the volume {folder} is mounted read-only",
            fix="Unplug the board, hold BOOTSEL, plug it in, and flash again.",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return TapoteError(
            f"this account may not write to {folder}",
            fix="Unmount it and run the same command again: tapote mounts it for you.",
        )
    return TapoteError(
        f"the board went away after {done} of {total} bytes: {error.strerror or error}",
        fix="Nothing is broken: BOOTSEL is in the chip's ROM. Hold BOOTSEL, plug the board in, and flash again.",
    )
