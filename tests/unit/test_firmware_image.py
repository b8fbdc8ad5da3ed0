import json
from pathlib import Path

import pytest

from host_tools import firmware_image
from host_tools.errors import TapoteError


@pytest.fixture
def firmware(tmp_path: Path) -> Path:
    folder = tmp_path / "firmware"
    (folder / "tapote").mkdir(parents=True)
    (folder / "boot.py").write_text("print('boot')\n")
    (folder / "main.py").write_text("import tapote.units\n")
    (folder / "tapote" / "units.py").write_text("X = 1\n")
    (folder / "tapote" / "hal.py").write_text("from typing import Protocol\n")
    return folder


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPOTE_CACHE", str(tmp_path / "cache"))


def test_the_board_gets_source_that_micropython_runs_by_name_and_compiled_modules(firmware: Path) -> None:
    files = firmware_image.board_files({"name": "b", "cells": 3}, firmware=firmware)
    assert sorted(files) == ["board.json", "boot.py", "main.py", "manifest.json", "tapote/units.mpy"]
    assert files["boot.py"] == b"print('boot')\n"
    assert files["tapote/units.mpy"][:2] == b"M\x06"  # magic and version of .mpy in MicroPython 1.23 to 1.27
    assert json.loads(files["board.json"]) == {"cells": 3, "name": "b"}


def test_the_whole_firmware_of_this_project_compiles() -> None:
    files = firmware_image.board_files({})
    assert {"boot.py", "main.py", "tapote/kernel.mpy", "tapote/app.mpy", "tapote/hal_rp2.mpy"} <= set(files)
    assert "tapote/hal.mpy" not in files


def test_the_same_source_is_compiled_once(firmware: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = firmware_image.board_files({}, firmware=firmware)

    def run(*_arguments: object, **_options: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr("subprocess.run", run)
    assert firmware_image.board_files({}, firmware=firmware) == first
    (firmware / "tapote" / "units.py").write_text("X = 2\n")
    with pytest.raises(AssertionError, match="compiled again"):
        firmware_image.board_files({}, firmware=firmware)


def test_a_syntax_error_is_shown_with_file_and_line(firmware: Path) -> None:
    source = firmware / "tapote" / "units.py"
    source.write_text("X = 1\nif X\n")
    with pytest.raises(TapoteError) as caught:
        firmware_image.board_files({}, firmware=firmware)
    assert f"{source}:2: SyntaxError" in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_missing_file_is_named(firmware: Path) -> None:
    (firmware / "boot.py").unlink()
    with pytest.raises(TapoteError, match=r"no boot\.py in"):
        firmware_image.board_files({}, firmware=firmware)


def test_a_filesystem_gives_back_its_files() -> None:
    files = {"main.py": b"x = 1\n", "tapote/deep/er.mpy": bytes(range(256)) * 50, "empty": b""}
    image = firmware_image.build_filesystem(files)
    assert len(image) == firmware_image.FS_BYTES
    assert firmware_image.read_filesystem(image) == files
    assert firmware_image.build_filesystem(files) == image


def test_too_much_for_the_filesystem_is_said() -> None:
    with pytest.raises(TapoteError, match="1 files with 900000 bytes do not fit"):
        firmware_image.build_filesystem({"big": b"x" * 900_000})


def test_a_broken_filesystem_is_said() -> None:
    with pytest.raises(TapoteError, match="cannot be read"):
        firmware_image.read_filesystem(b"\xff" * firmware_image.FS_BYTES)
