"""A link whose time is a counter and whose device is a function: for the client's bad days."""

import struct
from collections.abc import Callable

from host_tools.plant.plant import Plant
from tapote import field_names, params, wire

Answer = Callable[[int, int, bytes], bytes]  # kind, sequence number, payload -> bytes on the line


def ack(status: int = wire.OK, value: int = 0) -> Answer:
    return lambda kind, seq, _: wire.encode(wire.ACK, seq, struct.pack("<BBi", kind, status, value))


def hello_reply(**changes: int | bytes) -> Answer:
    fields: dict[str, int | bytes] = dict.fromkeys(field_names.FIELDS[wire.HELLO_REPLY], 0)
    fields |= {"major": wire.PROTOCOL[0], "minor": 99, "board": b"bench", "table": params.table_hash()}
    fields |= changes
    payload = struct.pack(wire.MESSAGES[wire.HELLO_REPLY], *fields.values())
    return lambda kind, seq, _: wire.encode(wire.HELLO_REPLY, seq, payload)


def silence(kind: int, seq: int, payload: bytes) -> bytes:
    return b""


class FakeLink:
    """A link whose time is a counter; what is written is answered by a function after `delay_s`."""

    name = "fake:"
    simulated = False
    plant: Plant | None = None

    def __init__(self, answer: Answer = silence, delay_s: float = 0.01) -> None:
        self.answer = answer
        self.delay_s = delay_s
        self.time_s = 100.0
        self.sent: list[tuple[int, int, bytes]] = []
        self._waiting: list[tuple[float, bytes]] = []
        self._decoder = wire.Decoder()

    def now_s(self) -> float:
        return self.time_s

    def advance(self, seconds: float) -> None:
        self.time_s += seconds

    def read(self) -> bytes:
        ready = [data for at_s, data in self._waiting if at_s <= self.time_s]
        self._waiting = [(at_s, data) for at_s, data in self._waiting if at_s > self.time_s]
        return b"".join(ready)

    def write(self, data: bytes) -> None:
        for frame in self._decoder.feed(data):
            self.sent.append(frame)
            self._waiting.append((self.time_s + self.delay_s, self.answer(*frame)))

    def press_button(self, seconds: float = 0.1) -> None:
        pass

    def close(self) -> None:
        pass
