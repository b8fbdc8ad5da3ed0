"""A crank that stands: the last millisecond and the highest duty that are no stall, and the hand that explains one."""

import pytest

from tapote import faults
from tapote.stall import Stall
from tests.unit.firmware.bench_motor import BOARD, Motor

STALL = 1 << faults.STALL
HAND_Q4 = 15001 * 16  # just above 3/4 of soft, 20 N: what holds a crank at full duty


def standing(**slots: int) -> Motor:
    """A driven crank that has just given its last pulse."""
    motor = Motor()
    motor.set(**slots)
    assert motor.turning(0) == 0
    return motor


def resting(motor: Motor) -> bool:
    return motor.guard.stall.pressed_still


def test_a_new_guard_has_seen_no_pulse_that_it_could_miss_the_next_of() -> None:
    motor = Motor()
    assert not resting(motor)
    assert motor.turning(5000) == 0
    assert motor.turning(249) == 0
    assert motor.turning(1) == STALL


def test_a_crank_is_stalled_after_250_ms_without_a_pulse_for_as_long_as_it_stands() -> None:
    motor = standing()
    assert [motor.turning(ms) for ms in (249, 1, 0)] == [0, STALL, STALL]
    motor.pulse()
    assert motor.turning(1000) == 0
    assert [motor.turning(ms) for ms in (249, 1)] == [0, STALL]
    assert motor.turning(1000, driving=False) == 0
    assert [motor.turning(ms) for ms in (249, 1)] == [0, STALL]
    assert not resting(motor)


def test_with_18_percent_of_duty_or_less_a_crank_may_stand() -> None:
    motor = standing(out_q12=741)
    assert motor.turning(249) == 0
    motor.set(out_q12=740)
    assert motor.turning(5000) == 0
    motor.set(out_q12=741)
    assert [motor.turning(ms) for ms in (249, 1)] == [0, STALL], "counted anew"


@pytest.mark.parametrize(("out_q12", "within_ms"), [(0, 400), (410, 400), (411, 250)])
def test_a_start_from_rest_has_400_ms_to_its_first_pulse(out_q12: int, within_ms: int) -> None:
    """At rest is what has 10 % of duty or less; what rises to 18 % after that counts for nothing yet."""
    motor = standing(out_q12=out_q12)
    motor.set(out_q12=740)
    assert motor.turning(1000) == 0
    motor.set(out_q12=741)
    assert [motor.turning(ms) for ms in (within_ms - 1, 1)] == [0, STALL]
    motor.pulse()
    assert motor.turning(0) == 0
    assert [motor.turning(ms) for ms in (249, 1)] == [0, STALL], "it runs by now"


def test_a_rest_of_a_burst_makes_what_follows_a_start() -> None:
    motor = standing()
    motor.set(out_q12=0)
    assert motor.turning(20) == 0
    motor.set(out_q12=4096)
    assert [motor.turning(ms) for ms in (399, 1)] == [0, STALL]


def test_without_a_pulse_between_them_the_bursts_of_a_jam_add_up() -> None:
    """100 ms each, with the way up in a turn of its own: 100 * 4 = 400."""
    motor = standing()
    found = []
    for _ in range(5):
        motor.set(out_q12=0)
        motor.turning(20)
        motor.set(out_q12=600)
        motor.turning(20)
        motor.set(out_q12=4096)
        found.append(motor.turning(100))
    assert found == [0, 0, 0, STALL, STALL]


def test_a_pulse_in_a_burst_makes_the_next_one_a_start_again() -> None:
    motor = standing()
    for _ in range(5):
        motor.set(out_q12=0)
        motor.turning(20)
        motor.set(out_q12=4096)
        assert motor.turning(300) == 0
        motor.pulse()
        assert motor.turning(20) == 0


def swing(motor: Motor, *levels_mn: int) -> list[int]:
    """A press that goes from level to level, 20 ms each."""
    found = []
    for force_mn in levels_mn:
        motor.set(force_filt_q4=force_mn * 16)
        found.append(motor.turning(20))
    return found


