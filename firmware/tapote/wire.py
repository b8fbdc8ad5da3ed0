"""The bytes between host and device: frames, and every message's layout, declared once for both sides.

A frame is FLAG, stuffed body, FLAG. The body is kind (1 byte), sequence number (1 byte), payload, CRC-32 of all that
(little-endian). FLAG, ESC and Ctrl-C (0x03) never appear inside: they travel as ESC, byte ^ 0x20. So 0x03 on the line
always is a real Ctrl-C, and a maker can stop MicroPython whatever the protocol does. Text between frames (a traceback,
a prompt) fails the CRC and is dropped; the next FLAG starts afresh.
"""

import struct
from binascii import crc32

PROTOCOL = (1, 1)  # major: must be equal; minor: additions only
FIRMWARE = (0, 1, 0)

FLAG = 0x7E
ESC = 0x7D
CTRL_C = 0x03
PAYLOAD_MAX = 160
_BODY_MAX = PAYLOAD_MAX + 6

# Host to device
HELLO = 0x10
BEAT = 0x11
GET = 0x12
SET = 0x13
PROGRAM = 0x14
PHASE = 0x15
WAVE = 0x16
COMMIT = 0x17
ARM = 0x18
STOP = 0x19
PAUSE = 0x1A
TOO_MUCH = 0x1B
CLEAR = 0x1C
STREAM = 0x1D
RING = 0x1E
STATS = 0x1F
SAVE = 0x20
STORED = 0x21
BLACKBOX = 0x22
SELFTEST = 0x23
USAGE = 0x24
CALIBRATE = 0x25
SHELF = 0x26
# Device to host
HELLO_REPLY = 0x40
ACK = 0x41
TELEMETRY = 0x42
RING_REPLY = 0x43
STATS_REPLY = 0x44
BLACKBOX_REPLY = 0x45
USAGE_REPLY = 0x46
SELFTEST_REPLY = 0x47
SHELF_REPLY = 0x48
RECORD_REPLY = 0x49

# kind: struct layout. field_names.FIELDS names the fields.
MESSAGES = {
    HELLO: "<BB",
    BEAT: "<",
    GET: "<H",
    SET: "<Hi",
    PROGRAM: "<B24s",
    PHASE: "<BIHHHHBBHHHIB",
    WAVE: "<B64s",  # 8 blocks of 32 little-endian 16-bit samples
    COMMIT: "<",
    ARM: "<B",
    STOP: "<",
    PAUSE: "<",
    TOO_MUCH: "<",
    CLEAR: "<",
    STREAM: "<H",  # 0 stops the stream
    RING: "<BB",  # 4 records from `first` (0 = oldest); hold 1 freezes the ring
    STATS: "<",
    SAVE: "<",
    STORED: "<H",  # what a setting is after a restart
    BLACKBOX: "<B",  # 1 lets go of the record, so that the ring runs on
    USAGE: "<",
    CALIBRATE: "<HH",  # answered with zero_mn | gain_permille << 16 as it holds now
    SELFTEST: "<",  # what the device found out about itself at start
    SHELF: "<BBH",  # what (see programs.py) is to be done with which of the stored programs
    HELLO_REPLY: "<BBBBB24sIHBBB",
    ACK: "<BBi",
    TELEMETRY: "<IBBBBHHHHIIIhHhIHHHh",
    RING_REPLY: "<B128s",  # 4 records of 8 little-endian 32-bit integers
    STATS_REPLY: "<IIIIIIIIIBI",
    BLACKBOX_REPLY: "<BBBIIBBHHIIhHhI",
    USAGE_REPLY: "<IIIIIIII64sBBHHI",
    SELFTEST_REPLY: "<HH",  # bits of words.SELFTESTS
    SHELF_REPLY: "<BBBBI24s",
    RECORD_REPLY: "<BH128s",  # length 0: there is none that can be read
}


# Status of an ACK. `value` is what was really applied, or for a refused ARM the reasons as bits.
OK = 0
CLAMPED = 1
REFUSED = 2
UNKNOWN = 3
BAD = 4
ACK_STATUS = ("ok", "clamped", "refused", "unknown", "bad data")

_FLAG = bytes((FLAG,))
_ESC = bytes((ESC,))
_CTRL_C = bytes((CTRL_C,))
# What becomes what, ESC first. `replace` is compiled: a loop over the bytes took the board 1.4 ms for each record of
# telemetry, this takes 0.4 ms.
_STUFFING = tuple([(bytes((byte,)), bytes((ESC, byte ^ 0x20))) for byte in (ESC, FLAG, CTRL_C)])
_UNSTUFFING = tuple(reversed(_STUFFING))  # ESC last, or what it frees would be taken for an escape


def payload_size(kind: int) -> int:
    """Bytes of the payload of a kind of message; KeyError for an unknown kind."""
    return struct.calcsize(MESSAGES[kind])


def encode(kind: int, seq: int, payload: bytes) -> bytes:
    """One whole frame. ValueError when the payload is longer than PAYLOAD_MAX."""
    if len(payload) > PAYLOAD_MAX:
        raise ValueError("payload too long")
    body = bytes((kind, seq & 0xFF)) + payload
    body += struct.pack("<I", crc32(body))
    for plain, stuffed in _STUFFING:
        body = body.replace(plain, stuffed)
    return _FLAG + body + _FLAG


class Decoder:
    """Turns any stream of bytes, cut anywhere, into frames. Never raises; keeps at most one frame's bytes.

    `bad` counts what was not a frame: wrong CRC, too short, too long, broken escapes, unknown kind or wrong size.
    """

    def __init__(self) -> None:
        self.bad = 0
        self._raw = b""  # since the last flag, still stuffed
        self._broken = False

    def feed(self, data: "bytes | bytearray | memoryview[int]") -> "list[tuple[int, int, bytes]]":
        """The frames that end in `data`, as (kind, sequence number, payload)."""
        frames: "list[tuple[int, int, bytes]]" = []
        parts = bytes(data).split(_FLAG)  # compiled: a loop over the bytes takes the board 70 us for each of them
        for index in range(len(parts)):
            if index:
                self._close(frames)
            self._raw += parts[index]
            if len(self._raw) > 2 * _BODY_MAX:
                self._broken = True
                self._raw = b""
        return frames

    def _close(self, frames: "list[tuple[int, int, bytes]]") -> None:
        raw = self._raw
        broken = self._broken
        self._raw = b""
        self._broken = False
        if not raw and not broken:
            return
        body = raw
        if raw.find(_ESC) >= 0:
            for plain, stuffed in _UNSTUFFING:
                body = body.replace(stuffed, plain)
            broken = broken or len(raw) - len(body) != raw.count(_ESC)
        if not broken and 6 <= len(body) <= _BODY_MAX and raw.find(_CTRL_C) < 0:
            known = body[0] in MESSAGES and payload_size(body[0]) == len(body) - 6
            if known and struct.unpack("<I", body[-4:])[0] == crc32(body[:-4]):
                frames.append((body[0], body[1], body[2:-4]))
                return
        self.bad += 1
