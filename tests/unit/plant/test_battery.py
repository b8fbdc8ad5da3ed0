"""The pack: its curve, its charge, its sag and rebound."""

import pytest

from host_tools.plant.battery import Battery, BatterySpec, cell_ocv_v

SPEC = BatterySpec(cells=3, capacity_ah=2.0, resistance_ohm=0.1, start_charge=0.8)


def test_cell_curve_at_full_and_empty() -> None:
    # Full: 3.685 + 0.2156 - 0.1178 + 0.3201 = 4.1029; empty: 3.685 - 1.031 = 2.654.
    assert cell_ocv_v(1.0) == pytest.approx(4.1029, abs=1e-3)
    assert cell_ocv_v(0.0) == pytest.approx(2.654, abs=1e-6)


def test_cell_curve_rises_with_charge_and_is_clamped_outside() -> None:
    curve = [cell_ocv_v(i / 100) for i in range(101)]
    assert curve == sorted(curve)
    assert cell_ocv_v(1.5) == cell_ocv_v(1.0)
    assert cell_ocv_v(-0.5) == cell_ocv_v(0.0)


def test_charge_goes_down_by_what_is_drawn() -> None:
    battery = Battery(SPEC)
    for _ in range(360):
        battery.draw(1.0, 2.0)  # 2 A for 360 s = 0.2 A h of 2 A h
    assert battery.charge == pytest.approx(0.7, abs=1e-9)


def test_charge_stops_at_empty() -> None:
    battery = Battery(SPEC)
    battery.draw(3600.0, 1e6)
    assert battery.charge == 0.0


def test_battery_never_charges_itself() -> None:
    battery = Battery(SPEC)
    battery.draw(1.0, -500.0)
    assert battery.charge == SPEC.start_charge
    assert battery.source_v <= 3 * cell_ocv_v(SPEC.start_charge)


def test_loaded_pack_sags_slowly_and_rebounds() -> None:
    battery = Battery(SPEC)
    rest_v = battery.source_v
    for _ in range(200):
        battery.draw(1.0, 10.0)
    # Polarisation is 0.4 of 0.1 ohm: 10 A cost 0.4 V after many time constants, beside the charge used.
    assert battery.polarisation_v == pytest.approx(0.4, rel=1e-3)
    loaded_v = battery.source_v
    for _ in range(200):
        battery.draw(1.0, 0.0)
    assert loaded_v < battery.source_v < rest_v
