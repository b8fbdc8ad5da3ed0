"""Numbers that stand in two places because each side must do without the other: they are the same in both.

`hal_rp2.py` and `fed_pwm.py` import what CPython has not, so they are read as text.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from host_tools import caps, sim_hal
from host_tools.board_compile import compile_board
from host_tools.boards import list_boards, load_board
from host_tools.paths import repo_or_data
from tapote import params, waves
from tests.lit import lit_json

FIRMWARE = repo_or_data("firmware")
FILES = sorted([*FIRMWARE.glob("*.py"), *(FIRMWARE / "tapote").glob("*.py")])
LIGHTS = [FIRMWARE / "tapote" / name for name in ("wires.py", "pixels.py", "oled.py")]
BOARD_NAMES = ("board", "caps")  # what the firmware calls the dict of board.json


def constants(name: str) -> dict[str, int]:
    """NAME = number and NAME = const(number) at the top of a firmware module."""
    found: dict[str, int] = {}
    for node in ast.parse((FIRMWARE / name).read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "const":
                value = value.args[0]
            if isinstance(value, ast.Constant) and isinstance(value.value, int):
                found[node.targets[0].id] = value.value
    return found


def slots_in(name: str) -> dict[str, int]:
    """The constants of a module that are named like a slot of regs (of a row of three, like the first)."""
    found: dict[str, int] = {}
    for constant, value in constants(name).items():
        for slot in (constant[1:].lower(), constant[1:].lower() + "_0"):
            if constant.startswith("_") and slot in params.SLOTS:
                found[slot] = value
    return found


def board_keys(path: Path, called: tuple[str, ...] = BOARD_NAMES) -> Iterator[str]:
    """The keys that a file reads by name of a dict that is called so: by default board.json."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
            continue
        of = node.value
        name = of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""
        if name in called and isinstance(node.slice.value, str):
            yield node.slice.value


def test_the_simulated_output_lives_as_long_as_the_fed_one() -> None:
    age = constants("tapote/fed_pwm.py")["AGE"]
    assert age == sim_hal.AGE_PERIODS == caps.FED_PERIODS


@pytest.mark.parametrize(("module", "least"), [("tapote/kernel.py", 60), ("tapote/hal_rp2.py", 4)])
def test_slots_written_as_numbers_are_those_of_the_table(module: str, least: int) -> None:
    slots = slots_in(module)
    assert len(slots) >= least
    assert slots == {name: params.slot(name) for name in slots}


def test_the_kernel_finds_ring_and_tables_where_the_others_put_them() -> None:
    kernel = constants("tapote/kernel.py")
    assert (kernel["_RING"], kernel["_SWELL"], kernel["_FORCE_TABLE"]) == (params.RING, waves.SWELL, waves.FORCE)


def test_boot_forces_the_pin_with_the_same_words_as_the_hal() -> None:
    hal = constants("tapote/hal_rp2.py")
    safe = hal["_FUNC_SIO"] | hal["_OE_ON"]
    numbers = {
        node.value for node in ast.walk(ast.parse((FIRMWARE / "boot.py").read_text())) if isinstance(node, ast.Constant)
    }
    assert {safe | hal["_OUT_LOW"], safe | hal["_OUT_HIGH"], 0x40014004} <= numbers


@pytest.mark.parametrize("board_name", list_boards())
def test_every_key_that_the_firmware_reads_is_in_board_json(board_name: str) -> None:
    compiled = compile_board(load_board(board_name))
    read = {key: path.name for path in FILES if path not in LIGHTS for key in board_keys(path)}
    assert len(read) > 30
    assert {key: where for key, where in read.items() if key not in compiled} == {}


def test_every_key_of_the_lights_is_there_where_a_board_has_them() -> None:
    compiled = lit_json()
    for path in LIGHTS:
        assert set(board_keys(path)) <= compiled.keys()
        assert set(board_keys(path, ("parts",))) <= compiled["lights"].keys()
    read = {key for path in LIGHTS for key in board_keys(path, ("parts",))}
    assert read == {"pixel_pin", "oled_sda", "oled_scl"}, "and pixel_count, by pixels.py"
