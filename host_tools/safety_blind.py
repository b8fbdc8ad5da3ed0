"""What a board cannot find out about itself, for want of a part: a table of docs/safety-case.md.

It asks of each board file what the firmware's guard asks of board.json (motor_guard.py); a test holds the two together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from host_tools import reference
from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.safety_matrix import BOARD, LINEAR

FOUND = "found"
CHIP_SENSOR = 4  # ADC channel of the RP2040's own temperature sensor
NO_SENSOR, NO_TACH, COIL = "no current sensor", "no tachometer", "a coil"

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """fault: its name; defect: what would be wrong, for people; lacking: what a board lacks to find it, "" when it
    does; remark: what else is to be known."""

    fault: str
    defect: str
    lacking: Callable[[Json], str]
    remark: str


def _current(board: Json) -> str:
    return "" if board["current_points"] else NO_SENSOR


def _crank_current(board: Json) -> str:
    return _current(board) or (COIL if board["actuator"] == 2 else "")


def _tach(board: Json) -> str:
    return "" if board["actuator"] == 0 else NO_TACH


def _ripple(board: Json) -> str:
    return _current(board) or _tach(board) or ("" if board["ripple_points"] else "too few tach pulses")


def _motor_heat(board: Json) -> str:
    return "the chip's own sensor, which does not see the motor" if board["adc_temp"] == CHIP_SENSOR else ""


CHECKS = (
    Check("STALL", "the motor jams", _tach, "what cannot move goes on being driven, and heats up"),
    Check(
        "OVERCURRENT", "it draws more than the board's limit", _current, "left are the driver's own limit and the fuse"
    ),
    Check(
        "I2T", "its winding gets more heat than it stands", _crank_current, "left is a temperature sensor at the motor"
    ),
    Check("CURRENT_SENSOR", "the current sensor dies", _crank_current, "where there is none, nothing can die"),
    Check(
        "DRIVER_ON", "the driver stays on", _current, "every board reads its pins back at the start, but not the driver"
    ),
    Check(
        "FORCE_DISAGREE", "the force sensor reads much less than the motor feels", _ripple, "off as delivered: case 10"
    ),
    Check(
        "OVERTEMP", "the motor itself gets too hot", _motor_heat, "that sensor still stops it when the case has 75 °C"
    ),
)


def lacking(check: Check, board: str) -> str:
    """Why a board, named as for load_board, cannot find it; "" when it can."""
    return check.lacking(compile_board(load_board(board)))


def block() -> str:
    """The table of the page."""
    boards = (BOARD, LINEAR)
    rows = []
    for check in CHECKS:
        cells = [f"**not found**: {why}" if (why := lacking(check, board)) else FOUND for board in boards]
        rows.append([f"`{check.fault}`: {check.defect}", *cells, check.remark])
    return "\n".join(reference.markdown_table(["defect", *(f"`{board}`" for board in boards), "remark"], rows))
