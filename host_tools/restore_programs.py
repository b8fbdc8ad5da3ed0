"""Stored programs from a backup back onto a device: read from their files by the firmware's own code, sent like any
program, so that the device checks and cuts them again."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from host_tools.backup import Backup
from host_tools.errors import TapoteError
from host_tools.profiles.program import Program
from host_tools.shelf import Shelf, Stored, stored
from tapote import programs


def in_backup(saved: Backup) -> dict[int, Stored]:
    """The programs that a backup keeps, by the number of their slot. Damaged ones are left out."""
    found: dict[int, Stored] = {}
    with tempfile.TemporaryDirectory(prefix="tapote-") as folder:
        for name, data in saved.files.items():
            if name in {f"{programs.NAME}{index}.{half}" for index in range(programs.COUNT) for half in "ab"}:
                Path(folder, name).write_bytes(data)
        kept = programs.Programs(folder + "/", saved.board)
        for index in range(programs.COUNT):
            try:
                found[index + 1] = stored(kept.slots(index).load() or b"")
            except TapoteError:
                continue
    return found


def missing(shelf: Shelf, kept: Mapping[int, Stored]) -> dict[int, tuple[str, Stored]]:
    """Those that the device does not hold so: slot -> (what stands there, the program)."""
    found = {}
    for number, program in kept.items():
        slot = shelf.look(number)
        if not slot.phases or shelf.read(number) != program:
            found[number] = (f'"{slot.name}"' if slot.phases else slot.text, program)
    return found


def put(shelf: Shelf, kept: Mapping[int, tuple[str, Stored]]) -> None:
    """Store them, each in its slot. DeviceError when the device refuses one; those before it are stored."""
    for number, (_, one) in kept.items():
        shelf.store(Program(one.name, "", "", "", one.phases, one.wave, (), (), 0), number)
