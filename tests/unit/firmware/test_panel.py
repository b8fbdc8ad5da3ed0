"""Gestures from levels and time: bounce is nothing, a tap is short, a hold is long; LED patterns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import panel, states

MASK30 = 0x3FFFFFFF


def play(levels: list[tuple[bool, int]], start_ms: int = 0) -> list[tuple[int, int]]:
    """Feed (level, how many ms) every 10 ms, from released; (time, gesture) of each that came."""
    button = panel.Button()
    now_ms = start_ms
    button.update(False, now_ms)
    found = []
    for level, lasts_ms in levels:
        for _ in range(lasts_ms // 10):
            now_ms = now_ms + 10 & MASK30
            gesture = button.update(level, now_ms)
            if gesture:
                found.append((now_ms - start_ms & MASK30, gesture))
    return found


def test_a_tap_is_a_press_and_a_short_release() -> None:
    assert play([(False, 100), (True, 100), (False, 100)]) == [(130, panel.PRESSED), (230, panel.TAPPED)]


def test_a_hold_is_reported_once_and_its_release_is_no_tap() -> None:
    assert play([(True, 1000), (False, 100)]) == [
        (30, panel.PRESSED),
        (380, panel.HELD),  # 350 ms after the press
        (1030, panel.RELEASED),
    ]


def test_bouncing_is_one_press() -> None:
    bounce = [(True, 10), (False, 10)] * 5
    assert [gesture for _, gesture in play([*bounce, (True, 100), *bounce, (False, 100)])] == [
        panel.PRESSED,
        panel.TAPPED,
    ]


def test_a_spike_of_a_sample_is_nothing() -> None:
    assert play([(False, 100), (True, 10), (False, 100), (True, 20), (False, 100)]) == []


def test_the_clock_may_wrap_under_the_finger() -> None:
    levels = [(False, 100), (True, 1000), (False, 200), (True, 100), (False, 100)]
    assert play(levels, start_ms=MASK30 - 300) == play(levels)


def test_held_since_power_on_is_no_press_and_its_release_no_tap() -> None:
    button = panel.Button()
    seen = [button.update(True, 10 * turn) for turn in range(100)]
    assert set(seen) == {panel.NOTHING}
    assert button.down
    seen = [button.update(False, 1000 + 10 * turn) for turn in range(10)]
    assert [gesture for gesture in seen if gesture] == [panel.RELEASED]
    assert button.update(True, 1100) == panel.NOTHING
    assert button.update(True, 1120) == panel.PRESSED


def test_stuck_after_ten_seconds() -> None:
    button = panel.Button()
    for now_ms in range(0, 9990, 10):
        button.update(True, now_ms)
        assert not button.stuck(now_ms, was=False)
    assert button.stuck(10000, was=False)
    assert button.stuck(10000, was=True)


def test_a_stuck_button_counts_as_free_after_a_second_up() -> None:
    button = panel.Button()
    for now_ms in range(0, 10100, 10):
        button.update(now_ms <= 10000, now_ms)
    up_ms = 10010 + panel.DEBOUNCE_MS  # when its release was believed
    assert button.stuck(up_ms + 999, was=True)
    assert not button.stuck(up_ms + 1000, was=True)
    assert not button.stuck(up_ms, was=False)


def test_touched_needs_two_samples_running_and_no_debouncing() -> None:
    button = panel.Button()
    seen = []
    for turn, level in enumerate((False, True, False, True, True, False, True, True, True)):
        button.update(level, 10 * turn)
        seen.append(button.touched)
    assert seen == [False, False, False, False, True, False, False, True, True]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=40))
def test_gestures_always_make_sense(runs: list[tuple[bool, int]]) -> None:
    """Whatever the contact does: up and down alternate, HELD only in between, and never without a lasting level."""
    button = panel.Button()
    button.update(False, 0)
    now_ms, down, held, last_change_ms, before = 0, False, False, 0, False
    for level, turns in runs:
        for _ in range(turns):
            now_ms += 10
            if level != before:
                last_change_ms, before = now_ms, level
            gesture = button.update(level, now_ms)
            if gesture in (panel.PRESSED, panel.TAPPED, panel.RELEASED):
                assert now_ms - last_change_ms >= panel.DEBOUNCE_MS
                assert down == (gesture != panel.PRESSED)
                assert gesture == panel.PRESSED or held == (gesture == panel.RELEASED)
                down, held = not down, False
            elif gesture == panel.HELD:
                assert down
                assert not held
                held = True
            assert button.down == down


def lit(state: int, fault: int, span_ms: int) -> list[bool]:
    return [panel.led(state, fault, now_ms) for now_ms in range(0, span_ms, 10)]


FLASHES = [(1, "."), (5, "....."), (10, "-"), (18, "-........"), (29, "--.........")]


@pytest.mark.parametrize(("fault", "flashes"), FLASHES)
def test_a_fault_blinks_its_number_and_pauses(fault: int, flashes: str) -> None:
    """Long flashes for tens, short ones for the rest, and 1.6 s of dark to tell where the count starts."""
    levels = lit(states.FAULT, fault, 1400 * (fault // 10) + 400 * (fault % 10) + 1600)
    lengths = [len(flash) for flash in "".join("#" if level else " " for level in levels).split()]
    assert [{100: "-", 20: "."}[length] for length in lengths] == list(flashes)
    assert not any(levels[-160:])


def test_patterns_of_the_states_differ() -> None:
    shown = (states.IDLE, states.ARMED, states.RUNNING, states.BACKOFF)
    assert [sum(lit(state, 0, 2000)) / 200 for state in shown] == [0.03, 0.5, 1.0, 0.5]
    assert lit(states.ARMED, 0, 2000) != lit(states.BACKOFF, 0, 2000)
    for state in set(range(len(states.STATES))) - set(shown):
        assert lit(state, 0, 2000) == lit(states.IDLE, 0, 2000), "nothing is under way"
