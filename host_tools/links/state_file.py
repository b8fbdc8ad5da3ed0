"""The flash of a virtual board in a file: `virtual:?state=FILE` starts where the last run ended.

The file is the flash chip's contents as they are, 2 MB, so that other tools can look into it.
"""

from pathlib import Path

from host_tools import files
from host_tools.errors import FileError
from host_tools.uf2 import FLASH_SIZE_BYTES, write_atomic

_START_OVER = "Name another file, or remove this one to start with a fresh board."


def read_flash(path: Path) -> bytes | None:
    """Contents of the chip; None where there is no such file yet. FileError when it is something else.

    An erased first sector is no program for the chip, which would hang in its boot ROM.
    """
    if not path.parent.is_dir():
        raise FileError(f"there is no folder {path.parent} for the state file {path.name}", fix=_START_OVER)
    if not path.exists():
        return None
    data = files.read(path, FLASH_SIZE_BYTES, _START_OVER)
    if len(data) != FLASH_SIZE_BYTES:
        raise FileError(
            f"{path} is not the flash of a virtual board: it has {len(data)} bytes, not {FLASH_SIZE_BYTES}",
            fix=_START_OVER,
        )
    if not data[:256].strip(b"\xff\x00"):
        raise FileError(f"{path} holds no program in its first sector", fix=_START_OVER)
    return data


def write_flash(path: Path, flash: bytes) -> None:
    """Keep the chip's contents; the old file stays whole until the new one is. FileError when that fails."""
    try:
        write_atomic(path, flash)
    except OSError as error:
        fix = "The virtual board's flash could not be kept. Is the disk full, or the folder read-only?"
        raise files.cannot_write(path, error, fix) from error
