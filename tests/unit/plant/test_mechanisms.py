"""Crank and linear actuator on their own: geometry, end stops, energy, convergence."""

from dataclasses import replace
from math import cos, pi, sin, sqrt

import pytest

from host_tools.boards import Board
from host_tools.plant.build import build_plant
from host_tools.plant.crank import ROD_RATIO, CrankMechanism, CrankSpec
from host_tools.plant.hand import ArmSpec
from host_tools.plant.linear import LinearMechanism, LinearSpec
from host_tools.plant.motor import MotorConstants
from host_tools.plant.tissue import TISSUES, contact_force_n

from .conftest import Runner

DT_S = 0.0005
CRANK = CrankSpec(stroke_m=0.012, gear=1.8, rotor_kgm2=4.5e-5)
MOTOR = MotorConstants(0.632, 0.62, 0.01707, 0.0273, 0.0)
LINEAR = LinearSpec(force_n_per_a=14.0, head_kg=0.12, spring_n_per_m=2500.0, damping_ns_per_m=3.0, travel_m=0.012)
NORMAL = TISSUES["normal"]


def test_stroke_law_is_a_slider_crank() -> None:
    """Two harmonics against the exact law r cos a + sqrt(l^2 - r^2 sin^2 a): within 0.3 % of r, up to a constant."""
    r, rod = 0.006, 0.006 / ROD_RATIO
    errors = []
    for i in range(360):
        a = i * pi / 180.0
        exact = r * cos(a) + sqrt(rod**2 - (r * sin(a)) ** 2)
        errors.append(r * (cos(a) + 0.25 * ROD_RATIO * cos(2.0 * a)) - exact)
    assert max(errors) - min(errors) < 0.003 * r


def test_crank_in_the_air_touches_nothing() -> None:
    crank = CrankMechanism(CRANK, MOTOR, NORMAL, ArmSpec())
    for _ in range(4000):
        crank.step(DT_S, 3.0)
        assert crank.force_n == 0.0
    assert crank.rate_spm > 0.0


def test_contact_force_is_that_of_the_tissue() -> None:
    crank = CrankMechanism(CRANK, MOTOR, NORMAL, ArmSpec())
    crank.held, crank.press_n = True, 20.0
    for _ in range(4000):
        crank.step(DT_S, 0.0)
    # At rest and drawn back: depth = tool - r + r * rod / 4; the arm passes on the 20 N that it means.
    depth_m = crank.tool_m - 0.006 * (cos(crank.crank_rad - pi) - 0.25 * ROD_RATIO * cos(2.0 * crank.crank_rad))
    assert crank.force_n == pytest.approx(20.0, rel=0.01)
    assert contact_force_n(NORMAL, depth_m, 0.0) == pytest.approx(crank.force_n, rel=0.01)


def test_crank_stalls_against_a_press_that_its_torque_cannot_lift() -> None:
    crank = CrankMechanism(CRANK, MOTOR, TISSUES["firm"], ArmSpec())
    crank.held, crank.press_n = True, 60.0
    for _ in range(8000):
        crank.step(DT_S, 3.5)  # 3.5 A * 17 mN m/A * 1.8 = 0.108 N m less friction, against 60 N * 6 mm = 0.36 N m
    assert abs(crank.rate_spm) < 5.0


def test_tach_angle_never_goes_back() -> None:
    crank = CrankMechanism(CRANK, MOTOR, NORMAL, ArmSpec())
    crank.held, crank.press_n = True, 40.0
    seen = 0.0
    for i in range(8000):
        crank.step(DT_S, 6.0 if i % 800 < 300 else 0.0)
        assert crank.stroke_rad >= seen
        seen = crank.stroke_rad


def test_locked_crank_stands() -> None:
    crank = CrankMechanism(CRANK, MOTOR, NORMAL, ArmSpec())
    crank.locked = True
    for _ in range(500):
        crank.step(DT_S, 18.0)
    assert crank.crank_rad == pi
    assert crank.emf_v == 0.0


def test_crank_energy_goes_where_it_is_counted() -> None:
    """Motor work = friction + tissue + arm + change of kinetic energy, over two seconds of pressed strokes."""
    arm = ArmSpec()
    crank = CrankMechanism(CRANK, MOTOR, NORMAL, arm)
    crank.held, crank.press_n = True, 15.0
    dt_s = 0.00005
    gear, friction = 1.8, MOTOR.friction_nm * 1.8 + CRANK.friction_nm
    inertia = CRANK.rotor_kgm2 * gear * gear
    work = lost = tissue = hand = 0.0
    for _ in range(40_000):
        w0, v0, a0, y0 = crank.crank_rad_s, crank.tool_m_s, crank.crank_rad, crank.tool_m
        crank.step(dt_s, 2.5)
        w, v = 0.5 * (w0 + crank.crank_rad_s), 0.5 * (v0 + crank.tool_m_s)
        work += MOTOR.constant_nm_per_a * gear * 2.5 * w * dt_s
        lost += friction * w * w / (2.0 + abs(w)) * dt_s
        slope = -0.006 * sin(0.5 * (a0 + crank.crank_rad)) * (1.0 + ROD_RATIO * cos(0.5 * (a0 + crank.crank_rad)))
        tissue += crank.force_n * (v + slope * w) * dt_s
        hand += (
            (arm.stiffness_n_per_m * (crank.hand_m - 0.5 * (y0 + crank.tool_m)) - arm.damping_ns_per_m * v) * v * dt_s
        )
    head_m_s = (
        crank.tool_m_s - 0.006 * sin(crank.crank_rad) * (1.0 + ROD_RATIO * cos(crank.crank_rad)) * crank.crank_rad_s
    )
    kinetic = 0.5 * (inertia * crank.crank_rad_s**2 + arm.mass_kg * crank.tool_m_s**2 + CRANK.head_kg * head_m_s**2)
    assert work > 5.0  # J: something really happened
    assert lost + tissue + kinetic - hand == pytest.approx(work, rel=0.02)


