import errno
from functools import partial
from pathlib import Path

import pytest

from host_tools import flash_copy
from host_tools.errors import TapoteError
from host_tools.flash import Flashed, flash
from host_tools.flash_target import choose_target
from host_tools.links.find import Found
from host_tools.links.link import LinkError
from host_tools.links.ports import UsbPort
from host_tools.links.probe import Answer, Kind
from host_tools.messages import Hello
from host_tools.uf2_image import Image
from tests.unit.fake_computer import INFO_RP2350, Computer
from tests.unit.fake_desk import MICROPYTHON_PORT, FakeDesk
from tests.unit.fake_uf2 import MACHINE_PICO, MACHINE_PICO_W, micropython, uf2_file

DATA = uf2_file(micropython(size_bytes=60_000))
OTHER_PORT = UsbPort("/dev/ttyACM7", 0x2E8A, 0x0005, "F00D")


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    return FakeDesk(Computer(tmp_path), len(DATA))


class Bar:
    """The person in front of the screen."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.steps: list[int] = []

    def tell(self, text: str) -> None:
        self.said.append(text)

    def progress(self, done: int, total: int) -> None:
        assert total == len(DATA)
        self.steps.append(done)

    @property
    def text(self) -> str:
        return "\n".join(self.said)


def run(desk: FakeDesk, bar: Bar | None = None, device: str | None = None, *, again: bool = True) -> Flashed:
    bar = bar or Bar()
    image = Image(desk.computer.root / "image.uf2", DATA, "1.27.0", MACHINE_PICO_W)
    return flash(image, choose_target(device, desk, {}), desk, bar.tell, bar.progress, again=again)


def test_a_mounted_volume_is_written_synced_and_the_new_version_heard(desk: FakeDesk) -> None:
    desk.computer.stick()
    desk.computer.mount("sda1", "media/RPI-RP2")
    bar = Bar()
    assert run(desk, bar) == Flashed("serial:/dev/ttyACM0", MACHINE_PICO_W, "1.27.0")
    assert desk.written == DATA
    assert desk.synced == len(bar.steps) + 1 == -(-len(DATA) // flash_copy.CHUNK_BYTES)
    assert bar.steps == sorted(bar.steps)
    assert "restarted" in bar.text


def test_an_unmounted_volume_is_mounted_first(desk: FakeDesk) -> None:
    desk.computer.stick()
    run(desk)
    assert desk.written == DATA
    assert desk.computer.commands[0][0] == "udisksctl"


def test_a_volume_that_stays_quiet_at_the_end_is_as_good(desk: FakeDesk) -> None:
    desk.ends_with_an_error = False
    desk.most_bytes = 1000  # short writes are written on
    desk.computer.stick()
    bar = Bar()
    run(desk, bar)
    assert desk.written == DATA
    assert bar.steps[-1] == len(DATA)


def test_a_board_with_micropython_is_sent_into_bootsel_by_its_prompt(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT]
    done = run(desk)
    assert (done.version, desk.sent_to_bootsel) == ("1.27.0", ["/dev/ttyACM0"])


def test_no_board_asks_for_the_button_and_waits(desk: FakeDesk) -> None:
    desk.at(40.0, desk.computer.stick)
    bar = Bar()
    run(desk, bar)
    assert "Hold the BOOTSEL button" in bar.text


def test_nobody_presses_the_button(desk: FakeDesk) -> None:
    with pytest.raises(TapoteError, match="no BOOTSEL volume has appeared") as caught:
        run(desk)
    assert "carries data" in caught.value.fix


def test_a_board_that_hangs_asks_for_the_button(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT]
    desk.errors["enter_bootsel"] = [TapoteError("it does not answer with MicroPython's prompt")]
    desk.at(20.0, desk.computer.stick)
    desk.at(19.0, desk.plugged.clear)
    bar = Bar()
    assert run(desk, bar).port == "serial:/dev/ttyACM0"
    assert "Hold the BOOTSEL button" in bar.text


def test_a_board_that_does_not_appear_in_bootsel_asks_for_the_button_then(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT]
    desk.enters_bootsel = False
    desk.at(30.0, desk.computer.stick)
    bar = Bar()
    run(desk, bar)
    assert "No BOOTSEL volume has appeared. Unplug" in bar.text


def test_an_unplugged_board_in_the_middle_of_the_copy(desk: FakeDesk) -> None:
    desk.computer.stick()
    desk.fail_at_byte = flash_copy.CHUNK_BYTES
    desk.errors["write"] = [OSError(errno.EIO, "Input/output error")]
    bar = Bar()
    with pytest.raises(TapoteError, match=r"went away after 32768 of \d+ bytes: Input/output error") as caught:
        run(desk, bar)
    assert "Nothing is broken" in caught.value.fix
    assert bar.steps == [flash_copy.CHUNK_BYTES]


@pytest.mark.parametrize("when", ["open", "write"])
@pytest.mark.parametrize(
    ("number", "says", "fix"),
    [
        (errno.ENOSPC, "is full after 0 of", "hold BOOTSEL"),
        (errno.EROFS, "read-only", "hold BOOTSEL"),
        (errno.EACCES, "may not write", "Unmount it"),
        (errno.ENODEV, "went away after 0 of", "hold BOOTSEL|Hold BOOTSEL"),
    ],
)
def test_a_volume_that_cannot_be_written(desk: FakeDesk, when: str, number: int, says: str, fix: str) -> None:
    desk.computer.stick()
    desk.errors[when] = [OSError(number, "no")]
    with pytest.raises(TapoteError, match=says) as caught:
        run(desk)
    assert any(part in caught.value.fix for part in fix.split("|"))


def test_a_full_disk_at_the_last_piece_is_no_success(desk: FakeDesk) -> None:
    desk.computer.stick()
    desk.fail_at_byte = len(DATA) // flash_copy.CHUNK_BYTES * flash_copy.CHUNK_BYTES
    desk.errors["write"] = [OSError(errno.ENOSPC, "No space left on device")]
    with pytest.raises(TapoteError, match="is full after"):
        run(desk)


def test_a_volume_mounted_read_only_is_not_even_tried(desk: FakeDesk) -> None:
    desk.computer.mount("sda1", "media/RPI-RP2", options="ro")
    with pytest.raises(TapoteError, match="read-only") as caught:
        run(desk)
    assert "remount,rw" in caught.value.fix
    assert desk.synced == 0


def test_a_pico_2_is_refused_with_its_name(desk: FakeDesk) -> None:
    desk.computer.mount("sda1", "media/RP2350", info=INFO_RP2350)
    with pytest.raises(TapoteError, match=r"no RP2040: its INFO_UF2.TXT says Raspberry Pi RP2350, Board-ID RP2350"):
        run(desk)
    assert desk.synced == 0


def test_two_boards_that_enter_bootsel_at_once_are_refused(desk: FakeDesk) -> None:
    for device in ("sda", "sdb"):
        desk.at(5.0, partial(desk.computer.stick, device))
    with pytest.raises(TapoteError, match=r"two boards have entered BOOTSEL: /dev/sda1 .* /dev/sdb1"):
        run(desk)


def test_a_board_that_stays_in_bootsel_has_not_taken_the_file(desk: FakeDesk) -> None:
    desk.whole = -1
    desk.computer.stick()
    with pytest.raises(TapoteError, match="has not restarted"):
        run(desk)


def test_a_board_that_never_comes_back(desk: FakeDesk) -> None:
    desk.comes_back_as = None
    desk.computer.stick()
    with pytest.raises(TapoteError, match="no MicroPython has appeared on USB") as caught:
        run(desk)
    assert "tapote doctor" in caught.value.fix


def test_a_port_that_is_not_ready_at_once_is_asked_again(desk: FakeDesk) -> None:
    desk.computer.stick()
    desk.errors["about"] = [LinkError("may not open", cause="denied"), LinkError("busy", cause="busy")]
    assert run(desk).version == "1.27.0"


@pytest.mark.parametrize(("cause", "fix"), [("denied", "udev"), ("failed", "tapote doctor")])
def test_a_written_board_that_cannot_be_asked_says_that_it_is_written(desk: FakeDesk, cause: str, fix: str) -> None:
    desk.computer.stick()
    desk.errors["about"] = [LinkError("no", cause=cause, fix="the udev rules")] * 1000
    with pytest.raises(TapoteError, match="the image is written and the board has restarted") as caught:
        run(desk)
    assert fix in caught.value.fix


def test_another_version_than_the_file_s_is_no_success(desk: FakeDesk) -> None:
    desk.computer.stick()
    desk.version = "1.20.0"
    with pytest.raises(TapoteError, match=r"says MicroPython 1.20.0 on .*; the file is 1.27.0"):
        run(desk)


def test_other_boards_that_were_there_before_are_not_asked(desk: FakeDesk) -> None:
    desk.plugged = [OTHER_PORT]
    desk.computer.stick()
    done = run(desk, device="bootsel:")
    assert done.port == "serial:/dev/ttyACM0"


def test_a_board_that_comes_back_under_another_name_is_known_by_its_serial_number(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT, OTHER_PORT]
    desk.comes_back_as = UsbPort("/dev/ttyACM3", 0x2E8A, 0x0005, MICROPYTHON_PORT.serial_number)
    assert run(desk, device="serial:/dev/ttyACM0").port == "serial:/dev/ttyACM3"


def test_a_board_that_has_the_version_already_is_left_alone(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT]
    answer = Answer(Kind.MICROPYTHON, version="v1.27.0", board=MACHINE_PICO)
    desk.state = Found(MICROPYTHON_PORT.url, "micropython", "MicroPython", port=MICROPYTHON_PORT, answer=answer)
    assert run(desk, again=False) == Flashed("serial:/dev/ttyACM0", MACHINE_PICO, "1.27.0", already=True)
    assert desk.sent_to_bootsel == []
    bar = Bar()
    assert not run(desk, bar).already
    assert "files and settings on the board are lost" in bar.text


def test_a_session_under_way_is_not_interrupted(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT]
    hello = Hello((1, 0), "0.1.0", "b", 1, 2000, "RUNNING", 0, 0)
    answer = Answer(Kind.TAPOTE, hello, "0.1.0", "b", (1, 0))
    desk.state = Found(MICROPYTHON_PORT.url, "tapote", "Tapote", port=MICROPYTHON_PORT, answer=answer)
    with pytest.raises(TapoteError, match="is RUNNING"):
        run(desk)
    assert desk.sent_to_bootsel == []


def test_a_port_that_may_not_be_opened_offers_the_button(desk: FakeDesk) -> None:
    desk.plugged = [MICROPYTHON_PORT]
    desk.state = Found(MICROPYTHON_PORT.url, "denied", "may not open", "Install the udev rules.", port=MICROPYTHON_PORT)
    with pytest.raises(TapoteError, match="may not open") as caught:
        run(desk)
    assert "hold BOOTSEL" in caught.value.fix
