"""The motor's currents at the edges: the last milliampere and millisecond that are well, the first that is not.

What the tachometer tells is in test_motor_guard_stall.py, the winding's heat in test_motor_guard_heat.py.
"""

import pytest

from tapote import faults
from tests.unit.firmware.bench_motor import Motor, pairs

STALL, OVER, SENSOR, ON, FORCE = (
    1 << fault
    for fault in (
        faults.STALL,
        faults.OVERCURRENT,
        faults.CURRENT_SENSOR,
        faults.DRIVER_ON,
        faults.FORCE_DISAGREE,
    )
)
TOP = 0x3FFFFFFF  # the clock's last millisecond


# -- turns ------------------------------------------------------------------------------------------------------------


def test_a_new_guard_knows_of_nothing() -> None:
    motor = Motor()
    assert (motor.guard.stall.pressed_still, motor.guard.heat_permille, motor["heat_permille"]) == (False, 0, 0)
    assert [motor.check(ms) for ms in (0, 0, 10, 10)] == [0, 0, 0, 0]


def test_current_and_tachometer_take_turns_and_the_current_comes_first() -> None:
    motor = Motor()
    motor.set(current_ma=14001)
    found = [motor.check(ms) for ms in range(30, 30 * 20, 15)]
    assert found[:16] == [0, 0, OVER, 0, OVER, 0, OVER, 0, OVER, 0, OVER, 0, OVER, 0, OVER, 0]
    assert found[16:24] == [OVER, 0, OVER, STALL, OVER, STALL, OVER, STALL], "the tachometer from 45 ms on"


def test_a_late_turn_counts_as_30_ms() -> None:
    motor = Motor()
    motor.set(current_ma=14001)
    assert pairs(motor, 31, 50, 51) == [0, 0, OVER], "30 + 19 + 1"
    motor = Motor()
    pairs(motor, 0)
    assert pairs(motor, *range(31, 31 * 9, 31)) == [0] * 8, "240 ms"
    assert pairs(motor, 8 * 31 + 9, 8 * 31 + 10) == [0, STALL]


def test_the_clock_goes_round() -> None:
    motor = Motor()
    motor.set(current_ma=2000)
    pairs(motor, TOP - 20)
    motor.set(current_ma=14001)
    assert pairs(motor, 8, 28, 29) == [0, 0, OVER], "29 + 20 + 1"
    motor = Motor()
    pairs(motor, TOP - 20)
    assert pairs(motor, *range(8, 240, 20)) == [0] * 12, "29 + 11 * 20"
    assert pairs(motor, 229, 230) == [STALL, STALL]


@pytest.mark.parametrize("actuator", [1, 2])
def test_without_a_tachometer_a_motor_stalls_never(actuator: int) -> None:
    motor = Motor(actuator=actuator)
    assert pairs(motor, *range(0, 1000, 20)) == [0] * 50


def test_without_a_current_sensor_only_the_tachometer_speaks() -> None:
    motor = Motor(current_points=[])
    motor.set(current_ma=20000)
    found = pairs(motor, *range(0, 400, 20))
    assert found == [0] * 13 + [STALL] * 7
    assert motor["heat_permille"] == 0
    motor.set(current_ma=0)
    motor.pulse()
    assert pairs(motor, *range(400, 600, 20)) == [0] * 10
    motor.set(current_ma=20000, level=0, out_q12=0)
    assert pairs(motor, *range(600, 1200, 20)) == [0] * 30


@pytest.mark.parametrize(
    ("limit_permille", "driving", "fed"), [(4999, True, 4), (5000, True, 0), (500, True, 4), (500, False, 0)]
)
def test_the_ripple_is_fed_in_each_turn_that_drives_and_compares(limit_permille: int, driving: bool, fed: int) -> None:
    motor = Motor()
    felt = motor.feel()
    motor.set(felt_limit_permille=limit_permille)
    assert [motor.check(ms, driving=driving) for ms in (0, 1, 2, 3)] == [FORCE if fed else 0] * 4
    assert felt.fed == fed


def test_force_and_current_are_compared_only_by_who_asks_for_it() -> None:
    motor = Motor()
    kept = []
    for at_ms, limit_permille in ((0, 5000), (20, 4999), (40, 4999), (60, 5000)):
        motor.set(felt_limit_permille=limit_permille)
        pairs(motor, at_ms)
        kept.append(motor.guard.ripple)
    assert kept[0] is None
    assert kept[1] is not None
    assert kept[1] is kept[2] is kept[3]


def test_without_ripple_points_nothing_is_compared() -> None:
    motor = Motor(ripple_points=[])
    motor.set(felt_limit_permille=500, current_ma=10000)
    assert motor.guard.ripple is None
    assert pairs(motor, 0, 100) == [0, 0]
    assert motor["heat_permille"] == 10, "and the winding is judged all the same"


# -- overcurrent and a driver that stays on ---------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [1, -1])
def test_above_the_limit_for_50_ms_is_overcurrent(sign: int) -> None:
    motor = Motor()
    motor.set(current_ma=sign * 14001)
    assert pairs(motor, 30, 49, 50) == [0, 0, OVER]
    motor.set(current_ma=sign * 14000)
    assert pairs(motor, 60) == [0]
    motor.set(current_ma=sign * 14001)
    assert pairs(motor, 90, 109, 110) == [0, 0, OVER], "counted anew"


