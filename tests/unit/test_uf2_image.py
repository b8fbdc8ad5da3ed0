from pathlib import Path

import pytest

from host_tools import uf2, uf2_image
from host_tools.errors import TapoteError, UsageError
from tests.unit.fake_uf2 import MACHINE_PICO, block, micropython, uf2_file

GOOD = uf2_file(micropython())


def load(folder: Path, data: bytes) -> uf2_image.Image:
    path = folder / "image.uf2"
    path.write_bytes(data)
    return uf2_image.load(path)


def test_a_file_says_which_micropython_for_which_board_it_is(tmp_path: Path) -> None:
    image = load(tmp_path, uf2_file(micropython("1.26.1", MACHINE_PICO)))
    assert (image.version, image.machine) == ("1.26.1", "Raspberry Pi Pico with RP2040")
    assert not image.official
    assert image.sha256 in image.notes()[0]
    assert "1.26.1: Tapote is tested with 1.27.x" in image.notes()[1]


def test_the_plain_pico_image_of_the_tested_version_has_no_warning_but_its_unknown_hash(tmp_path: Path) -> None:
    assert len(load(tmp_path, uf2_file(micropython("1.27.0", MACHINE_PICO))).notes()) == 1


def test_a_file_that_claims_to_be_the_official_one_is_told_apart(tmp_path: Path) -> None:
    assert "its bytes are others" in load(tmp_path, GOOD).notes()[1]


def test_no_file_means_the_official_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / uf2.IMAGE_NAME
    path.write_bytes(GOOD)
    monkeypatch.setattr(uf2, "fetch", lambda: path)
    monkeypatch.setattr(uf2, "IMAGE_SHA256", uf2_image.load(path).sha256)
    image = uf2_image.load(None)
    assert image.official
    assert "plain Pico" in image.notes()[0]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a UF2 file, or a truncated one"),
        (b"hello", "not a UF2 file, or a truncated one"),
        (b"PK" + GOOD[2:], "block 0 does not carry the UF2 magic"),
        (GOOD[:-200], "truncated"),
        (GOOD[:-512], "truncated: "),
        (GOOD[:512] + GOOD[1024:], "truncated: "),
        (block(0, 1, b"x", family=0xE48BFF59), r"RP2350 \(Raspberry Pi Pico 2; Arm, secure\), family 0xe48bff59"),
        (block(0, 1, b"x", family=0xE48BFF57) + GOOD, r"RP2350 \(Raspberry Pi Pico 2; absolute"),
        (block(0, 1, b"x", family=0xADA52840), "nRF52840"),
        (block(0, 1, b"x", family=0x12345678), "another chip: family 0x12345678"),
        (GOOD[:512] + block(1, 2, b"x", family=0xE48BFF5A), "another chip: family 0xe48bff5a"),
        (uf2_file(b"blink without MicroPython"), "no MicroPython in it"),
    ],
)
def test_what_must_not_be_written_is_refused_with_its_name_and_a_fix(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(TapoteError, match=says) as caught:
        load(tmp_path, data)
    assert "image.uf2" in caught.value.message
    assert caught.value.fix
    assert caught.value.exit_code == 2


def test_a_path_that_is_no_file_is_a_wrong_request(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        uf2_image.load(tmp_path / "none.uf2")
    with pytest.raises(UsageError, match="Is a directory"):
        uf2_image.load(tmp_path)


def test_a_film_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uf2_image, "SIZE_MAX_BYTES", 1 << 20)
    with (tmp_path / "film").open("wb") as file:
        file.truncate(3 << 20)
    with pytest.raises(TapoteError, match="larger than 1048576 bytes"):
        uf2_image.load(tmp_path / "film")
