"""The power stage: average voltage, free-wheeling, coasting, braking, and where the energy goes."""

import pytest

from host_tools.plant.driver import DIODE_V, Circuit, DriverSpec

DT_S = 0.0005
MOSFET = DriverSpec(bridge=False, drop_v=0.1, brakes=False, pwm_hz=20_000.0)
BRIDGE = DriverSpec(bridge=True, drop_v=1.0, brakes=False, pwm_hz=20_000.0)


def circuit(spec: DriverSpec, *, inductance_h: float = 5e-4, brush_v: float = 0.0, source_ohm: float = 0.0) -> Circuit:
    made = Circuit(spec, inductance_h, brush_v)
    made.source_v = 12.0
    made.source_ohm = source_ohm
    made.winding_ohm = 2.0
    return made


def settle(made: Circuit, duty: float, duty_b: float = 0.0, emf_v: float = 0.0) -> float:
    for _ in range(200):
        mean_a = made.drive(DT_S, duty, duty_b, emf_v)
    return mean_a


def test_full_on_is_ohms_law() -> None:
    made = circuit(MOSFET, source_ohm=0.5)
    # (12 V - 0.1 V) / (2 + 0.5) ohm = 4.76 A; the pack's terminals keep 12 V - 0.5 ohm * 4.76 A = 9.62 V.
    assert settle(made, 1.0) == pytest.approx(4.76)
    assert made.terminal_v == pytest.approx(9.62)
    assert made.supply_a == pytest.approx(4.76)


def test_half_duty_averages_supply_and_diode() -> None:
    made = circuit(MOSFET)
    # 0.5 * 11.9 V - 0.5 * 0.7 V = 5.6 V over 2 ohm; the pack gives the current for half of the time.
    assert settle(made, 0.5) == pytest.approx((0.5 * 11.9 - 0.5 * DIODE_V) / 2.0)
    assert made.supply_a == pytest.approx(1.4)


def test_the_step_is_exact_however_long() -> None:
    # L/R = 0.25 ms against steps of 0.5 ms: after 0.5 ms the current stands at 1 - exp(-2) = 86.5 % of its end value.
    made = circuit(MOSFET)
    made.drive(0.0005, 1.0, 0.0, 0.0)
    fine = circuit(MOSFET)
    for _ in range(50):
        fine.drive(0.00001, 1.0, 0.0, 0.0)
    assert made.current_a == pytest.approx(fine.current_a, rel=1e-9)
    assert made.current_a == pytest.approx(5.95 * 0.864665, rel=1e-5)


def test_a_single_switch_never_brakes() -> None:
    made = circuit(MOSFET)
    for duty in (0.0, 0.3, 1.0):
        assert settle(made, duty, emf_v=20.0) == 0.0
        assert made.supply_a == 0.0


def test_shorting_in_the_pause_brakes() -> None:
    made = circuit(DriverSpec(bridge=True, drop_v=0.0, brakes=True, pwm_hz=20_000.0))
    assert settle(made, 0.0, 0.0, emf_v=6.0) == pytest.approx(-3.0)
    assert made.supply_a == 0.0


def test_bridge_brakes_with_both_inputs_high_and_coasts_with_both_low() -> None:
    made = circuit(BRIDGE)
    assert settle(made, 1.0, 1.0, emf_v=6.0) == pytest.approx(-3.0)
    assert settle(made, 0.0, 0.0, emf_v=6.0) == 0.0


def test_bridge_works_both_ways_alike() -> None:
    forward, back = circuit(BRIDGE), circuit(BRIDGE)
    for _ in range(20):
        a = forward.drive(DT_S, 0.8, 0.0, 1.0)
        b = back.drive(DT_S, 0.0, 0.8, -1.0)
        assert a == pytest.approx(-b)
    assert a > 0.0


def test_slow_decay_is_linear_in_duty_and_fast_decay_is_dead_below_half() -> None:
    """One input low (coast in the pause): the coil sees 2 d - 1 of the supply; one input high: d."""
    slow = [settle(circuit(BRIDGE), 1.0, 1.0 - d) for d in (0.25, 0.5, 0.75, 1.0)]
    assert slow == pytest.approx([0.25 * 5.5, 0.5 * 5.5, 0.75 * 5.5, 5.5])
    fast = [settle(circuit(BRIDGE), d, 0.0) for d in (0.25, 0.5, 0.75, 1.0)]
    assert fast[3] == pytest.approx(5.5)
    # 0.75 * 11 V - 0.25 * (12 + 1.4) V = 4.9 V over 2 ohm.
    assert fast[2] == pytest.approx(2.45)
    # At a quarter only triangles: rise of 11 V / 0.5 mH * 12.5 us = 0.275 A, mean 0.06 A.
    assert 0.0 < fast[0] < 0.1
    assert fast[0] < fast[1] < 0.3


def test_discontinuous_current_is_the_mean_of_its_triangles() -> None:
    made = circuit(BRIDGE, inductance_h=1e-3)
    # Rises 11 V / 1 mH * 10 us = 0.11 A, falls with 13.4 V in 8.2 us: 0.11 A / 2 * 18.2 us / 50 us = 0.0200 A.
    assert settle(made, 0.2) == pytest.approx(0.0200, abs=0.0002)


def test_coasting_current_dies_at_zero() -> None:
    made = circuit(BRIDGE)
    settle(made, 1.0)
    assert made.current_a > 5.0
    for _ in range(4):
        made.drive(DT_S, 0.0, 0.0, 0.0)
        assert made.current_a >= 0.0
    assert made.current_a == 0.0


def test_brushes_hold_back_small_voltages() -> None:
    made = circuit(MOSFET, brush_v=1.0)
    assert settle(made, 1.0, emf_v=11.0) == 0.0
    assert settle(made, 1.0, emf_v=5.9) == pytest.approx(2.5)


@pytest.mark.parametrize(("duty", "emf_v"), [(1.0, 0.0), (1.0, 7.0), (0.6, 3.0)])
def test_energy_balance_of_the_circuit(duty: float, emf_v: float) -> None:
    """Out of the source = pack resistance + switch + diode + copper and brushes + mechanical + field."""
    made = circuit(MOSFET, brush_v=0.5, source_ohm=0.2)
    given = lost = mechanical = 0.0
    for _ in range(400):
        mean_a = made.drive(0.00005, duty, 0.0, emf_v)
        given += made.source_v * made.supply_a
        lost += made.heat_w + 0.1 * made.supply_a + (1.0 - duty) * mean_a * DIODE_V
        lost += 0.2 * made.supply_a**2
        mechanical += emf_v * mean_a
    field = 0.5 * 5e-4 * made.current_a**2 / 0.00005
    # 1 %: squares of the mean of a step stand for the mean of squares.
    assert lost + mechanical + field == pytest.approx(given, rel=0.01)
