"""Saving on a full flash, on real MicroPython: littlefs keeps so small a record in the block of its folder."""

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.device import Device
from host_tools.errors import TapoteError
from host_tools.firmware_image import FS_BLOCK_BYTES, FS_BLOCKS, board_files, build_filesystem
from host_tools.links.virtual import BOOT_S, VirtualLink
from host_tools.plant.build import build_plant

pytestmark = [pytest.mark.virtual, pytest.mark.slow]

WIRED = load_board("pico_mosfet_fsr")
SAVES = 40  # more than one block of the folder holds, so that littlefs has to clear up in between


def full(files: dict[str, bytes]) -> dict[str, bytes]:
    """These files and one that leaves no block free."""
    low, high = 0, FS_BLOCKS
    while high - low > 1:
        blocks = (low + high) // 2
        try:
            build_filesystem(files | {"filler": bytes(blocks * FS_BLOCK_BYTES)})
            low = blocks
        except TapoteError:
            high = blocks
    return files | {"filler": bytes(low * FS_BLOCK_BYTES)}


def test_a_full_flash_takes_the_settings_all_the_same() -> None:
    files = full(board_files(compile_board(WIRED)))
    with pytest.raises(TapoteError):
        build_filesystem(files | {"one_more": bytes(FS_BLOCK_BYTES)})
    link = VirtualLink(compile_board(WIRED), build_plant(WIRED), files=files)
    device = Device(link)
    for index in range(SAVES):
        device.set("force_limit_mn", 20_000 + 100 * index)
        device.save()
    assert device.hello().state == "IDLE"
    board = link.rig.board
    board.power_cut()
    board.power_on()
    link.advance(BOOT_S)
    again = Device(link)
    assert (again.hello().state, again.hello().fault) == ("IDLE", 0)
    assert again.get("force_limit_mn") == 20_000 + 100 * (SAVES - 1)
    link.close()
