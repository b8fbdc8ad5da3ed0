"""`tapote flash`: MicroPython onto a board, from finding it to hearing its new version.

The steps: which board (never a guess), into BOOTSEL (by its prompt, or by the person's finger), copy, and after it
restarts ask it what it is. Only that answer counts as success.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from host_tools.bootsel import Volume
from host_tools.errors import TapoteError
from host_tools.flash_copy import Progress, copy
from host_tools.flash_desk import Desk
from host_tools.flash_target import Target, changes, check_idle
from host_tools.links.link import LinkError
from host_tools.links.ports import UsbPort
from host_tools.uf2_image import Image

BUTTON_TIMEOUT_S = 90.0
BOOTSEL_TIMEOUT_S = 15.0
LEAVE_TIMEOUT_S = 10.0
RETURN_TIMEOUT_S = 30.0  # a first start formats the file system, and some desktops look at a new port first
LOOK_S = 0.2
BUTTON = "Hold the BOOTSEL button of the board, plug it into this computer, then let go."
AGAIN = f"{BUTTON} Then run the same command again."

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Flashed:
    """What came of it. already: the board had this version, nothing was written; port: where it answers."""

    port: str
    machine: str
    version: str
    already: bool = False
    notes: list[str] = field(default_factory=list)


def flash(image: Image, target: Target, desk: Desk, tell: Tell, progress: Progress, *, again: bool = True) -> Flashed:
    """Put `image` on the target. again: also when the board says that it has this version already.

    Raises TapoteError with the next step when anything but the new version's own answer comes out of it.
    """
    found = target.found
    if found is not None:
        check_idle(found)
        answer = found.answer
        if not again and answer is not None and answer.version.lstrip("v") == image.version and answer.board:
            return Flashed(found.url, answer.board, image.version, already=True)
    notes = changes(image, target)
    for note in notes:
        tell(note)
    before = {port.device for port in desk.ports()}
    volume = _bootsel(target, desk, tell, before)
    folder = _checked(volume)
    tell(f"Copying {image.path.name} ({len(image.data) // 1024} KB) to {folder} ...")
    if not copy(image.data, folder, progress, desk.open_file):
        tell("The board took the last piece and restarted.")
    _wait_gone(volume, desk)
    port, machine, version = _answer(desk, before, target, tell)
    if (machine, version) != (image.machine, image.version):
        raise TapoteError(
            f"the board on {port.url} says MicroPython {version} on {machine};"
            f" the file is {image.version} for {image.machine}",
            fix="Is another board plugged in? Unplug it. " + AGAIN,
        )
    return Flashed(port.url, machine, version, notes=notes)


def _bootsel(target: Target, desk: Desk, tell: Tell, before: set[str]) -> Volume:
    """The mounted volume of the board that is meant."""
    if target.volume is not None:
        return desk.mount(target.volume)
    others = {volume.name for volume in desk.volumes()}
    timeout_s = BUTTON_TIMEOUT_S
    if target.found is not None and target.found.port is not None:
        port = target.found.port
        try:
            tell(f"Asking the board on {port.url} to enter BOOTSEL ...")
            desk.enter_bootsel(port)
            before.discard(port.device)
            timeout_s = BOOTSEL_TIMEOUT_S
        except TapoteError as error:
            before.discard(port.device)
            tell(f"It does not: {error.message}. Unplug it.")
            tell(BUTTON)
    else:
        tell(f"No board is in sight. {BUTTON}")
    volume = _wait_volume(desk, others, timeout_s)
    if volume is None and timeout_s == BOOTSEL_TIMEOUT_S:
        tell(f"No BOOTSEL volume has appeared. Unplug the board. {BUTTON}")
        volume = _wait_volume(desk, others, BUTTON_TIMEOUT_S)
    if volume is None:
        raise TapoteError(
            "no BOOTSEL volume has appeared",
            fix="Use a cable that carries data (many only charge), straight into the computer. " + AGAIN,
        )
    return desk.mount(volume)


def _wait_volume(desk: Desk, others: set[str], timeout_s: float) -> Volume | None:
    """The first volume that was not there before. Two at once are refused."""
    end_s = desk.now_s() + timeout_s
    while True:
        found = [volume for volume in desk.volumes() if volume.name not in others and volume.is_rp2040]
        if len(found) > 1:
            names = ", ".join(volume.name for volume in found)
            raise TapoteError(f"two boards have entered BOOTSEL: {names}", fix="Unplug one of them. " + AGAIN)
        if found:
            return found[0]
        if desk.now_s() >= end_s:
            return None
        desk.wait(LOOK_S)


def _checked(volume: Volume) -> Path:
    """The folder to copy to. TapoteError unless an RP2040 takes files there."""
    if volume.folder is None or not volume.is_rp2040:
        raise TapoteError(
            f"{volume.name} is no RP2040: its INFO_UF2.TXT says {volume.model or 'nothing'},"
            f" Board-ID {volume.board_id or 'missing'}; expected RPI-RP2",
            fix="Tapote runs on Raspberry Pi Pico and Pico W (not Pico 2). Unplug this one and take one of those.",
        )
    if volume.read_only:
        raise TapoteError(
            f"the volume {volume.name} is mounted read-only",
            fix="Unplug the board and plug it in again with BOOTSEL held; if it stays so, remount it:"
            f"  sudo mount -o remount,rw {volume.folder}",
        )
    return volume.folder


def _wait_gone(volume: Volume, desk: Desk) -> None:
    """The board leaves BOOTSEL as soon as it has every block."""
    end_s = desk.now_s() + LEAVE_TIMEOUT_S
    while any(other.name == volume.name or other.device == volume.device != "" for other in desk.volumes()):
        if desk.now_s() >= end_s:
            raise TapoteError(
                f"the whole file is on {volume.name}, but the board has not restarted",
                fix="Press nothing, unplug the board. " + AGAIN,
            )
        desk.wait(LOOK_S)


def _answer(desk: Desk, before: set[str], target: Target, tell: Tell) -> tuple[UsbPort, str, str]:
    """The port that has come, and what answers there: machine and version."""
    tell("Waiting for MicroPython to answer ...")
    end_s = desk.now_s() + RETURN_TIMEOUT_S
    known = target.found.port if target.found is not None else None
    number = known.serial_number if known is not None else ""
    trouble: TapoteError | None = None
    while desk.now_s() < end_s:
        for port in desk.ports():
            back = bool(number) and port.serial_number == number
            if port.may_be_tapote and (back or port.device not in before):
                try:
                    return (port, *desk.about(port))
                except TapoteError as error:  # udev may still be at work on the port, or ModemManager look at it
                    trouble = error
        desk.wait(LOOK_S)
    if trouble is not None:
        denied = isinstance(trouble, LinkError) and trouble.cause in ("denied", "busy")
        raise TapoteError(
            f"the image is written and the board has restarted, but it cannot be asked: {trouble.message}",
            fix=trouble.fix if denied else "Unplug it and plug it in again, then: tapote doctor",
        )
    raise TapoteError(
        "the image is written, but no MicroPython has appeared on USB",
        fix="Unplug the board and plug it in again, without BOOTSEL; then `tapote doctor` says what is there.",
    )
