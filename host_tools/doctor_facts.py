"""What `tapote doctor` knows before it judges: the computer, its ports and volumes, and what a device says of itself.

Gathering only looks. It interrupts nothing, changes nothing, arms nothing.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from host_tools import linux_ports
from host_tools.bootsel import Host, Volume, find_volumes
from host_tools.device import Device, DeviceError
from host_tools.errors import TapoteError
from host_tools.links.find import Found, describe
from host_tools.links.link import Link, LinkError
from host_tools.links.ports import UsbPort
from host_tools.links.probe import Kind, probe
from host_tools.linux_ports import Holder
from host_tools.messages import Hello
from tapote import params

MEASURED = ("force_raw", "force_mn", "battery_mv", "temperature_dc", "reasons")  # read as far as the device has them


@dataclass(frozen=True)
class DeviceFacts:
    """What a Tapote device answered.

    values: raw parameters by name, of all that board and host write and of MEASURED. board: board.json that the host
    makes of the board file meant (--board, else the name that the device gives); None when there is no such file, and
    board_trouble says why. calibrated: whether the force sensor was compared with a scale; None: there is no scale.
    """

    hello: Hello
    values: Mapping[str, int]
    board: Mapping[str, Any] | None = None
    board_trouble: str = ""
    named: str = ""
    calibrated: bool | None = None

    @property
    def reasons(self) -> int:
        """Why arming would be refused, as bits, one for each of faults.REASONS; 0 where the device does not tell."""
        return self.values.get("reasons", 0)


@dataclass(frozen=True)
class PortFacts:
    """One thing that a session could run on. device: when Tapote of these tools answers there."""

    found: Found
    device: DeviceFacts | None = None
    holders: tuple[Holder, ...] = ()
    group: str = "dialout"
    simulated: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything. powered: what the person says about the board's power; None: nobody was asked."""

    platform: str = sys.platform
    ports: tuple[PortFacts, ...] = ()
    volumes: tuple[Volume, ...] = ()
    others: tuple[UsbPort, ...] = ()
    powered: bool | None = None
    modem_manager: bool = False
    rules: bool = False
    user: str = "$USER"
    looked: bool = True  # at the whole computer; False: at one named device only

    @property
    def linux(self) -> bool:
        """Whether udev, /proc and the like exist."""
        return self.platform.startswith("linux")


Open = Callable[[UsbPort], Link]


def gather(host: Host, ports: list[UsbPort], open_port: Open, board: str | None = None) -> Facts:
    """Look at the computer. ports: its USB serial ports; only those that may carry Tapote are opened."""
    linux = host.platform.startswith("linux")
    return Facts(
        platform=host.platform,
        ports=tuple(at_port(host, port, open_port, board) for port in ports if port.may_be_tapote),
        others=tuple(port for port in ports if not port.may_be_tapote),
        volumes=tuple(find_volumes(host)),
        modem_manager=linux and linux_ports.modem_manager_runs(host.root),
        rules=linux and linux_ports.rules_installed(host.root),
    )


def at_port(host: Host, port: UsbPort, open_port: Open, board: str | None = None) -> PortFacts:
    """Open one port, ask, and close it."""
    try:
        link = open_port(port)
    except LinkError as error:
        holders: tuple[Holder, ...] = ()
        if host.platform.startswith("linux"):
            holders = linux_ports.holders(port.device, host.root)
        found = Found(port.url, error.cause, error.message, error.fix, port=port)
        return PortFacts(found, holders=holders, group=linux_ports.owner_group(port.device))
    try:
        answer = probe(link)
        found = describe(port, answer)
        return PortFacts(found, examine(link, board) if answer.hello is not None else None)
    except LinkError as error:
        return PortFacts(Found(port.url, error.cause, error.message, error.fix, port=port))
    except DeviceError as error:  # it said hello and then no more
        return PortFacts(Found(port.url, Kind.SILENT.value, error.message, error.fix, port=port))
    finally:
        link.close()


def simulated(link: Link, board: str | None = None) -> Facts:
    """A simulated device: no ports, no permissions, the rest alike."""
    answer = probe(link)
    found = Found(link.name, answer.kind.value, f"{link.name} answers like this: {answer.kind.value}", answer=answer)
    facts = examine(link, board) if answer.hello is not None else None
    return Facts(ports=(PortFacts(found, facts, simulated=True),), looked=False)


def examine(link: Link, board: str | None = None) -> DeviceFacts:
    """Ask a Tapote device for itself. DeviceError when it does not answer, LinkError when it goes away."""
    device = Device(link)
    hello = device.hello()
    wanted = [row[0] for row in params.PARAMS if row[4] in ("board", "host")]
    wanted += [name for name in MEASURED if name in params.SLOTS]
    values = {name: device.get(name) for name in wanted}
    named = board or hello.board
    calibrated = None if link.simulated else device.usage().calibrated
    try:
        return DeviceFacts(hello, values, _compiled(named), "", named, calibrated)
    except TapoteError as error:
        return DeviceFacts(hello, values, None, error.message, named, calibrated)


def _compiled(name: str) -> dict[str, Any]:
    from host_tools.board_compile import compile_board
    from host_tools.boards import load_board

    return compile_board(load_board(name))


def named(host: Host, port: PortFacts) -> Facts:
    """One port that the person named, and what bears on it."""
    linux = host.platform.startswith("linux")
    return Facts(
        platform=host.platform,
        ports=(port,),
        modem_manager=linux and linux_ports.modem_manager_runs(host.root),
        rules=linux and linux_ports.rules_installed(host.root),
        looked=False,
    )
