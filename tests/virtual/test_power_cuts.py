"""The power fails in any flash operation of ten saves in a row: the board then has the old settings or the new ones.

One board saves ten times; at each of its flash operations a copy is made of what the chip would hold if the power
failed there. Every copy is mounted and read by the real interpreter, its littlefs and the firmware's own code; from
those of the save in which flash is erased whole boards are started.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rp2040py.peripherals.ssi import CMD_SECTOR_ERASE

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.device import Device
from host_tools.emulator.repl import run_code
from host_tools.firmware_image import FS_BYTES, FS_OFFSET_BYTES, board_files
from host_tools.links.state_file import write_flash
from host_tools.links.virtual import VirtualLink
from host_tools.plant.build import build_plant
from host_tools.virtual_board import VirtualBoard
from tapote import storage

from .. import forked
from ..sessions import program
from .torn_chip import TornChip

pytestmark = [pytest.mark.virtual, pytest.mark.slow]

BOARD = load_board("pico_mosfet_fsr")
SAVES = 10
# One for each save, one more for each of the two files made, and an erase with its second write: littlefs erases about
# every fifteenth time. Other files in the board's root move the save in which it does; then this number may differ.
OPERATIONS = 14
DONE = (0.0, 0.5, 1.0)  # start, middle and end of an operation
VALUES_MN = [40_000 - 1000 * number for number in range(SAVES)]
FACTORY_MN = 50_000
AGAIN_MN = 12_000
START_MAX_S = 2.0

READER = f"""
import array, os, rp2, vfs
from tapote import params, settings
at = params.slot("force_limit_mn")
def look():
    os.umount("/")
    vfs.mount(vfs.VfsLfs2(rp2.Flash(), progsize=256), "/")  # as the board itself does at power-on
    found = []
    for again in (False, True):
        regs = array.array("i", params.defaults())
        one = settings.Settings(regs, "/", "{BOARD.name}")
        found += [regs[at], one.slots.state]
        regs[at] = {AGAIN_MN}
        if not again: one.save()
    print(found)
"""


@dataclass
class Cut:
    """A moment at which the power fails: in which save, in which of its operations, and what the flash holds then."""

    save: int
    operation: int
    command: int
    flash: bytes = field(repr=False)

    @property
    def old_or_new(self) -> tuple[int, int]:
        """The force limit before and after this save, mN."""
        return [FACTORY_MN, *VALUES_MN][self.save], VALUES_MN[self.save]


@pytest.fixture(scope="module")
def cuts(booted: VirtualLink) -> list[Cut]:
    """Every cut of ten saves, asked for by the host as always."""
    return forked.value(lambda: ten_saves(booted))


def ten_saves(link: VirtualLink) -> list[Cut]:
    device = Device(link)
    chip = link.rig.board.flash_chip
    chip.__class__ = TornChip
    assert isinstance(chip, TornChip)
    torn: list[tuple[int, bytes]] = []  # command, contents
    chip.shares = lambda: DONE
    chip.keep = lambda command, _done, flash: torn.append((command, flash))
    found: list[Cut] = []
    for save, value in enumerate(VALUES_MN):
        torn.clear()
        before = chip.operations
        device.set("force_limit_mn", value)
        device.save()
        assert len(torn) == (chip.operations - before) * len(DONE) > 0
        found += [Cut(save, at // len(DONE), command, flash) for at, (command, flash) in enumerate(torn)]
    assert device.stored("force_limit_mn") == VALUES_MN[-1]
    return found


def test_ten_saves_are_cut_at_every_operation_also_where_flash_is_erased(cuts: list[Cut]) -> None:
    assert {cut.save for cut in cuts} == set(range(SAVES))
    assert len({(cut.save, cut.operation) for cut in cuts}) == OPERATIONS
    assert len(cuts) == OPERATIONS * len(DONE)
    assert len([cut for cut in cuts if cut.command == CMD_SECTOR_ERASE]) == len(DONE)


def test_after_every_cut_there_are_the_old_or_the_new_settings_and_they_can_be_saved(cuts: list[Cut]) -> None:
    board = VirtualBoard(board_files(compile_board(BOARD)) | {"main.py": b""}, flash_times=False).power_on()
    board.run_until(lambda: board.connected)
    run_code(board, READER)
    ends: dict[int, list[bool]] = {save: [] for save in range(SAVES)}
    for cut in cuts:
        board.mcu.flash[FS_OFFSET_BYTES : FS_OFFSET_BYTES + FS_BYTES] = cut.flash[FS_OFFSET_BYTES:][:FS_BYTES]
        limit_mn, state, again_mn, again_state = map(int, run_code(board, "look()").strip("[]\r\n").split(","))
        old_mn, new_mn = cut.old_or_new
        assert limit_mn in (old_mn, new_mn), cut
        never = cut.save == 0 and limit_mn == old_mn
        assert state == (storage.ABSENT if never else storage.INTACT), cut
        assert (again_mn, again_state) == (AGAIN_MN, storage.INTACT), cut
        ends[cut.save].append(limit_mn == new_mn)
    for turned in ends.values():
        assert turned == sorted(turned), "once the new ones are there they stay"
        assert (turned[0], turned[-1]) == (False, True), "the first cut comes before, the last one after"


def test_a_board_cut_while_it_erased_starts_arms_and_saves(cuts: list[Cut], tmp_path: Path) -> None:
    erased = next(cut.save for cut in cuts if cut.command == CMD_SECTOR_ERASE)
    state = tmp_path / "flash"
    limits: dict[bytes, int] = {}
    for cut in cuts:
        if cut.save != erased or cut.flash in limits:  # the end of an operation is the start of the next
            continue
        write_flash(state, cut.flash)
        link = VirtualLink(compile_board(BOARD), build_plant(BOARD), state=state)
        device = Device(link)
        while device.hello().state != "IDLE":  # littlefs may have to read more than one block for each name
            assert link.now_s() < START_MAX_S, cut
        limits[cut.flash] = device.get("force_limit_mn")
        assert limits[cut.flash] in cut.old_or_new
        device.upload(program(BOARD, 5.0))
        device.pump(0.6)  # the button must have been up for half a second
        assert device.arm(tethered=False) == [], cut
        link.rig.board.power_cut()
    assert len(limits) == 6
    assert len(set(limits.values())) == 2
