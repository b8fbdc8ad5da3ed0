"""Device URLs of serial ports and of virtual boards that keep their flash."""

import errno
from pathlib import Path

import pytest

from host_tools.errors import TapoteError, UsageError
from host_tools.links import state_file
from host_tools.links.url import parse
from host_tools.uf2 import FLASH_SIZE_BYTES


@pytest.mark.parametrize(
    ("text", "port", "simulated"),
    [
        ("serial:/dev/ttyACM0", "/dev/ttyACM0", False),
        ("serial:COM12", "COM12", False),
        ("serial:id:E6614C311B462A39", "id:E6614C311B462A39", False),
        ("serial:/dev/pts/4?simulated=1", "/dev/pts/4", True),
        ("serial:socket://127.0.0.1:4321?simulated=1", "socket://127.0.0.1:4321", True),
        ("serial:/dev/cu.usbmodem 1", "/dev/cu.usbmodem 1", False),
    ],
)
def test_serial_urls(text: str, port: str, simulated: bool) -> None:
    url = parse(text)
    assert (url.scheme, url.port, url.simulated) == ("serial", port, simulated)


@pytest.mark.parametrize(
    "text", ["serial:", "serial:?simulated=1", "serial:/dev/x?press=3", "serial:/dev/x?simulated=0"]
)
def test_serial_urls_that_are_none(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert "tapote devices" in caught.value.fix


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("/dev/ttyACM0", "serial:/dev/ttyACM0"),
        ("COM3", "serial:COM3"),
        ("seriel:/dev/ttyACM0", "serial:"),
        ("vritual:", "virtual:"),
    ],
)
def test_near_misses_get_a_hint(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert f"Did you mean {hint}?" in caught.value.fix


def test_a_virtual_board_may_keep_its_flash() -> None:
    assert parse("virtual:?state=board.bin").world.state == "board.bin"
    assert parse("virtual:").world.state == ""
    for text in ("sim:?state=board.bin", "virtual:?state="):
        with pytest.raises(UsageError, match="state"):
            parse(text)


def test_flash_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "board.bin"
    flash = bytes(range(256)) * (FLASH_SIZE_BYTES // 256)
    assert state_file.read_flash(path) is None
    state_file.write_flash(path, flash)
    assert state_file.read_flash(path) == flash


@pytest.mark.parametrize("content", [b"", b"not a flash", bytes(FLASH_SIZE_BYTES), b"\xff" * FLASH_SIZE_BYTES])
def test_files_that_are_no_flash_are_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "board.bin"
    path.write_bytes(content)
    with pytest.raises(TapoteError) as caught:
        state_file.read_flash(path)
    assert str(path) in caught.value.message
    assert "remove this one" in caught.value.fix
    assert path.read_bytes() == content


def test_a_state_file_where_none_can_be(tmp_path: Path) -> None:
    for path in (tmp_path / "no" / "board.bin", tmp_path):
        with pytest.raises(TapoteError):
            state_file.read_flash(path)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(state_file, "write_atomic", full)
    with pytest.raises(TapoteError, match="No space left on device") as caught:
        state_file.write_flash(tmp_path / "board.bin", b"x")
    assert "disk full" in caught.value.fix
