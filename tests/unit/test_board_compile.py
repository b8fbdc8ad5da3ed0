"""board.json: whole numbers in range, tables that follow their sensors, and no mutated board ever breaks a cap."""

import copy
import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import caps
from host_tools.board_compile import compile_board, force_table, temp_points
from host_tools.boards import Board, list_boards, load_board, parse_board
from host_tools.errors import TapoteError
from host_tools.paths import repo_or_data
from host_tools.toml_read import read_toml
from tapote import waves
from tapote.units import interpolate

RAW = {name: read_toml(repo_or_data("boards") / f"{name}.toml") for name in list_boards()}
# The contract with the firmware: what stands in board.json, and the range of each whole number.
RANGES = {
    "schema": (1, 1),
    "tick_hz": (1000, 4000),
    "pwm_hz": (5000, 40_000),
    "motor_pin": (0, 28),
    "motor_pin_b": (-1, 28),
    "active_low": (0, 1),
    "actuator": (0, 2),
    "bipolar": (0, 1),
    "tach_pin": (-1, 27),
    "tach_milli": (0, 25_000_000),
    "button_pin": (0, 28),
    "button_active_low": (0, 1),
    "led_pin": (-1, 28),
    "adc_force": (0, 2),
    "adc_current": (-1, 2),
    "adc_battery": (-1, 2),
    "adc_temp": (-1, 4),
    "force_raw_min": (1, 4095),
    "force_raw_max": (1, 4095),
    "force_zero_mn": (0, 0),
    "cells": (1, 6),
    "battery_mohm": (1, 2000),
    "temp_warm_dc": (500, 600),
    "temp_hot_dc": (600, 750),
    "rate_min_spm": (300, 3200),
    "rate_max_spm": (300, 3200),
    "drive_max_permille": (0, 1000),
    "force_limit_mn": (5000, 50_000),
    "trip_mn": (5000, 65_000),
    "full_rate_spm": (300, 1_000_000),
    "nominal_mv": (3700, 22_200),
    "stall_current_ma": (1, 100_000),
    "current_limit_ma": (100, 100_000),
    "no_load_ma": (0, 20_000),
    "driver_on_ma": (1, 20_000),
    "coast_ms": (100, 1500),
    "i2t_ma": (1, 100_000),
    "i2t_tau_s": (5, 10_000),
    "session_max_s": (10, 900),
    "kp_q8": (0, 4095),
    "ki_q16": (0, 65_535),
    "out_rise_ms": (1, 5000),
}
TABLES = {"force_table", "current_points", "battery_points", "temp_points", "ripple_points"}


def check_compiled(compiled: dict[str, Any]) -> None:
    """Every promise that the firmware relies on."""
    assert set(compiled) == set(RANGES) | TABLES | {"name"}
    for key, (low, high) in RANGES.items():
        assert type(compiled[key]) is int
        assert low <= compiled[key] <= high, key
    table = compiled["force_table"]
    assert len(table) == 65
    assert all(type(entry) is int and 0 <= entry <= 65_535 for entry in table)
    assert table == sorted(table)
    assert table[0] == 0
    # Pressed to the trip, the device must see the trip: the table goes that far before the sensor looks shorted.
    assert table[-1] * 2 >= compiled["trip_mn"]
    for key in TABLES - {"force_table"}:
        raws = [point[0] for point in compiled[key]]
        assert raws == sorted(set(raws)), key
        assert all(type(number) is int for point in compiled[key] for number in point)
    assert compiled["trip_mn"] > compiled["force_limit_mn"]
    assert compiled["force_raw_min"] < compiled["force_raw_max"]
    assert compiled["pwm_hz"] * 13 <= 14 * compiled["tick_hz"] * 10
    json.dumps(compiled)
    waves.make(table)


@pytest.mark.parametrize("name", list(RAW))
def test_a_shipped_board_compiles(name: str) -> None:
    compiled = compile_board(load_board(name))
    check_compiled(compiled)
    assert compiled["name"] == name


def test_the_crank_board_is_as_drawn() -> None:
    compiled = compile_board(load_board("pico_mosfet_fsr"))
    assert (compiled["motor_pin"], compiled["tach_pin"], compiled["button_pin"]) == (14, 15, 13)
    assert [compiled[f"adc_{channel}"] for channel in ("force", "current", "battery", "temp")] == [0, 1, 2, 4]
    assert compiled["actuator"] == 0
    assert compiled["tach_milli"] == 14_400
    # 5800 rpm at 12 V falls with the voltage above the friction drop of 1.6 A x 0.667 ohm, and is geared 1.8 : 1.
    expected_spm = 5800 * (11_100 - 50 - 1067) / (12_000 - 1067) / 1.8
    assert math.isclose(compiled["full_rate_spm"], expected_spm, abs_tol=1)


def test_the_linear_board_has_no_tach_and_no_current_sensor() -> None:
    compiled = compile_board(load_board("picow_drv8871_linear"))
    assert (compiled["actuator"], compiled["bipolar"], compiled["motor_pin_b"]) == (2, 1, 12)
    assert (compiled["tach_pin"], compiled["tach_milli"], compiled["adc_current"]) == (-1, 0, -1)
    assert compiled["current_points"] == compiled["ripple_points"] == []