def test_a_press_that_swings_twice_without_a_pulse_is_a_dead_tachometer() -> None:
    """Above 15 N, below 7.5, above, below: a head that strokes against a body."""
    motor = standing()
    assert swing(motor, 16000, 7000, 16000, 7000, 16000) == [0, 0, 0, 0, STALL]
    motor.pulse()
    assert swing(motor, 16000, 7000, 16000, 7500, 16000, 7499, 16000) == [0, 0, 0, 0, 0, 0, STALL], "half is no swing"


def test_a_press_that_does_not_come_back_above_what_holds_does_not_swing() -> None:
    assert swing(standing(), 16000, *[7000, 15000] * 5) == [0] * 11


def test_the_first_press_is_no_swing() -> None:
    assert swing(standing(), 7000, 16000, 7000, 16000) == [0] * 4


@pytest.mark.parametrize("what", ["a pulse", "a rest", "no drive"])
def test_swings_are_counted_anew_after(what: str) -> None:
    motor = standing()
    swing(motor, 16000, 7000, 16000, 7000)
    if what == "a pulse":
        motor.pulse()
    motor.set(out_q12=410 if what == "a rest" else 4096)
    assert motor.turning(20, driving=what != "no drive") == 0
    motor.set(out_q12=4096)
    assert swing(motor, 16000) == [0 if what != "no drive" else STALL]


@pytest.mark.parametrize(
    ("i2t_ma", "stall_ma", "out_q12"),
    [(5000, 20_000, 1024), (7919, 20_000, 1621), (1000, 20_000, 740), (20_000, 20_000, 1640), (5000, 0, 1640)],
)
def test_a_crank_may_stand_at_the_duty_that_its_winding_stands(i2t_ma: int, stall_ma: int, out_q12: int) -> None:
    """5 A of 20 A are a quarter of full duty; never below 18 %, never above 40 %."""
    motor = Motor(i2t_ma=i2t_ma, stall_current_ma=stall_ma)
    motor.set(out_q12=out_q12)
    motor.turning(0)
    assert motor.turning(5000) == 0
    motor.set(out_q12=out_q12 + 1)
    assert [motor.turning(ms) for ms in (249, 1)] == [0, STALL]


def test_a_tachometer_of_one_pulse_a_stroke_is_given_its_time() -> None:
    motor = Motor()
    motor.set(tach_timeout_us=600_000)
    motor.guard.stall = Stall(motor.regs, BOARD)
    motor.turning(0)
    assert [motor.turning(ms) for ms in (599, 1)] == [0, STALL]


@pytest.mark.parametrize("scale_q16", [0, 65535])
def test_while_drive_rises_a_crank_that_nobody_touches_stalls_above_40_percent(scale_q16: int) -> None:
    motor = standing(scale_q16=scale_q16, out_q12=1640)
    assert [motor.turning(5000), motor.turning(5000)] == [0, 0]
    motor.set(out_q12=1641)
    assert motor.turning(249) == 0
    motor.set(out_q12=1700)
    assert motor.turning(1) == STALL


@pytest.mark.parametrize("scale_q16", [0, 65535])
def test_while_drive_rises_a_crank_in_a_hand_may_stand_until_it_rises_no_more(scale_q16: int) -> None:
    motor = standing(scale_q16=scale_q16, out_q12=410, force_filt_q4=HAND_Q4)
    motor.set(out_q12=740)
    assert [motor.turning(1000), resting(motor)] == [0, False]
    motor.set(out_q12=741)
    assert [motor.turning(1000), resting(motor)] == [0, False], "it has just risen"
    assert [motor.turning(399), resting(motor)] == [0, False]
    motor.set(out_q12=742)
    assert [motor.turning(1), resting(motor)] == [0, False], "and again"
    motor.set(out_q12=740)
    assert [motor.turning(98), resting(motor)] == [0, False], "2498 ms in all"
    motor.set(out_q12=741)
    assert [motor.turning(1), resting(motor)] == [0, False]
    assert [motor.turning(1), resting(motor)] == [0, True], "longer than any rise"


