"""The `serial:` link: a real board on a USB port (or a virtual one that `tapote virtual --serve` offers).

A thread reads, so that nothing the device says is lost while the program computes. Only the thread that calls `write`
ever writes: the heartbeat of a tethered session comes from the program that follows it, so a program that hangs falls
silent and the device stops its motor. Nothing is sent on opening, closing or coming back.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from host_tools.links.link import LinkError
from host_tools.links.ports import ListPorts, UsbPort, resolve, usb_ports
from host_tools.links.serial_errors import explain, lost
from host_tools.plant.plant import Plant

BAUD = 115200  # USB has no baud rate; some drivers want to hear one. Never 1200: that resets some boards
READ_TIMEOUT_S = 0.1  # how soon the reader notices that it shall end where a read cannot be cancelled
WRITE_TIMEOUT_S = 1.0  # a device that takes nothing for so long hangs
STALE_S = 0.05  # what the board had ready for whoever was there before us arrives within this time
LOOK_AGAIN_S = 0.1

Opener = Callable[[str], Any]  # -> something with pyserial's read, write, in_waiting, close


def open_port(name: str) -> Any:
    """pyserial's port, for us alone. Raises OSError and ValueError as pyserial does."""
    import serial

    return serial.serial_for_url(
        name, baudrate=BAUD, timeout=READ_TIMEOUT_S, write_timeout=WRITE_TIMEOUT_S, exclusive=True
    )


class SerialLink:
    """host_tools.links.link.Link over a serial port. Time is the wall clock's."""

    plant: Plant | None = None

    def __init__(
        self,
        port: str,
        *,
        simulated: bool = False,
        opener: Opener = open_port,
        list_ports: ListPorts = usb_ports,
        stale_s: float = STALE_S,
    ) -> None:
        """port: /dev/ttyACM0, COM3, socket://host:port, id:SERIALNUMBER. simulated: the person says it is virtual.

        Raises LinkError when the port is not there, not ours, or somebody else's.
        """
        self.name = f"serial:{port}"
        self.simulated = simulated
        self._opener = opener
        self._list_ports = list_ports
        self._stale_s = stale_s
        self._change = threading.Condition()
        self._received = bytearray()
        self._trouble: LinkError | None = None
        self._closing = False
        self._port: Any = None
        self._reader: threading.Thread | None = None
        self.device = resolve(port, list_ports)
        self.board: UsbPort | None = self._find(lambda found: found.device == self.device)
        self._open()

    def _find(self, wanted: Callable[[UsbPort], bool]) -> UsbPort | None:
        return next((port for port in self._list_ports() if wanted(port)), None)

    def _open(self) -> None:
        try:
            self._port = self._opener(self.device)
        except (OSError, ValueError) as error:
            raise explain(error, self.device) from error
        self._trouble = None
        self._closing = False
        self._reader = threading.Thread(target=self._read_on, name=f"read {self.device}", daemon=True)
        self._reader.start()
        try:
            self.advance(self._stale_s)
        except LinkError:
            self.close()
            raise
        with self._change:
            self._received.clear()

    def _read_on(self) -> None:
        """The reader thread: until the port is closed or goes away."""
        port = self._port
        while not self._closing:
            try:
                data = port.read(max(port.in_waiting, 1))
            except (OSError, TypeError, AttributeError) as error:  # pyserial's, when the port vanishes or is closed
                with self._change:
                    if not self._closing:
                        self._trouble = lost(self.device, error)
                    self._change.notify_all()
                return
            if data:
                with self._change:
                    self._received += data

    def now_s(self) -> float:
        """The wall clock, s."""
        return time.monotonic()

    def advance(self, seconds: float) -> None:
        """Wait. LinkError at once when the device is gone and all that it said has been read."""
        with self._change:
            self._change.wait_for(lambda: self._trouble is not None or self._closing, max(seconds, 0.0))
            self._complain_if_lost()

    def _complain_if_lost(self) -> None:
        if self._closing:
            raise LinkError(f"{self.name} has been closed", cause="closed", fix="Open it again.")
        if self._trouble is not None and not self._received:
            raise self._trouble

    def read(self) -> bytes:
        """What the device has sent since the last call. LinkError when it is gone and has said no more."""
        with self._change:
            self._complain_if_lost()
            data = bytes(self._received)
            self._received.clear()
        return data

    def write(self, data: bytes) -> None:
        """Send bytes. LinkError when the device is gone, or has taken nothing for WRITE_TIMEOUT_S."""
        with self._change:
            if self._closing or self._trouble is not None:
                self._received.clear()
                self._complain_if_lost()
        try:
            self._port.write(data)
        except (OSError, TypeError, AttributeError) as error:
            raise lost(self.device, error) from error

    def press_button(self, seconds: float = 0.1) -> None:
        """Always raises LinkError: a motor must not start because a computer says so."""
        raise LinkError(
            f"the button of {self.name} cannot be pressed from here",
            cause="button",
            fix="Press the button on the device itself.",
        )

    def close(self) -> None:
        """Let go of the port. The device is told nothing: a tethered one stops by itself within half a second."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        port, self._port = self._port, None
        reader, self._reader = self._reader, None
        if port is None:
            return
        if cancel := getattr(port, "cancel_read", None):
            cancel()
        if reader is not None:
            reader.join()
        port.close()

    def reconnect(self, timeout_s: float = 10.0) -> None:
        """Let go, then wait for the same board (by USB serial number, else by port name) and open it again.

        Sends nothing, so nothing starts: make a new Device, which knows of no session and of no tether. LinkError when
        the board is not back within `timeout_s`.
        """
        self.close()
        end_s = time.monotonic() + timeout_s
        while True:
            try:
                self.device = self._where_now()
                self._open()
                return
            except LinkError as error:
                if time.monotonic() >= end_s:
                    raise LinkError(
                        f"{self.name} did not come back within {timeout_s:g} s: {error.message}",
                        cause=error.cause,
                        fix="Plug it in again. " + error.fix,
                    ) from error
            threading.Event().wait(LOOK_AGAIN_S)

    def _where_now(self) -> str:
        """Under which name the board is there now."""
        number = self.board.serial_number if self.board is not None else ""
        if not number:
            return self.device
        found = self._find(lambda port: port.serial_number == number)
        if found is None:
            raise LinkError(f"no board with the USB serial number {number} is plugged in", cause="missing")
        return found.device
