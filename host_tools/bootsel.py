"""Find the volume that an RP2040 shows in BOOTSEL mode, mounted or not, on Linux, macOS and Windows.

In BOOTSEL the chip is a USB stick named RPI-RP2 with INFO_UF2.TXT on it; a UF2 file that is copied there goes into the
flash. A Pico and a Pico W look exactly alike. Everything that asks the operating system goes through `Host`, so that a
test can be any computer.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from host_tools.errors import TapoteError
from host_tools.windows_drives import drives

LABEL = "RPI-RP2"
BOARD_ID = "RPI-RP2"
INFO_FILE = "INFO_UF2.TXT"
INFO_MAX_BYTES = 4096
MOUNT_TIMEOUT_S = 20
_USB_NAME = ("RPI", "RP2")  # vendor and model of the USB stick, as Linux shows them
_FAT = ("vfat", "msdos", "fuseblk")

Run = Callable[[list[str]], tuple[int, str]]


def _run(command: list[str]) -> tuple[int, str]:
    if shutil.which(command[0]) is None:
        return 127, f"{command[0]} is not installed"
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=MOUNT_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, str(error)
    return done.returncode, (done.stderr or done.stdout).strip()


@dataclass(frozen=True)
class Host:
    """The computer. platform: as sys.platform; root: of its file system; run: a command -> exit code, output."""

    platform: str = sys.platform
    root: Path = Path("/")
    run: Run = _run
    drives: Callable[[], Iterable[tuple[Path, str]]] = drives


@dataclass(frozen=True)
class Volume:
    """A UF2 volume. folder: where it is mounted, None where it is not; device: block device on Linux.

    board_id, model: from INFO_UF2.TXT, "" while not mounted. read_only: mounted so.
    """

    folder: Path | None
    device: str = ""
    board_id: str = ""
    model: str = ""
    read_only: bool = False

    @property
    def name(self) -> str:
        """For people."""
        return str(self.folder) if self.folder is not None else f"{self.device} (not mounted)"

    @property
    def is_rp2040(self) -> bool:
        """Unknown counts as yes while the volume is not mounted: its label says so."""
        return self.board_id == BOARD_ID if self.folder is not None else True


def find_volumes(host: Host) -> list[Volume]:
    """Every UF2 volume, also those of other chips, sorted by name. Never raises: what cannot be read is not there."""
    if host.platform == "darwin":
        found = [_at(folder) for folder in _folders(host.root / "Volumes")]
    elif host.platform == "win32":
        found = [_at(path) or _blank(path, label) for path, label in host.drives()]
    else:
        found = list(_linux(host))
    return sorted((volume for volume in found if volume is not None), key=lambda volume: volume.name)


def mount(host: Host, volume: Volume) -> Volume:
    """The volume, mounted. Raises TapoteError, with the command for the person, where that does not work."""
    if volume.folder is not None:
        return volume
    code, output = host.run(["udisksctl", "mount", "--block-device", volume.device, "--no-user-interaction"])
    for found in find_volumes(host):  # also when udisksctl complains: the desktop may have been quicker
        if found.device == volume.device and found.folder is not None:
            return found
    told = f"exit code {code}" if not output else output.splitlines()[-1]
    raise TapoteError(
        f"the BOOTSEL volume {volume.device} is not mounted, and cannot be: {told}",
        fix="Mount it yourself, then run the same command again:  sudo mkdir -p /mnt/pico && sudo mount -o"
        f" uid=$(id -u) {volume.device} /mnt/pico",
    )


def _at(folder: Path) -> Volume | None:
    """The volume mounted at `folder`, None when it has no INFO_UF2.TXT."""
    try:
        with (folder / INFO_FILE).open("rb") as file:
            text = file.read(INFO_MAX_BYTES).decode("ascii", "replace")
    except OSError:
        return None
    said = dict(re.findall(r"^(Model|Board-ID):[ \t]*([^\r\n]*?)[ \t]*\r?$", text, re.MULTILINE))
    return Volume(folder, board_id=said.get("Board-ID", ""), model=said.get("Model", ""))


def _blank(path: Path, label: str) -> Volume | None:
    """A Windows drive with the right label whose INFO_UF2.TXT cannot be read (yet): say so rather than hide it."""
    return Volume(path) if label == LABEL else None


def _folders(parent: Path) -> list[Path]:
    try:
        return [entry for entry in parent.iterdir() if entry.is_dir()]
    except OSError:
        return []


def _linux(host: Host) -> Iterator[Volume]:
    mounted: set[str] = set()
    for device, folder, kind, options in _mounts(host):
        # A stick that was pulled stays mounted, and its pages cached, until somebody unmounts it: ask for its node.
        there = (host.root / device.lstrip("/")).exists()
        if kind in _FAT and there and (volume := _at(folder)) is not None:
            mounted.add(device)
            yield replace(volume, device=device, read_only="ro" in options.split(","))
    for device in sorted(_sticks(host) - mounted):
        yield Volume(None, device)


def _mounts(host: Host) -> Iterator[tuple[str, Path, str, str]]:
    """(device, folder, file system, options) of each line of /proc/mounts."""
    try:
        lines = (host.root / "proc/mounts").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        parts = line.split(" ")
        if len(parts) >= 4:
            yield _unescaped(parts[0]), Path(_unescaped(parts[1])), parts[2], parts[3]


def _unescaped(text: str) -> str:
    """/proc/mounts writes blanks and the like as octal: "\\040"."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _sticks(host: Host) -> set[str]:
    """Block devices that are BOOTSEL volumes. Two boards share one label, and only sysfs then shows both."""
    found: set[str] = set()
    label = host.root / "dev/disk/by-label" / LABEL
    if label.is_symlink():
        found.add("/dev/" + os.path.basename(os.readlink(label)))
    for disk in _folders(host.root / "sys/block"):
        if (_word(disk / "device/vendor"), _word(disk / "device/model")) == _USB_NAME:
            parts = [entry.name for entry in _folders(disk) if entry.name.startswith(disk.name)]
            found.update(f"/dev/{name}" for name in parts or [disk.name])
    return found


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