def test_a_start_in_a_hand_whose_drive_has_risen_rests_after_400_ms() -> None:
    motor = standing(scale_q16=30000, out_q12=0, force_filt_q4=HAND_Q4)
    motor.set(out_q12=800)
    motor.turning(20)
    assert [motor.turning(399), resting(motor)] == [0, False]
    assert [motor.turning(1), resting(motor)] == [0, True]


def test_a_crank_that_had_turned_and_is_folded_back_rests_in_a_hand_after_250_ms_rising_or_not() -> None:
    motor = standing(scale_q16=30000, out_q12=741, force_filt_q4=HAND_Q4)
    motor.pulse()
    motor.turning(10)
    motor.set(out_q12=800)
    assert [motor.turning(249), resting(motor)] == [0, False]
    motor.set(out_q12=900)
    assert [motor.turning(1), resting(motor)] == [0, True]


def test_a_start_in_a_hand_that_gave_a_pulse_turns() -> None:
    motor = standing(scale_q16=30000, out_q12=0, force_filt_q4=HAND_Q4)
    motor.set(out_q12=741)
    motor.turning(100)
    motor.pulse()
    motor.turning(10)
    motor.set(out_q12=800)
    assert [motor.turning(250), resting(motor)] == [0, True]


# -- the hand ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("force_q4", "pressed"), [(15000 * 16 + 15, False), (HAND_Q4, True)])
def test_a_press_above_three_quarters_of_soft_rests_the_drive_instead(force_q4: int, pressed: bool) -> None:
    motor = standing(force_filt_q4=force_q4)
    assert motor.turning(249) == 0
    assert not resting(motor)
    assert motor.turning(1) == (0 if pressed else STALL)
    assert resting(motor) is pressed


@pytest.mark.parametrize(
    ("out_q12", "force_mn", "pressed"),
    [(2048, 7500, False), (2048, 7501, True), (741, 2713, False), (741, 2714, True)],
)
def test_what_holds_a_crank_still_grows_with_its_duty(out_q12: int, force_mn: int, pressed: bool) -> None:
    """3/4 of soft, 15 N, times 2048 or 741 of 4096: 7.5 N, 2.713 N."""
    motor = standing(out_q12=out_q12, force_filt_q4=force_mn * 16)
    assert motor.turning(250) == (0 if pressed else STALL)
    assert resting(motor) is pressed


@pytest.mark.parametrize(("force_mn", "hand"), [(2709, False), (2710, True)])
def test_at_rest_a_hand_is_what_would_hold_18_percent(force_mn: int, hand: bool) -> None:
    """15 N * 740 / 4096 = 2.709 N. The hand of the rest explains a start that does not get going."""
    motor = standing(out_q12=0, force_filt_q4=force_mn * 16)
    motor.turning(20)
    motor.set(out_q12=4096, force_filt_q4=0)
    motor.turning(20)
    assert motor.turning(400) == (0 if hand else STALL)


def test_the_rest_takes_a_second() -> None:
    motor = standing(force_filt_q4=HAND_Q4)
    assert motor.turning(250, now_ms=0x3FFFFFFF - 300) == 0
    motor.pulse()
    assert motor.turning(10, now_ms=699) == 0
    assert resting(motor), "1000 ms, across the end of the clock"
    assert motor.turning(10, now_ms=700) == 0
    assert not resting(motor)


def test_the_rest_ends_with_the_drive() -> None:
    motor = standing(force_filt_q4=HAND_Q4)
    motor.turning(250, now_ms=5000)
    assert resting(motor)
    assert motor.turning(10, now_ms=5010, driving=False) == 0
    assert not resting(motor)


@pytest.mark.parametrize(("out_q12", "held"), [(410, False), (411, True), (740, True)])
@pytest.mark.parametrize(("from_q12", "after_ms"), [(411, 1000), (410, 2500)])
def test_a_hardly_driven_crank_in_a_hand_is_rested_after_a_second_and_at_a_start_after_two_and_a_half(
    out_q12: int, held: bool, from_q12: int, after_ms: int
) -> None:
    motor = standing(out_q12=from_q12, force_filt_q4=HAND_Q4)
    motor.set(out_q12=out_q12)
    assert motor.turning(after_ms - 1) == 0
    assert not resting(motor)
    assert motor.turning(1) == 0
    assert resting(motor) is held


