"""`tapote usage` and `tapote calibrate` on a simulated device."""

import json

import pytest

from tests.unit.cli.conftest import Tapote


def test_calibrate_and_usage_on_a_simulated_device(tapote: Tapote) -> None:
    done = json.loads(tapote("calibrate", "--device", "sim:", "--json").out)
    assert done["gain_permille"] == pytest.approx(1000, abs=50)
    assert "zero 0 N, gain 1" in tapote("calibrate", "--device", "sim:", "--reset").out
    found = json.loads(tapote("usage", "--device", "sim:", "--json").out)
    assert found["sessions"] == 0
    assert found["restarts"] == {"power": 1, "watchdog": 0, "software": 0}
    assert found["faults"] == {}
    assert found["settings"] == "nothing stored"
    shown = tapote("usage", "--device", "sim:").out
    assert "power 1, watchdog 0" in shown


def test_cross_check_on_a_simulated_device(tapote: Tapote) -> None:
    done = json.loads(tapote("calibrate", "--cross-check", "--device", "sim:", "--json").out)
    assert 900 <= done["felt_permille"] <= 1120
    assert done["felt_limit_permille"] == done["felt_permille"] * 1180 // 1000
    tapote("calibrate", "--cross-check", "--reset", "--device", "sim:").refused(2, "exclude each other")
