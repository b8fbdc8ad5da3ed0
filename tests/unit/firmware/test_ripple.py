"""The press as the motor feels it, over made-up strokes: what is felt, what is judged, what only looks like a press."""

from array import array
from math import hypot, pi, sin
from typing import Any

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from tapote import params
from tapote.ripple import SINE, Ripple, length
from tapote.units import interpolate

BOARD: dict[str, Any] = compile_board(load_board("pico_mosfet_fsr"))
TURN_S = 0.010


class Strokes:
    """A crank at a steady rate under a steady press: the current ripples as the board's table says."""

    def __init__(self, rate_spm: int = 1730, felt_n: float = 15.0, read_n: float = 15.0, out_q12: int = 2600) -> None:
        self.regs = array("i", params.defaults() + [0] * (params.REGS_WORDS - len(params.PARAMS)))
        self.ripple = Ripple(self.regs, BOARD)
        self.rate_spm, self.felt_n, self.read_n, self.out_q12 = rate_spm, felt_n, read_n, out_q12
        self.warm_permille = 0
        self.drift_q4 = 0.0  # of the current, in a turn
        self.extra_q4 = 0.0
        self._mean_q4 = 20_000.0
        self._phase = 0.0
        self.regs[params.slot("current_ma")] = 1100
        self.regs[params.slot("felt_limit_permille")] = 1600
        for _ in range(40):
            self.turn()

    def __getitem__(self, name: str) -> int:
        return self.regs[params.slot(name)]

    def turn(self) -> bool:
        """10 ms pass; the verdict."""
        self._phase += self.rate_spm / 60 * TURN_S
        self._mean_q4 += self.drift_q4
        step = self.felt_n * self.out_q12 / 4096 * interpolate(BOARD["ripple_points"], self.rate_spm) / 1000
        swing = step / (2 * sin(pi * self.rate_spm / 60 * TURN_S))
        current = self._mean_q4 + self.extra_q4 + swing * sin(2 * pi * self._phase + 0.7)
        for name, value in (
            ("slow_q4_0", round(current)),
            ("stroke_phase_q24", int(self._phase % 1 * 2**24)),
            ("force_filt_q4", round(self.read_n * 16000)),
            ("rate_spm", self.rate_spm),
        ):
            self.regs[params.slot(name)] = value
        self.ripple.warm_permille = self.warm_permille
        self.regs[params.slot("out_q12")] = self.out_q12
        return self.ripple.feed()

    def found_after(self, limit_ms: int) -> int:
        """The ms after which the sensor is not believed any more."""
        for passed_ms in range(10, limit_ms + 1, 10):
            if self.turn():
                return passed_ms
        raise AssertionError(f"not within {limit_ms} ms")

    def quiet(self, seconds: float) -> None:
        """The sensor is believed for so long."""
        for _ in range(round(seconds * 100)):
            assert not self.turn()


def test_the_sine() -> None:
    assert len(SINE) == 80
    assert all(abs(value - 127 * sin(2 * pi * at / 64)) < 0.6 for at, value in enumerate(SINE))


@pytest.mark.parametrize(("x", "y"), [(0, 0), (3000, 0), (0, -3000), (3000, 3000), (-3000, 1500), (3000, -900)])
def test_length_without_a_root(x: int, y: int) -> None:
    assert length(x, y) == pytest.approx(hypot(x, y), rel=0.07, abs=1)


@pytest.mark.parametrize("rate_spm", [950, 1430, 1730, 2210, 2790])
@pytest.mark.parametrize("press_n", [5, 12, 35])
def test_a_true_sensor_and_the_motor_agree(rate_spm: int, press_n: float) -> None:
    strokes = Strokes(rate_spm, press_n, press_n)
    strokes.quiet(11)
    assert 940 <= strokes["felt_permille"] <= 1070
    assert strokes.ripple.felt_permille == strokes["felt_permille"]


@pytest.mark.parametrize("gain", [0.5, 0.7, 1.3])
def test_a_sensor_that_lost_gain_lets_the_motor_feel_more(gain: float) -> None:
    strokes = Strokes(felt_n=15, read_n=15 * gain)
    strokes.quiet(11)
    assert strokes["felt_permille"] == pytest.approx(1000 / gain, rel=0.06)


