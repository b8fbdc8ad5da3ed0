"""`tapote selftest` and `tapote clear`, as a person types them."""

import json

import pytest

from host_tools.cli.real_board import plan_for
from host_tools.links.sim import SimLink
from host_tools.links.url import parse
from tapote import faults, words
from tests.unit.cli.conftest import Tapote


def test_every_part_is_listed_with_its_result(tapote: Tapote, idle: SimLink) -> None:
    result = tapote("selftest", "--device", "sim:")
    assert result.code == 0
    head, *lines = result.out.splitlines()
    assert "SIMULATED" in head
    assert "started by power" in head
    assert [line.split()[:2] for line in lines] == [["ok", name] for name, _, _ in words.SELFTESTS]


def test_what_failed_has_its_fix_and_exit_code_1(tapote: Tapote, idle: SimLink) -> None:
    idle.app.tested = (0x3FF, 0x004)
    result = tapote("selftest", "--device", "sim:")
    assert result.code == 1
    assert "FAILED     FORCE_RANGE" in result.out
    assert "Fix: Check the force sensor's wires." in result.out
    told = json.loads(tapote("selftest", "--device", "sim:", "--json").out)
    assert told["passed"] is False
    assert [test["name"] for test in told["tests"] if not test["passed"]] == ["FORCE_RANGE"]


def test_what_is_not_wired_says_so(tapote: Tapote, idle: SimLink) -> None:
    idle.app.tested = (0x3EF, 0)
    result = tapote("selftest", "--device", "sim:")
    assert result.code == 0
    assert "no sensor  CURRENT_ZERO" in result.out


def test_a_real_device_that_was_never_calibrated_is_told_so(
    tapote: Tapote, idle: SimLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "scale" not in tapote("selftest", "--device", "sim:").out, "no simulated scale stands anywhere"
    monkeypatch.setattr(idle, "simulated", False)
    result = tapote("selftest", "--device", "sim:")
    assert result.code == 0
    assert "never compared with a scale" in " ".join(result.out.split())
    assert result.out.rstrip().endswith("tapote calibrate")
    assert json.loads(tapote("selftest", "--device", "sim:", "--json").out)["calibrated"] is False
    idle.app.calibration.set(300, 1050)
    assert "scale" not in tapote("selftest", "--device", "sim:").out
    assert json.loads(tapote("selftest", "--device", "sim:", "--json").out)["calibrated"] is True


def test_a_session_on_a_real_board_says_it_too(
    idle: SimLink, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = parse("serial:/dev/ttyACM0")
    assert plan_for(url, {}, None) == "pico_mosfet_fsr"
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(idle, "simulated", False)
    assert plan_for(url, {}, None) == "pico_mosfet_fsr"
    assert "never compared with a scale" in " ".join(capsys.readouterr().err.split())
    idle.app.calibration.set(300, 1050)
    plan_for(url, {}, None)
    assert capsys.readouterr().err == ""


def fail(link: SimLink, fault: int) -> None:
    link.app._fail(faults.bit(fault), link.app.hal.now_ms())


def test_a_fault_is_cleared_once(tapote: Tapote, idle: SimLink) -> None:
    fail(idle, faults.WATCHDOG_RESET)
    assert tapote("clear", "--device", "sim:").out == "WATCHDOG_RESET is cleared.\n"
    assert tapote("clear", "--device", "sim:").out == "No fault holds the device.\n"


def test_a_fault_that_must_stay_says_what_to_do(tapote: Tapote, idle: SimLink) -> None:
    fail(idle, faults.FORCE_STUCK)
    tapote("clear", "--device", "sim:").refused(1, "FORCE_STUCK stays", "repair and restart")
