"""The firmware of this project boots on real MicroPython behind its link."""

import hashlib
from collections.abc import Callable

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import list_boards, load_board
from host_tools.device import Device
from host_tools.links.link import Link
from host_tools.links.virtual import VirtualLink
from host_tools.plant.build import build_plant

pytestmark = pytest.mark.virtual

Open = Callable[[str], VirtualLink]


@pytest.fixture
def open_board() -> Open:
    def open_board(name: str) -> VirtualLink:
        board = load_board(name)
        return VirtualLink(compile_board(board), build_plant(board))

    return open_board


@pytest.mark.parametrize("name", list_boards())
def test_each_board_boots_the_firmware_answers_and_keeps_the_motor_off(name: str, open_board: Open) -> None:
    link: Link = open_board(name)
    assert (link.name, link.simulated) == ("virtual:", True)
    assert Device(link).hello().board == name
    assert link.now_s() > 0.0
    assert isinstance(link, VirtualLink)
    assert link.rig.motor_duty() == (0.0, 0.0)
    assert b"Traceback" not in link.read()
    link.close()
    link.close()
    assert not link.rig.board.powered


def test_the_fed_output_of_the_firmware_is_the_program_that_the_emulator_knows(open_board: Open) -> None:
    """Were it not, the duty would be metered edge by edge, and everything be many times slower."""
    link = open_board("pico_mosfet_fsr")
    assert link.rig.board.pios[0].fed_duty(14) is not None


def test_the_same_seed_gives_the_same_bytes(open_board: Open) -> None:
    def run() -> tuple[str, bytes, int]:
        link = open_board("pico_mosfet_fsr")
        device = Device(link)
        device.stream(20)
        link.press_button(0.05)
        link.advance(0.1)
        assert link.plant is not None
        return hashlib.sha256(bytes(link.rig.board.mcu.sram)).hexdigest(), link.read(), link.plant.force_counts

    first = run()
    assert len(first[1]) > 100
    assert first == run()
