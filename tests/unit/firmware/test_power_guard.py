"""Pack and temperature at the edges: the least voltage, the longest time, the last degree that is still well.

Called with times of its own choice and not from the main loop, so that each millisecond counts.
"""

from typing import Any

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from tapote import faults
from tapote.power_guard import PowerGuard
from tests.unit.firmware.registers import Registers

# 4 mV a count, so that 2.8 V a cell is a reading by itself: 8400 mV / 4 = 2100 counts. 0.1 C a count from 0 C on.
POINTS = {"battery_points": [[0, 0], [4000, 16000]], "temp_points": [[100, 0], [1100, 1000]], "cells": 3}
BOARD: dict[str, Any] = compile_board(load_board("pico_mosfet_fsr")) | POINTS | {"battery_mohm": 100}
CUT, LOW, OVER, SENSOR, CELLS = (
    1 << fault
    for fault in (
        faults.BATTERY_CUT,
        faults.BATTERY_LOW,
        faults.OVERTEMP,
        faults.TEMP_SENSOR,
        faults.CELL_COUNT,
    )
)
LATE_MS = 0x3FFFFFFF - 100  # the clock goes round at 2**30 within each wait


class Guarded(Registers):
    """A guard of a pack of 11.1 V at 25 C that gives no current; other numbers of the board by name."""

    def __init__(self, **board: Any) -> None:
        super().__init__()
        self.guard = PowerGuard(self.regs, BOARD | {"temp_hot_dc": 750, "temp_warm_dc": 600} | board)
        self.set(battery_mv=11100, temperature_dc=250, slow_q4_1=2775 * 16, slow_q4_2=350 * 16)

    def heat(self, after_ms: int) -> int:
        return self.guard.heat((LATE_MS + after_ms) & 0x3FFFFFFF)

    def battery(self, after_ms: int) -> int:
        return self.guard.battery((LATE_MS + after_ms) & 0x3FFFFFFF)

    def cut(self, after_ms: int) -> int:
        return self.guard.cut((LATE_MS + after_ms) & 0x3FFFFFFF)


def test_a_new_guard_knows_of_nothing() -> None:
    device = Guarded()
    assert not device.guard.warn
    assert (device.battery(0), device.heat(0), device.cut(0), device.guard.reasons()) == (0, 0, 0, 0)
    assert device["taper_permille"] == 1000


def test_a_new_guard_does_not_take_its_first_look_for_one_after_a_fault() -> None:
    device = Guarded()
    device.set(battery_mv=9500, temperature_dc=700)  # where a pack that was low, or a motor that was hot, still is
    assert device.battery(0) | device.heat(0) == 0
    device.set(battery_mv=8999, temperature_dc=750)
    assert (device.battery(1000), device.heat(1000)) == (0, 0), "the time begins here"
    assert (device.battery(2000), device.heat(1500)) == (LOW, OVER)


def test_a_cell_below_2800_mv_for_200_ms_is_cut() -> None:
    device = Guarded()
    device.set(slow_q4_1=2100 * 16)
    assert [device.cut(ms) for ms in (0, 1000)] == [0, 0], "2.8 V is enough"
    device.set(slow_q4_1=2100 * 16 - 1)
    assert [device.cut(ms) for ms in (1001, 1200, 1201)] == [0, 0, CUT]
    device.set(slow_q4_1=2100 * 16)
    assert device.cut(1202) == 0
    device.set(slow_q4_1=2100 * 16 - 1)
    assert device.cut(1300) == 0, "it counts from the beginning"


def test_a_pack_below_3000_mv_a_cell_for_a_second_is_low_until_it_is_back_at_3400() -> None:
    device = Guarded()
    device.set(battery_mv=9000)
    assert [device.battery(ms) for ms in (0, 5000)] == [0, 0]
    device.set(battery_mv=8999)
    assert [device.battery(ms) for ms in (5001, 6000, 6001)] == [0, 0, LOW]
    device.set(battery_mv=10199)
    assert device.battery(7000) == LOW
    device.set(battery_mv=10200)
    assert device.battery(7001) == 0
    device.set(battery_mv=10199)
    assert device.battery(9000) == 0, "low begins below 3000"


def test_a_pack_above_4300_mv_a_cell_for_half_a_second_is_another_pack_or_a_broken_divider() -> None:
    device = Guarded()
    device.set(battery_mv=12901)
    assert [device.battery(ms) for ms in (0, 499, 500)] == [0, 0, CELLS]
    device.set(battery_mv=12900)
    assert device.battery(600) == 0
    device.set(battery_mv=12901)
    assert [device.battery(ms) for ms in (700, 1199, 1200)] == [0, 0, CELLS], "counted anew"


def test_what_the_load_takes_is_given_back_and_what_flows_back_is_not_taken_off() -> None:
    """5 A * 100 mohm = 500 mV."""
    device = Guarded()
    device.set(battery_mv=8500, current_ma=5000)
    assert [device.battery(ms) for ms in (0, 2000)] == [0, 0]
    device.set(current_ma=4999)  # 499 mV
    assert [device.battery(ms) for ms in (2001, 3001)] == [0, LOW]
    device = Guarded()
    device.set(battery_mv=9000, current_ma=-5000)
    assert [device.battery(ms) for ms in (0, 2000)] == [0, 0]


