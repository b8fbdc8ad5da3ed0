"""The clockwork of the tick: lateness, lost ticks, heartbeat, clearing, the ring, and time that wraps at 2**30 us."""

import pytest

from tapote import params
from tests.unit.firmware.rig import FULL, MASK30, UNFED, Rig


def test_a_tick_on_time_is_not_late_and_a_late_one_does_not_shift_the_schedule() -> None:
    rig = Rig()
    rig.step()
    assert rig["late_us"] == 0
    rig.step(late_us=120)
    assert rig["late_us"] == 120
    rig.step(late_us=-120)  # back on the grid
    assert rig["late_us"] == 0
    assert rig["late_max_us"] == 120
    assert rig["lost_ticks"] == 0


def test_later_than_a_period_is_a_lost_tick_only_while_the_motor_may_turn() -> None:
    rig = Rig()
    rig.step(late_us=500)
    assert rig["lost_ticks"] == 0, "a whole period late is the last that is not lost"
    rig.step(late_us=1)
    assert (rig["lost_ticks"], rig["late_us"]) == (1, 501)
    rig.step()
    assert rig["late_us"] == 0, "the schedule starts anew where ticks were lost"
    rig.set(enable=0)
    rig.step(late_us=30000)
    assert rig["lost_ticks"] == 1
    assert rig["late_max_us"] == 30000


def test_a_tick_ahead_of_its_schedule_sets_the_schedule() -> None:
    rig = Rig(now_us=5000)
    rig.set(due_us=9000)
    rig.step()
    assert (rig["late_us"], rig["due_us"], rig["lost_ticks"]) == (0, 6000, 0)


def test_the_first_tick_ever_is_on_time() -> None:
    rig = Rig(now_us=123456)
    rig.set(ticks=0, due_us=7)
    rig.step()
    assert (rig["late_us"], rig["lost_ticks"], rig["ticks"]) == (0, 0, 1)


def test_the_longest_tick_is_that_of_the_ticks_before() -> None:
    rig = Rig()
    for duration_us in (20, 28, 22):
        rig.step()
        rig.set(duration_us=duration_us)
    rig.step()
    assert rig["duration_max_us"] == 28


def test_silence_of_the_main_loop_stops_the_feeding_and_stays() -> None:
    rig = Rig(stroke_phase_q24=1 << 23, heartbeat_limit_us=100000)
    for _ in range(200):  # 200 * 500 us = exactly the limit
        assert rig.step(beat=False) == 0
        assert rig.out[0] != UNFED
    assert rig.step(beat=False) == 4
    assert (rig.out[0], rig.out[1]) == (UNFED, UNFED), "nothing written: the PIO drops the pin by itself"
    assert rig["out_q12"] == 0
    assert rig.step(beat=True) == 4, "a loop that comes back does not restart the motor"
    assert rig.out[0] == UNFED
    rig.set(clear_asked=7)
    assert rig.step() == 0
    assert rig.out[0] != UNFED


def test_a_main_loop_that_is_silent_while_nothing_moves_is_no_fault() -> None:
    rig = Rig(enable=0)
    for _ in range(500):
        assert rig.step(beat=False) == 0
    assert rig.out[0] == 0


STATISTICS = (
    "trips",
    "late_ticks",
    "strokes",
    "peak_max_mn",
    "over_ticks",
    "backoff_ticks",
    "late_max_us",
    "lost_ticks",
    "duration_max_us",
)


def test_clearing_forgets_every_statistic_once() -> None:
    rig = Rig(enable=0)
    rig.set(**dict.fromkeys(STATISTICS, 5))
    rig.step()
    assert {name: rig[name] for name in STATISTICS} == dict.fromkeys(STATISTICS, 5), "nobody asked"
    rig.set(clear_asked=9)
    rig.step()
    assert {name: rig[name] for name in STATISTICS} == dict.fromkeys(STATISTICS, 0)
    assert rig["clear_done"] == 9
    rig.set(strokes=3)
    rig.step()
    assert rig["strokes"] == 3, "one question, one answer"


def test_the_ring_keeps_the_last_256_ticks() -> None:
    rig = Rig(trip_mn=64000)
    for raw in range(300):
        rig.push(raw)
        rig.step()
    assert [rig.record(back)[1] for back in range(256)] == [16 * (299 - back) for back in range(256)]
    newest = dict(zip(params.RING_FIELDS, rig.record(), strict=True))
    assert newest == {
        "now_us": rig["now_us"],
        "force_mn": rig["force_mn"],
        "peak_mn": rig["peak_now_mn"],
        "scale_q16": FULL,
        "out_q12": 0,
        "rate_spm": rig["rate_spm"],
        "late_us": 0,
        "flags": 1 << 8,
    }
    rig.push(4095)
    rig.step(late_us=33)
    assert rig.record()[-2:] == [33, 1], "tripped by force, not enabled, 33 us late"


def test_the_ring_stands_still_while_held_and_goes_on_after() -> None:
    rig = Rig()
    rig.steps(10)
    rig.set(ring_hold=1)
    before = (rig["ring_at"], rig.record())
    rig.steps(300)
    assert (rig["ring_at"], rig.record()) == before
    rig.set(ring_hold=0)
    rig.step()
    assert rig.record()[0] == rig["now_us"]


@pytest.mark.parametrize("actuator", [0, 1, 2])
def test_nothing_notices_that_the_clock_wraps(actuator: int) -> None:
    """Two rigs, one of them across 2**30 us: the same in every slot that is not a time."""
    slots = {
        "actuator": actuator,
        "rate_target_spm": 1500,
        "stroke_inc_q24": 209715,
        "ff_gain_q16": 89478,
        "tach_gain": 260416 if actuator == 0 else 3000,
        "tach_step_q24": 1165084 if actuator == 0 else 35791,
        "out_rise_q12": 14,
    }
    plain, wrapping = Rig(now_us=100000, **slots), Rig(now_us=MASK30 + 1 - 250000, **slots)
    for rig in (plain, wrapping):
        rig.set(tach_seen_us=rig["now_us"])
        for tick in range(1000):
            rig.set(tach_now=tick // 3)
            rig.push(1000 + tick)
            rig.step(late_us=7 if tick % 50 == 0 else -7 if tick % 50 == 1 else 0)
    assert wrapping["now_us"] < 500000 < plain["now_us"] + 1
    times = {"now_us", "due_us", "heartbeat_us", "tach_start_us", "tach_seen_us"}
    for name in params.SLOTS:
        if name not in times:
            assert plain[name] == wrapping[name], name
    assert wrapping["trips"] == wrapping["lost_ticks"] == 0
    assert wrapping["rate_spm"] > 1000
