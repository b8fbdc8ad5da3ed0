import json
from pathlib import Path

import pytest

from host_tools import flash_desk
from host_tools.cli import main
from tests.unit.fake_computer import Computer
from tests.unit.fake_desk import FakeDesk
from tests.unit.fake_uf2 import micropython, uf2_file

DATA = uf2_file(micropython(size_bytes=40_000))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDesk:
    """A computer with one board in BOOTSEL mode and an image beside it; nobody has agreed to anything yet."""
    fake = FakeDesk(Computer(tmp_path / "computer"), len(DATA))
    fake.computer.stick()
    (tmp_path / "image.uf2").write_bytes(DATA)
    monkeypatch.setattr(flash_desk, "RealDesk", lambda: fake)
    monkeypatch.setenv("TAPOTE_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("TAPOTE_DEVICE", raising=False)
    return fake


def flash(tmp_path: Path, *options: str) -> int:
    return main(["flash", str(tmp_path / "image.uf2"), *options])


def test_without_an_answer_to_the_safety_text_nothing_is_written(
    desk: FakeDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert flash(tmp_path) == 2
    said = capsys.readouterr().err
    assert "not a medical device" in " ".join(said.split())
    assert "--yes" in said
    assert desk.written == b""


def test_a_script_flashes_with_yes(desk: FakeDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert flash(tmp_path, "--yes") == 0
    shown = capsys.readouterr()
    assert desk.written == DATA
    assert "MicroPython 1.27.0 answers on serial:/dev/ttyACM0" in " ".join(shown.out.split())
    assert "tapote deploy" in shown.out
    assert "75 %" in shown.err


def test_json_says_what_was_written_where(desk: FakeDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert flash(tmp_path, "--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["version"], told["port"], told["official"]) == ("1.27.0", "serial:/dev/ttyACM0", False)
    assert len(told["sha256"]) == 64


def test_a_dry_run_checks_and_writes_nothing_and_asks_nothing(
    desk: FakeDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert flash(tmp_path, "--dry-run", "--json") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["target"] == "the board in BOOTSEL mode, volume /dev/sda1 (not mounted)"
    assert "Dry run: nothing was written." in shown.err
    assert desk.written == b""
    assert desk.computer.commands == []


def test_a_bad_file_is_refused_before_anything_else(
    desk: FakeDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "image.uf2").write_bytes(DATA[:-512])
    assert flash(tmp_path, "--yes") == 2
    assert "truncated" in capsys.readouterr().err
    assert desk.computer.commands == []
