"""The supervisor at the edges: the last tick, count and millisecond that are still well, and the first that is not.

Its methods are called with times of the test's own choice, so that each millisecond counts.
"""

from typing import Any

import pytest

from tapote import faults
from tapote.safety import Safety
from tests.unit.firmware.bench_safety import BOARD
from tests.unit.firmware.registers import Registers

LOW, HIGH = BOARD["force_raw_min"], BOARD["force_raw_max"]
TRIP, LOST, LATE, CLOCK, OPEN, SHORT, STUCK, RATE = (
    1 << fault
    for fault in (
        faults.FORCE_TRIP,
        faults.TICK_LOST,
        faults.TICK_LATE,
        faults.CLOCK,
        faults.FORCE_OPEN,
        faults.FORCE_SHORT,
        faults.FORCE_STUCK,
        faults.FORCE_RATE,
    )
)


class Device(Registers):
    """A device that strokes, with a tick each 500 us, 25 C and 11.1 V."""

    def __init__(self, **board: Any) -> None:
        super().__init__()
        self.made = Safety(self.regs, BOARD | board)
        self.set(force_raw=LOW + 50, rate_spm=1500, battery_mv=11100, temperature_dc=250, tick_us=500)

    def trips(self, now_ms: int, *, ticks: int = 1) -> int:
        self.set(ticks=self["ticks"] + ticks)
        return self.made._tick_trips(now_ms)

    def force(self, now_ms: int = 0, *, driving: bool = True) -> int:
        return self.made._force_sensor(now_ms, driving)

    def clock(self, now_ms: int, ticks: int, *, driving: bool = True) -> int:
        self.set(ticks=ticks, now_us=now_ms * 1000 & 0x3FFFFFFF)
        return self.made._clock(driving)


def test_a_new_supervisor_has_not_seen_the_head_lifted() -> None:
    assert not Device().made.lifted


# -- the tick ----------------------------------------------------------------------------------------------------------


def test_a_tick_that_stands_for_20_ms_is_lost() -> None:
    device = Device()
    assert device.trips(0) == 0
    assert [device.trips(ms, ticks=0) for ms in (10, 29, 30)] == [0, 0, LOST]
    assert device.trips(31) == 0
    assert [device.trips(ms, ticks=0) for ms in (40, 59, 60)] == [0, 0, LOST], "counted from the first look without one"


def test_each_trip_is_told_by_its_own_fault() -> None:
    device = Device()
    device.set(trips=1)
    assert device.trips(0) == TRIP
    device.set(trips=2)
    assert device.trips(1) == 1 << faults.ADC_DEAD
    device.set(trips=4)
    assert device.trips(2) == 1 << faults.LOOP_HUNG
    device.set(trips=0)
    assert device.trips(3) == 0


def test_one_lost_tick_and_three_late_ones() -> None:
    device = Device()
    device.set(late_ticks=2)
    assert device.trips(0) == 0
    device.set(late_ticks=3)
    assert device.trips(1) == LATE
    device.set(late_ticks=0, lost_ticks=1)
    assert device.trips(2) == LOST


# -- the force sensor --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("raw", "fault"), [(LOW - 1, OPEN), (HIGH + 1, SHORT)])
@pytest.mark.parametrize("driving", [False, True])
def test_two_looks_beyond_the_range(raw: int, fault: int, driving: bool) -> None:
    device = Device()
    device.set(force_raw=raw)
    assert [device.force(driving=driving) for _ in range(3)] == [0, fault, fault]


def test_three_looks_of_five_beyond_the_range_are_a_loose_wire_and_of_more_not() -> None:
    """Out, four in, out, and so on: each look inside takes back a fifth of one outside."""
    device = Device()

    def looks(pattern: str) -> list[int]:
        found = []
        for letter in pattern:
            device.set(force_raw=LOW - 1 if letter == "o" else LOW)
            found.append(device.force())
        return found

    assert looks("oio") == [0, 0, 0], "9 of 10"
    assert looks("o") == [OPEN]
    device = Device()
    assert looks("oiiiiioiiiiio") == [0] * 13
    device = Device()
    assert looks("oiiiioiiiio") == [0] * 11, "5 - 4 + 5 - 4 + 5 = 7"
    assert looks("iio") == [0, 0, OPEN], "7 - 2 + 5 = 10"
    device = Device()
    assert looks("oiiiioiiiioiiio") == [0] * 15, "7 - 3 + 5 = 9"


