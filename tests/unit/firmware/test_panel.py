"""Gestures from levels and time: bounce is nothing, a tap is short, a hold is long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import panel

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


def test_a_hold_of_a_second_is_told_besides() -> None:
    assert play([(True, 5000), (False, 100)]) == [
        (30, panel.PRESSED),
        (380, panel.HELD),
        (1030, panel.LONG),
        (5030, panel.RELEASED),
    ]


@pytest.mark.parametrize(("up_ms", "down_ms"), [(300, 100), (700, 2000), (20_000, 100)])
def test_a_press_knows_how_long_the_button_was_up_before(up_ms: int, down_ms: int) -> None:
    button = panel.Button()
    seen = {}
    for now_ms in range(0, 1000 + down_ms + up_ms + 200, 10):
        first, second = 1000 <= now_ms < 1000 + down_ms, now_ms >= 1000 + down_ms + up_ms
        if button.update(first or second, now_ms) == panel.PRESSED:
            seen[now_ms] = button.rested_ms
    # From the debounced release to the debounced press: both come 20 ms late. The first counts from power-on.
    assert seen == {1020: 1020, 1020 + down_ms + up_ms: up_ms}


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
    up_ms = 10010 + panel._DEBOUNCE_MS  # when its release was believed
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


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 120)), max_size=40))
def test_gestures_always_make_sense(runs: list[tuple[bool, int]]) -> None:
    """Whatever the contact does: up and down alternate, HELD only in between, and never without a lasting level."""
    button = panel.Button()
    button.update(False, 0)
    now_ms, down, held, long, last_change_ms, before = 0, False, False, False, 0, False
    for level, turns in runs:
        for _ in range(turns):
            now_ms += 10
            if level != before:
                last_change_ms, before = now_ms, level
            gesture = button.update(level, now_ms)
            if gesture in (panel.PRESSED, panel.TAPPED, panel.RELEASED):
                assert now_ms - last_change_ms >= panel._DEBOUNCE_MS
                assert down == (gesture != panel.PRESSED)
                assert gesture == panel.PRESSED or held == (gesture == panel.RELEASED)
                down, held, long = not down, False, False
            elif gesture == panel.HELD:
                assert down
                assert not held
                held = True
            elif gesture == panel.LONG:
                assert held
                assert not long
                long = True
            assert button.down == down
