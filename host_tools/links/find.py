"""Every device in reach: what hangs on the computer's USB ports, what answers there, and what to do about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from host_tools.links.link import Link, LinkError
from host_tools.links.ports import ListPorts, UsbPort, usb_ports
from host_tools.links.probe import TIMEOUT_S, Answer, Kind, probe
from host_tools.messages import fault_advice, fault_name
from tapote import wire

DEPLOY = "Put the firmware on it: tapote deploy"
Open = Callable[[UsbPort], Link]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found.

    state: a Kind's value, or one of bootsel, not-asked, missing, denied, busy, failed, lost, stuck. ready: a session
    can run on it now. what, fix: for a person. port: None for a BOOTSEL volume. answer: None where nobody was asked.
    """

    url: str
    state: str
    what: str
    fix: str = ""
    ready: bool = False
    port: UsbPort | None = None
    answer: Answer | None = None

    def row(self) -> dict[str, object]:
        """As an object of `tapote devices --json`."""
        row: dict[str, object] = {"url": self.url, "simulated": False, "ready": self.ready}
        row |= {"what": self.what, "fix": self.fix, "state": self.state}
        if self.port is not None:
            row |= {"vid": self.port.vid, "pid": self.port.pid, "serial_number": self.port.serial_number}
        if self.answer is not None:
            row |= {"version": self.answer.version, "board": self.answer.board}
        return row


def find_devices(
    *, ask: bool = True, list_ports: ListPorts = usb_ports, open_port: Open | None = None, volumes: Iterable[str] = ()
) -> list[Found]:
    """All ports and BOOTSEL volumes. ask: open those that may carry Tapote and see who answers (up to TIMEOUT_S each).

    volumes: mount points or devices of BOOTSEL volumes. Ports that cannot be MicroPython on an RP2040 are never opened.
    """
    found = [_bootsel(volume) for volume in volumes]
    for port in list_ports():
        if ask and port.may_be_tapote:
            found.append(identify(port, open_port))
        else:
            found.append(Found(port.url, "not-asked", port.in_words, port=port))
    return found


def identify(port: UsbPort, open_port: Open | None = None, timeout_s: float = TIMEOUT_S) -> Found:
    """Open one port, ask, and close it again. Never raises LinkError: that it cannot be opened is an answer too."""
    try:
        link = (open_port or _open)(port)
        try:
            return describe(port, probe(link, timeout_s))
        finally:
            link.close()
    except LinkError as error:
        return Found(port.url, error.cause, f"{port.in_words}: {error.message}", error.fix, port=port)


def describe(port: UsbPort, answer: Answer) -> Found:
    """What an answer means on a port."""
    ready = answer.kind is Kind.TAPOTE
    what, fix = _words(answer)
    return Found(port.url, answer.kind.value, f"{what}  ({port.in_words})", fix, ready, port, answer)


def _words(answer: Answer) -> tuple[str, str]:
    """What answers, and what to do."""
    hello = answer.hello
    ours = ".".join(map(str, wire.FIRMWARE))
    if answer.kind is Kind.TAPOTE and hello is not None:
        what = f"Tapote {hello.firmware}, board {hello.board}, {hello.state}"
        if not hello.fault:
            return what, ""
        return f"{what}: {fault_name(hello.fault)}", fault_advice(hello.fault)
    if answer.kind is Kind.OTHER_TAPOTE:
        newer = answer.protocol > wire.PROTOCOL
        what = f"Tapote {answer.version or 'of an unknown version'}, board {answer.board or 'unknown'}:"
        what += f" {'newer' if newer else 'another version'} than these tools (they go with {ours})"
        return what, "Update the host tools, or put their firmware on it: tapote deploy" if newer else DEPLOY
    if answer.kind is Kind.MICROPYTHON:
        on = f" on {answer.board}" if answer.board else ""
        return f"MicroPython {answer.version}{on}, without Tapote running".replace("  ", " "), DEPLOY
    if answer.kind is Kind.OTHER:
        return f"{answer.version} on {answer.board}: not MicroPython", "Put MicroPython on it: tapote flash"
    if answer.kind is Kind.GARBAGE:
        what = "something else talks here: a program of its own, or another firmware"
        return what, f"If this is the board that you want to use: {DEPLOY[0].lower()}{DEPLOY[1:]}"
    return (
        "nobody answers: a program runs there that does not read, or it hangs",
        "Unplug it and plug it in again; then `tapote deploy`, and `tapote flash` if that does not help either.",
    )


def _bootsel(volume: str) -> Found:
    what = f"An RP2040 in BOOTSEL mode, volume {volume}: it runs nothing until it is flashed"
    return Found("bootsel:", "bootsel", what, "Put MicroPython on it: tapote flash")


def _open(port: UsbPort) -> Link:
    from host_tools.links.serial import SerialLink

    return SerialLink(port.device)
