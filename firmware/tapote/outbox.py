"""Bytes on their way to the host: kept in one buffer, sent when the link takes them, never waited for.

Nothing here may cost the main loop much: a record of telemetry goes out up to 200 times a second. It is packed and
stuffed in buffers made once, and sent by views made once: a stream leaves no garbage, whose collection would keep a
command waiting for 16 ms.
"""

import struct
from binascii import crc32

import micropython

from tapote import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.dialect import ptr8
    from tapote.hal import Hal

SIZE = 768
# The board's USB buffer says that it has room, not how much, and a write that does not fit waits for half a second. So
# every write is this long, and the buffer (a multiple of it) has room for a whole one or for none. Flags fill up: the
# other side takes them for empty frames.
CHUNK = 64


class Outbox:
    """What waits to be sent to the host behind `hal`. `body`: where a message is packed, from byte 2 on."""

    def __init__(self, hal: "Hal") -> None:
        self._hal = hal
        self.body = bytearray(wire.PAYLOAD_MAX + 6)
        self._bytes = bytearray(SIZE + 2 * len(self.body) + 2)  # a frame is stuffed behind the rest before it counts
        self._view = memoryview(self._bytes)
        self._chunks = [self._view[at : at + CHUNK] for at in range(0, SIZE, CHUNK)]
        self._first = 0
        self._end = 0
        self._sizes = {kind: wire.payload_size(kind) + 2 for kind in wire.MESSAGES if kind >= wire.HELLO_REPLY}
        body = memoryview(self.body)
        self._covered = {size: body[:size] for size in self._sizes.values()}  # what the CRC is taken of

    def waiting(self) -> int:
        """Bytes not sent yet."""
        return self._end - self._first

    def add(self, kind: int, seq: int, fields: "tuple[object, ...]") -> bool:
        """Pack and take a message; False when there is no room for it."""
        struct.pack_into(wire.MESSAGES[kind], self.body, 2, *fields)
        return self.take(kind, seq)

    def take(self, kind: int, seq: int) -> bool:
        """Take the message whose payload is packed in `body`; False when there is no room for it."""
        body = self.body
        body[0] = kind
        body[1] = seq
        size = self._sizes[kind]
        struct.pack_into("<I", body, size, crc32(self._covered[size]))
        end = _stuff(body, size + 4, self._bytes, self._end)
        if end > SIZE:
            size = end - self._first
            if size > SIZE:
                return False
            self._view[:size] = bytes(self._view[self._first : end])
            self._first = 0
            end = size
        self._end = end
        return True

    def flush(self) -> None:
        """Send as much as the link takes now."""
        while self._first < self._end:
            first = self._first
            while (self._end - first) % CHUNK:
                self._bytes[self._end] = wire.FLAG
                self._end += 1
            whole = first % CHUNK == 0 and first < SIZE
            taken = self._hal.write(self._chunks[first // CHUNK] if whole else self._view[first : first + CHUNK])
            if not taken:
                return
            self._first += taken
        self._first = self._end = 0


@micropython.viper
def _stuff(body: object, count: int, frames: object, at: int) -> int:
    """Stuff `count` bytes of body into frames from `at` on, with a flag on both sides; where the frame ends."""
    source = ptr8(body)
    target = ptr8(frames)
    target[at] = 0x7E
    at += 1
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
