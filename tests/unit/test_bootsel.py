from pathlib import Path

import pytest

from host_tools import windows_drives
from host_tools.bootsel import Host, Volume, find_volumes, mount
from host_tools.errors import TapoteError
from tests.unit.fake_computer import INFO_RP2350, Computer


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


def test_an_empty_computer_has_none(computer: Computer) -> None:
    for platform in ("linux", "darwin", "win32", "freebsd14"):
        computer.platform = platform
        assert find_volumes(computer.host) == []


def test_a_mounted_volume_is_found_by_its_info_file_with_blanks_in_its_path(computer: Computer) -> None:
    folder = computer.mount("sda1", "run/media/me/RPI RP2")
    computer.stick()
    assert find_volumes(computer.host) == [Volume(folder, "/dev/sda1", "RPI-RP2", "Raspberry Pi RP2")]


def test_an_unmounted_volume_is_found_by_its_label_and_mounted_by_udisks(computer: Computer) -> None:
    computer.stick()
    (found,) = find_volumes(computer.host)
    assert (found.folder, found.name) == (None, "/dev/sda1 (not mounted)")
    ready = mount(computer.host, found)
    assert ready.folder == computer.root / "run/media/me/RPI RP2 sda1"
    assert ready.is_rp2040
    assert computer.commands == [["udisksctl", "mount", "--block-device", "/dev/sda1", "--no-user-interaction"]]
    assert mount(computer.host, ready) == ready
    assert len(computer.commands) == 1


def test_two_boards_share_a_label_and_are_both_found(computer: Computer) -> None:
    computer.stick("sda")
    computer.stick("sdb")
    assert [volume.device for volume in find_volumes(computer.host)] == ["/dev/sda1", "/dev/sdb1"]


def test_a_label_without_sysfs_is_enough(computer: Computer) -> None:
    links = computer.root / "dev/disk/by-label"
    links.mkdir(parents=True)
    (links / "RPI-RP2").symlink_to("../../sdc1")
    assert [volume.device for volume in find_volumes(computer.host)] == ["/dev/sdc1"]


def test_a_desktop_that_was_quicker_is_no_error(computer: Computer) -> None:
    computer.stick()
    (found,) = find_volumes(computer.host)
    computer.udisks = (1, "Device /dev/sda1 is already mounted")
    folder = computer.mount("sda1", "media/me/RPI-RP2")
    assert mount(computer.host, found).folder == folder


@pytest.mark.parametrize(
    ("answer", "says"),
    [((127, "udisksctl is not installed"), "udisksctl is not installed"), ((1, "x\nNot authorized"), "Not authorized")],
)
def test_what_cannot_be_mounted_comes_with_the_command(computer: Computer, answer: tuple[int, str], says: str) -> None:
    computer.stick()
    computer.udisks = answer
    with pytest.raises(TapoteError, match=says) as caught:
        mount(computer.host, find_volumes(computer.host)[0])
    assert "sudo mount -o uid=$(id -u) /dev/sda1 /mnt/pico" in caught.value.fix


def test_a_volume_of_another_chip_is_listed_but_is_no_rp2040(computer: Computer) -> None:
    computer.mount("sda1", "media/RP2350", info=INFO_RP2350)
    (found,) = find_volumes(computer.host)
    assert (found.board_id, found.is_rp2040) == ("RP2350", False)


def test_a_read_only_mount_is_known(computer: Computer) -> None:
    computer.mount("sda1", "media/RPI-RP2", options="ro,relatime,errors=remount-ro")
    computer.mount("sdb1", "media/RPI-RP2_", options="rw,errors=remount-ro")
    assert [volume.read_only for volume in find_volumes(computer.host)] == [True, False]


def test_a_board_that_was_pulled_is_gone_though_its_mount_is_still_listed(computer: Computer) -> None:
    computer.stick()
    folder = computer.mount("sda1", "mnt/pico")
    computer.pull(folder)
    assert (folder / "INFO_UF2.TXT").exists()
    assert find_volumes(computer.host) == []


def test_a_stick_with_photographs_is_not_touched(computer: Computer) -> None:
    computer.mount("sda1", "media/PHOTOS")
    (computer.root / "media/PHOTOS/INFO_UF2.TXT").unlink()
    assert find_volumes(computer.host) == []


@pytest.mark.parametrize("info", ["", "\xff\xfe\x00", "Board-ID", "x" * 9000])
def test_a_strange_info_file_is_no_rp2040(computer: Computer, info: str) -> None:
    computer.mount("sda1", "media/X", info=info)
    assert [volume.is_rp2040 for volume in find_volumes(computer.host)] == [False]


def test_macos_looks_in_volumes(computer: Computer) -> None:
    computer.platform = "darwin"
    computer.write("Volumes/Macintosh HD/file", "")
    folder = computer.write("Volumes/RPI-RP2/INFO_UF2.TXT", "Board-ID: RPI-RP2\n").parent
    assert find_volumes(computer.host) == [Volume(folder, board_id="RPI-RP2")]


def test_windows_goes_by_drive_and_label(computer: Computer) -> None:
    computer.platform = "win32"
    good = computer.write("D/INFO_UF2.TXT", "Model: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n").parent
    unread = computer.root / "E"
    computer.letters = [(good, "RPI-RP2"), (unread, "RPI-RP2"), (computer.root / "F", "PHOTOS")]
    assert [(volume.folder, volume.is_rp2040) for volume in find_volumes(computer.host)] == [
        (good, True),
        (unread, False),
    ]


def test_elsewhere_than_on_windows_there_are_no_drive_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert windows_drives.drives() == []


def test_the_real_computer_can_be_asked_and_a_missing_command_is_an_answer() -> None:
    find_volumes(Host())
    assert Host().run(["tapote-no-such-command"]) == (127, "tapote-no-such-command is not installed")
    assert Host().run(["false"])[0] == 1
