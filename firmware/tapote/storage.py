"""Records that a power cut cannot lose: two files each, and a save always goes to the one that is not in force.

A slot (NAME.a, NAME.b) holds, little-endian: magic, kind, schema, sequence number, owner, length of the payload, the
payload, CRC-32 over all that. The higher sequence number is in force. A save writes the other slot, closes it and
reads it back; until it is closed the file system still has the old contents, and the slot in force was not touched.
So after a cut at any moment there is the old record or the new one. The owner is the board's name: numbers that were
meant for another machine are not taken over.
"""

import os
import struct
from binascii import crc32

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Migrations = Mapping[int, Callable[[bytes], "bytes | None"]]

MAGIC = b"TPT"
SUFFIXES = (".a", ".b")
SETTINGS = const(1)
CALIBRATION = const(2)
PROGRAM = const(3)
USAGE = const(4)

_HEAD = "<3sBBHIH"
_HEAD_SIZE = const(13)
_EXTRA = const(17)  # head and checksum
_ENOENT = const(2)

# What a slot is, and what a store is.
ABSENT = const(0)  # nothing was ever stored
INTACT = const(1)
HALF = const(2)  # a store: one slot is damaged, the other holds; the next save heals it
DAMAGED = const(3)
NEWER = const(4)  # of a schema that this firmware does not know: neither read nor written over
FOREIGN = const(5)  # of another board


class Slots:
    """A record in two slots. path: the files' name without its suffix; size_max: bytes of the payload at most.

    migrations: {schema: what turns its payload into that of the next one}; None from it means damaged. `state` is that
    of the last load or save.
    """

    def __init__(
        self, path: str, kind: int, schema: int, owner: str, size_max: int = 512, migrations: "Migrations | None" = None
    ) -> None:
        self._path = path
        self._kind = kind
        self._schema = schema
        self._owner = crc32(owner.encode())
        self._size = size_max + _EXTRA
        self._migrations: "Migrations" = migrations or {}
        self.state = ABSENT
        self._migrated = False  # the record in force is of an older schema

    def load(self) -> "bytes | None":
        """The payload in force, brought to this schema; None when there is none, for the reason in `state`."""
        return self._look()[1]

    def save(self, payload: bytes) -> bool:
        """Store the payload. False: it was not, and what was in force still is. What is stored already costs no write.

        A record of a newer schema is never written over.
        """
        target, held, seq = self._look()
        if self.state == NEWER or len(payload) + _EXTRA > self._size:
            return False
        if held == payload and self.state == INTACT and not self._migrated:
            return True
        data = self.pack(seq, payload)
        path = self._path + SUFFIXES[target]
        try:
            with open(path, "wb") as file:
                file.write(data)
            with open(path, "rb") as file:
                same: bool = file.read(len(data) + 1) == data
        except OSError:
            same = False
        if not same:
            _remove(path)  # what cannot be read back must not count after a restart either
        self._look()
        return same

    def erase(self) -> bool:
        """Remove both slots, the one in force last: a cut in between must not bring an older record back."""
        older = self._look()[0]
        for slot in (older, 1 - older):
            _remove(self._path + SUFFIXES[slot])
        self._look()
        return self.state == ABSENT

    def pack(self, seq: int, payload: bytes) -> bytes:
        """A slot's bytes."""
        data = struct.pack(_HEAD, MAGIC, self._kind, self._schema, seq & 0xFFFF, self._owner, len(payload)) + payload
        return data + struct.pack("<I", crc32(data))

    def _look(self) -> "tuple[int, bytes | None, int]":
        """(slot to be written next, payload in force, sequence number of the next record); sets `state`."""
        states = [ABSENT, ABSENT]
        best = -1
        best_seq = -1
        held: "bytes | None" = None
        empty = 0
        for slot in (0, 1):
            data = self._read(slot)
            if not data:
                # Making a file and filling it are two steps: a cut between them leaves a first save's slot empty.
                empty += data is not None
                continue
            states[slot], schema, seq, payload = self.unpack(data)
            if states[slot] != DAMAGED and (best < 0 or 0 < (seq - best_seq) & 0xFFFF < 0x8000):
                best, best_seq, held = slot, seq, payload
                self._migrated = schema != self._schema
        if NEWER in states:
            self.state = NEWER
            return 0, None, 0
        if best < 0:
            self.state = DAMAGED if DAMAGED in states or empty == 2 else ABSENT
            return 0, None, 0
        self.state = HALF if states[best] == INTACT and states[1 - best] == DAMAGED else states[best]
        return 1 - best, held, best_seq + 1

    def _read(self, slot: int) -> "bytes | None":
        """A slot's bytes; None when there is no such file."""
        try:
            with open(self._path + SUFFIXES[slot], "rb") as file:
                data: bytes = file.read(self._size + 1)
                return data
        except OSError as error:
            return None if error.errno == _ENOENT else MAGIC  # there, but not readable: no record

    def unpack(self, data: bytes) -> "tuple[int, int, int, bytes | None]":
        """(what this slot is, its schema, its sequence number, its payload brought to the present schema)."""
        nothing = (DAMAGED, 0, 0, None)
        if not _EXTRA <= len(data) <= self._size or struct.unpack("<I", data[-4:])[0] != crc32(data[:-4]):
            return nothing
        magic, kind, schema, seq, owner, length = struct.unpack(_HEAD, data[:_HEAD_SIZE])
        if magic != MAGIC or kind != self._kind or length != len(data) - _EXTRA:
            return nothing
        if schema > self._schema:
            return NEWER, schema, seq, None
        if owner != self._owner:
            return FOREIGN, schema, seq, None
        payload: "bytes | None" = data[_HEAD_SIZE:-4]
        for old in range(schema, self._schema):
            step = self._migrations.get(old)
            payload = step(payload) if step is not None and payload is not None else None
        return nothing if payload is None else (INTACT, schema, seq, payload)


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except OSError:
        pass  # not there, or not removable: what counts is what the next look finds