def linear_at_rest(spec: LinearSpec) -> LinearMechanism:
    return LinearMechanism(spec, NORMAL, ArmSpec())


def test_spring_carries_the_coil_force() -> None:
    actuator = linear_at_rest(LINEAR)
    for _ in range(4000):
        actuator.step(DT_S, 0.5)
    # 0.5 A * 14 N/A = 7 N over 2500 N/m = 2.8 mm.
    assert actuator.travel_m == pytest.approx(0.0028, rel=0.01)


@pytest.mark.parametrize("current_a", [-2.6, 2.6])
def test_end_stops_hold(current_a: float) -> None:
    actuator = linear_at_rest(LINEAR)
    furthest = 0.0
    for _ in range(4000):
        actuator.step(DT_S, current_a)
        furthest = max(furthest, abs(actuator.travel_m))
    # 2.6 A are 36.4 N. Up to the stop they put in 36.4 N * 6 mm - 0.045 J (spring) = 0.173 J, which the bumper takes up
    # in d with 15 kN/m d^2 - 21.4 N d = 0.173 J: d = 4.2 mm without losses. At rest (36.4 - 15) N / 32.5 kN/m.
    assert 0.006 < furthest < 0.006 + 0.0042
    assert abs(actuator.travel_m) == pytest.approx(0.006 + 21.4 / 32_500.0, rel=0.01)


def test_a_struck_actuator_only_loses_energy() -> None:
    actuator = linear_at_rest(replace(LINEAR, damping_ns_per_m=0.5))
    for _ in range(40):
        actuator.step(DT_S, 2.0)
    previous = None
    for i in range(20_000):
        actuator.step(0.00005, 0.0)
        slide = actuator.head_m_s - actuator.tool_m_s
        over = max(0.0, abs(actuator.travel_m) - 0.006)
        energy = 0.5 * (0.12 * slide**2 + 2500.0 * actuator.travel_m**2 + 30_000.0 * over**2)
        if i % 2000 == 0:  # head against tool rings at 23 Hz: compare over whole stretches
            assert previous is None or energy < previous
            previous = energy
    assert previous is not None
    assert previous < 1e-3


def test_locked_coil_moves_with_the_tool() -> None:
    actuator = linear_at_rest(LINEAR)
    actuator.locked = actuator.held = True
    actuator.press_n = 15.0
    for _ in range(6000):
        actuator.step(DT_S, 2.5)
    assert actuator.travel_m == pytest.approx(0.0, abs=1e-12)
    assert actuator.force_n == pytest.approx(15.0, rel=0.02)


def test_linear_rate_is_counted_and_runs_out() -> None:
    actuator = linear_at_rest(LINEAR)
    for i in range(4000):
        actuator.step(DT_S, sin(2.0 * pi * 25.0 * i * DT_S))
    assert actuator.rate_spm == pytest.approx(1500.0, rel=0.05)
    assert actuator.strokes == pytest.approx(50.0, abs=2.0)
    for _ in range(4000):
        actuator.step(DT_S, 0.0)
    assert actuator.rate_spm == 0.0


@pytest.mark.parametrize("tissue", ["soft", "normal", "firm"])
@pytest.mark.parametrize(
    ("name", "duty", "spm"), [("pico_mosfet_fsr", 1.0, 0.0), ("picow_drv8871_linear", 0.9, 2000.0)]
)
def test_halving_the_step_changes_the_peak_force_by_less_than_1_percent(
    name: str, duty: float, spm: float, tissue: str, crank_board: Board, linear_board: Board, run: Runner
) -> None:
    board = crank_board if name == crank_board.name else linear_board
    peaks = []
    for dt_s in (DT_S, 0.5 * DT_S):
        plant = build_plant(board, tissue=tissue, person="heavy")
        plant.begin_press()
        peaks.append(run(plant, 4.0, duty=duty, spm=spm, after=2.0, dt_s=dt_s).peak_n)
    assert peaks[0] > 30.0
    assert peaks[1] == pytest.approx(peaks[0], rel=0.01)
