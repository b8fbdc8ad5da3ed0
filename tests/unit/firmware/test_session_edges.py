"""The state machine at the edges of its times and rules: a millisecond early nothing happens, on time it does."""

import pytest

from tapote import faults, session, states
from tapote.session import Session

STALL, TRIP, OVER = faults.bit(faults.STALL), faults.bit(faults.FORCE_TRIP), faults.bit(faults.OVERCURRENT)


def idle() -> Session:
    made = Session()
    made.testing(0)
    made.ready(100)
    return made


def test_a_new_session_is_a_board_that_boots() -> None:
    made = Session()
    assert (made.state, made.fault, made.held, made.seen, made.run_ms) == (states.BOOT, 0, 0, 0, 0)
    assert not made.paused
    assert not made.tethered
    assert not made.live()
    made.testing(0)
    assert made.state == states.SELFTEST


def test_the_times_are_what_the_page_says() -> None:
    assert (session.ARMED_MS, session.COOLING_MS, session.STOPPING_MS) == (60_000, 10_000, 300)
    assert (session.STALLS, session.STALLS_MS) == (3, 60_000)


def test_ready_ends_the_self_test_only() -> None:
    made = idle()
    made.arm(False, 200)
    made.ready(300)
    assert made.state == states.ARMED


def test_the_pin_is_handed_out_from_arming_until_the_head_rests() -> None:
    live = {}
    for state in range(len(states.STATES)):
        made = Session()
        made.state = state
        live[states.STATES[state]] = made.live()
    assert {name for name, is_live in live.items() if is_live} == {"ARMED", "RUNNING", "BACKOFF", "STOPPING"}


def test_armed_falls_back_to_the_millisecond() -> None:
    made = idle()
    assert made.arm(True, 1000)
    assert made.tethered
    made.step(1000 + 59_999, False, False, 0)
    assert made.state == states.ARMED
    made.step(1000 + 60_000, False, False, 0)
    assert made.state == states.IDLE


def test_stopping_lasts_to_the_millisecond() -> None:
    made = idle()
    made.arm(False, 0)
    made.stop(1000)
    made.step(1299, False, False, 0)
    assert made.state == states.STOPPING
    made.step(1300, False, False, 0)
    assert made.state == states.IDLE


@pytest.mark.parametrize("wait_ms", [9_999, 10_000])
def test_too_much_current_cools_to_the_millisecond(wait_ms: int) -> None:
    made = idle()
    assert made.fail(OVER, 500)
    assert made.clear(0, False, 500 + wait_ms) == (wait_ms == 10_000)


def stalled(*times_ms: int) -> Session:
    """A session that stalls at these times and is cleared after each but the last."""
    made = idle()
    for at_ms in times_ms[:-1]:
        assert made.fail(STALL, at_ms)
        assert made.clear(0, False, at_ms + 100)
    assert made.fail(STALL, times_ms[-1])
    return made


@pytest.mark.parametrize(
    ("times_ms", "stuck"),
    [
        ((1000,), False),
        ((1000, 2000), False),
        ((1000, 2000, 3000), True),
        ((1000, 2000, 60_999), True),
        ((1000, 2000, 61_000), False),
        ((1000, 59_000, 61_500, 62_000), True),
        ((1000, 2000, 70_000, 71_000), False),
    ],
)
def test_the_third_stall_within_a_minute_stays_until_a_restart(times_ms: tuple[int, ...], stuck: bool) -> None:
    made = stalled(*times_ms)
    now_ms = times_ms[-1] + 1000
    assert made.stuck(now_ms) == stuck
    assert made.clear(0, False, now_ms) == (not stuck)


def test_three_old_stalls_do_not_hold_another_fault() -> None:
    made = idle()
    for at_ms in (1000, 2000):
        made.fail(STALL, at_ms)
        made.clear(0, False, at_ms + 100)
    made.fail(TRIP, 3000)
    assert not made.stuck(3000)
    assert made.clear(TRIP, True, 4000), "the tick's own latch does not count"


