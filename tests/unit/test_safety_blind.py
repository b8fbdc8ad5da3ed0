"""The table of what a board cannot find says what the firmware's guard really does with that board file."""

import pytest

from host_tools import safety_blind, safety_case
from host_tools.board_compile import compile_board
from host_tools.boards import Board, load_board
from host_tools.paths import repo_or_data
from host_tools.reference import BLOCK
from host_tools.safety_matrix import BOARD, LINEAR
from tapote import faults
from tapote.motor_guard import MotorGuard
from tests.unit.firmware.registers import Registers

JUDGED_BY_THE_GUARD = {check.fault for check in safety_blind.CHECKS} - {"OVERTEMP"}


def judged(board: Board) -> set[str]:
    """The faults that a motor's guard with this board can come to, whatever is wrong: jams, overloads, dead sensors."""
    found = set()
    for out_q12, level, current_ma in ((4096, 312, 60_000), (4096, 312, 0), (0, 0, 60_000)):
        registers = Registers()
        guard = MotorGuard(registers.regs, compile_board(board))
        registers.set(scale_q16=65536, soft_mn=30_000, out_q12=out_q12, level=level, current_ma=current_ma)
        registers.set(slow_q4_1=40_000, felt_limit_permille=1180)  # the sensor was compared
        for turn in range(20_000):
            bits = guard.check(10 * turn, level > 0)
            found |= {faults.name(number) for number in faults.FAULTS if bits >> number & 1}
        if guard.ripple is not None:
            found.add("FORCE_DISAGREE")
    return found


def without(board: Board, *parts: str) -> Board:
    return board.model_copy(update=dict.fromkeys(parts))


CRANK = load_board(BOARD)


@pytest.mark.parametrize(
    "board",
    [CRANK, load_board(LINEAR), without(CRANK, "current"), without(CRANK, "tach"), without(CRANK, "current", "tach")],
    ids=["crank", "linear", "no current", "no tach", "neither"],
)
def test_the_table_is_what_the_guard_does(board: Board) -> None:
    compiled = compile_board(board)
    told = {check.fault for check in safety_blind.CHECKS if not check.lacking(compiled)}
    assert told & JUDGED_BY_THE_GUARD == judged(board)


def test_the_page_has_the_table_of_the_present_board_files() -> None:
    page = repo_or_data(safety_case.PAGE).read_text(encoding="utf-8")
    blocks = {found[2]: found[0] for found in BLOCK.finditer(page)}
    assert safety_blind.block() in blocks["boards"], "run: make safety-case"
