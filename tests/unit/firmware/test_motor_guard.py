"""The motor's guard over registers set by hand: each threshold, each time, and what it must not mistake for a fault."""

from math import exp
from typing import Any

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from tapote import faults
from tapote.motor_guard import MotorGuard
from tests.unit.firmware.registers import Registers

BOARD: dict[str, Any] = compile_board(load_board("pico_mosfet_fsr"))
LIMIT_MA, NO_LOAD_MA, ON_MA = BOARD["current_limit_ma"], BOARD["no_load_ma"], BOARD["driver_on_ma"]


class Guarded(Registers):
    """A crank that strokes at 30 % of full duty and draws 2 A; a turn every 10 ms."""

    def __init__(self, **board: Any) -> None:
        super().__init__()
        self.set(tach_timeout_us=250_000)
        self.guard = MotorGuard(self.regs, BOARD | board)
        self.now_ms = 0
        self.tach = True
        self.set(
            scale_q16=65536, rate_spm=800, out_q12=1229, level=94, soft_mn=30000, current_ma=2000, battery_mv=11100
        )
        self.turn()

    def turn(self, driving: bool = True, ms: int = 10) -> int:
        """Time passes; the faults found."""
        self.now_ms = (self.now_ms + ms) & 0x3FFFFFFF
        if self.tach:
            self.set(tach_last=self["tach_last"] + 1 & 0xFFFF)
        return self.guard.check(self.now_ms, driving)

    def found_after(self, fault: int, limit_ms: int, driving: bool = True) -> int:
        """The ms after which the fault is found, and no other before."""
        for passed_ms in range(10, limit_ms + 1, 10):
            bits = self.turn(driving)
            if bits:
                assert bits == 1 << fault
                return passed_ms
        raise AssertionError(f"not within {limit_ms} ms")

    def quiet(self, ms: int, driving: bool = True) -> None:
        """No fault for so long."""
        for _ in range(ms // 10):
            assert self.turn(driving) == 0


def test_a_healthy_motor_has_no_fault() -> None:
    Guarded().quiet(20_000)


# -- the tachometer ---------------------------------------------------------------------------------------------------


def test_stall_is_a_driven_crank_without_a_pulse() -> None:
    device = Guarded()
    device.quiet(100)
    device.tach = False
    assert 240 <= device.found_after(faults.STALL, 300) <= 280


@pytest.mark.parametrize(
    ("out_q12", "driving", "board"),
    [(740, True, {}), (1000, True, {"actuator": 1}), (1000, True, {"actuator": 2}), (1000, False, {})],
    ids=["little duty", "no tachometer", "linear", "not driven"],
)
def test_no_stall(out_q12: int, driving: bool, board: dict[str, int]) -> None:
    device = Guarded(**board)
    device.set(out_q12=out_q12)
    device.tach = False
    device.quiet(1000, driving)


def test_one_pulse_is_enough_to_be_no_stall() -> None:
    device = Guarded()
    device.tach = False
    for _ in range(5):
        device.quiet(200)
        device.set(tach_last=device["tach_last"] + 1)


def test_a_hand_may_hold_a_crank_on_the_slow_rise_until_duty_rises_no_more() -> None:
    device = Guarded()
    device.tach = False
    device.set(scale_q16=30000, force_filt_q4=20000 * 16, out_q12=0)
    device.quiet(40)
    for out in range(1700, 2700, 10):
        device.set(out_q12=out)
        assert device.turn() == 0
    device.quiet(380)
    assert not device.guard.stall.pressed_still
    device.quiet(40)
    assert device.guard.stall.pressed_still


def test_a_pressing_hand_is_no_stall_but_a_pause() -> None:
    device = Guarded()
    device.tach = False
    device.set(force_filt_q4=6760 * 16)  # just above 3/4 of soft * 1229 / 4096: 6.751 N
    device.quiet(300)
    assert device.guard.stall.pressed_still
    device.tach = True
    device.quiet(900)
    assert device.guard.stall.pressed_still, "a second of rest"
    device.quiet(200)
    assert not device.guard.stall.pressed_still


def test_a_hand_that_eases_gives_the_crank_its_time_again() -> None:
    """And for three seconds it explains a crank that stands; after that it is a stall."""
    device = Guarded()
    device.tach = False
    device.set(force_filt_q4=23000 * 16)
    device.quiet(200)
    device.set(force_filt_q4=6000 * 16)
    device.quiet(230)
    rests = [device.guard.stall.pressed_still]
    device.quiet(50)
    rests.append(device.guard.stall.pressed_still)
    assert rests == [False, True], "250 ms again"
    assert device.found_after(faults.STALL, 3000) >= 2400


def test_a_pulse_ends_the_hands_excuse() -> None:
    device = Guarded()
    device.set(force_filt_q4=23000 * 16)
    device.quiet(200)
    device.set(force_filt_q4=6000 * 16)
    device.quiet(40)
    device.tach = False
    assert device.found_after(faults.STALL, 300)


def test_the_rest_of_a_pressing_hand_ends_with_the_session() -> None:
    device = Guarded()
    device.tach = False
    device.set(force_filt_q4=30000 * 16)
    device.quiet(300)
    device.turn(driving=False)
    assert not device.guard.stall.pressed_still


def test_a_hand_that_holds_a_hardly_driven_crank_rests_it_after_a_second() -> None:
    device = Guarded()
    device.tach = False
    device.set(force_filt_q4=30000 * 16, out_q12=500)
    device.quiet(980)
    assert not device.guard.stall.pressed_still
    device.quiet(40)
    assert device.guard.stall.pressed_still


# -- the current ------------------------------------------------------------------------------------------------------


def test_overcurrent_of_either_sign_after_50_ms() -> None:
    for sign in (1, -1):
        device = Guarded()
        device.set(current_ma=sign * (LIMIT_MA + 1))
        assert 50 <= device.found_after(faults.OVERCURRENT, 100) <= 60
        device.set(current_ma=sign * LIMIT_MA)
        device.quiet(200)


def test_a_late_turn_counts_for_no_more_than_two() -> None:
    device = Guarded()
    device.turn()
    device.set(current_ma=LIMIT_MA + 1)
    assert device.turn(ms=500) == 0


def test_no_current_in_a_driven_motor_is_a_dead_sensor() -> None:
    device = Guarded()
    device.set(out_q12=2000)
    device.quiet(1000)
    device.set(current_ma=NO_LOAD_MA * 2000 >> 15)
    assert 40 <= device.found_after(faults.CURRENT_SENSOR, 100) <= 50


@pytest.mark.parametrize(
    "slots",
    [
        {"current_ma": (NO_LOAD_MA * 2000 >> 15) + 1},
        {"out_q12": 1229},
        {"out_q12": 0, "level": 0},
        {"scale_q16": 65000},
    ],
    ids=["idling", "little duty", "off", "backing off"],
)
def test_little_current_that_is_no_dead_sensor(slots: dict[str, int]) -> None:
    device = Guarded()
    device.set(out_q12=2000, current_ma=0)
    device.set(**slots)
    device.quiet(3000)


def test_a_coasting_motor_draws_nothing_and_that_is_right() -> None:
    """From full to half duty it coasts; only when it cannot any more does no current mean a dead sensor."""
    device = Guarded()
    device.set(out_q12=4000)
    device.quiet(1000)
    device.set(out_q12=2000, current_ma=0)
    device.quiet(3000)
    assert device.found_after(faults.CURRENT_SENSOR, 20_000)


def test_a_pack_that_gives_way_lets_the_motor_coast() -> None:
    """At 8.1 V instead of 11.4 the same duty is less than the motor turns for. At 10 V it is judged."""
    full_q4 = 16 * 2888  # 11.4 V of 16.17 V at 4096 counts
    for pack_q4, judged in ((full_q4 * 81 // 114, False), (full_q4 * 100 // 114, True)):
        device = Guarded()
        device.set(out_q12=2000, slow_q4_1=full_q4)
        device.quiet(1000)
        device.set(current_ma=0, slow_q4_1=pack_q4)
        if judged:  # 12.3 % lower is within the eighth that a load takes from a pack
            assert device.found_after(faults.CURRENT_SENSOR, 100) <= 50
        else:
            device.quiet(1000)


def test_without_a_tachometer_only_duty_that_was_never_higher_is_judged() -> None:
    device = Guarded(actuator=1, ripple_points=[])
    for out in range(1300, 2600, 20):  # from a stand: current must flow at once
        device.set(out_q12=out, scale_q16=out * 20)
        assert device.turn() == 0
    device.set(current_ma=0, out_q12=2540)
    device.quiet(20_000)
    device.set(out_q12=2600)
    assert device.found_after(faults.CURRENT_SENSOR, 100)


def test_a_linear_actuators_current_is_not_judged_by_its_zeros() -> None:
    device = Guarded(actuator=2, ripple_points=[])
    device.set(out_q12=-3000, current_ma=0)
    device.quiet(3000)
    device.set(out_q12=3000)
    device.quiet(3000)


def test_current_at_level_zero_is_a_driver_that_does_not_open() -> None:
    device = Guarded()
    device.set(out_q12=0, level=0, current_ma=ON_MA + 1)
    assert 200 <= device.found_after(faults.DRIVER_ON, 300, driving=False) <= 220
    device.set(current_ma=ON_MA)
    device.quiet(1000, driving=False)


def test_current_that_dies_after_switching_off_is_none() -> None:
    device = Guarded()
    for _ in range(20):
        device.set(out_q12=1000, level=76, current_ma=8000)
        device.quiet(200)
        device.set(out_q12=0, level=0)
        device.quiet(90, driving=False)
        device.set(current_ma=0)
        device.quiet(300, driving=False)


def test_a_braked_motor_may_drive_current_round_until_it_stands() -> None:
    device = Guarded(coast_ms=1500)
    device.set(out_q12=0, level=0, current_ma=8000)
    assert 1600 <= device.found_after(faults.DRIVER_ON, 1700, driving=False) <= 1620


def test_a_head_turned_by_hand_makes_pulses_but_no_fault() -> None:
    device = Guarded()
    device.set(out_q12=0, level=0, current_ma=0, rate_spm=300)
    device.quiet(5000, driving=False)


def test_without_a_current_sensor_only_the_tachometer_speaks() -> None:
    device = Guarded(current_points=[], ripple_points=[])
    device.set(out_q12=2000, current_ma=0)
    device.quiet(3000)
    device.set(current_ma=LIMIT_MA * 2)
    device.quiet(3000)
    device.set(out_q12=0, level=0)
    device.quiet(3000, driving=False)
    device.set(out_q12=2000, level=150)
    device.tach = False
    assert device.found_after(faults.STALL, 300)


# -- the winding's heat -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.5, 0.9, 1.2])
@pytest.mark.parametrize("duty_q12", [1024, 4096])
def test_heat_follows_the_analytic_solution_for_two_minutes(share: float, duty_q12: int) -> None:
    """What the shunt sees is the winding's current times the duty."""
    device = Guarded()
    winding_ma = round(BOARD["i2t_ma"] * share)
    device.set(out_q12=duty_q12, level=312, current_ma=winding_ma * duty_q12 // 4096)
    device.quiet(120_000)
    expected = 1000 * share**2 * (1 - exp(-120 / BOARD["i2t_tau_s"]))
    assert device["heat_permille"] == pytest.approx(expected, rel=0.02)
    assert device.guard.heat_permille == device["heat_permille"]


def test_i2t_trips_when_the_analytic_heat_reaches_the_limit_and_lets_go_in_some_ten_seconds() -> None:
    device = Guarded()
    device.set(out_q12=4096, level=312, current_ma=2 * BOARD["i2t_ma"])
    tau_s = BOARD["i2t_tau_s"]
    found_s = device.found_after(faults.I2T, 200_000) / 1000
    assert found_s == pytest.approx(0.2877 * tau_s, rel=0.02)  # 4 (1 - exp(-t / tau)) = 1
    device.set(out_q12=0, level=0, current_ma=0)
    passed_s = 0.0
    while device.turn(driving=False):
        passed_s += 0.01
    assert passed_s == pytest.approx(0.0202 * tau_s, rel=0.05)  # ln(1 / 0.98)


def test_heat_goes_on_through_late_turns() -> None:
    device, late = Guarded(), Guarded()
    for each in (device, late):
        each.set(out_q12=4096, level=312, current_ma=4000)
    device.quiet(10_000)
    for _ in range(10):
        late.turn(ms=1000)
    assert abs(device["heat_permille"] - late["heat_permille"]) <= 1


def test_times_across_the_wrap_of_the_clock() -> None:
    device = Guarded()
    device.turn(ms=(1 << 30) - 65)
    device.quiet(40)
    device.set(current_ma=LIMIT_MA + 1)
    assert 40 <= device.found_after(faults.OVERCURRENT, 100) <= 60