def off(motor: Motor, *times_ms: int) -> list[int]:
    return pairs(motor, *times_ms, driving=False)


@pytest.mark.parametrize("sign", [1, -1])
def test_current_for_more_than_100_ms_after_coasting_is_a_driver_that_stays_on(sign: int) -> None:
    motor = Motor()
    motor.set(level=0, out_q12=0, current_ma=sign * 2000)
    assert off(motor, 30, 60, 90, 100) == [0] * 4, "so long it may coast"
    assert off(motor, 130, 160, 190, 200, 201) == [0, 0, 0, 0, ON]
    motor.set(level=1)
    assert pairs(motor, 210) == [0]
    motor.set(level=0)
    assert off(motor, 240, 270, 300, 310) == [0] * 4, "and again"
    assert off(motor, 340, 370, 400, 410, 411) == [0, 0, 0, 0, ON]


def test_current_at_level_zero_counts_above_its_limit_and_anew_after_each_gap() -> None:
    motor = Motor(coast_ms=50)
    motor.set(current_ma=801)
    assert [motor.runs_by_itself(ms) for ms in (100, 1)] == [False, True], "a new guard counts from nothing"
    motor.set(current_ma=800)
    assert not motor.runs_by_itself(1000)
    motor.set(current_ma=801)
    assert [motor.runs_by_itself(ms) for ms in (100, 1)] == [False, True]


# -- no current -------------------------------------------------------------------------------------------------------


def test_no_current_for_40_ms_is_a_dead_sensor() -> None:
    motor = Motor()
    motor.set(current_ma=200)
    assert pairs(motor, 30, 39, 40) == [0, 0, SENSOR]


@pytest.mark.parametrize(
    ("slots", "judged"),
    [
        ({"current_ma": 200}, True),  # 1600 * 4096 / 32768
        ({"current_ma": 201}, False),
        ({"out_q12": 1230}, True),
        ({"out_q12": 1229}, False),
        ({"scale_q16": 65535}, False),
        ({"scale_q16": 0}, False),
        ({"slow_q4_1": 0}, True),  # no sensor of the pack
    ],
)
def test_what_a_new_guard_takes_for_no_current(slots: dict[str, int], judged: bool) -> None:
    motor = Motor()
    motor.set(current_ma=0)
    assert not motor.dry(39, **slots)
    assert motor.dry(1) is judged


def test_no_current_is_counted_anew_after_each_current() -> None:
    motor = Motor()
    motor.dry(39, current_ma=0)
    assert not motor.dry(1000, current_ma=2000)
    assert [motor.dry(ms, current_ma=0) for ms in (39, 1)] == [False, True]


@pytest.mark.parametrize(("out_q12", "judged"), [(3873, True), (3872, False)])
def test_duty_within_a_thirty_second_of_the_highest_is_judged(out_q12: int, judged: bool) -> None:
    """4000 that have faded by a 1024th are 3997, and a 32nd less 3997 - 124."""
    motor = Motor()
    motor.dry(0, out_q12=4000)
    assert motor.dry(40, out_q12=out_q12, current_ma=0) is judged


@pytest.mark.parametrize(("pack_q4", "judged"), [(13987, True), (13986, False)])
def test_a_pack_that_lost_an_eighth_at_the_most_is_judged(pack_q4: int, judged: bool) -> None:
    """16000 that have faded by a 1024th are 15985, and an eighth less 15985 - 1998."""
    motor = Motor()
    motor.dry(0)
    assert motor.dry(40, slow_q4_1=pack_q4, current_ma=0) is judged


@pytest.mark.parametrize(("out_q12", "judged"), [(4096, True), (4095, False)])
def test_without_a_tachometer_only_the_highest_duty_is_judged(out_q12: int, judged: bool) -> None:
    motor = Motor(actuator=1)
    motor.dry(0)
    assert motor.dry(40, out_q12=out_q12, current_ma=0, scale_q16=1000) is judged


@pytest.mark.parametrize(("out_q12", "judged"), [(4080, True), (4079, False)])
def test_without_a_tachometer_each_turn_at_level_zero_takes_a_256th_of_the_highest(out_q12: int, judged: bool) -> None:
    motor = Motor(actuator=1)
    pairs(motor, 10)
    motor.set(level=0, out_q12=0, current_ma=0)
    pairs(motor, 20)
    motor.set(level=312, out_q12=out_q12)
    assert pairs(motor, 40, 60) == [0, SENSOR if judged else 0]


@pytest.mark.parametrize(("out_q12", "judged"), [(3962, True), (3961, False)])
def test_with_one_it_takes_a_1024th(out_q12: int, judged: bool) -> None:
    """4096 less a 1024th at rest, 4092; less another when it is driven again, 4089; less a 32nd of that, 127."""
    motor = Motor()
    pairs(motor, 10)
    motor.pulse()
    motor.set(level=0, out_q12=0, current_ma=0)
    pairs(motor, 20)
    motor.set(level=312, out_q12=out_q12)
    assert pairs(motor, 40, 60) == [0, SENSOR if judged else 0]


def test_a_linear_actuators_current_has_zeros_and_no_heat() -> None:
    motor = Motor(actuator=2)
    motor.set(current_ma=0)
    assert pairs(motor, *range(0, 500, 20)) == [0] * 25
    motor.set(current_ma=14000)
    assert pairs(motor, *range(500, 1000, 20)) == [0] * 25
    assert motor["heat_permille"] == 0
