"""The force stage of the tick: counts to millinewtons, filter, peak of a stroke, foldback, trip, slow channels."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import units
from tests.unit.firmware.rig import FULL, MN_PER_COUNT, READY, Rig

N20, N30, N40, N50, N55, N65 = (newton * 1000 // MN_PER_COUNT for newton in (20, 30, 40, 50, 55, 65))


@pytest.mark.parametrize("raw", [0, 64, 640, 4032, 4095])
def test_force_is_the_table_at_its_points_and_on_the_line_between(raw: int) -> None:
    rig = Rig()
    rig.push(raw)
    rig.step()
    assert rig["force_raw"] == raw
    assert rig["force_mn"] == MN_PER_COUNT * raw


def test_force_follows_a_bent_table_and_loses_the_reading_of_the_unloaded_sensor() -> None:
    rig = Rig(force_zero_mn=100)
    rig.wave[514 + 10 : 514 + 12] = type(rig.wave)("H", [1000, 3000])
    rig.push(640 + 16)  # a quarter of the way from 1000 to 3000: 1500 units of 2 mN
    rig.step()
    assert rig["force_mn"] == 2 * 1500 - 100
    rig.push(0)
    rig.step()
    assert rig["force_mn"] == 0, "below the zero is no force, never a negative one"


def test_the_widest_table_reads_131_newtons() -> None:
    rig = Rig(enable=0)
    for i in range(65):
        rig.wave[514 + i] = 65535
    rig.push(4095)
    rig.step()
    assert rig["force_mn"] == 131070


def test_filter_takes_an_eighth_of_the_difference_in_a_tick() -> None:
    rig = Rig()
    rig.push(1000)  # 16 000 mN = 256 000 in sixteenths; an eighth is 32 000
    rig.step()
    assert rig["force_filt_q4"] == 32000
    rig.step()  # (256 000 - 32 000) / 8 = 28 000 more
    assert rig["force_filt_q4"] == 60000


@pytest.mark.parametrize(
    ("counts", "scale"),
    [
        (N20, FULL),
        (N30, FULL),  # at soft there is still all of it
        (N40, 32734),  # (50000 - 40000) * (2**24 // 20000 = 838) / 256 = 32734.4
        (N50 - 1, 52),  # 16 mN below hard: 16 * 838 / 256 = 52.4
        (N50, 0),
        (N55, 0),
    ],
)
def test_foldback_leaves_a_share_between_soft_and_hard(counts: int, scale: int) -> None:
    rig = Rig()
    rig.push(counts)
    rig.step()
    assert rig["scale_q16"] == scale, "the fall is immediate"


def test_scale_comes_back_at_no_more_than_half_of_all_in_a_second() -> None:
    rig = Rig(peak_hold=1, rise_q16=units.rise_q16(500, 500))
    rig.push(60000 // MN_PER_COUNT)
    rig.step()
    assert rig["scale_q16"] == 0
    rig.push(N20)
    scales = [0]
    for _ in range(2000):
        rig.step()
        scales.append(rig["scale_q16"])
    assert max(after - before for before, after in pairwise(scales)) == 16
    assert 0.45 * FULL < scales[-1] <= FULL // 2
    rig.steps(2200)
    assert rig["scale_q16"] == FULL


def test_one_peak_in_a_stroke_holds_the_foldback_for_all_of_it() -> None:
    """Peak 55 N in every stroke, 20 N for the rest: the mean is below soft, and yet there is no drive."""
    rig = Rig(stroke_inc_q24=(1 << 24) // 40, rate_target_spm=3000)  # a stroke of 40 ticks
    for tick in range(400):
        rig.push(N55 if tick % 40 == 20 else N20)
        rig.step()
        if tick > 60:
            assert rig["scale_q16"] == 0
            assert rig["peak_last_mn"] == 55000 - 55000 % MN_PER_COUNT
    assert rig["force_filt_q4"] >> 4 < 30000


def test_a_peak_is_forgotten_after_a_stroke_and_a_window_stands_in_when_nothing_strokes() -> None:
    rig = Rig(peak_hold=100)
    rig.push(N55)
    rig.step()
    rig.push(0)
    rig.steps(100)  # the window of 100 ticks is over with tick 101
    assert rig["peak_last_mn"] == N55 * MN_PER_COUNT
    rig.steps(101)
    assert rig["peak_last_mn"] == 0


def test_a_peak_between_soft_and_hard_folds_back_for_the_rest_of_the_stroke() -> None:
    rig = Rig()
    rig.push(N40)
    rig.step()
    rig.push(N20)
    rig.steps(50)
    assert rig["scale_q16"] == 32734


def test_the_filtered_force_counts_where_the_peaks_have_gone() -> None:
    """45 N for long, then none, peaks soon forgotten: after 5 ticks the filter still says 45 * (7/8)**5 = 23.1 N."""
    rig = Rig(peak_hold=1)
    rig.push(45000 // MN_PER_COUNT)
    rig.steps(200)
    rig.push(0)
    rig.steps(5)
    assert rig["peak_last_mn"] == rig["peak_now_mn"] == 0
    assert rig.record()[2] == rig["force_filt_q4"] >> 4 == pytest.approx(23080, abs=50)


def test_equal_readings_are_counted_in_ticks() -> None:
    rig = Rig()
    rig.push(500)
    rig.steps(8)
    assert rig["force_same"] == 7
    rig.push(501)
    rig.step()
    assert rig["force_same"] == 0


def test_over_trip_means_no_output_in_the_same_tick_and_stays() -> None:
    rig = Rig(trip_mn=64000)
    rig.set(stroke_phase_q24=1 << 23)  # full push
    rig.step()
    assert rig.out[0] == 4095
    rig.push(64000 // MN_PER_COUNT)
    assert rig.step() == 0, "at the trip itself it only folds back"
    rig.push(64000 // MN_PER_COUNT + 1)
    assert rig.step() == 1
    assert (rig.out[0], rig.out[1], rig["scale_q16"], rig["drive_q16"]) == (0, 0, 0, 0)
    rig.push(0)
    rig.steps(5000)
    assert rig["trips"] == 1
    assert (rig.out[0], rig["scale_q16"]) == (0, 0), "latched: fed, and fed with nothing"


def test_only_a_changed_clear_asked_forgets_a_trip_and_drive_then_rises_slowly() -> None:
    rig = Rig(trip_mn=64000, peak_hold=10)
    rig.push(N65 + 1)
    rig.step()
    rig.push(0)
    rig.steps(100)
    rig.set(enable=0)
    rig.step()
    rig.set(enable=1)
    rig.step()
    assert rig["trips"] == 1, "switching off and on is no way around a trip"
    rig.set(clear_asked=rig["clear_asked"] + 1)
    assert rig.step() == 0
    assert rig["drive_q16"] == 16
    assert rig["peak_max_mn"] == 0


def test_what_is_not_enabled_neither_drives_nor_trips_nor_counts() -> None:
    rig = Rig(enable=0, stroke_phase_q24=1 << 23)
    rig.push(4095)
    rig.steps(10)
    assert rig["trips"] == 0
    assert (rig.out[0], rig["level"], rig["out_q12"], rig["scale_q16"]) == (0, 0, 0, 0)
    assert (rig["over_ticks"], rig["backoff_ticks"], rig["peak_max_mn"]) == (0, 0, 0)


def test_force_above_hard_and_foldback_at_work_are_counted_in_ticks() -> None:
    rig = Rig(peak_hold=1)
    for counts, times in ((N30, 11), (N40, 3), (N50, 5), (N55, 7)):
        rig.push(counts)
        rig.steps(times)
    assert rig["over_ticks"] == 7, "hard itself is not above hard"
    assert rig["backoff_ticks"] == 3 + 5 + 7, "none at soft"
    assert rig["peak_max_mn"] == N55 * MN_PER_COUNT


def test_a_dead_converter_trips_at_the_fourth_miss() -> None:
    rig = Rig(stroke_phase_q24=1 << 23, adc_force_word=0)
    for _ in range(3):
        assert rig.step() == 0
        assert rig.out[0] > 0
    assert rig.step() == 2
    assert (rig["adc_misses"], rig.out[0]) == (4, 0)
    rig.set(adc_force_word=READY)
    assert rig.step() == 2, "latched"


def test_slow_channels_take_turns_and_never_stand_in_for_the_force() -> None:
    rig = Rig()
    rig.adc[1:5] = type(rig.adc)("i", [111, 800, 1600, 2400])
    rig.steps(3)  # one turn each: an eighth of counts * 16
    assert [rig[f"slow_q4_{i}"] for i in range(3)] == [1600, 3200, 4800]
    assert rig["force_raw"] == 111
    rig.steps(3 * 100)
    assert [rig[f"slow_q4_{i}"] + 8 >> 4 for i in range(3)] == [800, 1600, 2400]


def test_bits_above_the_result_of_a_conversion_are_ignored() -> None:
    rig = Rig()
    rig.adc[1] = 0x7FFFF000 | 100
    rig.step()
    assert rig["force_raw"] == 100


@given(st.lists(st.integers(0, 4095), min_size=1, max_size=60), st.integers(5000, 50000), st.integers(300, 900))
def test_drive_never_exceeds_what_the_present_force_allows(raws: list[int], hard_mn: int, fold_permille: int) -> None:
    """Whatever the force does, the share of drive is at most the line from soft to hard at this very sample."""
    soft_mn = hard_mn * fold_permille // 1000
    rig = Rig(hard_mn=hard_mn, soft_mn=soft_mn, fold_gain=units.fold_gain(soft_mn, hard_mn))
    before = FULL
    for raw in raws:
        rig.push(raw)
        rig.step()
        force_mn = raw * MN_PER_COUNT
        allowed = min(max((hard_mn - force_mn) / (hard_mn - soft_mn), 0), 1)
        assert 0 <= rig["scale_q16"] <= allowed * FULL + 1
        assert rig["scale_q16"] <= before + 16
        before = rig["scale_q16"]


def test_without_strokes_a_window_of_fixed_length_stands_in_for_one() -> None:
    """Four ticks may pass; the fifth ends the window, belongs to it, and begins the next."""
    rig = Rig(peak_hold=4)
    seen = []
    for counts in (100, 300, 200, 50, 60, 10):
        rig.push(counts)
        rig.step()
        seen.append((rig["peak_age"], rig["peak_now_mn"] // MN_PER_COUNT, rig["peak_last_mn"] // MN_PER_COUNT))
    assert seen == [(1, 100, 0), (2, 300, 0), (3, 300, 0), (4, 300, 0), (0, 60, 300), (1, 60, 300)]


def test_a_filtered_force_above_both_peaks_folds_back() -> None:
    """45 N * 7/8 = 39 375 mN are left in the filter; (50000 - 39375) * 838 / 256 = 34780."""
    rig = Rig(force_filt_q4=45000 * 16, peak_last_mn=30000)
    rig.push(0)
    rig.step()
    assert rig["force_filt_q4"] == 39375 * 16
    assert rig["scale_q16"] == 34780
