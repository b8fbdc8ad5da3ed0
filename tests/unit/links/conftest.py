"""Ports that tests hold in their hands."""

import threading
from collections.abc import Callable, Iterator

import pytest

from host_tools.links.ports import UsbPort
from host_tools.links.sim import SimLink
from tests.served import Served, served
from tests.sessions import simulated

PICO = UsbPort("/dev/ttyACM0", 0x2E8A, 0x0005, "E6614C311B462A39", "Board in FS mode")
PICO_2 = UsbPort("/dev/ttyACM1", 0x2E8A, 0x0005, "DE62B45F0B2F7A21", "Board in FS mode")
ADAPTER = UsbPort("/dev/ttyUSB0", 0x1A86, 0x7523)


class FakePort:
    """pyserial's port as far as SerialLink uses it. `say` makes the device talk, `unplug` pulls the cable."""

    def __init__(self, on_write: Callable[[bytes], bytes] = lambda data: b"") -> None:
        self.written: list[bytes] = []
        self.closed = False
        self.write_error: Exception | None = None
        self._on_write = on_write
        self._there = threading.Condition()
        self._said = bytearray()
        self._gone = False
        self._cancelled = False

    def say(self, data: bytes) -> None:
        with self._there:
            self._said += data
            self._there.notify_all()

    def unplug(self) -> None:
        with self._there:
            self._gone = True
            self._there.notify_all()

    @property
    def in_waiting(self) -> int:
        return len(self._said)

    def read(self, count: int) -> bytes:
        with self._there:
            self._there.wait_for(lambda: self._said or self._gone or self._cancelled)
            data = bytes(self._said[:count])
            del self._said[:count]
            if not data and self._gone:
                raise OSError(5, "Input/output error")
            return data

    def write(self, data: bytes) -> int:
        if self._gone:
            raise OSError(5, "Input/output error")
        if self.write_error is not None:
            raise self.write_error
        self.written.append(data)
        self.say(self._on_write(data))
        return len(data)

    def cancel_read(self) -> None:
        with self._there:
            self._cancelled = True
            self._there.notify_all()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def board() -> Iterator[Served[SimLink]]:
    """The simulated board on a pty and a socket."""
    with served(simulated()) as board:
        yield board
