"""What follows from a motor's data sheet: the current it stands, and the ripple that a press gives its current."""

from math import pi

import pytest

from host_tools.board_compile import compile_board
from host_tools.board_motor import WINDING_LIMIT_C, i2t_ma
from host_tools.boards import load_board, parse_board
from host_tools.errors import UsageError
from host_tools.paths import repo_or_data
from host_tools.plant.build import build_plant
from host_tools.plant.motor import COPPER_PER_K, RATED_TEMP_C
from host_tools.toml_read import read_toml


@pytest.mark.parametrize(("name", "expected_ma"), [("pico_mosfet_fsr", 4456), ("picow_drv8871_linear", 1598)])
def test_the_current_that_a_winding_stands_brings_it_to_its_limit(name: str, expected_ma: int) -> None:
    """The plant's winding, heated by that current in a room of 40 degC, settles at 120 degC."""
    board = load_board(name)
    assert i2t_ma(board.motor) == expected_ma
    spec = build_plant(board).spec.winding
    amperes = expected_ma / 1000
    temp_c = 40.0
    for _ in range(100):
        ohm = spec.resistance_ohm * (1 + COPPER_PER_K * (temp_c - RATED_TEMP_C))
        temp_c = 40.0 + spec.thermal_k_per_w * (ohm * amperes**2 + spec.brush_v * amperes)
    assert temp_c == pytest.approx(WINDING_LIMIT_C, abs=0.2)


def test_a_motor_that_could_not_even_idle_is_refused() -> None:
    raw = read_toml(repo_or_data("boards") / "pico_mosfet_fsr.toml")
    raw["motor"]["thermal_resistance_mk_per_w"] = 60_000
    with pytest.raises(UsageError, match=r"motor.thermal_resistance_mk_per_w.*no_load_ma"):
        parse_board(raw, where="test")


def test_the_ripple_is_the_textbooks_at_one_rate() -> None:
    """1800 strokes/min: torque 6 mm x 1 N at the crank, / (J w) a ripple of speed, x k a back-EMF, / R a current."""
    points = dict(compile_board(load_board("pico_mosfet_fsr"))["ripple_points"])
    w = 1800 / 60 * 2 * pi
    current_a = 0.006 / (450e-7 * 1.8**2 * w) * 0.01707 * 1.8 / (0.632 + 0.12 * 0.36)
    smoothed = 0.4355  # one of three slow channels at 2 kHz, an eighth a sample, at 30 Hz
    step = 2 * 0.8090  # two samples 10 ms apart, sin(0.3 pi) each
    counts_q4 = current_a * 100 / 3300 * 4096 * 16 * smoothed * step
    assert points[1800] / 1000 == pytest.approx(counts_q4, rel=0.06)


@pytest.mark.parametrize("section", ["current", "tach"])
def test_no_ripple_without_what_it_is_told_from(section: str) -> None:
    raw = read_toml(repo_or_data("boards") / "pico_mosfet_fsr.toml")
    del raw[section]
    if section == "tach":
        del raw["controller_gains"]
    assert compile_board(parse_board(raw, where="test"))["ripple_points"] == []


def test_no_ripple_with_too_few_pulses_a_stroke() -> None:
    raw = read_toml(repo_or_data("boards") / "pico_mosfet_fsr.toml")
    raw["tach"]["pulses_per_rev"] = 4
    assert compile_board(parse_board(raw, where="test"))["ripple_points"] == []


def test_a_braking_driver_is_given_time_to_let_the_motor_stand() -> None:
    raw = read_toml(repo_or_data("boards") / "pico_mosfet_fsr.toml")
    assert compile_board(parse_board(raw, where="test"))["coast_ms"] == 100
    raw["output"]["braking"] = True
    assert compile_board(parse_board(raw, where="test"))["coast_ms"] == 1500
