"""The device over its wire: messages in as bytes, answers out as fields."""

import struct
from pathlib import Path

from tapote import wire
from tests.unit.firmware.bench import PHASE, Bench

Answer = tuple[int, int, tuple[int | bytes, ...]]


class Wired(Bench):
    """A Bench that is talked to."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.decoder = wire.Decoder()

    def send(self, kind: int, *fields: int | bytes, seq: int = 1) -> None:
        """Put a message on the line."""
        self.hal.to_device += wire.encode(kind, seq, struct.pack(wire.MESSAGES[kind], *fields))

    def answers(self) -> list[Answer]:
        """What came back since the last call: (kind, sequence number, fields)."""
        data = bytes(self.hal.to_host)
        self.hal.to_host.clear()
        return [
            (kind, seq, struct.unpack(wire.MESSAGES[kind], payload)) for kind, seq, payload in self.decoder.feed(data)
        ]

    def ask(self, kind: int, *fields: int | bytes) -> tuple[int | bytes, ...]:
        """Send, let 30 ms pass, and take the fields of the one answer."""
        self.send(kind, *fields)
        self.run(30)
        [(_, _, answer)] = [answer for answer in self.answers() if answer[0] != wire.TELEMETRY]
        return answer

    def ack(self, kind: int, *fields: int | bytes) -> tuple[int | bytes, int | bytes]:
        """(status, value) of a message that is acknowledged."""
        echoed, status, value = self.ask(kind, *fields)
        assert echoed == kind
        return status, value

    def load(self) -> None:
        """A program of one phase, by wire."""
        assert self.ack(wire.PROGRAM, 1, b"test")[0] == wire.OK
        assert self.ack(wire.PHASE, 0, *PHASE)[0] == wire.OK
        assert self.ack(wire.COMMIT)[0] == wire.OK
