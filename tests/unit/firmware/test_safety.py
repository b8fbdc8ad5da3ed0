"""The slow supervisor: each check's threshold and time, and what it must not mistake for a fault."""

import pytest

from tapote import faults
from tapote.units import Lasting
from tests.unit.firmware.bench_safety import BOARD, Supervised

LOW, HIGH = BOARD["force_raw_min"], BOARD["force_raw_max"]


def test_lasting_needs_the_condition_without_a_break() -> None:
    lasting = Lasting(50)
    assert [lasting(True, now) for now in (0, 40, 49, 50, 60)] == [False, False, False, True, True]
    assert not lasting(False, 70)
    assert [lasting(True, now) for now in (80, 120, 130)] == [False, False, True]


def test_lasting_across_the_wrap_of_the_clock() -> None:
    lasting = Lasting(50)
    assert not lasting(True, (1 << 30) - 20)
    assert lasting(True, 30)


def test_a_healthy_device_has_no_fault() -> None:
    Supervised().quiet(5000)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [(LOW - 1, faults.FORCE_OPEN), (HIGH + 1, faults.FORCE_SHORT)],
)
def test_force_sensor_beyond_its_range(raw: int, fault: int) -> None:
    device = Supervised()
    device.set(force_raw=raw)
    assert device.turn() == 0, "one sample is a spike"
    assert device.turn() == faults.bit(fault)


@pytest.mark.parametrize("raw", [LOW, HIGH])
def test_the_ends_of_the_range_are_within(raw: int) -> None:
    device = Supervised()
    device.set(force_raw=raw)
    device.quiet(500)


def test_a_stuck_reading_counts_while_driven_and_turning_only() -> None:
    device = Supervised()
    device.set(force_same=160)  # 160 ticks of 500 us = 80 ms
    device.quiet(100, driving=False)
    device.set(rate_spm=0)
    device.quiet(100)
    device.set(rate_spm=1500)
    assert device.turn() == faults.bit(faults.FORCE_STUCK)
    device.set(force_same=159)
    assert device.turn() == 0


@pytest.mark.parametrize(("trips", "fault"), [(1, faults.FORCE_TRIP), (2, faults.ADC_DEAD), (4, faults.LOOP_HUNG)])
def test_what_the_tick_tripped_on(trips: int, fault: int) -> None:
    device = Supervised()
    device.set(trips=trips)
    assert device.turn() == faults.bit(fault)
    device.set(trips=7)
    assert device.turn().bit_count() == 3


def test_lost_ticks_and_no_ticks() -> None:
    device = Supervised()
    device.set(lost_ticks=1)
    assert device.turn() == faults.bit(faults.TICK_LOST)
    device.set(lost_ticks=0)
    assert device.turn() == 0
    device.ticking = False
    assert device.found_after(faults.TICK_LOST, 40) <= 40


@pytest.mark.parametrize(
    ("cell_mv", "fault", "after_ms"),
    [(2795, faults.BATTERY_CUT, 200), (2999, faults.BATTERY_LOW, 1000)],
)
def test_battery_thresholds_and_times(cell_mv: int, fault: int, after_ms: int) -> None:
    device = Supervised()
    device.set(battery_mv=3 * cell_mv)
    assert after_ms <= device.found_after(fault, after_ms + 90) <= after_ms + (10 if after_ms == 200 else 80)
    device.set(battery_mv=3 * 3401)
    for _ in range(8):
        device.turn()
    device.quiet(2000)


def test_heat_and_its_ten_degrees_of_hysteresis() -> None:
    device = Supervised()
    device.set(temperature_dc=749)
    device.quiet(1000)
    device.set(temperature_dc=750)
    assert device.found_after(faults.OVERTEMP, 650) >= 500
    device.set(temperature_dc=651)
    assert device.turn() == faults.bit(faults.OVERTEMP)
    device.set(temperature_dc=649)
    assert faults.bit(faults.OVERTEMP) in [device.turn() for _ in range(9)]
    device.quiet(100)
    device.set(temperature_dc=740)
    device.quiet(1000)


def test_a_temperature_reading_beyond_its_points() -> None:
    for raw in (BOARD["temp_points"][0][0] - 1, BOARD["temp_points"][-1][0] + 1):
        device = Supervised()
        device.set(slow_q4_2=raw * 16)
        assert device.found_after(faults.TEMP_SENSOR, 650) >= 500


@pytest.mark.parametrize(("pack_mv", "wrong"), [(5999, True), (6000, False), (12900, False), (12903, True)])
def test_cell_count(pack_mv: int, wrong: bool) -> None:
    device = Supervised()
    device.set(battery_mv=pack_mv)
    assert device.made.power.cell_count_wrong() == wrong


def test_what_is_not_wired_is_not_judged() -> None:
    device = Supervised(battery_points=[], temp_points=[], current_points=[])
    device.set(slow_q4_0=0, slow_q4_1=0, slow_q4_2=0)
    device.measured()
    assert [device[name] for name in ("battery_mv", "current_ma", "temperature_dc")] == [0, 0, 0]
    device.quiet(2000)
    assert not device.made.power.cell_count_wrong()
    assert device.made.reasons() == 0


def test_measure_converts_the_slow_channels() -> None:
    device = Supervised(current_points=[[0, 0], [1000, 5000]], temp_points=[[0, 1000], [1000, 0]])
    device.set(slow_q4_0=500 * 16, slow_q4_1=2048 * 16, slow_q4_2=250 * 16 + 7)
    device.measured()
    assert (device["current_ma"], device["temperature_dc"]) == (2500, 750)
    assert device["battery_mv"] == BOARD["battery_points"][1][1] // 2


@pytest.mark.parametrize(
    ("slots", "bits"),
    [
        ({}, 0),
        ({"force_mn": 4999, "force_filt_q4": 4999 * 16}, 0),
        ({"force_mn": 5000}, 0x002),
        ({"force_filt_q4": 5000 * 16}, 0x002),
        ({"force_raw": 0}, 0x004),
        ({"battery_mv": 3 * 3400 - 1}, 0x008),
        ({"battery_mv": 3 * 3400}, 0),
        ({"temperature_dc": -1}, 0x010),
        ({"temperature_dc": 651}, 0x010),
        ({"force_mn": 6000, "battery_mv": 0, "temperature_dc": 900, "force_raw": 4095}, 0x01E),
    ],
)
def test_reasons_not_to_arm(slots: dict[str, int], bits: int) -> None:
    device = Supervised()
    device.set(**slots)
    assert device.made.reasons() == bits


def test_lifted_is_two_seconds_without_load() -> None:
    device = Supervised()
    device.quiet(3000)
    device.quiet(2000, driving=False)
    assert not device.lifted()
    device.quiet(10, driving=False)
    assert device.lifted()
    device.set(force_mn=5000)
    device.turn(driving=False)
    assert not device.lifted()


def test_a_head_lifted_before_the_start_does_not_count_while_it_strokes() -> None:
    device = Supervised()
    device.quiet(2010, driving=False)
    assert device.lifted()
    device.turn()
    assert not device.lifted()
