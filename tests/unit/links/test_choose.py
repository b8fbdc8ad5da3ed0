"""Which device a command means, and what it says when that is not clear."""

from types import SimpleNamespace

import pytest
from serial.tools import list_ports

from host_tools.errors import UsageError
from host_tools.links.choose import Choice, choose, real_only
from host_tools.links.ports import UsbPort, usb_ports
from tests.unit.links.conftest import ADAPTER, PICO, PICO_2


def pick(given: str | None = None, *ports: UsbPort, simulate: bool = True, variable: str = "") -> Choice:
    environ = {"TAPOTE_DEVICE": variable} if variable else {}
    return choose(given, simulate=simulate, environ=environ, list_ports=lambda: list(ports))


def test_what_is_named_wins_over_everything() -> None:
    choice = pick("sim:?seed=4", PICO, PICO_2, variable="virtual:")
    assert (choice.text, choice.remark, choice.url.world.seed) == ("sim:?seed=4", "", 4)


def test_the_variable_wins_over_what_is_plugged_in_and_says_so() -> None:
    choice = pick(None, PICO, variable="virtual:")
    assert choice.url.scheme == "virtual"
    assert "from $TAPOTE_DEVICE" in choice.remark


def test_the_only_board_is_taken_and_named() -> None:
    choice = pick(None, ADAPTER, PICO)
    assert (choice.url.scheme, choice.url.port, choice.url.simulated) == ("serial", PICO.device, False)
    assert "the only board plugged in" in choice.remark


def test_no_board_means_the_simulation_and_says_so() -> None:
    choice = pick(None, ADAPTER)
    assert choice.url.scheme == "sim"
    assert "No board plugged in" in choice.remark
    assert "SIMULATED" in choice.remark


def test_no_board_where_one_is_needed_gets_guidance() -> None:
    with pytest.raises(UsageError, match="no board is plugged in") as caught:
        pick(None, ADAPTER, simulate=False)
    for words in ("carries data", "tapote devices", "tapote doctor"):
        assert words in caught.value.fix
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("simulate", [True, False])
def test_two_boards_are_listed_and_nothing_is_guessed(simulate: bool) -> None:
    with pytest.raises(UsageError, match="2 boards are plugged in") as caught:
        pick(None, PICO, PICO_2, simulate=simulate)
    for port in (PICO, PICO_2):
        assert port.url in caught.value.message
        assert port.serial_number in caught.value.message
    assert f"--device {PICO.url}" in caught.value.fix
    assert f"TAPOTE_DEVICE=serial:id:{PICO.serial_number}" in caught.value.fix


def test_boards_without_serial_numbers_are_told_apart_by_port() -> None:
    plain = [UsbPort(f"COM{number}", 0x2E8A, 5) for number in (3, 4)]
    with pytest.raises(UsageError) as caught:
        pick(None, *plain)
    assert "TAPOTE_DEVICE=serial:COM3" in caught.value.fix


def test_a_device_that_will_not_do() -> None:
    with pytest.raises(UsageError, match="sim: will not do: this needs a real board"):
        choose("sim:", need=real_only)
    assert choose("serial:COM3", need=real_only).url.port == "COM3"


@pytest.mark.parametrize("variable", ["sim", "serial:", "/dev/ttyACM0", "vritual:"])
def test_nonsense_in_the_variable_is_refused(variable: str) -> None:
    with pytest.raises(UsageError):
        pick(None, PICO, variable=variable)


def test_ports_that_are_not_on_usb_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = [
        SimpleNamespace(device="/dev/ttyS0", vid=None, pid=None, serial_number=None, product=None),
        SimpleNamespace(device="/dev/ttyACM1", vid=0x2E8A, pid=5, serial_number=None, product=None),
        SimpleNamespace(device="/dev/ttyACM0", vid=0x2E8A, pid=5, serial_number="E66", product="Board in FS mode"),
    ]
    monkeypatch.setattr(list_ports, "comports", lambda: ports)
    assert usb_ports() == [
        UsbPort("/dev/ttyACM0", 0x2E8A, 5, "E66", "Board in FS mode"),
        UsbPort("/dev/ttyACM1", 0x2E8A, 5),
    ]
