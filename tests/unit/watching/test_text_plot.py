"""Curves of braille dots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.text_plot import LABEL, chart

numbers = st.lists(st.floats(-1e6, 1e6), max_size=300)


@given(numbers, st.integers(20, 120), st.integers(2, 12))
def test_it_fits_whatever_the_values(values: list[float], width: int, height: int) -> None:
    lines = chart("title", values, width=width, height=height)
    assert len(lines) == 1 + height
    assert all(len(line) <= width for line in lines[1:])


def test_a_ramp_rises_from_the_lower_left_to_the_upper_right() -> None:
    lines = chart("ramp", list(range(40)), width=LABEL + 1 + 20, height=4)[1:]
    assert lines[0][LABEL + 1 :].startswith("⠀")
    assert not lines[0].endswith("⠀")
    assert not lines[-1][LABEL + 1 :].startswith("⠀")
    assert lines[-1].endswith("⠀")
    assert lines[0].startswith("     39 ")
    assert lines[-1].startswith("      0 ")


@pytest.mark.parametrize("values", [[], [0.0], [5.0] * 3])
def test_little_to_show_is_no_trouble(values: list[float]) -> None:
    assert len(chart("few", values, width=40, top=10.0)) == 6


def test_a_single_peak_among_many_values_is_seen() -> None:
    values = [0.0] * 1000
    values[777] = 50.0
    assert any(char not in "⠀" for char in chart("peak", values, width=60)[1][LABEL + 1 :])
