"""Bytes on their way to the host: kept in one buffer, sent when the link takes them, never waited for.

Nothing here may cost the main loop much: a record of telemetry goes out up to 200 times a second. It is packed and
stuffed in buffers made once, so a stream leaves hardly any garbage to collect.
"""

import struct
from binascii import crc32

import micropython

from tapote import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.dialect import ptr8
    from tapote.hal import Hal

SIZE = 1024
# The board's USB buffer says that it has room, not how much, and a write that does not fit waits for half a second. So
# every write is this long, and the buffer (a multiple of it) has room for a whole one or for none. Flags fill up: the
# other side takes them for empty frames.
CHUNK = 64


class Outbox:
    """What waits to be sent to the host behind `hal`."""

    def __init__(self, hal: "Hal") -> None:
        self._hal = hal
        self._bytes = bytearray(SIZE + CHUNK)
        self._view = memoryview(self._bytes)
        self._first = 0
        self._end = 0
        self._sizes = {kind: wire.payload_size(kind) for kind in wire.MESSAGES}
        self._body = bytearray(wire.PAYLOAD_MAX + 6)
        self._covered = memoryview(self._body)
        self._stuffed = bytearray(2 * len(self._body) + 2)
        self._frame = memoryview(self._stuffed)

    def waiting(self) -> int:
        """Bytes not sent yet."""
        return self._end - self._first

    def add(self, kind: int, seq: int, fields: "tuple[object, ...]") -> bool:
        """Take a message; False when there is no room for it."""
        body = self._body
        body[0] = kind
        body[1] = seq
        struct.pack_into(wire.MESSAGES[kind][0], body, 2, *fields)
        size = self._sizes[kind] + 2
        struct.pack_into("<I", body, size, crc32(self._covered[:size]))
        size = _stuff(body, size + 4, self._stuffed)
        if self._end + size > SIZE:
            if self.waiting() + size > SIZE:
                return False
            rest = bytes(self._view[self._first : self._end])
            self._first = 0
            self._end = len(rest)
            self._view[: self._end] = rest
        self._view[self._end : self._end + size] = self._frame[:size]
        self._end += size
        return True

    def flush(self) -> None:
        """Send as much as the link takes now."""
        while self._first < self._end:
            while (self._end - self._first) % CHUNK:
                self._bytes[self._end] = wire.FLAG
                self._end += 1
            taken = self._hal.write(self._view[self._first : self._first + CHUNK])
            if not taken:
                return
            self._first += taken
        self._first = self._end = 0


@micropython.viper
def _stuff(body: object, count: int, frame: object) -> int:
    """Stuff `count` bytes of body into frame, which holds twice as many and two flags; the frame's length."""
    source = ptr8(body)
    target = ptr8(frame)
    target[0] = 0x7E
    at = 1
    for index in range(count):
        byte = source[index]
        if byte == 0x7E or byte == 0x7D or byte == 0x03:  # noqa: PLR1714 -- viper knows no sets
            target[at] = 0x7D
            at += 1
            byte ^= 0x20
        target[at] = byte
        at += 1
    target[at] = 0x7E
    return at + 1
