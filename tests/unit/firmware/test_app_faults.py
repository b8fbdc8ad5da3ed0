"""Faults of sensors, motor and pack: brought about in the readings, seen at the motor, cleared by their own rules."""

from pathlib import Path

import pytest

from tapote import faults, states
from tests.unit.firmware.bench import Bench
from tests.unit.firmware.bench_faults import clear, off_within


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.start(tethered=False)
    return bench


def test_over_force_is_off_before_the_main_loop_knows(bench: Bench) -> None:
    bench.plant.press(66000)
    bench.hal.run_ticks(2)  # the tick that sees it, the plant's step that shows it: 1 ms
    assert bench.plant.duty == 0
    assert bench.state == states.RUNNING
    off_within(bench, faults.FORCE_TRIP, 20)


def test_a_force_trip_clears_once_the_head_has_been_up_for_two_seconds(bench: Bench) -> None:
    bench.plant.press(66000)
    off_within(bench, faults.FORCE_TRIP, 20)
    bench.run(3000)
    assert not clear(bench), "the head is still down"
    bench.plant.press(0)
    bench.run(1900)
    assert not clear(bench)
    bench.run(200)
    assert clear(bench)
    assert bench.state == states.IDLE
    bench.run(100)
    assert (bench.state, bench.plant.duty) == (states.IDLE, 0)


@pytest.mark.parametrize("early_ms", range(0, 60, 10))
def test_a_press_that_meets_the_trip_does_not_clear_it(tmp_path: Path, early_ms: int) -> None:
    """The head was up for seconds before the start; the finger says "too much" around the very turn of the trip."""
    bench = Bench(tmp_path)
    bench.run(3000)
    bench.start(tethered=False, settle_ms=100)
    bench.hal.pressed = True
    bench.run(early_ms)
    bench.plant.press(66000)
    bench.run(100)
    bench.hal.pressed = False
    bench.run(100)
    assert bench.state == states.FAULT
    assert bench.app.session.held == faults.bit(faults.FORCE_TRIP)


def test_the_button_clears_a_fault_and_never_starts_in_the_same_press(bench: Bench) -> None:
    bench.plant.press(66000)
    bench.run(20)
    bench.plant.press(0)
    bench.run(2200)
    bench.press_for(100)
    assert bench.state == states.IDLE
    bench.press_for(100)
    assert bench.state == states.IDLE


@pytest.mark.parametrize(
    ("raw", "fault", "limit_ms"), [(0, faults.FORCE_OPEN, 100), (4094, faults.FORCE_SHORT, 20)], ids=["open", "short"]
)
def test_a_force_sensor_at_a_rail_needs_a_restart(bench: Bench, raw: int, fault: int, limit_ms: int) -> None:
    bench.plant.force_raw = raw
    bench.until(lambda: bool(bench.app.session.held & faults.bit(fault)), limit_ms)
    bench.hal.run_ticks(1)
    assert bench.plant.duty == 0
    bench.plant.press(0)
    bench.run(3000)
    assert not clear(bench)


def test_a_force_reading_that_stands_still_while_the_head_strokes_is_no_reading(bench: Bench) -> None:
    bench.plant.frozen = True
    assert off_within(bench, faults.FORCE_STUCK, 100) >= 80
    assert not clear(bench)


def test_a_force_reading_that_stands_still_while_nothing_moves_is_fine(bench: Bench) -> None:
    bench.app.stop(bench.hal.now_ms())
    bench.run(1000)
    bench.plant.frozen = True
    bench.run(1000)
    assert bench.state == states.IDLE


def test_a_locked_crank_is_a_stall(bench: Bench) -> None:
    bench.plant.locked = True
    assert off_within(bench, faults.STALL, 300) >= 240
    bench.run(20)
    assert clear(bench), "nothing drives it any more, so nothing stalls"


