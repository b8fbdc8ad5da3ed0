"""LED patterns as functions of time: every state, fault, answer and cue can be told from the others."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import faults, panel, states
from tests.unit.firmware.bench import Bench

FLASHES = [(1, "."), (5, "....."), (10, "-"), (18, "-........"), (29, "--.........")]


def flashes(levels: list[int], step_ms: int = 10) -> list[tuple[int, int]]:
    """(dark ms before it, ms lit) of each flash."""
    found, dark, lit = [], 0, 0
    for level in [*levels, 0]:
        if level:
            lit += step_ms
        elif lit:
            found.append((dark, lit))
            dark, lit = step_ms, 0
        else:
            dark += step_ms
    return found


def resting(state: int, fault: int, span_ms: int, paused: bool = False, notes: int = 0) -> list[int]:
    return [panel.resting(state, fault, paused, notes, now_ms) for now_ms in range(0, span_ms, 10)]


@pytest.mark.parametrize(("fault", "wanted"), FLASHES)
def test_a_fault_blinks_its_number_and_pauses(fault: int, wanted: str) -> None:
    """Long flashes for tens, short ones for the rest, and 1.6 s of dark to tell where the count starts."""
    levels = resting(states.FAULT, fault, 1400 * (fault // 10) + 400 * (fault % 10) + 1600)
    assert [{1000: "-", 200: "."}[lit] for _, lit in flashes(levels)] == list(wanted)
    assert not any(levels[-160:])


def test_patterns_at_rest_differ() -> None:
    idle, armed = resting(states.IDLE, 0, 2000), resting(states.ARMED, 0, 2000)
    paused, backoff = resting(states.ARMED, 0, 2000, paused=True), resting(states.BACKOFF, 0, 2000)
    assert [lit for _, lit in flashes(idle)] == [80]
    assert [lit for _, lit in flashes(armed)] == [500] * 2
    assert [lit for _, lit in flashes(paused)] == [160] * 4, "twice a second"
    assert {lit for _, lit in flashes(backoff)[:-1]} == {120}
    for state in set(range(len(states.STATES))) - {states.ARMED, states.BACKOFF}:
        assert resting(state, 0, 2000) == idle, "nothing is under way"
    assert [lit for _, lit in flashes(resting(states.IDLE, 0, 2000, notes=1))] == [80] * 2, "battery low"


@given(st.integers(0, 2_000_000), st.integers(1, 200_000))
def test_the_harder_the_press_the_brighter(peak_mn: int, limit_mn: int) -> None:
    share = panel.pressed(peak_mn, limit_mn)
    level = panel.running(share, 0, 0)
    assert panel._DIM <= level <= panel._FULL
    assert panel.running(min(share + 100, 1000), 0, 0) >= level
    assert (level == panel._FULL) == (peak_mn * 1000 // limit_mn >= 1000)


def test_brightness_in_figures() -> None:
    """Dim 6 %; half of the limit 6 + 94 * 0.25 = 29.5 %; at the limit all of it."""
    assert [panel.running(share, 0, 0) for share in (0, 500, 1000)] == [60, 295, 1000]


def test_cues_while_it_strokes() -> None:
    plain = [panel.running(200, 0, now_ms) for now_ms in range(0, 4000, 10)]
    assert 0 not in plain
    move_on = [panel.running(200, 4, now_ms) for now_ms in range(0, 4000, 10)]
    assert flashes(move_on) == [(320, 680)] * 4, "a wink a second"
    low = [panel.running(200, 1, now_ms) for now_ms in range(0, 4000, 10)]
    assert flashes(low) == [(160, 160), (160, 4000 - 480)], "two short winks in four seconds"


@pytest.mark.parametrize("number", range(1, 9))
def test_a_chosen_program_is_told_by_its_number(number: int) -> None:
    levels: list[int] = []
    while (level := panel.told(number, 0, 10 * len(levels))) >= 0:
        levels.append(level)
    assert flashes(levels) == [(400, 200), *[(200, 200)] * (number - 1)]
    assert not any(levels[-40:])
    assert len(levels) < 450, "soon over"


@pytest.mark.parametrize("reason", range(1, len(faults.REASONS) + 1))
def test_a_refusal_flutters_and_tells_its_reason_twice(reason: int) -> None:
    levels: list[int] = []
    while (level := panel.told(0, reason, 10 * len(levels))) >= 0:
        levels.append(level)
    found = [lit for _, lit in flashes(levels)]
    number = [1000] * (reason // 10) + [200] * (reason % 10)
    assert found == [80] * 4 + number * 2


# -- on the whole firmware ---------------------------------------------------------------------------------------------


def watch(bench: Bench, ms: int) -> list[int]:
    levels: list[int] = []
    bench.run(ms, lambda: levels.append(bench.hal.led_permille))
    return levels


def test_the_led_follows_state_and_force(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    assert set(watch(bench, 2000)) == {0, 1000}
    bench.start()
    free = max(watch(bench, 500))
    bench.plant.press(12_000)
    bench.run(1000)
    light = max(watch(bench, 500))
    bench.plant.press(20_000)
    bench.run(1000)
    hard = max(watch(bench, 500))
    assert 60 <= free < light < hard < 1000
    bench.plant.press(38_000)
    bench.run(500)
    assert bench.state == states.BACKOFF
    assert {lit for _, lit in flashes(watch(bench, 2000))[1:-1]} <= {80, 120, 160}, "a flicker, seen every 40 ms"


def test_a_new_phase_is_a_short_dark(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    phase = (3000, 1500, 1500, 600, 600, 0, 0, 1000, 0, 1000, 40_000, 1)
    bench.upload(phase, phase)
    assert bench.app.arm(False, bench.hal.now_ms()) == 0
    bench.press_for(100)
    levels = watch(bench, 4500)
    assert [dark for dark, _ in flashes(levels)[1:]] in ([[280], [320], [360]])


def test_the_first_reason_is_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    lamp = bench.app.lamp
    for reasons, first in ((0x002, 2), (0x600, 10), (0x400, 11), (0x7FF, 1)):
        lamp.answer(0, reasons, bench.hal.now_ms())
        assert lamp.reason == first
    lamp.answer(0, 0, bench.hal.now_ms())
    assert lamp.reason == 0


def test_a_press_that_is_refused_is_answered(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.upload()
    assert bench.app.arm(False, bench.hal.now_ms()) == 0
    bench.plant.press(8000)
    bench.run(100)
    bench.press_for(100)
    assert bench.state == states.ARMED
    watch(bench, 600)
    assert bench.app.lamp.reason == 2, "HEAD_LOADED"
    bench.plant.press(0)
    bench.run(700)
    bench.press_for(100)
    assert bench.state in states.MOVING
    bench.run(100)
    assert bench.app.lamp.reason == 0


class Part:
    """A light that raises the error, if there is one. steps: how often it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.steps = 0

    def step(self, turn: int, now_ms: int) -> None:
        self.steps += 1
        if self.error:
            raise self.error


@pytest.mark.parametrize("error", [MemoryError(), ValueError("x"), RuntimeError("x"), IndexError("x")])
def test_a_light_that_fails_ends_no_session(tmp_path: Path, error: Exception) -> None:
    bench = Bench(tmp_path)
    bench.start()
    broken, sound = Part(error), Part()
    bench.app.lamp.parts = [broken, sound]
    bench.run(500)
    assert bench.state in states.MOVING
    assert (broken.steps, sound.steps) == (1, 50)
    assert bench.app.error == repr(error)