@pytest.mark.parametrize(("pack_mv", "warn"), [(9900, False), (9899, True)])
def test_below_3300_mv_a_cell_it_warns(pack_mv: int, warn: bool) -> None:
    device = Guarded()
    device.set(battery_mv=pack_mv)
    assert device.battery(0) == 0
    assert device.guard.warn is warn


@pytest.mark.parametrize(("pack_mv", "wrong"), [(5999, True), (6000, False), (12900, False), (12901, True)])
def test_three_cells_have_between_2000_and_4300_mv_each(pack_mv: int, wrong: bool) -> None:
    device = Guarded()
    device.set(battery_mv=pack_mv)
    assert device.guard.cell_count_wrong() is wrong
    device = Guarded(battery_points=[])
    device.set(battery_mv=pack_mv)
    assert not device.guard.cell_count_wrong(), "without a sensor there is nothing to compare"


@pytest.mark.parametrize(("raw", "inside"), [(99, False), (100, True), (1100, True), (1101, False)])
def test_a_reading_beyond_its_table_for_half_a_second_is_a_broken_sensor(raw: int, inside: bool) -> None:
    device = Guarded()
    device.set(slow_q4_2=raw * 16)
    assert [device.heat(ms) for ms in (0, 499, 500)] == [0, 0, 0 if inside else SENSOR]
    if not inside:
        device.set(slow_q4_2=350 * 16)
        assert device.heat(501) == 0


@pytest.mark.parametrize(
    ("q4", "inside"),
    [(99 * 16 + 7, False), (99 * 16 + 8, True), (500 * 16 + 7, True), (500 * 16 + 8, True)],
)
def test_a_reading_is_rounded(q4: int, inside: bool) -> None:
    device = Guarded()
    device.set(slow_q4_2=q4, slow_q4_1=q4 + 160)
    device.heat(0)
    assert device.heat(500) == (0 if inside else SENSOR)
    device.guard.measure_heat()
    device.guard.measure_battery()
    counts = (q4 + 8) // 16
    assert (device["temperature_dc"], device["battery_mv"]) == (max(counts - 100, 0), 4 * (counts + 10))


@pytest.mark.parametrize(
    ("now_dc", "taper"), [(599, 1000), (600, 1000), (601, 993), (675, 500), (749, 6), (750, 0), (900, 0)]
)
def test_drive_is_tapered_between_warm_and_hot(now_dc: int, taper: int) -> None:
    """(75.0 - 67.5) / (75.0 - 60.0) = 500 permille."""
    device = Guarded()
    device.set(temperature_dc=now_dc)
    device.heat(0)
    assert device["taper_permille"] == taper


def test_the_same_warm_and_hot_is_a_step() -> None:
    device = Guarded(temp_warm_dc=750)
    device.set(temperature_dc=749)
    device.heat(0)
    assert device["taper_permille"] == 1000, "one tenth below, of a ramp of one tenth"


def test_hot_for_half_a_second_is_a_fault_until_ten_degrees_cooler() -> None:
    device = Guarded()
    device.set(temperature_dc=749)
    assert [device.heat(ms) for ms in (0, 5000)] == [0, 0]
    device.set(temperature_dc=750)
    assert [device.heat(ms) for ms in (5001, 5500, 5501)] == [0, 0, OVER]
    device.set(temperature_dc=650)
    assert device.heat(6000) == OVER
    device.set(temperature_dc=649)
    assert device.heat(6001) == 0
    device.set(temperature_dc=749)
    assert [device.heat(ms) for ms in (6002, 9000)] == [0, 0]


@pytest.mark.parametrize(
    ("slots", "bits"),
    [
        ({"battery_mv": 10199}, 0x008),
        ({"battery_mv": 10200}, 0),
        ({"temperature_dc": -1}, 0x010),
        ({"temperature_dc": 0}, 0),
        ({"temperature_dc": 650}, 0),
        ({"temperature_dc": 651}, 0x010),
        ({"battery_mv": 0, "temperature_dc": 900}, 0x018),
    ],
)
def test_reasons_not_to_arm(slots: dict[str, int], bits: int) -> None:
    device = Guarded()
    device.set(**slots)
    assert device.guard.reasons() == bits


def test_a_board_without_sensors_judges_none() -> None:
    device = Guarded(battery_points=[], temp_points=[])
    device.set(battery_mv=0, temperature_dc=2000, slow_q4_1=0, slow_q4_2=0, taper_permille=777)
    for ms in (0, 5000):
        assert (device.battery(ms), device.heat(ms), device.cut(ms)) == (0, 0, 0)
    assert device.guard.reasons() == 0
    assert not device.guard.warn
    assert device["taper_permille"] == 777