def test_the_time_of_a_hardly_driven_crank_begins_with_its_last_pulse() -> None:
    motor = standing(out_q12=411, force_filt_q4=HAND_Q4)
    motor.turning(999)
    motor.pulse()
    motor.turning(999)
    assert [motor.turning(999), resting(motor)] == [0, False]
    assert [motor.turning(1), resting(motor)] == [0, True]


def test_without_a_hand_a_hardly_driven_crank_is_neither_rested_nor_stalled() -> None:
    motor = standing(out_q12=411)
    assert [motor.turning(5000), resting(motor)] == [0, False]


def test_when_the_hand_eases_the_count_begins_anew() -> None:
    motor = standing(force_filt_q4=HAND_Q4)
    motor.turning(249)
    motor.set(force_filt_q4=0)
    assert [motor.turning(249), resting(motor)] == [0, False], "the turn in which it eased does not count"
    assert [motor.turning(249), resting(motor)] == [0, False]
    assert [motor.turning(1), resting(motor)] == [0, True]


@pytest.mark.parametrize("last_ms", [1, 2])
def test_a_hand_that_eased_explains_three_seconds(last_ms: int) -> None:
    motor = standing(force_filt_q4=HAND_Q4)
    motor.turning(10)
    motor.set(force_filt_q4=0)
    assert [motor.turning(ms) for ms in (1, 2998)] == [0, 0]
    assert resting(motor)
    assert motor.turning(last_ms, now_ms=500) == STALL
    assert resting(motor), "the rest goes on all the same"


def test_a_pulse_ends_what_the_hand_explains() -> None:
    motor = standing(force_filt_q4=HAND_Q4)
    motor.turning(10)
    motor.set(force_filt_q4=0)
    motor.turning(10)
    motor.pulse()
    assert [motor.turning(ms) for ms in (10, 249, 1)] == [0, 0, STALL]
    assert not resting(motor)


def hold(motor: Motor, times: int) -> list[tuple[int, bool]]:
    """A hand holds the crank, which rests and tries again: what each try finds, and whether a rest follows."""
    found = []
    for _ in range(times):
        motor.set(out_q12=4096, force_filt_q4=HAND_Q4)
        found.append((motor.turning(1000), resting(motor)))
        motor.set(out_q12=0)
        motor.turning(20, now_ms=1001)
        assert not resting(motor)
    return found


@pytest.mark.parametrize("out_q12", [4096, 500])
def test_a_crank_that_three_rests_do_not_free_jams_whatever_presses(out_q12: int) -> None:
    motor = standing(out_q12=0)
    assert hold(motor, 5) == [(0, True)] * 3 + [(STALL, False)] * 2
    motor.set(out_q12=out_q12)
    assert motor.turning(2500) == STALL, "at 12 % too"


def test_turns_of_one_rest_count_once() -> None:
    motor = standing(force_filt_q4=HAND_Q4)
    assert [motor.turning(250) for _ in range(10)] == [0] * 10
    assert resting(motor)
    motor.set(out_q12=0)
    motor.turning(20, now_ms=1001)
    assert hold(motor, 3) == [(0, True)] * 2 + [(STALL, False)]


def test_rests_of_a_hardly_driven_crank_count_too() -> None:
    motor = standing(out_q12=0)
    found = []
    for _ in range(4):
        motor.set(out_q12=500, force_filt_q4=HAND_Q4)
        found.append((motor.turning(2500), resting(motor)))
        motor.set(out_q12=0)
        motor.turning(20, now_ms=1001)
    assert found == [(0, True)] * 3 + [(STALL, False)]


@pytest.mark.parametrize("how", ["a pulse", "the end of the session"])
def test_three_rests_are_counted_anew_after(how: str) -> None:
    motor = standing(out_q12=0)
    hold(motor, 2)
    if how == "a pulse":
        motor.pulse()
    motor.turning(20, driving=how == "a pulse")
    assert hold(motor, 4) == [(0, True)] * 3 + [(STALL, False)]
