"""Conversions: worked examples, ends of ranges, and what must hold for every number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import units

MASK30 = 0x3FFFFFFF


def test_clamp() -> None:
    assert [units.clamp(value, -2, 5) for value in (-9, -2, 0, 5, 6)] == [-2, -2, 0, 5, 5]


@pytest.mark.parametrize(("x", "y"), [(-5, 100), (10, 100), (15, 150), (20, 200), (25, 150), (30, 100), (99, 100)])
def test_interpolate_between_and_outside_its_points(x: int, y: int) -> None:
    assert units.interpolate([[10, 100], [20, 200], [30, 100]], x) == y


def test_interpolate_of_no_points_or_one() -> None:
    assert units.interpolate([], 7) == 0
    assert [units.interpolate([[5, 42]], x) for x in (0, 5, 9)] == [42, 42, 42]


ASCENDING = st.lists(st.integers(0, 4096), min_size=2, max_size=8, unique=True).map(sorted)


@given(ASCENDING, st.data())
def test_interpolate_follows_its_points_and_rises_where_they_rise(raws: list[int], data: st.DataObject) -> None:
    values = sorted(data.draw(st.lists(st.integers(-60000, 60000), min_size=len(raws), max_size=len(raws))))
    points = [[raw, value] for raw, value in zip(raws, values, strict=True)]
    xs = sorted(data.draw(st.lists(st.integers(-10, 5000), min_size=2, max_size=20)))
    found = [units.interpolate(points, x) for x in xs]
    assert found == sorted(found)
    assert values[0] <= min(found) <= max(found) <= values[-1]
    assert [units.interpolate(points, raw) for raw in raws] == values


def test_shares() -> None:
    assert [units.q12_from_permille(value) for value in (0, 500, 1000)] == [0, 2048, 4096]
    assert [units.permille_from_q16(value) for value in (0, 33, 32768, 65536)] == [0, 1, 500, 1000]


@pytest.mark.parametrize("tick_us", [250, 500, 1000])
@given(rate_spm=st.integers(300, 3200))
def test_phase_of_a_stroke_makes_the_rate(tick_us: int, rate_spm: int) -> None:
    strokes_a_minute = units.stroke_inc_q24(rate_spm, tick_us) * (60_000_000 / tick_us) / (1 << 24)
    assert strokes_a_minute == pytest.approx(rate_spm, rel=0.002)


def test_phase_of_a_cycle() -> None:
    assert units.phase_inc_q24(0, 500) == units.phase_inc_q24(-1, 500) == 0
    assert units.phase_inc_q24(1_000_000, 500) == (1 << 24) // 2000
    assert units.phase_inc_q24(600, 500) == 1 << 23, "a cycle has two ticks at least"


@given(st.integers(0, 50000), st.integers(1000, 50000))
def test_fold_gain_takes_all_the_drive_over_the_span_and_fits_its_slot(soft_mn: int, hard_mn: int) -> None:
    gain = units.fold_gain(soft_mn, hard_mn)
    assert 335 <= gain <= 33554
    assert gain * 50000 < 1 << 31
    if hard_mn - soft_mn >= 500:
        left = (hard_mn - soft_mn) * gain >> 8
        assert 65536 * 0.995 <= left <= 65536


@given(st.integers(1, 500), st.sampled_from([250, 500, 1000]))
def test_rise_is_never_faster_than_asked_for(permille_s: int, tick_us: int) -> None:
    rise = units.rise_q16(permille_s, tick_us)
    assert 1 <= rise <= 66
    if rise > 1:
        assert rise * (1_000_000 / tick_us) / 65536 * 1000 <= permille_s


def test_feed_forward_knows_the_pack() -> None:
    """3000 strokes/min at 11.1 V: 1500 need half of the duty there, and more on an empty pack."""
    assert 1500 * units.feed_forward_q16(3000, 11100, 11100) >> 16 == 2047
    assert 1500 * units.feed_forward_q16(3000, 11100, 9250) >> 16 == 2457
    assert units.feed_forward_q16(3000, 11100, 0) == units.feed_forward_q16(3000, 11100, 11100), "unknown: nominal"


@given(st.integers(0, 1_000_000), st.integers(0, 60000), st.integers(0, 60000))
def test_feed_forward_fits_its_slot(full_spm: int, nominal_mv: int, battery_mv: int) -> None:
    assert 0 <= units.feed_forward_q16(full_spm, nominal_mv, battery_mv) <= 0x7FFFF


@given(st.integers(0, MASK30), st.integers(0, 1 << 29))
def test_elapsed_counts_across_the_wrap(then: int, passed: int) -> None:
    assert units.elapsed(then + passed & MASK30, then) == passed


@pytest.mark.parametrize(("pwm_hz", "top"), [(20000, 312), (5000, 1250), (1_000_000, 16), (50, 65535)])
def test_counts_of_a_pwm_period(pwm_hz: int, top: int) -> None:
    assert units.pwm_top(pwm_hz) == top
