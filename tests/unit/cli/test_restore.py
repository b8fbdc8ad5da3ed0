"""`tapote restore`, on simulated devices: what is shown, asked and stored, and the files that it only gives back."""

import json
from pathlib import Path

import pytest
import typer

from host_tools import backup
from host_tools.backup import Backup
from host_tools.device import Device
from host_tools.links.sim import SimLink
from tests.unit.cli.conftest import Tapote


def saved(path: Path, **settings: int) -> Path:
    backup.save(Backup("", "", "pico_mosfet_fsr", settings=settings), path)
    return path


def test_restore_shows_the_difference_stores_and_has_nothing_to_do_then(
    tapote: Tapote, idle: SimLink, tmp_path: Path
) -> None:
    path = saved(tmp_path / "b.json", force_limit_mn=20_000, of_next_year=1)
    result = tapote("restore", path, "--device", "virtual:", "--yes")
    assert result.code == 0, result.err
    assert "force_limit_mn" in result.out
    assert "of_next_year: the device has no such setting" in result.out
    assert result.out.endswith("Stored.\n")
    again = json.loads(tapote("restore", path, "--device", "virtual:", "--json").out)
    assert (again["changed"], again["unknown"]) == ([], ["of_next_year"])


def test_restore_of_nonsense_touches_no_device(tapote: Tapote, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text("{}")
    tapote("restore", path).refused(2, "not a backup")
    tapote("restore", saved(path)).refused(1, "holds no settings and no programs")
    path.write_text('{"tapote_backup": 9}')
    tapote("restore", path).refused(2, "newer version")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_restore_asks_and_stores_nothing_where_nobody_answers(
    tapote: Tapote, idle: SimLink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    path = saved(tmp_path / "b.json", force_limit_mn=20_000)
    result = tapote("restore", path, "--device", "virtual:", *options)
    assert result.code == 2
    assert "Add --yes" in result.err
    assert "20" in (result.err if options else result.out), "what would change is shown first"
    device = Device(idle)
    assert (device.get("force_limit_mn"), device.stored("force_limit_mn")) == (50_000, 50_000)


@pytest.mark.parametrize("answer", [True, False])
def test_restore_json_asks_on_a_terminal_and_does_as_told(
    tapote: Tapote, idle: SimLink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    def confirm(question: str, *, abort: bool, err: bool) -> None:
        assert abort
        assert err
        if not answer:
            raise typer.Abort

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", confirm)
    path = saved(tmp_path / "b.json", force_limit_mn=20_000)
    result = tapote("restore", path, "--device", "virtual:", "--json")
    assert (result.code, result.out != "") == ((0, True) if answer else (1, False))
    assert Device(idle).stored("force_limit_mn") == (20_000 if answer else 50_000)


def test_files_of_a_backup_come_out_and_the_board_is_left_alone(tapote: Tapote, idle: SimLink, tmp_path: Path) -> None:
    """The other way to the maker's own main.py, which deploy replaced: it is never put back over Tapote's."""
    path = tmp_path / "b.json"
    files = {"main.py": b"print('mine')", "lib/own.py": b"X = 1", "settings.a": b"\0"}
    backup.save(Backup("", "", "pico_mosfet_fsr", settings={"force_limit_mn": 20_000}, files=files), path)
    result = tapote("restore", path, "--device", "virtual:", "--yes")
    assert "The backup also keeps lib/own.py, main.py: tapote restore" in result.err
    out = tmp_path / "out"
    assert tapote("restore", path, "--files", out).out.split() == [str(out / name) for name in sorted(files)]
    assert {name: (out / name).read_bytes() for name in files} == files
    tapote("restore", path, "--files", out).refused(2, "is there already: nothing was written")
    again = json.loads(tapote("restore", path, "--files", tmp_path / "json", "--json").out)
    assert len(again["written"]) == 3
    backup.save(Backup("", "", "", files={"main.py": b""}), path)
    tapote("restore", path).refused(1, "holds no settings", "--files FOLDER")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", "a//b", "c:\\x", ".", "a/.", "a\nb"])
def test_no_backup_writes_outside_of_the_folder(tapote: Tapote, tmp_path: Path, name: str) -> None:
    path = tmp_path / "b.json"
    backup.save(Backup("", "", "", files={"a.py": b"good", name: b"bad"}), path)
    out = tmp_path / "out"
    tapote("restore", path, "--files", out).refused(2, "nothing was written")
    assert not out.exists()


def test_a_folder_that_takes_no_files_is_told(tapote: Tapote, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    backup.save(Backup("", "", "", files={"a.py": b""}), path)
    tapote("restore", path, "--files", path / "below").refused(2, "below: cannot be written")
    backup.save(Backup("", "", "", settings={"force_limit_mn": 20_000}), path)
    assert "keeps no files" in tapote("restore", path, "--files", tmp_path / "out").out


def test_restore_refuses_what_no_device_may_have(tapote: Tapote, idle: SimLink, tmp_path: Path) -> None:
    path = saved(tmp_path / "b.json", force_limit_mn=70_000)
    tapote("restore", path, "--device", "virtual:", "--yes").refused(2, "70 N", "5 to 50 N is allowed")


def test_stored_programs_come_back_too(tapote: Tapote, idle: SimLink, tmp_path: Path) -> None:
    assert tapote("profile", "push", "swedish", "--slot", 4, "--device", "sim:").code == 0
    root = Path(idle._root.name)
    files = {path.name: path.read_bytes() for path in root.glob("program*")}
    damaged = {"program5.a": files["program3.a"][:-1] + b"?"}
    path = tmp_path / "b.json"
    backup.save(Backup("", "", "pico_mosfet_fsr", files=files | damaged), path)
    assert "has all of it" in tapote("restore", path, "--device", "virtual:").out
    assert tapote("profile", "erase", 4, "--device", "sim:", "--yes").code == 0
    tapote("profile", "push", "deep_tissue", "--slot", 4, "--device", "sim:")
    done = tapote("restore", path, "--device", "virtual:", "--yes")
    assert done.code == 0, done.err
    assert 'slot 4: "Deep tissue", restored: "Swedish"' in done.out
    assert "4  Swedish" in tapote("profile", "list", "--device", "sim:").out
    again = json.loads(tapote("restore", path, "--device", "virtual:", "--json").out)
    assert again["programs"] == []


def test_programs_of_another_board_are_left_out(tapote: Tapote, idle: SimLink, tmp_path: Path) -> None:
    tapote("profile", "push", "swedish", "--device", "sim:")
    files = {path.name: path.read_bytes() for path in Path(idle._root.name).glob("program*")}
    path = tmp_path / "b.json"
    backup.save(Backup("", "", "other", settings={"force_limit_mn": 20_000}, files=files), path)
    done = tapote("restore", path, "--device", "virtual:", "--yes")
    assert done.code == 0, done.err
    assert "restored:" not in done.out
