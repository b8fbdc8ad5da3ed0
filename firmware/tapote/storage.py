"""Settings in a file that is either the old one or the new one, whole.

The new file is written beside the old one, then renamed over it: littlefs renames atomically. Layout: magic, schema,
count, count * (slot, value), CRC-32, all little-endian.
"""

import os
import struct
from binascii import crc32

from tapote import params

MAGIC = b"TPT"
SCHEMA = 1
NAME = "settings.bin"


class Storage:
    """Settings below `root` (a folder, with its trailing slash)."""

    def __init__(self, root: str) -> None:
        self._path = root + NAME

    def load(self) -> "tuple[dict[int, int], bool]":
        """({slot: value}, intact). No file: empty and intact. A damaged file: empty and not intact."""
        try:
            with open(self._path, "rb") as file:
                data = file.read()
        except OSError:
            return {}, True
        values = unpack(data)
        return (values, True) if values is not None else ({}, False)

    def save(self, values: "dict[int, int]") -> None:
        """Write the settings; OSError when the file system refuses, with the old file untouched."""
        with open(self._path + ".new", "wb") as file:
            file.write(pack(values))
        os.rename(self._path + ".new", self._path)


def pack(values: "dict[int, int]") -> bytes:
    """The file's bytes."""
    body = MAGIC + struct.pack("<BH", SCHEMA, len(values))
    for slot in sorted(values):
        body += struct.pack("<Hi", slot, values[slot])
    return body + struct.pack("<I", crc32(body))


def unpack(data: bytes) -> "dict[int, int] | None":
    """{slot: value} of what is a setting and within its range; None when the bytes are not a whole, valid file."""
    if len(data) < 10 or data[:3] != MAGIC or data[3] != SCHEMA:
        return None
    if struct.unpack("<I", data[-4:])[0] != crc32(data[:-4]):
        return None
    count = struct.unpack("<H", data[4:6])[0]
    if len(data) != 10 + 6 * count:
        return None
    values = {}
    allowed = params.settings()
    for index in range(count):
        slot, value = struct.unpack("<Hi", data[6 + 6 * index : 12 + 6 * index])
        if slot in allowed:
            values[slot] = params.within(slot, value)
    return values
