"""The computer's serial ports that hang on USB, and how to name one for good."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from host_tools import usb_ids
from host_tools.errors import UsageError

BY_ID = "id:"  # serial:id:E6614C311B462A39 is the board with that USB serial number, whatever port it gets


@dataclass(frozen=True, slots=True)
class UsbPort:
    """One port. device: /dev/ttyACM0, COM3, ...; serial_number and product: "" where the device has none."""

    device: str
    vid: int
    pid: int
    serial_number: str = ""
    product: str = ""

    @property
    def url(self) -> str:
        """The device URL that opens it."""
        return f"serial:{self.device}"

    @property
    def may_be_tapote(self) -> bool:
        """Whether MicroPython on an RP2040 says that it is there."""
        return (self.vid, self.pid) == usb_ids.MICROPYTHON

    @property
    def in_words(self) -> str:
        """Vendor, product and serial number, and what they stand for."""
        number = f"  serial number {self.serial_number}" if self.serial_number else ""
        return f"{self.vid:04X}:{self.pid:04X}{number}  {usb_ids.meaning(self.vid, self.pid)}"


ListPorts = Callable[[], list[UsbPort]]


def usb_ports() -> list[UsbPort]:
    """All of them, by name. Nothing is opened."""
    from serial.tools import list_ports

    found = [
        UsbPort(
            port.device,
            port.vid,
            port.pid,
            getattr(port, "serial_number", None) or "",
            getattr(port, "product", None) or "",
        )
        for port in list_ports.comports()
        if port.vid is not None and port.pid is not None
    ]
    return sorted(found, key=lambda port: port.device)


def board_ports(ports: Iterable[UsbPort]) -> list[UsbPort]:
    """Those that may carry Tapote."""
    return [port for port in ports if port.may_be_tapote]


def resolve(name: str, list_ports: ListPorts = usb_ports) -> str:
    """The port that a name means: itself, or the one whose board has the serial number of `id:NUMBER`.

    UsageError when no board with that number is plugged in.
    """
    if not name.startswith(BY_ID):
        return name
    number = name.removeprefix(BY_ID)
    ports = list_ports()
    for port in ports:
        if number and port.serial_number.lower() == number.lower():
            return port.device
    known = ", ".join(port.serial_number for port in ports if port.serial_number) or "none"
    raise UsageError(
        f"no board with the USB serial number '{number}' is plugged in (there are: {known})",
        fix="Plug it in, or see what is there: tapote devices",
        exit_code=1,
    )
