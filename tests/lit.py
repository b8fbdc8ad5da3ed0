"""The crank board with every optional light: eight pixels and a display."""

from typing import Any

from host_tools.board_compile import compile_board
from host_tools.boards import Board, parse_board
from host_tools.paths import repo_or_data
from host_tools.toml_read import read_toml

PIXEL_PIN = 2


def lit_board() -> Board:
    """pico_mosfet_fsr with the keys of boards/README.md for lights."""
    raw = dict(read_toml(repo_or_data("boards") / "pico_mosfet_fsr.toml"))
    lights = {"pixel_pin": PIXEL_PIN, "pixel_count": 8, "oled_sda_pin": 4, "oled_scl_pin": 5}
    return parse_board(raw | {"panel": raw["panel"] | lights}, where="lit")


def lit_json() -> dict[str, Any]:
    """Its board.json."""
    return compile_board(lit_board())