def test_other_faults_are_not_counted_as_stalls() -> None:
    made = idle()
    for at_ms in (1000, 2000):
        made.fail(TRIP, at_ms)
        made.clear(0, True, at_ms + 100)
    made.fail(STALL, 3000)
    assert not made.stuck(3000)


def test_stalls_that_were_cleared_take_no_more_memory_than_two() -> None:
    made = idle()
    for turn in range(10):
        made.fail(STALL, 70_000 * turn)
        assert made.clear(0, False, 70_000 * turn + 100)
        assert len(made._stalls_ms) <= session.STALLS - 1


def test_a_restart_fault_is_stuck() -> None:
    made = idle()
    made.fail(faults.bit(faults.TICK_LOST), 0)
    assert made.stuck(0)


def test_only_new_faults_count_as_stalls_and_as_seen() -> None:
    made = idle()
    made.fail(STALL, 1000)
    assert not made.fail(STALL, 1010)
    assert made.fail(STALL | TRIP, 1020)
    assert made.seen == made.held == STALL | TRIP
    assert made.fault == faults.FORCE_TRIP
    assert made.clear(0, True, 5000)
    assert (made.held, made.fault, made.seen) == (0, 0, STALL | TRIP)


def test_service_is_for_idle_and_for_stored_settings_that_cannot_be_read() -> None:
    made = idle()
    assert made.serve(200)
    assert made.state == states.SERVICE
    assert not made.serve(201)
    made.served(300)
    assert made.state == states.IDLE
    made.served(301)
    assert made.state == states.IDLE
    made.arm(False, 400)
    assert not made.serve(500)
    made.served(501)
    assert made.state == states.ARMED


@pytest.mark.parametrize(
    ("bits", "serves"),
    [
        (faults.bit(faults.SETTINGS_CRC), True),
        (faults.bit(faults.SETTINGS_CRC) | TRIP, False),
        (TRIP, False),
    ],
)
def test_a_fault_is_left_for_service_and_come_back_to(bits: int, serves: bool) -> None:
    made = idle()
    made.fail(bits, 100)
    assert made.serve(200) == serves
    made.served(300)
    assert made.state == states.FAULT
    assert made.held == bits


def test_arming_begins_anew_and_a_press_ends_a_pause() -> None:
    made = idle()
    made.fail(STALL, 0)
    made.clear(0, False, 100)
    made.arm(True, 200)
    assert made.seen == 0
    made.press(1000)
    made.step(1500, True, False, 0)
    assert (made.state, made.run_ms) == (states.BACKOFF, 500)
    assert (made.pause(1600), made.paused) == (True, True)
    assert (made.press(5000), made.paused) == (True, False)
    made.step(5100, False, False, 0)
    assert (made.state, made.run_ms) == (states.RUNNING, 600)
    made.stop(5200)
    made.step(6000, False, False, 0)
    made.arm(False, 7000)
    assert (made.run_ms, made.paused, made.tethered) == (0, False, False)


def test_a_session_armed_after_a_pause_that_was_stopped_is_no_pause() -> None:
    """In a pause the head may rest on the body when the button is pressed; at a start it may not."""
    made = idle()
    made.arm(False, 0)
    made.press(10)
    made.pause(20)
    made.stop(30)
    made.step(400, False, False, 0)
    assert made.arm(False, 500)
    assert not made.paused


def test_the_end_of_the_program_stops_and_a_fault_that_clears_itself_leads_to_idle() -> None:
    made = idle()
    made.arm(False, 0)
    made.press(10)
    made.step(20, False, True, 0)
    assert made.state == states.STOPPING
    low = faults.bit(faults.BATTERY_LOW)
    made.fail(low, 30)
    made.step(40, False, False, low)
    assert made.state == states.FAULT
    made.step(50, False, False, 0)
    assert (made.state, made.held) == (states.IDLE, 0)
