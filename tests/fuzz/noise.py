"""A line as bad as lines get: random bytes, and frames cut short, flipped, repeated, out of order and from before.

Everything comes from a seed, so a run can be repeated. What was sent whole is known, frame by frame: a receiver that
takes anything else has taken a bad frame.
"""

import random
import struct
from collections.abc import Iterator

from tapote import params, wire

Frame = tuple[int, int]  # kind, sequence number
PHASE = (0, 20_000, 1500, 1800, 600, 600, 0, 0, 1000, 0, 1000, 40_000, 1)
LIMITS = [params.slot(name) for name in ("force_limit_mn", "trip_limit_mn", "rate_max_spm", "drive_max_permille")]

# What a host says in a session; played in this order, in any other, and again and again. Without SAVE: a whole SAVE is
# no noise, and the flash it writes costs ticks, as it may while the motor is off.
TALK = [
    (wire.HELLO, wire.PROTOCOL),
    (wire.BEAT, ()),
    (wire.GET, (params.slot("tick_us"),)),
    (wire.PROGRAM, (1, b"noise")),
    (wire.PHASE, PHASE),
    (wire.COMMIT, ()),
    (wire.ARM, (0,)),
    (wire.ARM, (1,)),
    (wire.TOO_MUCH, ()),
    (wire.PAUSE, ()),
    (wire.STOP, ()),
    (wire.CLEAR, ()),
    (wire.STREAM, (0,)),
    (wire.RING, (0, 0)),
    (wire.BLACKBOX, (0,)),
    *[(wire.SET, (slot, 1 << 30)) for slot in LIMITS],
]


class Noise:
    """Pieces of noise for a receiver. ctrl_c: whether 0x03 may be among it (on a board it interrupts MicroPython)."""

    def __init__(self, seed: int, *, ctrl_c: bool, without: tuple[int, ...] = ()) -> None:
        """without: kinds of messages that are not sent whole."""
        self._talk = [words for words in TALK if words[0] not in without]
        self._random = random.Random(seed)
        self._ctrl_c = ctrl_c
        self._seq = 0
        self._old: list[tuple[Frame, bytes]] = []  # for a replay
        self.counts: dict[str, int] = {}

    def pieces(self, total_bytes: int, size: int = 2048) -> Iterator[tuple[bytes, list[Frame]]]:
        """At least total_bytes in pieces of about `size`, each with the whole frames in it, in order."""
        sent = 0
        while sent < total_bytes:
            data, frames = b"", []
            while len(data) < size:
                more, whole = self._next()
                data += more
                frames += whole
            sent += len(data)
            yield data + bytes([wire.FLAG]), frames  # so that no piece ends within a frame

    def _next(self) -> tuple[bytes, list[Frame]]:
        draw = self._random
        how = draw.choice(
            ("random", "random", "cut", "flip", "joined", "wrong crc", "unknown", "whole", "twice", "replay")
        )
        self.counts[how] = self.counts.get(how, 0) + 1
        if how == "random":
            return self._safe(draw.randbytes(draw.randint(1, 300))), []
        if how == "unknown":  # a frame in order, of a kind or size that there is not
            kind = draw.choice((0x00, 0x7F, 0xFF, wire.SET, wire.ARM))
            return wire.encode(kind, draw.randint(0, 255), bytes(draw.randint(7, 150))), []
        if how == "replay":
            old = draw.sample(self._old, min(len(self._old), 12))  # out of order
            return b"".join(data for _, data in old), [frame for frame, _ in old]
        frame, data = self._frame()
        if how == "cut":
            return data[: draw.randint(1, len(data) - 2)], []
        if how == "flip":
            at = draw.randint(1, len(data) - 2)
            flipped = self._safe(data[:at] + bytes([data[at] ^ 1 << draw.randint(0, 7)]) + data[at + 1 :])
            return flipped, [frame] if flipped == data else []  # 2 becomes 3, and that is made 2 again
        if how == "joined":  # the second half of another one behind the first half
            _, other = self._frame()
            return data[: len(data) // 2] + other[len(other) // 2 :], []
        if how == "wrong crc":
            kind, fields = draw.choice(TALK)
            body = struct.pack(wire.MESSAGES[kind], *fields)
            body = bytes([kind, draw.randint(0, 255)]) + body + draw.randbytes(4)
            return b"\x7e" + self._safe(body.replace(b"\x7d", b"").replace(b"\x7e", b"")) + b"\x7e", []
        self._old = [*self._old, (frame, data)][-60:]
        return (data + data, [frame, frame]) if how == "twice" else (data, [frame])

    def _frame(self) -> tuple[Frame, bytes]:
        kind, fields = self._random.choice(self._talk)
        self._seq = (self._seq + 1) & 0xFF
        return (kind, self._seq), wire.encode(kind, self._seq, struct.pack(wire.MESSAGES[kind], *fields))

    def _safe(self, data: bytes) -> bytes:
        return data if self._ctrl_c else data.replace(b"\x03", b"\x02")


def answers(decoder: wire.Decoder, data: bytes) -> list[Frame]:
    """What the device answered: (kind of the request, its sequence number). Each whole request but BEAT has one."""
    found: list[Frame] = []
    for kind, seq, payload in decoder.feed(data):
        request = {
            wire.HELLO_REPLY: wire.HELLO,
            wire.RING_REPLY: wire.RING,
            wire.STATS_REPLY: wire.STATS,
            wire.BLACKBOX_REPLY: wire.BLACKBOX,
        }.get(kind, payload[0])
        found.append((request, seq))
    return found


def answered(frames: list[Frame]) -> list[Frame]:
    """The frames that an answer is due to."""
    return [frame for frame in frames if frame[0] != wire.BEAT]
