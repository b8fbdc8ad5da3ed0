"""Stroke shapes and rhythms as tables."""

import math

import pytest

from tapote import waves


def test_raised_cosine_is_near_the_cosine_and_symmetric() -> None:
    table = [waves.raised_cosine(i, 256) for i in range(257)]
    assert (table[0], table[128], table[256]) == (0, 4096, 0)
    assert table == table[::-1]
    assert table[:129] == sorted(table[:129])
    for i, value in enumerate(table):
        assert value / 4096 == pytest.approx((1 - math.cos(2 * math.pi * i / 256)) / 2, abs=0.029)


def test_the_default_stroke_only_pushes() -> None:
    stroke = waves.default_stroke()
    assert len(stroke) == 256
    assert (min(stroke), max(stroke)) == (32768, 65535)
    assert stroke[128] == 65535
    assert stroke[1:] == stroke[:0:-1], "the way back mirrors the way out"


def test_make_lays_out_stroke_swell_and_force() -> None:
    wave = waves.make(list(range(65)))
    assert len(wave) == waves.LENGTH
    assert wave[waves.STROKE + 256] == wave[waves.STROKE]
    assert (wave[waves.SWELL], wave[waves.SWELL + 128], wave[waves.SWELL + 256]) == (4096, 0, 4096)
    assert list(wave[waves.FORCE :]) == list(range(65))


@pytest.mark.parametrize("size", [0, 64, 66])
def test_make_needs_65_entries(size: int) -> None:
    with pytest.raises(ValueError, match="65"):
        waves.make([0] * size)


def test_set_stroke_keeps_the_sample_behind_the_last_equal_to_the_first() -> None:
    wave = waves.make([0] * 65)
    waves.set_stroke(wave, 32, [7] * 32)
    assert list(wave[31:65]) == [waves.default_stroke()[31], *[7] * 32, waves.default_stroke()[64]]
    waves.set_stroke(wave, 0, [9] * 32)
    assert wave[256] == 9
    assert wave[waves.SWELL] == 4096, "the swell begins right behind"
