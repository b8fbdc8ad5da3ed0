import json
from pathlib import Path

import pytest

from host_tools import bootsel
from host_tools.cli import main
from host_tools.links import ports
from tests.unit.fake_computer import Computer


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    """A computer with nothing plugged in."""
    fake = Computer(tmp_path)
    monkeypatch.setattr(bootsel, "Host", lambda: fake.host)
    monkeypatch.setattr(ports, "usb_ports", list)
    monkeypatch.delenv("TAPOTE_DEVICE", raising=False)
    return fake


def doctor(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    code = main(["doctor", *options])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_nothing_plugged_in_is_a_problem_with_a_way_out(computer: Computer, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = doctor(capsys)
    assert code == 1
    assert "No board is plugged in." in out
    assert "Fix: Plug one in" in out
    assert "charges" in doctor(capsys, "--powered")[1]


def test_json_lists_the_findings(computer: Computer, capsys: pytest.CaptureFixture[str]) -> None:
    computer.stick()
    code, out, _ = doctor(capsys, "--json")
    told = json.loads(out)
    assert (code, told["healthy"], told["simulated"]) == (1, False, False)
    assert [finding["key"] for finding in told["findings"]] == ["bootsel"]


def test_the_simulated_device_is_well_and_marked(computer: Computer, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = doctor(capsys, "--device", "sim:")
    assert code == 0
    assert "All well." in out
    assert "SIMULATED" in err
    assert json.loads(doctor(capsys, "--device", "sim:", "--json")[1])["healthy"]


def test_a_mistyped_board_is_no_ill_device(computer: Computer, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = doctor(capsys, "--device", "sim:", "--board", "no_such_board")
    assert (code, out) == (2, "")
    assert "no_such_board" in err


def test_the_variable_names_the_device(
    computer: Computer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAPOTE_DEVICE", "serial:/dev/tapote-no-such-port")
    code, out, _ = doctor(capsys)
    assert code == 1
    assert "there is no port /dev/tapote-no-such-port" in " ".join(out.split())