def test_a_reading_beyond_the_range_without_noise_is_a_rail() -> None:
    device = Device()
    device.set(force_raw=HIGH + 1, force_same=9)
    assert device.force() == 0
    device = Device()
    device.set(force_raw=HIGH + 1, force_same=10)
    assert device.force() == SHORT


def test_the_same_reading_for_80_ms_while_it_strokes_is_stuck() -> None:
    device = Device()
    device.set(force_same=159)  # * 500 us = 79.5 ms
    assert device.force() == 0
    device.set(force_same=160)
    assert device.force() == STUCK
    assert device.force(driving=False) == 0
    device.set(rate_spm=0)
    assert device.force() == 0
    device.set(rate_spm=1)
    assert device.force() == STUCK
    device.set(tick_us=250, force_same=319)
    assert device.force() == 0


def test_six_jumps_within_100_ms_are_a_loose_wire() -> None:
    device = Device()
    device.set(force_jumps=7)
    assert device.force(0, driving=False) == 0, "jumps while nothing strokes are forgotten"
    device.set(force_jumps=12)
    assert device.force(10) == 0, "five"
    device.set(force_jumps=13)
    assert device.force(20) == RATE
    device = Device()
    device.set(force_jumps=6)
    assert device.force(0) == RATE, "counted from none"
    device = Device()
    device.set(force_jumps=5)
    assert device.force(99) == 0
    assert device.force(100) == 0, "and here a new 100 ms begins"
    device.set(force_jumps=10)
    assert device.force(199) == 0
    device.set(force_jumps=11)
    assert device.force(199) == RATE


# -- clock and ticks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ticked", "bits"), [(2000, 0), (1960, 0), (1958, CLOCK), (2040, 0), (2042, CLOCK)])
def test_ticks_and_clock_may_differ_by_two_percent_in_a_second(ticked: int, bits: int) -> None:
    """2000 ticks of 500 us a second; 1960 are 980 ms."""
    device = Device()
    assert device.clock(50, 700) == 0
    assert device.clock(1049, 0x1234567) == 0, "not yet a second"
    assert device.clock(1050, 700 + ticked) == bits
    assert device.clock(2050, 700 + ticked + 2000) == 0, "the next second counts by itself"


def test_the_clock_is_compared_only_over_a_whole_second_of_driving() -> None:
    device = Device()
    assert device.clock(0, 0) == 0
    assert device.clock(500, 10, driving=False) == 0
    assert device.clock(600, 20) == 0
    assert device.clock(1500, 30) == 0, "0.9 s since it drives again"
    assert device.clock(1600, 2020) == 0
    assert device.clock(2600, 2020) == CLOCK


def test_a_second_may_begin_at_zero() -> None:
    device = Device()
    assert [device.clock(0, 0), device.clock(1000, 0)] == [0, CLOCK]


def test_clock_and_ticks_go_round() -> None:
    device = Device()
    wrap_ms = 1_073_742  # 2**30 us are 1073741.824 ms
    assert device.clock(wrap_ms - 500, 0x3FFFFFFF - 999) == 0
    assert device.clock(wrap_ms + 500, 1000) == 0


# -- what is looked at when --------------------------------------------------------------------------------------------


def turns(device: Device, count: int, *, driving: bool = True, from_ms: int = 0) -> list[int]:
    found = []
    for index in range(count):
        now_us = (from_ms + 10 * index) * 1000 & 0x3FFFFFFF
        device.set(ticks=device["ticks"] + 20, tach_last=device["tach_last"] + 1, now_us=now_us)
        device.made.measure()
        found.append(device.made.check(from_ms + 10 * index, driving))
    return found


