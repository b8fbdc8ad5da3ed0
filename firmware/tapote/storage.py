"""Settings in a file that is either the old one or the new one, whole.

The new file is written beside the old one, then renamed over it: littlefs renames atomically. Layout: magic, schema,
hash of the parameter table, hash of the board's name, count, count * (slot, value), CRC-32, all little-endian. Settings
of another table or another board are not taken over: their numbers would mean something else.
"""

import os
import struct
from binascii import crc32

from tapote import params

MAGIC = b"TPT"
SCHEMA = 1
NAME = "settings.bin"
SIZE_MAX = 1024
_HEAD = "<BIIH"
_HEAD_SIZE = 14  # with the magic


class Storage:
    """Settings of a board (by name) below `root` (a folder, with its trailing slash)."""

    def __init__(self, root: str, board: str) -> None:
        self._path = root + NAME
        self._board = board

    def load(self) -> "tuple[dict[int, int], bool]":
        """({slot: value}, intact). No file: empty and intact. A damaged file: empty and not intact."""
        try:
            with open(self._path, "rb") as file:
                data = file.read(SIZE_MAX + 1)
        except OSError:
            return {}, True
        values = unpack(data, self._board)
        return (values, True) if values is not None else ({}, False)

    def save(self, values: "dict[int, int]") -> None:
        """Write the settings; OSError when the file system refuses, with the old file untouched."""
        with open(self._path + ".new", "wb") as file:
            file.write(pack(values, self._board))
        os.rename(self._path + ".new", self._path)


def _head(count: int, board: str) -> bytes:
    return MAGIC + struct.pack(_HEAD, SCHEMA, params.table_hash(), crc32(board.encode()), count)


def pack(values: "dict[int, int]", board: str) -> bytes:
    """The file's bytes."""
    body = _head(len(values), board)
    for slot in sorted(values):
        body += struct.pack("<Hi", slot, values[slot])
    return body + struct.pack("<I", crc32(body))


def unpack(data: bytes, board: str) -> "dict[int, int] | None":
    """{slot: value} of what is a setting and within its range; None when the bytes are not a whole, valid file."""
    if not _HEAD_SIZE + 4 <= len(data) <= SIZE_MAX:
        return None
    if struct.unpack("<I", data[-4:])[0] != crc32(data[:-4]):
        return None
    count = (len(data) - _HEAD_SIZE - 4) // 6
    if data[:_HEAD_SIZE] != _head(count, board) or len(data) != _HEAD_SIZE + 4 + 6 * count:
        return None
    values = {}
    allowed = params.settings()
    for index in range(count):
        at = _HEAD_SIZE + 6 * index
        slot, value = struct.unpack("<Hi", data[at : at + 6])
        if slot in allowed:
            values[slot] = params.within(slot, value)
    return values
