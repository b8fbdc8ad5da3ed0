"""The App from power-on to the last stroke: who may start it, what the button means, what ends a session."""

from pathlib import Path

import pytest

from tapote import faults, params, states, wire
from tests.unit.firmware.bench import PHASE, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def arm(bench: Bench, *, tethered: bool = False) -> int:
    return bench.app.arm(tethered, bench.hal.now_ms())


def test_it_boots_by_way_of_a_self_test_to_idle_and_keeps_the_pin_off(tmp_path: Path) -> None:
    bench = Bench(tmp_path, boot=False)
    assert bench.state == states.SELFTEST
    bench.run(90)
    assert bench.state == states.SELFTEST
    bench.run(20)
    assert bench.state == states.IDLE
    assert not bench.hal.connected


def test_arming_hands_over_the_pin_and_only_a_press_starts(bench: Bench) -> None:
    bench.upload()
    assert arm(bench) == 0
    assert (bench.state, bench.hal.connected) == (states.ARMED, True)
    bench.run(5000)
    assert (bench.state, bench.plant.duty) == (states.ARMED, 0)
    bench.press_for(100)
    assert bench.state == states.RUNNING
    bench.run(3000)
    assert bench.plant.duty > 0


def test_armed_and_nobody_presses_goes_back_to_idle_after_a_minute(bench: Bench) -> None:
    bench.upload()
    arm(bench)
    bench.run(59_900)
    assert bench.state == states.ARMED
    bench.run(200)
    assert (bench.state, bench.hal.connected) == (states.IDLE, False)


def blocked(bench: Bench, name: str) -> None:
    """Bring about one reason not to arm."""
    plant = bench.plant
    if name == "BUTTON":
        bench.hal.pressed = True
    elif name == "HEAD_LOADED":
        plant.press(6000)
    elif name == "FORCE_SENSOR":
        plant.force_raw = 0
    elif name == "BATTERY":
        plant.set("battery_points", 3 * 3300)
    elif name == "TEMPERATURE":
        plant.set("temp_points", 680)
    elif name == "REST":
        bench.app.dose.worked_ms = 599_500
    elif name == "FIRMWARE":
        bench.app.damage = "kernel.mpy is missing"
    elif name == "SETTINGS":
        bench.app.settings.damaged = True


@pytest.mark.parametrize("names", [[name] for name in faults.REASONS] + [["BUTTON", "BATTERY", "SETTINGS"]])
def test_each_reason_not_to_arm_has_its_bit(bench: Bench, names: list[str]) -> None:
    if "NO_PROGRAM" not in names:
        bench.upload()
    if "FAULT" in names:
        bench.app.session.fail(faults.bit(faults.STALL), bench.hal.now_ms())
    if "BUSY" in names:
        assert arm(bench) == 0
    for name in names:
        blocked(bench, name)
    if "FORCE_SENSOR" in names:  # so little of it, with noise, is a reason and not yet a fault
        bench.run(10)
    else:
        bench.run(400)
    expected = sum(1 << index for index, name in enumerate(faults.REASONS) if name in names)
    assert arm(bench) == expected


def test_the_button_must_have_been_up_for_half_a_second(bench: Bench) -> None:
    bench.upload()
    bench.press_for(100)
    assert arm(bench) == 0x001
    bench.run(400)
    assert arm(bench) == 0x001
    bench.run(100)
    assert arm(bench) == 0


def test_a_button_held_since_power_on_starts_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path, boot=False)
    bench.hal.pressed = True
    bench.run(700)
    bench.upload()
    assert arm(bench) == 0x001
    bench.hal.pressed = False
    bench.run(600)
    assert arm(bench) == 0
    bench.run(1000)
    assert bench.state == states.ARMED


def test_too_much_ends_a_phase_that_says_so(bench: Bench) -> None:
    bench.upload((*PHASE[:-1], 3), PHASE)
    arm(bench)
    bench.press_for(100)
    bench.run(500)
    assert bench["phase"] == 0
    bench.app.too_much()
    bench.run(20)
    assert bench["phase"] == 1


def test_pause_keeps_the_place_and_only_a_press_goes_on(bench: Bench) -> None:
    bench.start()
    assert bench.app.pause(bench.hal.now_ms())
    bench.run(10)
    run_ms = bench.app.session.run_ms
    assert (bench.state, bench.plant.duty) == (states.ARMED, 0)
    bench.run(5000)
    assert (bench.state, bench.plant.duty, bench.app.session.run_ms) == (states.ARMED, 0, run_ms)
    bench.plant.press(8000)  # resting on the body is fine after a pause
    bench.run(300)
    bench.press_for(100)
    assert bench.state == states.RUNNING
    assert bench["drive_q16"] < 65536 // 10, "the start is as soft as the first"
    bench.run(1000)
    assert bench.app.session.run_ms == pytest.approx(run_ms + 1100, abs=60)


def test_a_press_starts_nothing_when_the_head_came_down_after_arming(bench: Bench) -> None:
    bench.upload()
    arm(bench)
    bench.plant.press(8000)
    bench.run(300)
    bench.press_for(100)
    assert bench.state == states.ARMED


def test_stop_and_pause_take_the_drive_away_before_the_next_turn(bench: Bench) -> None:
    for act in (bench.app.stop, bench.app.pause):
        bench.run(1000)
        bench.start(settle_ms=2000)
        act(bench.hal.now_ms())
        bench.hal.run_ticks(2)  # the tick that sees it, and the plant's step after
        assert bench.plant.duty == 0
        bench.app.stop(bench.hal.now_ms())


def test_the_program_ends_and_so_does_the_session(bench: Bench) -> None:
    bench.upload((2000, *PHASE[1:]))
    arm(bench)
    bench.press_for(100)
    assert bench.until(lambda: bench.state == states.STOPPING, 2100) == pytest.approx(1930, abs=40)
    bench.run(50)
    assert bench.plant.duty == 0
    bench.run(300)
    assert bench.state == states.IDLE


def test_the_session_limit_is_the_lower_of_setting_and_board(tmp_path: Path) -> None:
    bench = Bench(tmp_path, session_max_s=3)
    bench.hal.regs[params.slot("session_s")] = 900  # what a host may ask for
    bench.upload((60000, *PHASE[1:]))
    arm(bench)
    bench.press_for(100)
    assert bench.until(lambda: bench.app.session.fault == faults.SESSION_END, 3100) > 2800


def test_a_program_is_taken_in_order_and_only_while_idle(bench: Bench) -> None:
    app = bench.app
    assert app.loader.commit() == wire.BAD, "nothing was begun"
    assert arm(bench) == 0x020
    assert not app.loader.begin(0, "none")
    assert not app.loader.begin(33, "too long")
    assert app.loader.begin(2, "two")
    assert app.loader.add_phase(1, PHASE) == wire.REFUSED
    assert app.loader.add_phase(0, PHASE) == wire.OK
    assert app.loader.add_phase(1, (0, *PHASE[1:])) == wire.BAD
    assert app.loader.commit() == wire.BAD
    assert arm(bench) == 0x020, "half a program is none"
    bench.start()
    assert not app.loader.begin(1, "now")
    assert app.loader.add_phase(0, PHASE) == app.loader.add_wave(0, (0,) * 32) == app.loader.commit() == wire.REFUSED
