"""A firmware whose files are not whole answers the host and does nothing else, on the simulated board."""

from pathlib import Path

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.plant.build import build_plant
from host_tools.sim_hal import SimHal
from tapote import faults, panel
from tapote.app import App


def turns(app: App, hal: SimHal, count: int) -> None:
    for _ in range(count):
        hal.run_ticks(20)
        app.server.poll(hal.now_ms())
        app.turn(hal.now_ms())


def make(tmp_path: Path, damage: str) -> tuple[App, SimHal]:
    board = load_board("pico_mosfet_fsr")
    hal = SimHal(compile_board(board), build_plant(board))
    return App(hal, compile_board(board), f"{tmp_path}/", damage), hal


def test_damage_is_a_fault_from_the_start_that_no_button_clears(tmp_path: Path) -> None:
    app, hal = make(tmp_path, "main.py is not the file that was deployed")
    turns(app, hal, 30)
    assert app.session.fault == faults.FIRMWARE_HASH
    assert app.error == "main.py is not the file that was deployed"
    hal.pressed = True
    turns(app, hal, 10)
    hal.pressed = False
    turns(app, hal, 80)
    assert not app.clear(hal.now_ms())
    assert app.session.fault == faults.FIRMWARE_HASH
    assert app.arm(False, hal.now_ms()) & 0x240 == 0x240
    assert not app.loader.begin(1, "x")
    assert not hal.connected


def test_nothing_is_stricter_than_damage() -> None:
    everything = sum(faults.bit(fault) for fault in faults.FAULTS)
    assert faults.strictest(everything) == faults.FIRMWARE_HASH
    assert faults.RESTART_BITS & faults.bit(faults.FIRMWARE_HASH)
    assert panel.resting(0, faults.FIRMWARE_HASH, False, 0, 0) in (0, panel._FULL)


def test_whole_files_give_no_such_reason(tmp_path: Path) -> None:
    app, hal = make(tmp_path, "")
    turns(app, hal, 80)
    assert app.session.fault == 0
    assert app.reasons(hal.now_ms()) & 0x200 == 0
