"""Which board a flash is for: what was named, else the only one there is. Two or more: listed and refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from host_tools.bootsel import Volume
from host_tools.errors import TapoteError, UsageError
from host_tools.flash_desk import Desk
from host_tools.links.choose import VARIABLE
from host_tools.links.find import Found
from host_tools.links.ports import UsbPort, resolve
from host_tools.uf2_image import Image

BOOTSEL = "bootsel:"
SERIAL = "serial:"
BUSY_STATES = ("ARMED", "RUNNING", "BACKOFF", "STOPPING")


@dataclass(frozen=True)
class Target:
    """A volume in BOOTSEL, or a board that runs something; neither: a board that is still to be plugged in."""

    volume: Volume | None = None
    found: Found | None = None

    @property
    def in_words(self) -> str:
        """For the plan."""
        if self.volume is not None:
            return f"the board in BOOTSEL mode, volume {self.volume.name}"
        if self.found is not None:
            return f"{self.found.url}: {self.found.what}"
        return "a board that you plug in with BOOTSEL held"


def choose_target(given: str | None, desk: Desk, environ: Mapping[str, str]) -> Target:
    """The board that is meant. given: --device, a serial: URL, `bootsel:`, or a volume's folder or block device.

    UsageError for a name that fits nothing, for a simulated device, and for two or more boards with none named.
    """
    volumes = desk.volumes()
    boards = [port for port in desk.ports() if port.may_be_tapote]
    named = given
    if named is None and (chosen := environ.get(VARIABLE, "")).startswith(SERIAL):
        device = chosen.removeprefix(SERIAL)
        if any(device in (port.device, f"id:{port.serial_number}") for port in boards):
            named = chosen  # a board that is in BOOTSEL now has no port: then the variable says nothing
    if named is not None:
        return _named(named, volumes, desk)
    fitting = [volume for volume in volumes if volume.is_rp2040]
    if len(fitting) + len(boards) > 1:
        raise _several(fitting, boards)
    if fitting:
        return Target(volume=fitting[0])
    if boards:
        return Target(found=desk.ask(boards[0]))
    return Target(volume=volumes[0]) if len(volumes) == 1 else Target()  # of another chip: refused with its name


def _named(name: str, volumes: list[Volume], desk: Desk) -> Target:
    if name.startswith(SERIAL):
        device = resolve(name.removeprefix(SERIAL), desk.ports)
        for port in desk.ports():
            if port.device == device:
                return Target(found=desk.ask(port))
        raise UsageError(
            f"there is no board on {device}",
            fix="Is it in BOOTSEL mode already? Then leave --device out. See what is there: tapote devices",
            exit_code=1,
        )
    if name in ("sim:", "virtual:") or name.startswith(("sim:?", "virtual:?")):
        raise UsageError(
            f"{name} is simulated: there is nothing to flash",
            fix="The virtual board starts with this very image, the simulated one needs none.",
        )
    wanted = [volume for volume in volumes if name == BOOTSEL or _is(volume, name)]
    if len(wanted) > 1:
        raise _several(wanted, [])
    if not wanted:
        there = ", ".join(volume.name for volume in volumes) or "none"
        raise UsageError(
            f"'{name}' is neither a serial: device nor a BOOTSEL volume (volumes: {there})",
            fix="Examples: --device serial:/dev/ttyACM0, --device /media/me/RPI-RP2, --device bootsel:",
        )
    return Target(volume=wanted[0])


def _is(volume: Volume, name: str) -> bool:
    return name == volume.device or (volume.folder is not None and Path(name) == volume.folder)


def _several(volumes: list[Volume], boards: list[UsbPort]) -> UsageError:
    lines = [f"  {volume.folder or volume.device}  in BOOTSEL mode" for volume in volumes]
    lines += [f"  {port.url}  {port.in_words}" for port in boards]
    first = str(volumes[0].folder or volumes[0].device) if volumes else boards[0].url
    return UsageError(
        f"{len(lines)} boards are plugged in:\n" + "\n".join(lines),
        fix=f"Unplug all but one, or say which: --device {first}",
    )


def check_idle(found: Found) -> None:
    """Raise TapoteError while a session is under way there, or the port cannot be opened."""
    hello = found.answer.hello if found.answer is not None else None
    if hello is not None and hello.state in BUSY_STATES:
        raise TapoteError(f"{found.url} is {hello.state}", fix="Stop the session first, then flash.")
    if found.state in ("denied", "busy", "failed"):
        raise TapoteError(
            f"{found.what}",
            fix=f"{found.fix} Or unplug the board, hold BOOTSEL and plug it in: then no port is needed.",
        )


def changes(image: Image, target: Target) -> list[str]:
    """What a flash does to what stands on the board now."""
    answer = target.found.answer if target.found is not None else None
    if answer is not None and answer.board and answer.hello is None and answer.board != image.machine:
        return [
            f"The board has an image for {answer.board} now, this one is for {image.machine}: their file systems lie in"
            " different places, so files and settings on the board are lost. `tapote backup` keeps the settings."
        ]
    if target.found is not None and target.found.ready:
        return ["Settings and files on the board stay if it has the same build now; `tapote backup` keeps them anyway."]
    return []
