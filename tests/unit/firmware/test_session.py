"""The state machine, walked at random: the motor may move in RUNNING and BACKOFF only, and only a press leads there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tapote import faults, session, states
from tapote.session import Session

MASK30 = 0x3FFFFFFF
SOME = [faults.FORCE_TRIP, faults.STALL, faults.OVERCURRENT, faults.BATTERY_LOW, faults.LINK_LOST, faults.FORCE_OPEN]
BITS = st.lists(st.sampled_from(SOME), max_size=3).map(lambda numbers: sum({faults.bit(n) for n in numbers}))
STEP = st.one_of(
    st.tuples(st.just("arm"), st.booleans()),
    st.tuples(st.just("press")),
    st.tuples(st.just("stop")),
    st.tuples(st.just("pause")),
    st.tuples(st.just("ready")),
    st.tuples(st.just("fail"), BITS),
    st.tuples(st.just("clear"), BITS, st.booleans()),
    st.tuples(st.just("step"), st.booleans(), st.booleans(), BITS),
)


def idle() -> Session:
    made = Session()
    made.testing(0)
    made.ready(100)
    return made


def running() -> Session:
    made = idle()
    assert made.arm(False, 100)
    assert made.press(200)
    return made


@given(st.lists(st.tuples(STEP, st.integers(0, 70000)), max_size=60), st.integers(0, MASK30))
@settings(max_examples=300)
def test_whatever_happens_only_a_press_when_armed_lets_the_motor_move(
    steps: list[tuple[tuple[object, ...], int]], now_ms: int
) -> None:
    walked = Session()
    walked.testing(now_ms)
    for (name, *arguments), passes_ms in steps:
        now_ms = now_ms + passes_ms & MASK30
        before, moved = walked.state, walked.moving()
        if name == "step":
            walked.step(now_ms, bool(arguments[0]), bool(arguments[1]), int(str(arguments[2])))
        else:
            getattr(walked, str(name))(*arguments, now_ms)
        after = walked.state
        assert walked.moving() == (after in (states.RUNNING, states.BACKOFF))
        if walked.moving() and not moved:
            assert (name, before) == ("press", states.ARMED)
        if before == states.FAULT:
            assert after in (states.FAULT, states.IDLE)
        if after == states.ARMED and before != states.ARMED:
            assert (name, before) in {("arm", states.IDLE), ("pause", states.RUNNING), ("pause", states.BACKOFF)}
        assert (after == states.FAULT) == bool(walked.held) == bool(walked.fault)
        assert walked.fault == faults.strictest(walked.held)
        assert walked.live() == (after in (states.ARMED, states.RUNNING, states.BACKOFF, states.STOPPING))


@given(st.lists(st.tuples(BITS, st.booleans(), BITS), max_size=20))
def test_what_needs_a_restart_stays(steps: list[tuple[int, bool, int]]) -> None:
    broken = running()
    broken.fail(faults.bit(faults.FORCE_OPEN), 300)
    for number, (new, lifted, still) in enumerate(steps):
        now_ms = 20000 * number
        broken.fail(new, now_ms)
        assert not broken.clear(still, lifted, now_ms + 15000)
        broken.step(now_ms + 15000, False, False, still)
        assert broken.state == states.FAULT
        assert broken.held & faults.bit(faults.FORCE_OPEN)


def test_the_way_of_a_session() -> None:
    made = Session()
    assert made.state == states.BOOT
    made.testing(0)
    assert not made.arm(False, 10)
    made.ready(100)
    assert not made.press(150), "a press in IDLE starts nothing"
    assert made.arm(True, 200)
    assert made.tethered
    assert not made.arm(False, 210)
    assert made.press(300)
    made.step(400, True, False, 0)
    assert made.state == states.BACKOFF
    made.step(500, False, False, 0)
    assert (made.state, made.run_ms) == (states.RUNNING, 200)
    made.step(600, False, True, 0)
    assert made.state == states.STOPPING
    made.step(899, False, False, 0)
    assert made.state == states.STOPPING
    made.step(900, False, False, 0)
    assert made.state == states.IDLE


def test_a_pause_does_not_count_as_run_time() -> None:
    made = running()
    made.step(1200, False, False, 0)
    assert made.pause(1200)
    assert not made.pause(1210)
    made.step(9000, False, False, 0)
    assert (made.state, made.paused, made.run_ms) == (states.ARMED, True, 1000)
    made.press(9000)
    made.step(9100, False, False, 0)
    assert (made.paused, made.run_ms) == (False, 1100)


def test_run_time_counts_across_the_wrap_of_the_clock() -> None:
    made = idle()
    made.arm(False, MASK30 - 50)
    made.press(MASK30 - 9)
    made.step(90, False, False, 0)
    assert made.run_ms == 100


def test_stop_in_idle_or_fault_changes_nothing() -> None:
    made = idle()
    made.stop(200)
    assert made.state == states.IDLE
    made.fail(faults.bit(faults.STALL), 300)
    made.stop(400)
    assert made.state == states.FAULT


def test_stopping_takes_its_time_even_when_asked_again() -> None:
    made = running()
    made.stop(1000)
    made.stop(1200)
    made.step(1300, False, False, 0)
    assert made.state == states.IDLE


@pytest.mark.parametrize(
    ("fault", "still", "lifted", "wait_ms", "clears"),
    [
        (faults.STALL, 0, False, 0, True),
        (faults.STALL, faults.STALL, False, 0, False),
        (faults.STALL, faults.BATTERY_LOW, False, 0, False),
        (faults.FORCE_TRIP, faults.FORCE_TRIP, True, 0, True),  # the tick latches it until it is cleared
        (faults.FORCE_TRIP, faults.FORCE_TRIP, False, 0, False),
        (faults.OVERCURRENT, 0, False, 9999, False),
        (faults.OVERCURRENT, 0, False, 10000, True),
        (faults.FORCE_STUCK, 0, True, 99999, False),
        (faults.I2T, 0, False, 9999, False),
        (faults.EXCEPTION, 0, True, 0, True),
        (faults.WATCHDOG_RESET, 0, True, 0, True),
        (faults.SETTINGS_CRC, 0, True, 99999, False),
    ],
)
def test_rules_of_clearing(fault: int, still: int, lifted: bool, wait_ms: int, clears: bool) -> None:
    made = running()
    assert made.fail(faults.bit(fault), 1000)
    assert made.clear(faults.bit(still) if still else 0, lifted, 1000 + wait_ms) == clears
    assert made.state == (states.IDLE if clears else states.FAULT)


def test_a_fault_that_clears_itself_leaves_the_others() -> None:
    made = running()
    made.fail(faults.bit(faults.BATTERY_LOW) | faults.bit(faults.STALL), 1000)
    assert made.fault == faults.STALL
    made.step(1100, False, False, 0)
    assert made.held == faults.bit(faults.STALL)
    assert made.clear(0, False, 1200)
    made.fail(faults.bit(faults.BATTERY_LOW), 1300)
    made.step(1400, False, False, faults.bit(faults.BATTERY_LOW))
    assert made.state == states.FAULT
    made.step(1500, False, False, 0)
    assert made.state == states.IDLE


def test_the_same_fault_again_is_nothing_new_and_seen_remembers_until_arming() -> None:
    made = running()
    bits = faults.bit(faults.BATTERY_LOW)
    assert made.fail(bits, 1000)
    assert not made.fail(bits, 1010)
    made.step(1100, False, False, 0)
    assert made.seen == bits
    made.arm(False, 1200)
    assert made.seen == 0


def test_armed_falls_back_after_a_minute() -> None:
    made = idle()
    made.arm(False, 1000)
    made.step(1000 + session.ARMED_MS - 1, False, False, 0)
    assert made.state == states.ARMED
    made.step(1000 + session.ARMED_MS, False, False, 0)
    assert made.state == states.IDLE
