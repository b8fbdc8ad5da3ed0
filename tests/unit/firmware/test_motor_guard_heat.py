"""The winding's heat by worked arithmetic: what current counts, how much of it and for how long, when it is too hot."""

from typing import Any

import pytest

from tapote import faults
from tests.unit.firmware.bench_motor import Motor, pairs

I2T = 1 << faults.I2T


def test_heat_is_reckoned_each_100_ms_and_through_late_turns() -> None:
    """10 A of 10 A with a time constant of one second: a tenth in 100 ms, then a tenth of the rest."""
    motor = Motor(i2t_tau_s=1)
    motor.set(current_ma=10000)
    motor.pulse()
    seen = []
    for ms in (99, 100, 199, 200, 700):
        motor.pulse()
        pairs(motor, ms)
        seen.append(motor["heat_permille"])
    assert seen == [0, 100, 100, 190, 595], "190 + 810 * 0.5"


@pytest.mark.parametrize(
    ("out_q12", "current_ma", "permille"),
    [
        (4096, 10000, 100),
        (-4096, -10000, 100),
        (4096, 9999, 99),  # 9.99 A
        (256, 625, 100),  # * 16
        (255, 625, 100),
        (257, 625, 99),
        (512, 1250, 100),  # * 8
        (0, 10000, 100),  # what flows without any duty is the winding's
        (0, 5000, 25),
    ],
)
def test_the_windings_current_is_that_of_the_pack_over_the_duty(out_q12: int, current_ma: int, permille: int) -> None:
    motor = Motor(i2t_tau_s=1)
    motor.set(out_q12=out_q12, current_ma=current_ma)
    pairs(motor, 100)
    assert motor["heat_permille"] == permille


def test_heat_by_worked_arithmetic() -> None:
    """(10 A / 10 mA) ** 2 * 256 = 256e6 is the limit: 256000 a permille. dt / tau of the way there, and back."""
    motor = Motor()
    felt = motor.feel()
    assert [motor.heat_up(ms, 10000) for ms in (1000, 1000)] == [100, 190]
    assert (felt.warm_permille, motor["heat_permille"]) == (190, 190)
    assert Motor().heat_up(10000, 10000) == 1000
    assert Motor().heat_up(5000, 9000) == 405, "0.81 / 2"
    assert Motor().heat_up(10000, 20000) == 2000, "4000, and no number is higher than 2000"


def test_a_turn_counts_as_ten_seconds_at_the_most_and_a_board_without_numbers_divides_by_no_zero() -> None:
    """i2t 0: a permille is 1. 20 mA are 2 ** 2 * 256 = 1024, so 1 a millisecond, by the time constant."""
    assert Motor(i2t_ma=0, i2t_tau_s=73).heat_up(60000, 20) == 136, "10000 / 73; 10001 / 73 would be 137"
    assert Motor(i2t_ma=0, i2t_tau_s=0).heat_up(1000, 20) == 1000


def test_at_its_limit_the_winding_is_too_hot_until_it_is_below_98_percent() -> None:
    motor = Motor()
    assert motor.heat_up(9990, 10000) == 999
    assert pairs(motor, 10) == [0]
    motor = Motor()
    assert motor.heat_up(10000, 10000) == 1000
    assert [motor.check(ms) for ms in (10, 10, 20, 20)] == [I2T] * 4, "in both halves"
    assert motor.heat_up(200, 0) == 980
    assert motor.check(30) == I2T
    assert motor.heat_up(10, 0) == 979
    assert motor.check(30) == 0
    assert motor.heat_up(10000, 9999) == 998
    assert motor.check(40) == 0, "and then only at its limit again"


@pytest.mark.parametrize("board", [{"current_points": []}, {"actuator": 2}], ids=["no sensor", "linear"])
def test_a_board_that_knows_no_windings_current_reckons_no_heat(board: dict[str, Any]) -> None:
    motor = Motor(**board)
    motor.set(current_ma=10000)
    pairs(motor, 5000)
    assert (motor["heat_permille"], motor.guard.heat_permille) == (0, 0)
