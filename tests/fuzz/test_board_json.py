"""board.json with any numbers in it: the firmware cuts them to its caps, or does not start at all.

The host checks a board before it writes board.json; this is for a file that came another way, or rotted.
"""

import copy
from typing import Any, cast

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from host_tools.board_compile import compile_board
from host_tools.boards import list_boards, load_board
from host_tools.plant.plant import Plant
from host_tools.sim_hal import SimHal
from tapote import params, setup
from tapote.app import App
from tests.fuzz.effort import effort
from tests.unit.firmware.bench import HandSet

GOOD = [compile_board(load_board(name)) for name in list_boards()]
PHASE = (60000, 65535, 65535, 65535, 65535, 1, 0, 65535, 65535, 65535, 0xFFFFFFFF, 1)  # all that a frame can ask for
CAPPED = {
    "force_limit_mn": (5000, params.FORCE_CAP_MN),
    "trip_mn": (10000, params.TRIP_CAP_MN),
    "rate_min_spm": (params.RATE_FLOOR_SPM, params.RATE_CAP_SPM),
    "rate_max_spm": (params.RATE_FLOOR_SPM, params.RATE_CAP_SPM),
    "drive_max_permille": (0, 1000),
    "session_max_s": (1, params.SESSION_CAP_S),
    "tick_hz": (1000, 4000),
    "cells": (1, 12),
    "temp_hot_dc": (100, params.HOT_CAP_DC),
    "temp_warm_dc": (0, params.HOT_CAP_DC - 10),
}
PINS = ("button_pin", "led_pin", "tach_pin", "motor_pin", "motor_pin_b")  # none may be another's
NO_START = (KeyError, TypeError, ValueError, OverflowError)
WHOLE = st.one_of(
    st.sampled_from([0, 1, -1, 1 << 15, 1 << 30, (1 << 31) - 1, 1 << 31, -(1 << 31), 1 << 32, 1 << 64]),
    st.integers(-(1 << 40), 1 << 40),
    st.integers(0, 70000),
)
ANY = st.one_of(WHOLE, st.floats(), st.booleans(), st.none(), st.text(max_size=3), st.lists(st.integers(), max_size=3))


@st.composite
def other_numbers(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> dict[str, Any]:
    """A shipped board's file with one to all of its plain numbers replaced."""
    board: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(GOOD)))
    keys = sorted(key for key, value in board.items() if isinstance(value, int))
    for key in draw(st.one_of(st.just(keys), st.lists(st.sampled_from(keys), min_size=1, max_size=3))):
        board[key] = draw(values)
    return board


def must_be_capped(safe: dict[str, Any]) -> None:
    for key, (low, high) in CAPPED.items():
        assert type(safe[key]) is int
        assert low <= safe[key] <= high, key


@given(other_numbers(WHOLE))
@effort(300)
def test_any_whole_numbers_are_cut_to_the_caps_and_ranges(board: dict[str, Any]) -> None:
    try:
        safe = setup.capped(board)
    except ValueError as error:
        event(str(error))
        why = str(error)
    else:
        why = ""
    if why:
        assert why.split()[0] in PINS, "a pin of the motor, or two on one PWM slice"
        return
    must_be_capped(safe)
    assert setup.capped(safe) == safe
    for name, value in setup.board_slots(board).items():
        assert params.within(params.slot(name), value) == value, name


@given(other_numbers(ANY))
@effort(200)
def test_what_is_no_number_is_cut_or_starts_nothing(board: dict[str, Any]) -> None:
    try:
        safe = setup.capped(board)
    except NO_START:
        event("no start")
    else:
        must_be_capped(safe)


@given(key=st.sampled_from(sorted(GOOD[0])), board=st.sampled_from(GOOD))
@effort(30)
def test_what_is_missing_starts_nothing_or_is_not_about_limits(key: str, board: dict[str, Any]) -> None:
    less = {name: value for name, value in board.items() if name != key}
    if key in (*CAPPED, *PINS):
        with pytest.raises(KeyError, match=key):
            setup.capped(less)
    else:
        must_be_capped(setup.capped(less))


@given(other_numbers(WHOLE))
@effort(60)
def test_the_whole_firmware_on_such_a_board_keeps_every_limit_within_the_caps(
    tmp_path_factory: pytest.TempPathFactory, board: dict[str, Any]
) -> None:
    """It takes the greediest program, with the settings opened as far as they go; nothing is above a cap."""
    known = GOOD[0] if board["name"] == GOOD[0]["name"] else GOOD[1]
    # Converter, PWM and pins are the simulation's own.
    wired = board | {key: known[key] for key in board if key.startswith(("adc_", "pwm_")) or key in PINS}
    hal = SimHal(wired, cast(Plant, HandSet(GOOD[0])))
    app = App(hal, wired, f"{tmp_path_factory.mktemp('settings')}/")
    hal.run_ticks(20)
    app.program.begin("greedy")
    assert app.program.add(PHASE)
    for slot in params.settings():
        hal.regs[slot] = params.PARAMS[slot][2]
    app.setpoints.begin()
    for turn in range(5):
        app.setpoints.follow(turn * 10_000)
        regs = {name: hal.regs[params.slot(name)] for name in ("hard_mn", "trip_mn", "rate_target_spm", "soft_mn")}
        assert regs["soft_mn"] < regs["hard_mn"] <= min(params.FORCE_CAP_MN, app.board["force_limit_mn"])
        assert regs["trip_mn"] <= min(params.TRIP_CAP_MN, app.board["trip_mn"])
        assert regs["rate_target_spm"] <= params.RATE_CAP_SPM
        assert hal.regs[params.slot("drive_target_q12")] <= 4096
    assert not app.setpoints.follow(params.SESSION_CAP_S * 1000)
