"""Which device a command means. Never a guess: what was named wins, then the only board, then the simulation."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from host_tools.errors import UsageError
from host_tools.links.ports import ListPorts, UsbPort, board_ports, usb_ports
from host_tools.links.url import DeviceUrl, parse

VARIABLE = "TAPOTE_DEVICE"
DEFAULT = "sim:"
NO_BOARD = (
    "Plug the board in with a cable that carries data (many only charge). `tapote devices` shows what is there;"
    " `tapote doctor` finds out why a board does not appear; --device sim: needs none."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """url: the device. remark: what to tell the person when they did not name it themselves, else ""."""

    url: DeviceUrl
    text: str
    remark: str = ""


def choose(
    given: str | None,
    *,
    simulate: bool = True,
    environ: Mapping[str, str] = os.environ,
    list_ports: ListPorts = usb_ports,
    need: Callable[[DeviceUrl], str] = lambda url: "",
) -> Choice:
    """The device for a command. given: its --device. simulate: without any board, sim: will do (else that is an error).

    need: why a device will not do for this command, "" if it will. UsageError for a URL that is none, for no board
    where one is needed, for two or more boards (listed), and for a device that will not do.
    """
    choice = _choice(given, simulate, environ, list_ports)
    if why := need(choice.url):
        raise UsageError(f"{choice.text} will not do: {why}", fix="Name another with --device; see: tapote devices")
    return choice


def real_only(url: DeviceUrl) -> str:
    """A `need` of commands for real boards."""
    return "this needs a real board" if url.scheme != "serial" else ""


def _choice(given: str | None, simulate: bool, environ: Mapping[str, str], list_ports: ListPorts) -> Choice:
    if given is not None:
        return Choice(parse(given), given)
    if named := environ.get(VARIABLE, ""):
        return Choice(parse(named), named, f"Device {named}, from ${VARIABLE}.")
    ports = board_ports(list_ports())
    if len(ports) == 1:
        url = ports[0].url
        return Choice(parse(url), url, f"Device {url}, the only board plugged in.")
    if ports:
        raise UsageError(
            f"{len(ports)} boards are plugged in:\n" + "\n".join(_line(port) for port in ports),
            fix=f"Say which: --device {ports[0].url}, or once for all commands: export {VARIABLE}={_lasting(ports[0])}",
        )
    if not simulate:
        raise UsageError("no board is plugged in", fix=NO_BOARD, exit_code=1)
    remark = f"No board plugged in. No --device given: {DEFAULT}, the simulated board. SIMULATED: no motor turns."
    return Choice(parse(DEFAULT), DEFAULT, remark)


def _line(port: UsbPort) -> str:
    return f"  {port.url}  {port.in_words}"


def _lasting(port: UsbPort) -> str:
    """A URL that still means this board when it is plugged into another socket."""
    return f"serial:id:{port.serial_number}" if port.serial_number else port.url
