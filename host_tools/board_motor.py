"""What follows from a motor's data sheet for the device's checks: the current that the winding stands, and how much its
current ripples with the press (firmware/tapote/motor_guard.py, ripple.py)."""

import cmath
from math import pi, sin, sqrt

from host_tools import caps
from host_tools.board_model import Battery, Controller, ControllerGains, Crank, CrankMotor, Current, LinearMotor
from host_tools.plant.motor import COPPER_PER_K, RATED_TEMP_C, MotorSheet, motor_constants

WINDING_LIMIT_C = 120.0  # thermal class E (IEC 60085) and the wire enamel of cheap motors stand it for long
HOT_ROOM_C = 40.0
TURN_S = 0.010  # of the main loop, firmware/tapote/app.py
SLOW_CHANNELS = 3  # the tick takes them in turn
SLOW_SHARE = 1 / 8  # of a new sample in the smoothed reading, firmware/tapote/kernel.py
RIPPLE_SPM = (600, 900, 1200, 1500, 1800, 2100, 2400, 2700, 3000)
DRIVING_DUTY = 0.6  # stands for the working range where the pack's resistance is concerned: it counts by its square
# Measured on the plant (docs/how-it-works.md): the higher terms of crank and force add a tenth; the speed controller
# evens out what its rate, measured over 20 ms, still shows of the ripple: 0.13 for each 1000 strokes/min below 2300, at
# kp_q8 = 128.
HIGHER_TERMS = 1.03
EVENED_PER_SPM, EVENED_BELOW_SPM, EVENED_AT_KP_Q8 = 0.00013, 2300, 128


def motor_sheet(motor: CrankMotor) -> MotorSheet:
    """The motor section of a board in SI units."""
    return MotorSheet(
        rated_v=motor.rated_mv * 1e-3,
        no_load_rpm=motor.no_load_rpm,
        no_load_a=motor.no_load_ma * 1e-3,
        stall_a=motor.stall_ma * 1e-3,
        stall_torque_nm=motor.stall_torque_mnm * 1e-3,
        inertia_kgm2=motor.inertia_gcm2 * 1e-7,
        inductance_h=motor.inductance_uh * 1e-6,
    )


def i2t_ma(motor: CrankMotor | LinearMotor) -> int:
    """The current in mA that the winding stands for ever: it then settles at 120 degC in a room of 40 degC.

    80 K over the thermal resistance is the heat that it may give off: R i^2 in the hot copper and brush drop times i.
    RS775 of the boards: 80 K / 4 K/W = 20 W = 0.868 ohm * i^2 + 0.62 V * i, so i = 4.46 A.
    """
    if isinstance(motor, CrankMotor):
        constants = motor_constants(motor_sheet(motor))
        ohm, brush_v = constants.resistance_ohm, constants.brush_v
    else:
        ohm, brush_v = motor.resistance_mohm * 1e-3, 0.0
    ohm *= 1 + COPPER_PER_K * (WINDING_LIMIT_C - RATED_TEMP_C)
    heat_w = (WINDING_LIMIT_C - HOT_ROOM_C) / (motor.thermal_resistance_mk_per_w * 1e-3)
    return int((sqrt(brush_v**2 + 4 * ohm * heat_w) - brush_v) / (2 * ohm) * 1000)


def ripple_points(
    motor: CrankMotor, crank: Crank, current: Current, battery: Battery, controller: Controller, gains: ControllerGains
) -> list[list[int]]:
    """[[strokes/min, thousandths of a count / 16 for each N of mean force at full duty], ...]: the amplitude of the
    steps of the current's reading from turn to turn.

    The torque's part at stroke frequency is radius x mean force; inertia makes it a ripple of speed (/ J w), back-EMF
    and resistance one of current (x k / R), the duty one of the current that the pack gives, which the shunt sees.
    """
    constants = motor_constants(motor_sheet(motor))
    gear = crank.gear_milli * 1e-3
    inertia_kgm2 = motor.inertia_gcm2 * 1e-7 * gear**2
    ohm = constants.resistance_ohm + battery.resistance_mohm * 1e-3 * DRIVING_DUTY**2
    a_rad_s_per_n = crank.stroke_um * 0.5e-6 * constants.constant_nm_per_a * gear / (ohm * inertia_kgm2)
    q4_per_a = current.mv_per_a * caps.ADC_COUNTS / caps.ADC_MAX_MV * 16
    points: list[list[int]] = []
    for spm in RIPPLE_SPM:
        w = spm / 60 * 2 * pi
        smoothed = abs(SLOW_SHARE / (1 - (1 - SLOW_SHARE) * cmath.exp(-1j * w * SLOW_CHANNELS / controller.tick_hz)))
        step = 2 * sin(w * TURN_S / 2)
        evened = 1 - EVENED_PER_SPM * max(EVENED_BELOW_SPM - spm, 0) * gains.kp_q8 / EVENED_AT_KP_Q8
        amplitude = HIGHER_TERMS * max(evened, 0.5) * a_rad_s_per_n / w * smoothed * step
        points.append([spm, round(amplitude * q4_per_a * 1000)])
    return points
