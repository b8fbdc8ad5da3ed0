"""What a flash asks a board for, on real MicroPython."""

from collections.abc import Iterator

import pytest

from host_tools import uf2_image
from host_tools.errors import TapoteError
from host_tools.flash_desk import about, enter_bootsel
from host_tools.links.link import LinkError
from host_tools.plant.plant import Plant
from host_tools.virtual_board import VirtualBoard
from tests.unit.fake_uf2 import MACHINE_PICO_W

pytestmark = pytest.mark.virtual

# A program that never ends, as the firmware's: the prompt has to be fought for.
BUSY = 'import time\nprint("started")\nwhile True:\n    time.sleep_ms(5)\n'


class BoardLink:
    """host_tools.links.link.Link on a bare virtual board. As on a real one, the port vanishes when the chip resets."""

    name = "virtual:"
    simulated = True
    plant: Plant | None = None

    def __init__(self, board: VirtualBoard) -> None:
        self.board = board

    def now_s(self) -> float:
        return self.board.now_s

    def advance(self, seconds: float) -> None:
        self.board.step(seconds * 1e6)

    def read(self) -> bytes:
        if self.board.resets:
            raise LinkError("the device has gone", cause="lost")
        return self.board.read()

    def write(self, data: bytes) -> None:
        self.board.write(data)

    def press_button(self, seconds: float = 0.1) -> None:
        raise AssertionError("nothing to press")

    def close(self) -> None:
        self.board.power_cut()


@pytest.fixture
def board() -> Iterator[VirtualBoard]:
    board = VirtualBoard({"main.py": BUSY.encode()}).power_on()
    board.run_until(lambda: board.connected)
    board.step(100_000)
    yield board
    board.power_cut()


def test_the_official_image_is_what_the_board_says_it_is_and_its_program_starts_again(board: VirtualBoard) -> None:
    image = uf2_image.load(None)
    assert image.official
    assert image.machine == MACHINE_PICO_W
    link = BoardLink(board)
    assert about(link) == (image.machine, image.version)
    board.read()
    board.step(500_000)
    assert b"started" in board.read()


def test_a_busy_board_is_sent_into_bootsel_and_vanishing_is_no_error(board: VirtualBoard) -> None:
    """The ROM resets the chip on its way into BOOTSEL; the emulator shows that reset, and boots from flash instead."""
    start_s = board.now_s
    enter_bootsel(BoardLink(board))
    assert [cause for _, cause in board.resets] == ["watchdog"]
    assert board.now_s - start_s < 1.0


def test_a_board_that_takes_no_prompt_is_not_in_bootsel() -> None:
    deaf = VirtualBoard({"main.py": b"import micropython\nmicropython.kbd_intr(-1)\n" + BUSY.encode()}).power_on()
    deaf.run_until(lambda: deaf.connected)
    deaf.step(100_000)
    with pytest.raises(TapoteError, match="does not answer with MicroPython's prompt"):
        enter_bootsel(BoardLink(deaf))
    assert deaf.resets == []
