"""From newtons, volts and degrees to counts."""

from dataclasses import replace
from math import sqrt

import pytest

from host_tools.boards import Board
from host_tools.plant.build import force_sensor, temperature_sensor
from host_tools.plant.sensors import (
    FSR_OPEN_OHM,
    ForceSensorSpec,
    TemperatureSpec,
    clamp_counts,
    force_pin_v,
    force_table,
    fsr_ohm,
    fsr_pin_v,
    gaussian_table,
    temperature_counts,
)

AMPLIFIER = ForceSensorSpec(
    points=((0.0, 0.3), (50.0, 1.65), (100.0, 3.0)), share=1.0, noise_v=0.0, gain_wander=0.0, zero_wander_n=0.0
)


def test_fsr_meets_the_points_of_its_sheet_and_falls_with_force() -> None:
    assert fsr_ohm(0.981) == pytest.approx(6000.0)
    assert fsr_ohm(9.807) == pytest.approx(1250.0)
    curve = [fsr_ohm(0.1 * i) for i in range(1000)]
    assert curve == sorted(curve, reverse=True)
    assert fsr_ohm(0.0) == fsr_ohm(-1.0) == FSR_OPEN_OHM


def test_fsr_through_its_divider() -> None:
    # 3.3 V * 2200 / (2200 + 1250) = 2.104 V.
    assert fsr_pin_v(9.807, 2200.0) == pytest.approx(2.104, abs=0.001)


def test_the_fsr_board_is_calibrated_like_a_typical_fsr(crank_board: Board) -> None:
    """Within 15 % of the data-sheet curve from 1 N on (its parallel resistor matters below)."""
    spec = force_sensor(crank_board)
    for force_n in (1.0, 2.5, 5.0, 10.0):
        assert force_pin_v(spec, force_n) == pytest.approx(fsr_pin_v(force_n, spec.divider_ohm), rel=0.15)


def test_calibration_points_are_hit_exactly(crank_board: Board, linear_board: Board) -> None:
    for board in (crank_board, linear_board):
        spec = force_sensor(board)
        for force_mn, mv in board.force.calibration:
            assert force_pin_v(spec, force_mn * 1e-3) == pytest.approx(mv * 1e-3, abs=1e-9)


def test_amplifier_is_straight_between_and_beyond() -> None:
    assert force_pin_v(AMPLIFIER, 25.0) == pytest.approx(0.975)
    assert force_pin_v(AMPLIFIER, 110.0) == pytest.approx(3.27)


def test_fsr_never_exceeds_its_supply_and_rises_with_force(crank_board: Board) -> None:
    volts = [force_pin_v(force_sensor(crank_board), 0.5 * i) for i in range(400)]
    assert volts == sorted(volts)
    assert volts[-1] < 3.3


def test_table_counts_the_share_that_the_sensor_feels() -> None:
    # 40 N on the head, half of it on the sensor: 0.3 V + 20 N * 27 mV/N = 0.84 V = 1042.6 counts.
    table = force_table(replace(AMPLIFIER, share=0.5))
    assert table[160] == pytest.approx(0.84 / 3.3 * 4096)


def test_counts_clamp() -> None:
    assert [clamp_counts(c) for c in (-1e9, -0.1, 0.4, 0.6, 4094.9, 4095.2, 1e9)] == [0, 0, 0, 1, 4095, 4095, 4095]


def test_ntc_is_half_scale_at_25_degrees_and_falls_with_heat() -> None:
    spec = TemperatureSpec(ntc=True)
    assert temperature_counts(spec, 25.0) == pytest.approx(2048.0)
    # 75 degC: 10 kohm * exp(3950 * (1/348.15 - 1/298.15)) = 1.49 kohm; 4096 * 1.49 / 11.49 = 531.
    assert temperature_counts(spec, 75.0) == pytest.approx(531.0, abs=2.0)
    curve = [temperature_counts(spec, float(t)) for t in range(-20, 120)]
    assert curve == sorted(curve, reverse=True)


def test_chip_sensor_follows_the_rp2040_sheet(crank_board: Board) -> None:
    spec = temperature_sensor(crank_board)
    assert not spec.ntc
    assert temperature_counts(spec, 27.0) == pytest.approx(0.706 / 3.3 * 4096)
    # 30 K more: 30 * 1.721 mV less = 64.1 counts.
    assert temperature_counts(spec, 27.0) - temperature_counts(spec, 57.0) == pytest.approx(64.1, abs=0.1)


def test_noise_is_normal_and_repeatable() -> None:
    table = gaussian_table(7)
    assert table == gaussian_table(7)
    assert table != gaussian_table(8)
    mean = sum(table) / len(table)
    # Standard error of 4096 values: 1 / 64 for the mean.
    assert abs(mean) < 4.0 / 64.0
    assert sqrt(sum((x - mean) ** 2 for x in table) / len(table)) == pytest.approx(1.0, abs=0.05)