@pytest.mark.parametrize("name", list(RAW))
def test_the_force_table_gives_the_calibration_back(name: str) -> None:
    """At every calibration point the table is within 3 % or 0.3 N of the force on the body."""
    board = load_board(name)
    table = force_table(board)
    for force_mn, mv in board.force.calibration:
        contact_mn = force_mn * 1000 / board.force.share_permille
        if contact_mn > 110_000:
            continue  # the table ends at 131 N, far above the trip
        raw = mv * 4096 / 3300
        entry = int(raw // 64)
        read_mn = 2 * (table[entry] + (table[entry + 1] - table[entry]) * (raw - 64 * entry) / 64)
        assert math.isclose(read_mn, contact_mn, rel_tol=0.03, abs_tol=300)


def test_the_battery_reads_its_voltage() -> None:
    compiled = compile_board(load_board())
    raw = round(11_100 / 4.9 * 4096 / 3300)
    assert math.isclose(interpolate(compiled["battery_points"], raw), 11_100, rel_tol=0.002)


def test_the_current_reads_its_shunt() -> None:
    compiled = compile_board(load_board())
    raw = round((10 + 5 * 100) * 4096 / 3300)  # 5 A at 100 mV/A, zero at 10 mV
    assert math.isclose(interpolate(compiled["current_points"], raw), 5000, abs_tol=15)
    assert interpolate(compiled["current_points"], 0) == 0


@pytest.mark.parametrize("tenths", [0, 40, 183, 250, 371, 600, 720, 750, 980])
def test_the_thermistor_is_read_within_half_a_degree(tenths: int) -> None:
    """Against the beta equation: 10 kohm at 25 degC, beta 3950, 10 kohm pull-up."""
    ohm = 10_000 * math.exp(3950 * (1 / (tenths / 10 + 273.15) - 1 / 298.15))
    raw = round(4096 * ohm / (ohm + 10_000))
    read = interpolate(temp_points(load_board("picow_drv8871_linear")), raw)
    assert abs(read - tenths) <= 5 + (4 if tenths > 900 else 0)  # a count is 0.4 degC up there


def test_the_chip_sensor_follows_its_data_sheet() -> None:
    points = temp_points(load_board())
    assert abs(interpolate(points, round(706 * 4096 / 3300)) - 270) <= 5
    assert abs(interpolate(points, round((706 - 40 * 1.721) * 4096 / 3300)) - 670) <= 5


def leaves(table: dict[str, Any], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of all values of nested tables."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield (*prefix, key)
            yield from leaves(value, (*prefix, key))
        else:
            yield (*prefix, key)


SCALARS = st.one_of(
    st.integers(-10, 100_000),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=8),
    st.sampled_from(["high", "low", "crank", "linear", "h-bridge", "ntc", "chip", "motor", "RPI_PICO_W"]),
    st.lists(st.lists(st.integers(0, 3300), min_size=2, max_size=2), max_size=4),
    st.just({}),
)


@st.composite
def mutated_boards(draw: st.DrawFn) -> dict[str, Any]:
    """A shipped board with up to three values replaced, scaled, removed or added."""
    raw = copy.deepcopy(RAW[draw(st.sampled_from(sorted(RAW)))])
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(sorted(leaves(raw))))
        table = raw
        for step in path[:-1]:
            table = table[step]
        old = table[path[-1]]
        match draw(st.sampled_from(["scale", "scale", "replace", "remove", "add"])):
            case "scale" if type(old) is int:
                table[path[-1]] = old * draw(st.integers(1, 40)) // 20
            case "remove":
                del table[path[-1]]
            case "add":
                table[draw(st.text(max_size=8))] = draw(SCALARS)
            case _:
                table[path[-1]] = draw(SCALARS)
    return raw


@given(mutated_boards())
def test_a_mutated_board_is_refused_or_compiles_within_its_ranges(raw: dict[str, Any]) -> None:
    refusal: TapoteError | None = None
    board: Board | None = None
    try:
        board = parse_board(raw, where="mutant")
    except TapoteError as error:
        refusal = error
    if board is not None:
        check_compiled(compile_board(board))
    elif refusal is not None:
        assert "problem" in str(refusal)
        assert refusal.fix


VALUES = st.recursive(SCALARS, lambda inner: st.dictionaries(st.text(max_size=6), inner, max_size=4), max_leaves=12)
SECTIONS = ["schema", "name", "output", "motor", "force", "battery", "temperature", "limits", "panel", "tach"]


@given(st.dictionaries(st.sampled_from(SECTIONS) | st.text(max_size=6), VALUES, max_size=8))
def test_any_table_is_refused_with_a_message(raw: dict[str, Any]) -> None:
    with pytest.raises(TapoteError, match=r"board mutant: \d+ problem"):
        parse_board(raw, where="mutant")


def test_caps_hold_for_the_shipped_boards() -> None:
    for name in RAW:
        compiled = compile_board(load_board(name))
        assert compiled["force_limit_mn"] <= caps.FORCE_LIMIT_MAX_MN
        assert compiled["trip_mn"] <= caps.TRIP_MAX_MN
