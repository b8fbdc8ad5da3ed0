"""The HAL on CPython: what a tick reads and feeds, the fed output's life, bytes, time; it fits the Protocol."""

import ast
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from host_tools import sim_hal
from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.paths import repo_or_data
from host_tools.plant.build import build_plant
from host_tools.plant.plant import Plant
from host_tools.sim_hal import SimHal
from tapote import params
from tests.unit.firmware.bench import HandSet

if TYPE_CHECKING:
    from tapote.hal import Hal

MASK30 = 0x3FFFFFFF


def made(name: str = "pico_mosfet_fsr", **board: int) -> tuple[SimHal, HandSet]:
    compiled = compile_board(load_board(name)) | board
    plant = HandSet(compiled)
    return SimHal(compiled, cast(Plant, plant)), plant


def slot(hal: SimHal, name: str) -> int:
    return hal.regs[params.slot(name)]


def drive(hal: SimHal, **slots: int) -> None:
    """Enabled, full drive on its way, and a main loop that was just alive."""
    values = {"enable": 1, "drive_target_q12": 4096, "rate_target_spm": 1500, "ff_gain_q16": 89478, "rise_q16": 66}
    for name, value in (values | {"heartbeat_us": hal.now_us()} | slots).items():
        hal.regs[params.slot(name)] = value


def test_it_fits_the_protocol() -> None:
    hal: Hal = made()[0]
    assert hal.reset_cause == 0
    assert hal.heap_free() == 0


def test_it_holds_a_word_as_long_as_the_pio_does() -> None:
    source = (repo_or_data("firmware") / "tapote" / "fed_pwm.py").read_text(encoding="utf-8")
    ages = [
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "AGE"
    ]
    assert ages == [sim_hal.AGE_PERIODS]


def test_nothing_ticks_before_start_and_time_passes_all_the_same() -> None:
    hal, _ = made()
    hal.run_ticks(100)
    assert (slot(hal, "ticks"), hal.now_us()) == (0, 50_000)
    hal.start()
    hal.run_ticks(100)
    assert (slot(hal, "ticks"), hal.now_us(), hal.now_ms()) == (100, 100_000, 100)
    assert slot(hal, "now_us") == 100_000


def test_the_tick_reads_what_the_plant_shows() -> None:
    hal, plant = made()
    hal.start()
    plant.press(20000)
    hal.run_ticks(500)
    assert slot(hal, "force_mn") == pytest.approx(20000, rel=0.02)
    for name, counts in (("slow_q4_0", plant.current_counts), ("slow_q4_1", plant.battery_counts)):
        assert slot(hal, name) / 16 == pytest.approx(counts, abs=1)
    assert slot(hal, "slow_q4_2") / 16 == pytest.approx(plant.temp_counts, abs=1)


def test_a_board_without_current_sensor_still_reads_battery_and_temperature() -> None:
    board = compile_board(load_board("picow_drv8871_linear"))
    plant = build_plant(load_board("picow_drv8871_linear"))
    hal = SimHal(board, plant)
    hal.start()
    hal.run_ticks(500)
    assert slot(hal, "slow_q4_1") / 16 == pytest.approx(plant.battery_counts, abs=8)
    assert slot(hal, "slow_q4_2") / 16 == pytest.approx(plant.temp_counts, abs=8)


def test_duty_reaches_the_motor_only_while_connected() -> None:
    hal, plant = made()
    hal.start()
    for connect, expected in ((False, False), (True, True), (False, False)):
        (hal.connect if connect else hal.kill)()
        drive(hal)
        hal.run_ticks(150)
        assert (plant.duty > 0) == expected
    hal.connect()
    hal.run_ticks(1)
    hal.kill()
    hal.run_ticks(1)
    assert plant.duty == 0


def test_duty_is_the_time_the_pin_is_active() -> None:
    """A period is 312 counts of two cycles and six cycles more: a level of 156 is 312 of 630 cycles."""
    hal, plant = made()
    hal.start()
    hal.connect()
    drive(hal, drive_q16=65536, scale_q16=65536, out_q12=2048, out_rise_q12=0, kp_q8=0, actuator=1, ff_gain_q16=1 << 18)
    hal.run_ticks(2)
    assert hal.out[0] == 2048 * 312 >> 12
    assert plant.duty == pytest.approx(2 * 156 / 630)


def test_an_output_that_is_not_fed_dies_within_a_tick_more() -> None:
    hal, plant = made()
    hal.start()
    hal.connect()
    drive(hal)
    hal.run_ticks(199)
    assert plant.duty > 0
    hal.run_ticks(2)  # 100 ms and 500 us since the heartbeat: from here on the tick feeds nothing
    assert slot(hal, "trips") == 4
    hal.run_ticks(2)
    assert plant.duty == 0


def test_pulses_and_the_clock_wrap_as_on_the_board() -> None:
    hal, plant = made()
    hal.start()
    hal.time_us = MASK30 - 10_000
    plant._pulses = 65530.0
    hal.run_ticks(100)
    assert hal.now_us() == slot(hal, "now_us") < 50_000
    plant._pulses = 65540.0
    hal.run_ticks(1)
    assert slot(hal, "tach_now") == 4
    assert slot(hal, "lost_ticks") == 0


def test_bytes_both_ways() -> None:
    hal, _ = made()
    hal.to_device += bytes(range(100))
    buffer = bytearray(64)
    assert hal.read(buffer) == 64
    assert bytes(buffer) == bytes(range(64))
    assert hal.read(buffer) == 36
    assert hal.read(buffer) == 0
    hal.room_bytes = 10
    assert hal.write(b"12345678") == 8
    assert hal.write(b"12345678") == 2
    assert hal.write(b"12345678") == 0
    assert hal.to_host == b"1234567812"


def test_waiting_ends_with_bytes_or_with_its_time() -> None:
    hal, _ = made()
    hal.start()
    hal.wait(10)
    assert hal.now_ms() == 10
    hal.to_device += b"x"
    hal.wait(10)
    assert hal.now_ms() == 10


def test_button_and_led() -> None:
    hal, _ = made()
    assert not hal.button()
    hal.pressed = True
    assert hal.button()
    hal.led(600)
    assert hal.led_permille == 600


def test_the_module_knows_no_clock_of_this_computer() -> None:
    names = {
        alias.name
        for node in ast.walk(ast.parse(Path(sim_hal.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert not names & {"time", "datetime"}
