"""Each injection has its visible effect, and goes away again."""

import pytest

from host_tools.boards import Board
from host_tools.plant.build import build_plant
from host_tools.plant.plant import Plant

from .conftest import DT_S, Runner


@pytest.fixture
def pressed(crank_board: Board, run: Runner) -> Plant:
    """The crank board, pressed and stroking."""
    plant = build_plant(crank_board)
    plant.begin_press()
    run(plant, 3.0, duty=0.6)
    return plant


def test_locked_rotor_draws_stall_current_and_stands(pressed: Plant, run: Runner) -> None:
    pressed.faults.rotor_locked = True
    run(pressed, 0.1, duty=1.0)
    assert pressed.rate_spm == 0.0
    # 11.9 V - 0.05 V - 0.62 V over 0.632 + 0.12 ohm = 14.9 A.
    assert pressed.current_a == pytest.approx(14.9, rel=0.03)
    strokes = pressed.strokes
    run(pressed, 0.1, duty=1.0)
    assert pressed.strokes == strokes
    pressed.faults.rotor_locked = False
    run(pressed, 0.5, duty=0.6)
    assert pressed.rate_spm > 1000.0


def test_locked_coil_draws_stall_current(linear: Plant, run: Runner) -> None:
    linear.faults.rotor_locked = True
    run(linear, 0.1, duty=1.0)
    assert linear.current_a == pytest.approx((linear.battery_v - 1.1) / 3.8, rel=0.02)
    assert linear.rate_spm == 0.0


def test_stuck_driver_runs_at_full_drive(pressed: Plant, run: Runner) -> None:
    pressed.lift()
    pressed.faults.driver_stuck_on = True
    run(pressed, 2.0, duty=0.0)
    assert pressed.rate_spm > 2800.0


def test_battery_override_is_seen_and_felt(pressed: Plant, run: Runner) -> None:
    pressed.faults.battery_v_override = 8.1
    run(pressed, 0.5, duty=1.0)
    assert pressed.battery_v == 8.1
    assert pressed.battery_counts == pytest.approx(8.1 / 4.9 / 3.3 * 4096, abs=8.0)
    assert pressed.rate_spm < 2200.0
    pressed.faults.battery_v_override = None
    run(pressed, 0.02, duty=0.0)
    assert pressed.battery_v > 11.0


def test_force_sensor_open_and_short(pressed: Plant) -> None:
    pressed.faults.force_open = True
    assert pressed.force_counts == 0
    pressed.faults.force_open = False
    pressed.faults.force_short = True
    assert pressed.force_counts == 4095
    pressed.faults.force_short = False
    assert 0 < pressed.force_counts < 4095


def test_force_override_replaces_the_contact(linear: Plant) -> None:
    linear.faults.force_override_n = 80.0
    # 300 mV + 80 N * 27 mV/N = 2.46 V = 3053 counts, give or take noise and a zero that wanders by 0.15 N rms.
    assert linear.force_counts == pytest.approx(3053, abs=40)
    assert linear.force_n == 0.0


def test_frozen_force_stands_still_until_it_thaws(pressed: Plant, run: Runner) -> None:
    pressed.faults.force_frozen = True
    frozen = pressed.force_counts
    seen = set()
    for _ in range(200):
        pressed.step(DT_S, 0.6)
        seen.add(pressed.force_counts)
    assert seen == {frozen}
    pressed.faults.force_frozen = False
    thawed = set()
    for _ in range(200):
        pressed.step(DT_S, 0.6)
        thawed.add(pressed.force_counts)
    assert len(thawed) > 10


def test_offset_and_gain_of_the_force_sensor(linear: Plant) -> None:
    idle = linear.force_counts
    linear.faults.force_offset_n = 10.0
    # 10 N * 27 mV/N = 270 mV = 335 counts; noise of the same step cancels.
    assert linear.force_counts - idle == pytest.approx(335, abs=3)
    linear.faults.force_offset_n = 0.0
    linear.faults.force_override_n = 40.0
    full = linear.force_counts - idle
    linear.faults.force_gain = 0.7
    assert linear.force_counts - idle == pytest.approx(0.7 * full, rel=0.01)


def test_dead_current_sense_reads_zero_current_while_driven(pressed: Plant) -> None:
    assert pressed.current_counts > 100
    pressed.faults.current_dead = True
    assert pressed.current_counts == pytest.approx(0.010 / 3.3 * 4096, abs=8.0)


def test_temperature_open_short_and_override(linear: Plant) -> None:
    assert linear.temp_counts == pytest.approx(2090, abs=30)  # 24 degC
    linear.faults.temp_open = True
    assert linear.temp_counts == 4095
    linear.faults.temp_open = False
    linear.faults.temp_short = True
    assert linear.temp_counts == 0
    linear.faults.temp_short = False
    linear.faults.temp_c_override = 75.0
    assert linear.temp_counts == pytest.approx(531, abs=10)


def test_dead_tach_stops_counting_while_the_crank_turns(pressed: Plant, run: Runner) -> None:
    pressed.faults.tach_dead = True
    count = pressed.tach_count
    run(pressed, 0.5)
    assert pressed.tach_count == count
    assert pressed.rate_spm > 1000.0


def test_counts_stay_in_range_whatever_is_injected(linear: Plant) -> None:
    faults = linear.faults
    for force_n in (-1e6, 1e6):
        faults.force_override_n = force_n
        assert 0 <= linear.force_counts <= 4095
    for volts in (0.0, 100.0):
        faults.battery_v_override = volts
        linear.step(DT_S, 0.5)
        assert 0 <= linear.battery_counts <= 4095
    for temp_c in (-200.0, 1000.0):
        faults.temp_c_override = temp_c
        assert 0 <= linear.temp_counts <= 4095