def test_a_crank_that_a_hand_holds_still_rests_and_tries_again(bench: Bench) -> None:
    """Pressed to 3/4 of soft and more, it is a hand and no fault: no drive for a second, then the soft start."""
    bench.plant.locked = True
    bench.plant.press(22000)
    bench.until(lambda: bench.app.safety.motor.stall.pressed_still, 400)
    bench.run(20)
    assert (bench.state, bench.plant.duty) == (states.BACKOFF, 0)
    bench.plant.locked = False
    bench.plant.press(0)
    bench.run(3000)
    assert bench.state == states.RUNNING
    assert bench.plant.duty > 0


def test_overcurrent_cools_for_ten_seconds(bench: Bench) -> None:
    bench.plant.set("current_points", 16000)
    off_within(bench, faults.OVERCURRENT, 120)
    bench.plant.set("current_points", 0)
    bench.run(9000)
    assert not clear(bench)
    bench.run(1100)
    assert clear(bench)


def test_a_short_current_spike_is_no_fault(bench: Bench) -> None:
    bench.plant.set("current_points", 16000)
    bench.run(30)
    bench.plant.set("current_points", 1000)
    bench.run(500)
    assert bench.state == states.RUNNING


def test_heat_stops_it_and_lets_go_ten_degrees_below(bench: Bench) -> None:
    bench.plant.set("temp_points", 760)
    off_within(bench, faults.OVERTEMP, 700)
    bench.plant.set("temp_points", 670)
    bench.run(3000)
    assert bench.state == states.FAULT
    bench.plant.set("temp_points", 640)
    bench.run(1000)
    assert (bench.state, bench.plant.duty) == (states.IDLE, 0), "cool, and not running by itself"


@pytest.mark.parametrize("raw", [0, 4095])
def test_a_temperature_sensor_out_of_its_range_needs_a_restart(bench: Bench, raw: int) -> None:
    bench.plant.temp_counts = raw
    bench.until(lambda: bool(bench.app.session.held & faults.bit(faults.TEMP_SENSOR)), 1000)
    bench.plant.set("temp_points", 250)
    bench.run(1000)
    assert not clear(bench)


def test_a_low_pack_stops_it_until_it_is_charged(bench: Bench) -> None:
    bench.plant.set("battery_points", 3 * 2900)
    off_within(bench, faults.BATTERY_LOW, 1300)
    bench.plant.set("battery_points", 3 * 3100)
    bench.run(5000)
    assert bench.app.arm(False, bench.hal.now_ms()) == 0x008 | 0x040, "rested is not charged"
    bench.plant.set("battery_points", 3 * 3450)
    bench.run(500)
    assert bench.state == states.IDLE
    assert bench.app.arm(False, bench.hal.now_ms()) == 0


def test_a_sag_is_no_cut_and_a_flat_cell_is(bench: Bench) -> None:
    bench.plant.set("battery_points", 3 * 2600)
    bench.run(100)
    bench.plant.set("battery_points", 3 * 3800)
    bench.run(500)
    assert bench.state == states.RUNNING
    bench.plant.set("battery_points", 3 * 2600)
    off_within(bench, faults.BATTERY_CUT, 350)
    assert not clear(bench)
    bench.plant.set("battery_points", 3 * 3900)
    bench.run(500)
    assert bench.state == states.FAULT, "the rebound of a pack does not clear it"
    assert clear(bench)


@pytest.mark.parametrize("pack_mv", [4 * 4150, 3 * 1900])
def test_a_pack_of_another_number_of_cells_is_found_at_power_on(tmp_path: Path, pack_mv: int) -> None:
    bench = Bench(tmp_path, boot=False)
    bench.plant.set("battery_points", min(pack_mv, 16100))
    bench.run(150)
    assert bench.app.session.fault == faults.CELL_COUNT
    assert not clear(bench)


def test_two_faults_at_once_are_both_kept_and_the_strictest_shows(bench: Bench) -> None:
    bench.plant.set("temp_points", 800)
    bench.run(480)
    bench.plant.press(66000)
    bench.run(300)
    both = faults.bit(faults.OVERTEMP) | faults.bit(faults.FORCE_TRIP)
    assert bench.app.session.held & both == bench.app.session.seen & both == both
    assert bench.app.session.fault == faults.FORCE_TRIP
    bench.plant.press(0)
    bench.run(2500)
    assert not clear(bench), "still hot"
