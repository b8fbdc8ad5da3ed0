"""What a flash needs of the computer and the boards on it. The real one here; the tests bring their own."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from host_tools import bootsel
from host_tools.bootsel import Host, Volume
from host_tools.errors import TapoteError
from host_tools.flash_copy import OsFile, Sink
from host_tools.links.find import Found, identify
from host_tools.links.link import Link, LinkError
from host_tools.links.ports import UsbPort, usb_ports

ENTER = "import machine\nmachine.bootloader()"
PASSING_S = 0.5  # for the chip to leave USB after it was told to


class Desk(Protocol):
    """The computer as a flash sees it."""

    def volumes(self) -> list[Volume]:
        """BOOTSEL volumes now."""
        ...

    def mount(self, volume: Volume) -> Volume:
        """The same, mounted. TapoteError when that does not work."""
        ...

    def ports(self) -> list[UsbPort]:
        """USB serial ports now; nothing is opened."""
        ...

    def ask(self, port: UsbPort) -> Found:
        """Who answers there, without interrupting it."""
        ...

    def enter_bootsel(self, port: UsbPort) -> None:
        """Interrupt what runs there and send the board into BOOTSEL. TapoteError when its prompt does not answer."""
        ...

    def about(self, port: UsbPort) -> tuple[str, str]:
        """sys.implementation: machine, and version as "1.27.0". TapoteError when its prompt does not answer."""
        ...

    def open_file(self, path: Path) -> Sink:
        """Create a file. OSError."""
        ...

    def now_s(self) -> float:
        """A clock."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        ...


class RealDesk:
    """Desk on this computer."""

    def __init__(self, host: Host | None = None, open_link: Callable[[UsbPort], Link] | None = None) -> None:
        self._host = host or Host()
        self._open = open_link or _open

    def volumes(self) -> list[Volume]:
        """See Desk."""
        return bootsel.find_volumes(self._host)

    def mount(self, volume: Volume) -> Volume:
        """See Desk."""
        return bootsel.mount(self._host, volume)

    def ports(self) -> list[UsbPort]:
        """See Desk."""
        return usb_ports()

    def ask(self, port: UsbPort) -> Found:
        """See Desk."""
        return identify(port, self._open)

    def enter_bootsel(self, port: UsbPort) -> None:
        """See Desk."""
        link = self._open(port)
        try:
            enter_bootsel(link)
        finally:
            link.close()

    def about(self, port: UsbPort) -> tuple[str, str]:
        """See Desk."""
        link = self._open(port)
        try:
            return about(link)
        finally:
            link.close()

    def open_file(self, path: Path) -> Sink:
        """See Desk."""
        return OsFile(path)

    def now_s(self) -> float:
        """See Desk."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """See Desk."""
        threading.Event().wait(seconds)


def enter_bootsel(link: Link) -> None:
    """Send the board behind a link into BOOTSEL. TapoteError when its prompt does not answer or the chip stays."""
    from host_tools.remote_files import RemoteFiles

    remote = RemoteFiles(link)
    try:
        remote.run(ENTER)
        link.advance(PASSING_S)
    except (LinkError, TapoteError, OSError):  # it went before it could say so: that is what it was asked for
        return


def about(link: Link) -> tuple[str, str]:
    """Machine and version from the board's prompt; then its program, if it has one, starts again."""
    from host_tools.remote_files import RemoteFiles

    remote = RemoteFiles(link)
    told = remote.about()
    remote.restart()
    return told.machine, ".".join(map(str, told.version))


def _open(port: UsbPort) -> Link:
    from host_tools.links.serial import SerialLink

    return SerialLink(port.device)