def test_too_much_felt_twice_in_a_row_is_a_lost_gain() -> None:
    strokes = Strokes(felt_n=15, read_n=10)
    strokes.regs[params.slot("felt_limit_permille")] = 1300
    strokes.quiet(12)
    strokes.read_n = 15
    strokes.quiet(10)
    strokes.read_n = 10
    strokes.quiet(12)
    assert strokes.found_after(9000)


def test_just_below_the_limit_is_well() -> None:
    strokes = Strokes(felt_n=15, read_n=10)
    strokes.regs[params.slot("felt_limit_permille")] = 1600
    strokes.quiet(60)


def test_hot_copper_ripples_less() -> None:
    cold, hot = Strokes(), Strokes()
    hot.warm_permille = 1000
    cold.quiet(11)
    hot.quiet(11)
    assert hot["felt_permille"] == pytest.approx(cold["felt_permille"] * 1.3, rel=0.01)


@pytest.mark.parametrize(
    ("rate_spm", "press_n", "out_q12"),
    [(850, 15, 2600), (1730, 3.9, 2600), (1730, 15, 800), (2900, 15, 2600)],
    ids=["slow", "light", "little duty", "fast"],
)
def test_where_the_ripple_says_little_nothing_is_judged(rate_spm: int, press_n: float, out_q12: int) -> None:
    strokes = Strokes(rate_spm, 2 * press_n, press_n, out_q12)
    strokes.quiet(60)
    assert strokes["felt_permille"] == 0


@pytest.mark.parametrize("rate_spm", [620, 950, 1730, 2500])
@pytest.mark.parametrize("felt_n", [24, 35])
def test_a_press_that_the_sensor_does_not_read_is_seen_within_100_ms(rate_spm: int, felt_n: float) -> None:
    strokes = Strokes(rate_spm, felt_n, felt_n)
    strokes.quiet(2)
    strokes.read_n = 1
    assert strokes.found_after(100) >= 65


@pytest.mark.parametrize("rate_spm", [620, 950, 1730, 2790])
def test_a_light_press_or_none_that_reads_as_none_is_well(rate_spm: int) -> None:
    strokes = Strokes(rate_spm, 5, 1)
    strokes.quiet(30)
    strokes.felt_n = 0
    strokes.quiet(30)


def test_a_head_that_is_lifted_is_no_lost_sensor() -> None:
    strokes = Strokes(felt_n=40, read_n=40)
    for _ in range(20):
        strokes.felt_n = strokes.read_n = 40
        strokes.quiet(0.5)
        strokes.felt_n = strokes.read_n = 0
        strokes.quiet(0.5)


def test_a_motor_that_runs_up_is_no_press() -> None:
    strokes = Strokes(felt_n=2, read_n=1)
    for _ in range(30):
        strokes.drift_q4 += 20  # up to 300 mA a turn
        assert not strokes.turn()
    strokes.quiet(0.3)


def test_a_current_sensor_that_dies_is_no_press() -> None:
    strokes = Strokes(felt_n=2, read_n=1)
    left = strokes.extra_q4 = 1000.0
    strokes.quiet(2)
    while left > 1:
        left *= 0.42
        strokes.extra_q4 = left
        strokes.regs[params.slot("current_ma")] = round(left / 2)
        assert not strokes.turn()


def test_a_press_draws_current() -> None:
    strokes = Strokes(felt_n=19, read_n=1)
    strokes.regs[params.slot("current_ma")] = 400
    strokes.quiet(2)
    strokes.regs[params.slot("current_ma")] = 1100
    assert strokes.found_after(100)


def test_a_spike_of_the_current_is_no_press() -> None:
    strokes = Strokes(felt_n=2, read_n=1)
    strokes.extra_q4 = 20_000
    strokes.quiet(0.03)
    while strokes.extra_q4 > 1:
        strokes.extra_q4 *= 0.42  # the smoothing's fall in a turn
        assert not strokes.turn()
    strokes.quiet(1)
