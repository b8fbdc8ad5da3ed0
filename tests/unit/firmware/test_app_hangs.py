"""Faults of the firmware, the link and the button: each ends with the motor off, and clears by its own rule."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tapote import faults, params, states
from tests.unit.firmware.bench import Bench
from tests.unit.firmware.bench_faults import clear, off_within


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.start(tethered=False)
    return bench


def test_lost_ticks_and_a_dead_converter_need_a_restart(bench: Bench) -> None:
    bench.hal.regs[params.slot("due_us")] -= 501
    off_within(bench, faults.TICK_LOST, 20)
    assert not clear(bench)


def test_ticks_that_stop_are_noticed(bench: Bench) -> None:
    bench.hal.ticking = False
    bench.until(lambda: bench.app.session.fault == faults.TICK_LOST, 60)
    assert not bench.hal.connected


def test_without_ticks_the_main_loop_does_not_feed_the_watchdog(bench: Bench) -> None:
    bench.run(2000)
    assert not bench.hal.bitten
    bench.hal.ticking = False
    bench.until(lambda: bench.app.session.fault == faults.TICK_LOST, 60)
    assert bench.until(lambda: bench.hal.bitten, 1700) >= 790, "800 ms, though the loop goes on and counts the fault"


def test_without_the_main_loop_the_ticks_do_not_feed_it_either(bench: Bench) -> None:
    bench.hal.run_ticks(1580)
    assert not bench.hal.bitten
    bench.hal.run_ticks(40)
    assert bench.hal.bitten


def test_a_dead_converter_needs_a_restart(bench: Bench) -> None:
    bench.hal.regs[params.slot("adc_force_word")] = 0
    bench.hal.adc[0] = 0
    off_within(bench, faults.ADC_DEAD, 20)
    assert not clear(bench)


def test_a_hung_main_loop_starves_the_output_and_is_told_of_when_it_comes_back(bench: Bench) -> None:
    bench.hal.run_ticks(200 + 2)  # 100 ms without a turn
    bench.hal.run_ticks(3)  # the word lives for 14 PWM periods more
    assert bench.plant.duty == 0
    assert bench.app.session.fault == 0
    off_within(bench, faults.LOOP_HUNG, 20)


def test_a_host_that_falls_silent_ends_a_tethered_session(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.app.server.heard_ms = bench.hal.now_ms()
    bench.upload()
    assert bench.app.arm(True, bench.hal.now_ms()) == 0
    hear = beats(bench)
    bench.hal.pressed = True
    bench.run(100, hear)
    bench.hal.pressed = False
    bench.run(3000, hear)
    assert bench.plant.duty > 0
    assert off_within(bench, faults.LINK_LOST, 520) >= 480
    bench.run(1000)
    assert bench.state == states.FAULT
    bench.run(100, hear)
    assert (bench.state, bench.plant.duty) == (states.IDLE, 0), "the link is back; only arming and a press start anew"


def beats(bench: Bench) -> Callable[[], None]:
    """The host talks."""

    def hear() -> None:
        bench.app.server.heard_ms = bench.hal.now_ms()

    return hear


def test_a_host_may_be_silent_in_a_session_of_the_device_itself(bench: Bench) -> None:
    bench.run(3000)
    assert bench.state in states.MOVING


def test_a_button_held_for_ten_seconds_is_stuck(bench: Bench) -> None:
    bench.app.stop(bench.hal.now_ms())
    bench.hal.pressed = True
    bench.run(9900)
    assert bench.state == states.IDLE
    bench.run(200)
    assert bench.app.session.fault == faults.BUTTON_STUCK
    assert not clear(bench)
    bench.hal.pressed = False
    bench.run(990)
    assert bench.state == states.FAULT
    bench.run(110)
    assert bench.state == states.IDLE, "free for a second"


@pytest.mark.parametrize("place", ["turn", "poll"])
def test_an_error_in_the_main_loop_kills_the_pin(bench: Bench, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("broken")

    with monkeypatch.context() as patch:
        if place == "turn":
            patch.setattr(bench.app.safety, "measure", broken)
        else:
            patch.setattr(bench.app.server, "poll", broken)
        bench.run(10)
    assert not bench.hal.connected
    bench.hal.run_ticks(1)
    assert bench.plant.duty == 0
    assert bench.app.session.fault == faults.EXCEPTION
    assert bench.app.error == "ValueError('broken')"
    bench.run(3000)
    assert bench.state == states.FAULT, "until a person has seen it"
    assert (clear(bench), bench.state) == (True, states.IDLE)


def test_the_main_loop_waits_polls_turns_and_ends_with_its_third_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """App.run itself, on the HAL's own time: two seconds of it, then a HAL that breaks."""
    loops = bench["loops"]

    def broken() -> bool:
        raise OSError("no button")

    def wait(limit_ms: int) -> None:
        assert 0 <= limit_ms <= 10
        bench.hal.run_ticks(max(2 * limit_ms, 1))
        if bench["loops"] - loops >= 200:
            monkeypatch.setattr(bench.hal, "button", broken)

    monkeypatch.setattr(bench.hal, "wait", wait)
    start_ms = bench.hal.now_ms()
    with pytest.raises(OSError, match="no button"):
        bench.app.run()
    assert bench.hal.now_ms() - start_ms == pytest.approx(2000, abs=50)
    assert bench.app.session.fault == faults.EXCEPTION
    assert not bench.hal.connected


def test_the_third_error_in_a_row_ends_the_program_with_the_pin_off(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise MemoryError

    monkeypatch.setattr(bench.app.safety, "measure", broken)
    bench.run(20)
    with pytest.raises(MemoryError):
        bench.run(10)
    assert not bench.hal.connected
