"""What Linux knows about a serial port and pyserial does not: who holds it, whose it is, which rules are installed.

Everything is read below `root`, so that a test can be any computer. What cannot be read counts as not there.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from host_tools.paths import PACKAGE_DIR

RULES = PACKAGE_DIR / "data" / "60-tapote.rules"
RULES_FOLDER = "etc/udev/rules.d"
MODEM_MANAGER = "ModemManager"


@dataclass(frozen=True)
class Holder:
    """A process that has a port open."""

    pid: int
    name: str

    @property
    def is_modem_manager(self) -> bool:
        """Whether it looks for modems."""
        return self.name == MODEM_MANAGER


def holders(device: str, root: Path = Path("/")) -> tuple[Holder, ...]:
    """Who has `device` open, this process left out. Processes of other users are not seen without being root."""
    found = []
    for process in _processes(root):
        if int(process.name) != os.getpid() and any(target == device for target in _open_files(process)):
            found.append(Holder(int(process.name), _name(process)))
    return tuple(sorted(found, key=lambda holder: holder.pid))


def modem_manager_runs(root: Path = Path("/")) -> bool:
    """Whether ModemManager is there at all."""
    return any(_name(process) == MODEM_MANAGER for process in _processes(root))


def rules_installed(root: Path = Path("/")) -> bool:
    """Whether the udev rules are installed as this version ships them."""
    try:
        return (root / RULES_FOLDER / RULES.name).read_bytes() == RULES.read_bytes()
    except OSError:
        return False


def install_line() -> str:
    """The one line that installs the rules."""
    return f"sudo sh -c 'install -m 644 \"{RULES}\" /{RULES_FOLDER}/ && udevadm control --reload && udevadm trigger'"


def owner_group(device: str) -> str:
    """Name of the group that the port belongs to; "dialout", the usual one, where that cannot be told."""
    try:
        return Path(device).group()
    except (OSError, KeyError, NotImplementedError):
        return "dialout"


def _processes(root: Path) -> Iterator[Path]:
    try:
        yield from (entry for entry in (root / "proc").iterdir() if entry.name.isdecimal())
    except OSError:
        return


def _open_files(process: Path) -> Iterator[str]:
    try:
        entries = list((process / "fd").iterdir())
    except OSError:
        return
    for entry in entries:
        try:
            yield os.readlink(entry)
        except OSError:
            continue


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
