"""Board -> board.json: the whole numbers and tables that the device needs, and nothing that it would have to compute.

The device has no floats in its tick and little memory, so every curve becomes a table here: force as 65 evenly spaced
entries (a shift finds the place), the slow channels as short piecewise-linear point lists.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from host_tools import board_motor, board_parts, caps
from host_tools.boards import Board, CrankMotor

Table = list[list[int]]

FORCE_ENTRIES = 65  # at raw 0, 64, ... 4096
FORCE_UNIT_MN = 2  # so that 16 bits reach 131 N, twice the trip
FORCE_ENTRY_MAX = 65_535
NTC_TENTHS_DEGC = (-200, -100, 0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 550, 600, 650, 700, 750, 800, 850)
NTC_HOT_TENTHS_DEGC = (900, 950, 1000, 1100, 1200, 1300)
KELVIN_AT_25 = 298.15
RIPPLE_TACH_MILLI = 8000
# Time from level zero until no current can flow any more: while a motor coasts its current dies within milliseconds,
# and the smoothed reading within 100; a shorted one drives current round through the driver until it stands.
COAST_MS, COAST_BRAKED_MS = 100, 1500
# RP2040 data sheet 4.9.5: T = 27 - (V - 0.706) / 0.001721
CHIP_MV_AT_27, CHIP_MV_PER_DEGC = 706.0, 1.721


def compile_board(board: Board) -> dict[str, Any]:
    """The content of board.json: str, int, list of int, or list of [raw, value] pairs."""
    motor, output, limits, force = board.motor, board.output, board.limits, board.force
    crank_motor = isinstance(motor, CrankMotor)
    gains, temperature = board.controller_gains, board.temperature
    stall_ma = min(board_parts.stall_current_ma(motor, board.nominal_mv - output.drop_mv), output.driver_max_ma)
    lit = lights(board)
    return ({"lights": lit} if lit else {}) | {
        "schema": 1,
        "name": board.name,
        "tick_hz": board.controller.tick_hz,
        "pwm_hz": output.pwm_hz,
        "motor_pin": output.pin,
        "motor_pin_b": -1 if output.pin_b is None else output.pin_b,
        "active_low": int(output.active == "low"),
        "actuator": (1 if board.tach is None else 0) if crank_motor else 2,
        "bipolar": int(board.bipolar),
        "tach_pin": -1 if board.tach is None else board.tach.pin,
        "tach_milli": tach_milli(board),
        "button_pin": board.panel.button_pin,
        "button_active_low": int(board.panel.button_active == "low"),
        "led_pin": -1 if board.panel.led_pin is None else board.panel.led_pin,
        "adc_force": force.adc_pin - 26,
        "adc_current": -1 if board.current is None else board.current.adc_pin - 26,
        "adc_battery": board.battery.adc_pin - 26,
        "adc_temp": temperature.adc_pin - 26 if temperature.kind == "ntc" else 4,
        "force_table": force_table(board),
        "force_raw_min": raw_of(force.open_mv),
        "force_raw_max": raw_of(force.short_mv),
        "force_zero_mn": 0,
        "current_points": current_points(board),
        "battery_points": [[0, 0], [caps.ADC_COUNTS, caps.ADC_MAX_MV * board.battery.divider_milli // 1000]],
        "temp_points": temp_points(board),
        "temp_warm_dc": temperature_limits(board)[0],
        "temp_hot_dc": temperature_limits(board)[1],
        "cells": board.battery.cells,
        "battery_mohm": board.battery.resistance_mohm,
        "rate_min_spm": limits.rate_min_spm,
        "rate_max_spm": limits.rate_max_spm,
        "drive_max_permille": limits.drive_max_permille,
        "force_limit_mn": limits.force_mn,
        "trip_mn": limits.trip_mn,
        "full_rate_spm": full_rate_spm(board),
        "nominal_mv": board.nominal_mv,
        "stall_current_ma": stall_ma,
        "current_limit_ma": limits.current_ma,
        "no_load_ma": motor.no_load_ma if isinstance(motor, CrankMotor) else 0,
        "driver_on_ma": driver_on_ma(board, stall_ma),
        "coast_ms": COAST_BRAKED_MS if output.braking else COAST_MS,
        "i2t_ma": board_motor.i2t_ma(motor),
        "i2t_tau_s": motor.thermal_time_s,
        "ripple_points": ripple_points(board),
        "session_max_s": limits.session_max_s,
        "kp_q8": 0 if gains is None else gains.kp_q8,
        "ki_q16": 0 if gains is None else gains.ki_q16,
        "out_rise_ms": output.rise_ms,
    }


def lights(board: Board) -> dict[str, int]:
    """The optional lights; {} without any: then the device gets neither the key nor the drivers."""
    panel = board.panel
    found: dict[str, int] = {}
    if panel.pixel_pin is not None:
        found |= {"pixel_pin": panel.pixel_pin, "pixel_count": panel.pixel_count}
    if panel.oled_sda_pin is not None and panel.oled_scl_pin is not None:
        found |= {"oled_sda": panel.oled_sda_pin, "oled_scl": panel.oled_scl_pin}
    return found


def temperature_limits(board: Board) -> tuple[int, int]:
    """(where the drive begins to be tapered, where it stops), tenths of degC: cells stand less heat than copper."""
    return (500, 600) if board.temperature.at == "battery" else (600, 750)


def raw_of(mv: float) -> int:
    """ADC count (0..4095) at a pin voltage in mV."""
    return max(0, min(caps.ADC_COUNTS - 1, round(mv * caps.ADC_COUNTS / caps.ADC_MAX_MV)))


def full_rate_spm(board: Board) -> int:
    """Strokes/min without load at the nominal pack voltage: the feed-forward's 100 %.

    A linear actuator has no such speed; its fastest allowed stroke stands in.
    """
    if isinstance(board.motor, CrankMotor) and board.crank is not None:
        return board_parts.no_load_spm(board.motor, board.crank, board.output, board.nominal_mv)
    return board.limits.rate_max_spm


def tach_milli(board: Board) -> int:
    """Tach pulses per stroke x 1000; 0 without a tach."""
    if board.tach is None or board.crank is None:
        return 0
    return board_parts.tach_milli(board.tach, board.crank)


def force_table(board: Board) -> list[int]:
    """Contact force at raw = 64 i, in units of 2 mN, 0..65535, never falling.

    The calibration gives the force on the sensor; divided by the sensor's share it is the force on the body. Above the
    last point the last slope goes on: a sensor beyond its calibration must read more force, never a plateau.
    """
    table: list[int] = []
    points = [(float(mv), float(mn)) for mn, mv in board.force.calibration]
    for entry in range(FORCE_ENTRIES):
        mv = entry * 64 * caps.ADC_MAX_MV / caps.ADC_COUNTS
        contact_mn = max(interpolate(points, mv), 0.0) * 1000 / board.force.share_permille
        value = min(round(contact_mn / FORCE_UNIT_MN), FORCE_ENTRY_MAX)
        table.append(max(value, table[-1] if table else 0))
    return table


def current_points(board: Board) -> Table:
    """[[raw, mA], ...] of the current sensor; [] without one."""
    if board.current is None:
        return []
    top_ma = (caps.ADC_MAX_MV - board.current.zero_mv) * 1000 // board.current.mv_per_a
    return [[raw_of(board.current.zero_mv), 0], [caps.ADC_COUNTS, top_ma]]


def driver_on_ma(board: Board, stall_ma: int) -> int:
    """Current in mA that says "driven": half of what the motor draws without load, an eighth of stall for a coil."""
    return board.motor.no_load_ma // 2 if isinstance(board.motor, CrankMotor) else stall_ma // 8


def ripple_points(board: Board) -> Table:
    """[[strokes/min, reading], ...] of firmware/tapote/ripple.py; [] without a crank, a tach that tells where in the
    stroke it is in every turn of the main loop (eight pulses a stroke), or a current sensor."""
    motor, crank, current, gains = board.motor, board.crank, board.current, board.controller_gains
    if not isinstance(motor, CrankMotor) or crank is None or current is None or gains is None:
        return []
    if tach_milli(board) < RIPPLE_TACH_MILLI:
        return []
    return board_motor.ripple_points(motor, crank, current, board.battery, board.controller, gains)


def temp_points(board: Board) -> Table:
    """[[raw, tenths of degC], ...], raw ascending (so temperature falls along it).

    Thermistor: R = r25 exp(beta (1/T - 1/298.15 K)), pin = 3V3 R / (R + pull-up); the points are dense enough that the
    straight lines between them are within 0.5 degC from 0 to 100 degC.
    """
    sensor = board.temperature
    if sensor.kind == "chip":
        ends = (-20.0, 120.0)
        return sorted([raw_of(CHIP_MV_AT_27 - (t - 27) * CHIP_MV_PER_DEGC), round(t * 10)] for t in ends)
    points: dict[int, int] = {}
    for tenths in NTC_TENTHS_DEGC + NTC_HOT_TENTHS_DEGC:
        kelvin = tenths / 10 + 273.15
        ohm = sensor.r25_ohm * math.exp(sensor.beta_k * (1 / kelvin - 1 / KELVIN_AT_25))
        raw = raw_of(caps.ADC_MAX_MV * ohm / (ohm + sensor.pullup_ohm))
        points.setdefault(raw, tenths)  # of two temperatures with one count keep the colder: the next point is close
    return [[raw, points[raw]] for raw in sorted(points)]


def interpolate(points: Sequence[tuple[float, float]], x: float) -> float:
    """Piecewise linear through (x, y) points with ascending x; flat before the first, last slope after the last."""
    if x <= points[0][0]:
        return points[0][1]
    segments = list(pairwise(points))
    (x0, y0), (x1, y1) = next((segment for segment in segments if x <= segment[1][0]), segments[-1])
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