def test_battery_and_heat_are_measured_and_judged_in_turns_of_their_own() -> None:
    """Of eight turns the third looks at the pack, the fifth at the temperature; the cut of the pack at each."""
    device = Device(battery_points=[[0, 0], [4000, 16000]], temp_points=[[100, 0], [1100, 1000]])
    device.set(slow_q4_1=2775 * 16, slow_q4_2=350 * 16, battery_mv=1, temperature_dc=1)
    seen = []
    for index in range(8):
        turns(device, 1, from_ms=10 * index)
        seen.append((device["battery_mv"], device["temperature_dc"]))
    assert seen == [(1, 1)] * 2 + [(11100, 1)] * 2 + [(11100, 250)] * 4


def test_a_low_pack_and_a_hot_motor_hold_in_all_turns_between_their_looks() -> None:
    points = {"battery_points": [[0, 0], [4000, 16000]], "temp_points": [[100, 0], [1100, 1000]]}
    device = Device(**points, battery_mohm=0)
    device.set(slow_q4_1=2225 * 16, slow_q4_2=900 * 16)  # 8.9 V, 80 C
    found = turns(device, 200)
    hot, low = 1 << faults.OVERTEMP, 1 << faults.BATTERY_LOW
    assert found[-8:] == [hot | low] * 8
    assert [bits & low for bits in found].index(low) == 2 + 8 * 13, "first look at 20 ms, a second later at 1060 ms"
    assert [bits & hot for bits in found].index(hot) == 4 + 8 * 7, "first look at 40 ms, half a second later at 600 ms"


def test_a_cut_pack_is_told_in_any_turn() -> None:
    device = Device(battery_points=[[0, 0], [4000, 16000]])
    device.set(slow_q4_1=2000 * 16)
    found = [bits & 1 << faults.BATTERY_CUT for bits in turns(device, 22)]
    assert found.index(1 << faults.BATTERY_CUT) == 20


def test_a_clock_that_differed_once_is_held_against_it() -> None:
    device = Device()
    device.set(tick_us=1000)  # the ticks come twice as fast as they should
    found = [bits & CLOCK for bits in turns(device, 300)]
    first = found.index(CLOCK)
    assert first == 6 + 8 * 13, "first look at 60 ms, a second later at 1100 ms"
    assert found[first:] == [CLOCK] * (300 - first)


def lifted(device: Device) -> bool:
    return device.made.lifted


def test_the_head_has_been_up_after_two_seconds_below_5_n_with_the_motor_off() -> None:
    device = Device()
    device.set(force_mn=4999)
    turns(device, 201, driving=False)
    assert lifted(device)
    turns(device, 1, from_ms=2010)
    assert not lifted(device), "driving ends it at once"
    turns(device, 200, driving=False, from_ms=2020)
    assert not lifted(device)
    device.set(force_mn=5000)
    turns(device, 300, driving=False, from_ms=4020)
    assert not lifted(device)


def test_the_current_is_converted_from_the_rounded_reading_in_each_turn() -> None:
    device = Device(current_points=[[0, 0], [4000, 40000]])
    for q4, current_ma in ((100 * 16 + 7, 1000), (100 * 16 + 8, 1010)):
        device.set(slow_q4_0=q4)
        device.made.measure()
        assert device["current_ma"] == current_ma


@pytest.mark.parametrize(
    ("slots", "bits"),
    [
        ({}, 0),
        ({"force_mn": 4999, "force_filt_q4": 4999 * 16 + 15}, 0),
        ({"force_mn": 5000}, 0x002),
        ({"force_filt_q4": 5000 * 16}, 0x002),
        ({"force_raw": LOW}, 0),
        ({"force_raw": HIGH}, 0),
        ({"force_raw": LOW - 1}, 0x004),
        ({"force_raw": HIGH + 1}, 0x004),
        ({"force_mn": 9000, "force_raw": HIGH + 1, "battery_mv": 0}, 0x00E),
    ],
)
def test_reasons_not_to_arm(slots: dict[str, int], bits: int) -> None:
    device = Device()
    device.set(**slots)
    assert device.made.reasons() == bits
