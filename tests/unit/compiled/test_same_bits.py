"""Compiled or not: the same session, to the last bit, on both boards."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.compiled.hal import CompiledHal
from host_tools.plant.build import build_plant
from host_tools.plant.plant import Plant
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import get_profile
from host_tools.regions import get_region
from host_tools.sim_hal import SimHal
from tapote import states
from tapote.app import App

BOARDS = ("pico_mosfet_fsr", "picow_drv8871_linear")
Moment = tuple[Any, ...]


def truth(plant: Plant) -> Moment:
    return (
        plant.force_n,
        plant.rate_spm,
        plant.strokes,
        plant.current_a,
        plant.supply_a,
        plant.battery_v,
        plant.charge,
        plant.motor_temp_c,
        plant.sensor_temp_c,
        plant.time_s,
        plant.tach_count,
        plant.force_window_n(),
    )


def session(
    make: Callable[[dict[str, Any], Plant], SimHal], name: str, folder: Path, tick_hz: int, person: str
) -> tuple[list[Moment], set[int]]:
    """Eight seconds: start, a hand that comes and goes, a jammed head, a shorted driver, odd sensors, a button."""
    board = load_board(name)
    board = board.model_copy(update={"controller": board.controller.model_copy(update={"tick_hz": tick_hz})})
    compiled = compile_board(board) | {"pwm_hz": 5000 * (tick_hz // 1000)}
    hal = make(compiled, build_plant(board, person=person, seconds=5.0, seed=3))
    plant = hal.plant
    app = App(hal, compiled, f"{folder}/")
    program = compile_profile(get_profile("deep_tissue"), board, get_region("calf"))
    moments: list[Moment] = []
    met: set[int] = set()

    def turns(count: int) -> None:
        for _ in range(count):
            hal.run_ticks(10_000 // hal.tick_us)
            app.work(hal.now_ms())
            met.add(app.session.state)
            moments.append((list(hal.regs), list(hal.adc), list(hal.out), app.session.state, *truth(plant)))

    turns(60)
    assert app.loader.begin(len(program.phases), "x")
    for index, phase in enumerate(program.phases):
        app.loader.add_phase(index, dataclasses.astuple(phase))
    assert app.loader.commit() == 0
    assert app.arm(False, hal.now_ms()) == 0
    hal.pressed = True
    turns(12)
    hal.pressed = False
    turns(150)
    plant.begin_press()
    turns(200)
    plant.faults.force_offset_n = 3.0
    plant.faults.force_gain = 0.9
    turns(50)
    plant.faults.rotor_locked = True
    turns(15)
    plant.faults.rotor_locked = False
    plant.faults.current_dead = plant.faults.tach_dead = plant.faults.temp_open = True
    plant.lift()
    turns(30)
    plant.faults.force_frozen = plant.faults.driver_stuck_on = True
    plant.faults.battery_v_override = 9.5
    plant.begin_press()
    turns(60)
    plant.faults.force_frozen = plant.faults.tach_dead = False
    plant.faults.force_override_n = 80.0
    plant.faults.temp_c_override = 61.0
    turns(20)
    hal.run_ticks(1)
    hal.run_ticks(1999)
    turns(1)
    return moments, met


@pytest.mark.parametrize("name", BOARDS)
@pytest.mark.parametrize(("tick_hz", "person"), [(2000, "jerky"), (1000, "too-hard"), (4000, "lets-go")])
def test_the_same_session_to_the_last_bit(name: str, tick_hz: int, person: str, tmp_path: Path) -> None:
    plain, met = session(SimHal, name, tmp_path / "a", tick_hz, person)
    compiled, _ = session(CompiledHal, name, tmp_path / "b", tick_hz, person)
    assert {states.ARMED, states.RUNNING, states.FAULT} <= met, "the session went where it should"
    differing = [index for index, pair in enumerate(zip(plain, compiled, strict=True)) if pair[0] != pair[1]]
    assert not differing


def test_a_long_burst_is_the_same_as_many_short_ones() -> None:
    board = compile_board(load_board(BOARDS[0]))
    one, many = (CompiledHal(board, build_plant(load_board(BOARDS[0]))) for _ in range(2))
    for hal in (one, many):
        hal.start()
        hal.plant.begin_press()
    one.run_ticks(5000)
    for _ in range(500):
        many.run_ticks(10)
    assert list(one.regs) == list(many.regs)
    assert truth(one.plant) == truth(many.plant)
