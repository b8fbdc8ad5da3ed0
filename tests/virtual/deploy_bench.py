"""A bench for deploys onto real MicroPython: two firmwares, boards that hold what a test wants, and what must hold."""

from datetime import datetime
from functools import cache
from pathlib import Path
from shutil import copytree

import pytest

from host_tools import deploy, uf2
from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.deploy import Done, Watch
from host_tools.device import Device
from host_tools.errors import TapoteError
from host_tools.firmware_image import FS_BYTES, FS_OFFSET_BYTES, build_filesystem, deployed_files
from host_tools.links.link import Link
from host_tools.links.probe import Kind, probe
from host_tools.links.state_file import write_flash
from host_tools.links.virtual import VirtualLink
from host_tools.manifest import NAME, TEMP_NAME
from host_tools.paths import repo_or_data
from host_tools.plant.build import build_plant
from tapote import faults, manifest
from tests.sessions import program

NOW = datetime(2026, 11, 22, 12, 0, 0)
WIRED = load_board("pico_mosfet_fsr")
NOTES = {"notes.txt": b"a maker's own", "lib/own.py": b"X = 1\n"}


@cache
def first() -> dict[str, bytes]:
    """The firmware as it is."""
    return deployed_files(compile_board(WIRED))


def changed_firmware(folder: Path) -> dict[str, bytes]:
    """The firmware with three modules changed and one new. folder: for its sources, not there yet."""
    copytree(repo_or_data("firmware"), folder)
    for name in ("units", "panel", "wire"):
        with (folder / "tapote" / f"{name}.py").open("a") as file:
            file.write("\nSECOND = 2\n")
    (folder / "tapote" / "added.py").write_text("ADDED = 1\n")
    return deployed_files(compile_board(WIRED), firmware=folder)


def own(files: dict[str, bytes]) -> dict[str, bytes]:
    """Those of the files that a deploy wrote."""
    return {name: data for name, data in files.items() if name not in (NAME, TEMP_NAME, *NOTES)}


def flash_with(files: dict[str, bytes] | None) -> bytes:
    """The official image, with a filesystem that holds these files; None: with none at all."""
    flash = bytearray(uf2.official_flash())
    if files is not None:
        flash[FS_OFFSET_BYTES : FS_OFFSET_BYTES + FS_BYTES] = build_filesystem(files)
    return bytes(flash)


class Bench:
    """A virtual board with this flash, on which a deploy is tried. folder: for what belongs to it on the computer."""

    def __init__(self, folder: Path, flash: bytes) -> None:
        write_flash(folder / "flash", flash)
        self.folder = folder
        self.link = VirtualLink(compile_board(WIRED), build_plant(WIRED), state=folder / "flash")
        self.board = self.link.rig.board

    def put(self, files: dict[str, bytes], link: Link | None = None, watch: Watch | None = None) -> Done:
        return deploy.deploy(link or self.link, files, keep_in=self.folder / "kept", now=NOW, watch=watch)

    def files(self) -> dict[str, bytes]:
        return self.board.files()

    def is_whole(self) -> bool:
        """What the firmware's own check says, run here on a copy of the board's files."""
        copy = self.folder / f"copy{self.board.now_s}"
        for name, data in self.files().items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(data)
        return manifest.check(f"{copy}/") == ""

    def must_not_move(self) -> None:
        """Whatever answers, if anything: no program, no arming, no motion on the button."""
        answer = probe(self.link)
        if answer.kind is Kind.TAPOTE:
            device = Device(self.link)
            assert answer.hello is not None
            assert answer.hello.fault == faults.FIRMWARE_HASH
            with pytest.raises(TapoteError):
                device.upload(program(WIRED, 5))
            assert any(reason.startswith("FIRMWARE") for reason in device.arm(tethered=False))
            assert not device.clear()
        self.link.press_button(0.1)
        for _ in range(30):
            self.link.advance(0.01)
            assert self.link.rig.motor_duty() == (0.0, 0.0)
