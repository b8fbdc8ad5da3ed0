"""A computer with boards on it, for flashing: real folders and files, a clock that only waiting moves, no real USB."""

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from host_tools import bootsel
from host_tools.bootsel import Volume
from host_tools.errors import TapoteError
from host_tools.flash_copy import OsFile
from host_tools.links.find import Found
from host_tools.links.ports import UsbPort
from host_tools.links.probe import Answer, Kind
from tests.unit.fake_computer import Computer
from tests.unit.fake_uf2 import MACHINE_PICO_W

MICROPYTHON_PORT = UsbPort("/dev/ttyACM0", 0x2E8A, 0x0005, "E661")


class BoardFile:
    """A file on the board's volume: really written, until `whole` bytes have come; then the board restarts."""

    def __init__(self, path: Path, desk: "FakeDesk") -> None:
        desk.fail("open")
        self._file = OsFile(path)
        self._path = path
        self._desk = desk

    def write(self, data: bytes) -> int:
        self._desk.fail("write", self._path.stat().st_size)
        return self._file.write(data[: self._desk.most_bytes])

    def sync(self) -> None:
        self._file.sync()
        self._desk.synced += 1
        if self._path.stat().st_size == self._desk.whole:
            self._desk.written = self._path.read_bytes()
            self._desk.restart(self._path.parent)
            if self._desk.ends_with_an_error:
                raise OSError(errno.EIO, "Input/output error")

    def close(self) -> None:
        self._file.close()
        if self._desk.ends_with_an_error:
            raise OSError(errno.ENODEV, "No such device")


@dataclass
class FakeDesk:
    """host_tools.flash_desk.Desk. whole: size of the file that makes the board restart."""

    computer: Computer
    whole: int
    ends_with_an_error: bool = True
    most_bytes: int = 1 << 20
    machine: str = MACHINE_PICO_W
    version: str = "1.27.0"
    comes_back_as: UsbPort | None = MICROPYTHON_PORT
    state: Found | None = None
    errors: dict[str, list[Exception | None]] = field(default_factory=dict)
    fail_at_byte: int = 0
    enters_bootsel: bool = True
    plugged: list[UsbPort] = field(default_factory=list)
    events: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    clock_s: float = 0.0
    synced: int = 0
    written: bytes = b""
    sent_to_bootsel: list[str] = field(default_factory=list)

    def fail(self, what: str, at_byte: int = 0) -> None:
        """Raise the next planned error of this kind."""
        waiting = self.errors.get(what, [])
        if waiting and at_byte >= self.fail_at_byte and (error := waiting.pop(0)) is not None:
            raise error

    def restart(self, folder: Path) -> None:
        """The board has its image: the volume goes at once, the port comes after a while."""
        self.computer.pull(folder)
        if self.comes_back_as is not None:
            port = self.comes_back_as
            self.events.append((self.clock_s + 2.0, lambda: self.plugged.append(port)))

    def at(self, time_s: float, event: Callable[[], object]) -> None:
        """Something that happens while the tool waits."""
        self.events.append((time_s, event))

    def volumes(self) -> list[Volume]:
        return bootsel.find_volumes(self.computer.host)

    def mount(self, volume: Volume) -> Volume:
        return bootsel.mount(self.computer.host, volume)

    def ports(self) -> list[UsbPort]:
        return list(self.plugged)

    def ask(self, port: UsbPort) -> Found:
        answer = Answer(Kind.MICROPYTHON, version="v1.20.0", board=MACHINE_PICO_W)
        return self.state or Found(port.url, "micropython", "MicroPython v1.20.0", port=port, answer=answer)

    def enter_bootsel(self, port: UsbPort) -> None:
        self.fail("enter_bootsel")
        self.sent_to_bootsel.append(port.device)
        self.plugged.remove(port)
        if self.enters_bootsel:
            self.at(self.clock_s + 1.0, self.computer.stick)

    def about(self, port: UsbPort) -> tuple[str, str]:
        self.fail("about")
        if port not in self.plugged:
            raise TapoteError("gone")
        return self.machine, self.version

    def open_file(self, path: Path) -> BoardFile:
        return BoardFile(path, self)

    def now_s(self) -> float:
        return self.clock_s

    def wait(self, seconds: float) -> None:
        self.clock_s += seconds
        due = [event for event in self.events if event[0] <= self.clock_s]
        self.events = [event for event in self.events if event[0] > self.clock_s]
        for _, happens in due:
            happens()
