from pathlib import Path

import pytest

from host_tools.errors import UsageError
from host_tools.flash_target import choose_target
from host_tools.links.choose import VARIABLE
from host_tools.links.ports import UsbPort
from tests.unit.fake_computer import INFO_RP2350, Computer
from tests.unit.fake_desk import MICROPYTHON_PORT, FakeDesk

SECOND = UsbPort("/dev/ttyACM1", 0x2E8A, 0x0005, "E662")
ARDUINO = UsbPort("/dev/ttyACM2", 0x2341, 0x0043)


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    return FakeDesk(Computer(tmp_path), 0)


def test_the_only_board_is_meant_and_an_arduino_never(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT, ARDUINO]
    target = choose_target(None, desk, {})
    assert target.found is not None
    assert target.found.port == MICROPYTHON_PORT
    assert "serial:/dev/ttyACM0: MicroPython" in target.in_words


def test_none_means_one_that_is_still_to_come(desk: FakeDesk) -> None:
    desk.plugged = [ARDUINO]
    target = choose_target(None, desk, {})
    assert (target.volume, target.found) == (None, None)
    assert "plug in with BOOTSEL held" in target.in_words


def test_two_volumes_are_listed_and_refused(desk: FakeDesk) -> None:
    desk.computer.stick("sda")
    desk.computer.stick("sdb")
    folder = desk.computer.mount("sdb1", "media/RPI-RP2")
    with pytest.raises(UsageError) as caught:
        choose_target(None, desk, {})
    assert str(folder) in caught.value.message
    assert "/dev/sda1" in caught.value.message
    assert "--device" in caught.value.fix
    with pytest.raises(UsageError, match="2 boards"):
        choose_target("bootsel:", desk, {})
    for name in (str(folder), f"{folder}/", "/dev/sdb1"):
        assert choose_target(name, desk, {}).volume == desk.volumes()[1]


def test_a_volume_and_a_running_board_are_two(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT]
    desk.computer.stick()
    with pytest.raises(UsageError, match="2 boards are plugged in"):
        choose_target(None, desk, {})
    chosen = choose_target("bootsel:", desk, {})
    assert "BOOTSEL mode, volume /dev/sda1" in chosen.in_words


def test_a_board_is_named_by_its_port_or_its_serial_number(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT, SECOND]
    for name in ("serial:/dev/ttyACM1", "serial:id:E662"):
        found = choose_target(name, desk, {}).found
        assert found is not None
        assert found.port == SECOND


def test_the_variable_names_a_board_that_is_there(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT, SECOND]
    found = choose_target(None, desk, {VARIABLE: "serial:id:E662"}).found
    assert found is not None
    assert found.port == SECOND


@pytest.mark.parametrize("named", ["serial:/dev/ttyACM9", "serial:id:E669", "sim:", ""])
def test_the_variable_is_no_hindrance_when_its_board_is_in_bootsel_and_has_no_port(desk: FakeDesk, named: str) -> None:
    desk.computer.stick()
    assert choose_target(None, desk, {VARIABLE: named}).volume is not None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("serial:/dev/ttyACM9", "no board on /dev/ttyACM9"),
        ("serial:id:NONE", "no board with the USB serial number 'NONE'"),
        ("sim:", "simulated"),
        ("virtual:?seed=1", "simulated"),
        ("/media/other", "neither a serial: device nor a BOOTSEL volume"),
        ("bootsel:", "neither"),
        ("", "neither"),
    ],
)
def test_a_name_that_fits_nothing_is_a_wrong_request(desk: FakeDesk, name: str, says: str) -> None:
    desk.plugged = [MICROPYTHON_PORT]
    with pytest.raises(UsageError, match=says) as caught:
        choose_target(name, desk, {})
    assert caught.value.fix


def test_only_a_volume_of_another_chip_is_taken_up_to_be_refused_by_its_name(desk: FakeDesk) -> None:
    desk.computer.mount("sda1", "media/RP2350", info=INFO_RP2350)
    chosen = choose_target(None, desk, {}).volume
    assert chosen is not None
    assert not chosen.is_rp2040
    desk.plugged = [MICROPYTHON_PORT]
    assert choose_target(None, desk, {}).found is not None
