"""Motor constants against the data sheet, and the warming winding."""

from dataclasses import replace
from math import pi

import pytest

from host_tools.board_motor import motor_sheet
from host_tools.boards import Board, CrankMotor
from host_tools.plant.crank import CrankMechanism, CrankSpec
from host_tools.plant.driver import Circuit, DriverSpec
from host_tools.plant.hand import ArmSpec
from host_tools.plant.motor import MotorSheet, Winding, WindingSpec, motor_constants
from host_tools.plant.tissue import TISSUES

RS775 = MotorSheet(
    rated_v=12.0,
    no_load_rpm=5800.0,
    no_load_a=1.6,
    stall_a=18.0,
    stall_torque_nm=0.28,
    inertia_kgm2=4.5e-5,
    inductance_h=3e-4,
)


def test_constants_of_the_worked_example() -> None:
    c = motor_constants(RS775)
    assert c.constant_nm_per_a == pytest.approx(0.28 / 16.4, rel=1e-6)  # 17.07 mN m/A
    assert c.brush_v == pytest.approx(0.62, abs=0.01)
    assert c.resistance_ohm == pytest.approx(0.632, abs=0.001)
    assert c.viscous_nms == pytest.approx(0.0, abs=1e-12)


def bench(sheet: MotorSheet, locked: bool) -> tuple[Circuit, CrankMechanism]:
    """The bare motor on a stiff supply of its rated voltage, run for two seconds: no gear, no crank friction."""
    constants = motor_constants(sheet)
    circuit = Circuit(DriverSpec(False, 0.0, False, 20_000.0), sheet.inductance_h, constants.brush_v)
    circuit.source_v = sheet.rated_v
    circuit.winding_ohm = constants.resistance_ohm
    spec = CrankSpec(stroke_m=1e-6, gear=1.0, rotor_kgm2=sheet.inertia_kgm2, friction_nm=0.0, head_kg=1e-6)
    shaft = CrankMechanism(spec, constants, TISSUES["normal"], ArmSpec())
    shaft.locked = locked
    for _ in range(4000):
        shaft.step(0.0005, circuit.drive(0.0005, 1.0, 0.0, shaft.emf_v))
    return circuit, shaft


def test_no_load_speed_and_current_match_the_sheet() -> None:
    circuit, shaft = bench(RS775, locked=False)
    assert shaft.rate_spm == pytest.approx(5800.0, rel=0.005)
    assert circuit.current_a == pytest.approx(1.6, rel=0.02)


def test_stall_current_and_torque_match_the_sheet() -> None:
    circuit, _ = bench(RS775, locked=True)
    constants = motor_constants(RS775)
    assert circuit.current_a == pytest.approx(18.0, rel=0.001)
    assert constants.constant_nm_per_a * circuit.current_a - constants.friction_nm == pytest.approx(0.28, rel=0.001)


def test_the_board_uses_a_sheet_that_agrees_with_itself(crank_board: Board) -> None:
    assert isinstance(crank_board.motor, CrankMotor)
    sheet = motor_sheet(crank_board.motor)
    c = motor_constants(sheet)
    assert 0.0 <= c.brush_v < 2.0
    assert c.constant_nm_per_a * sheet.stall_a - c.friction_nm == pytest.approx(sheet.stall_torque_nm, rel=0.01)


@pytest.mark.parametrize("torque_nm", [0.05, 0.2, 0.4, 1.0])
def test_a_sheet_that_contradicts_itself_keeps_speed_and_current(torque_nm: float) -> None:
    sheet = replace(RS775, stall_torque_nm=torque_nm)
    c = motor_constants(sheet)
    assert 0.0 <= c.brush_v <= 2.0
    assert c.friction_nm >= 0.0
    assert c.viscous_nms >= 0.0
    speed = 5800.0 * 2.0 * pi / 60.0
    assert c.resistance_ohm * 1.6 + c.brush_v + c.constant_nm_per_a * speed == pytest.approx(12.0)
    assert c.friction_nm + c.viscous_nms * speed == pytest.approx(c.constant_nm_per_a * 1.6)


def test_winding_warms_to_power_times_resistance_and_its_copper_with_it() -> None:
    winding = Winding(WindingSpec(1.0, 1e-3, 0.0, thermal_k_per_w=4.0, thermal_time_s=100.0), ambient_c=25.0)
    assert winding.resistance_ohm == pytest.approx(1.0)
    for _ in range(10_000):
        winding.warm(0.1, 1.0)  # 10 W
    # 10 W * 4 K/W = 40 K above 25 degC; copper + 40 K * 0.393 %/K.
    assert winding.temp_c == pytest.approx(65.0, abs=0.1)
    assert winding.resistance_ohm == pytest.approx(1.157, abs=0.001)


def test_winding_cools_by_a_time_constant_and_never_below_the_room() -> None:
    winding = Winding(WindingSpec(1.0, 1e-3, 0.0, 4.0, 100.0), ambient_c=25.0)
    winding.warm(0.0, 1000.0)  # 1000 J into 100 s / 4 K/W = 25 J/K: 40 K
    assert winding.temp_c == pytest.approx(65.0)
    winding.warm(100.0, 0.0)
    assert winding.temp_c == pytest.approx(25.0 + 40.0 / 2.71828, abs=0.01)
    winding.warm(10_000.0, 0.0)
    assert winding.temp_c >= 25.0
