"""`tapote deploy`, `backup`, `restore` and `erase`, on boards that tests hold in their hands."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from serial.tools import list_ports

from host_tools import backup, deploy, deploy_start, erase, remote_files
from host_tools.backup import Backup
from host_tools.links import factory
from host_tools.links.factory import open_link
from host_tools.links.link import Link
from host_tools.links.sim import SimLink
from host_tools.links.url import parse
from tests.unit.cli.conftest import Tapote
from tests.unit.fake_prompt import FakeRemote
from tests.unit.test_deploy_cuts import Nobody

SERIAL = ("--device", "serial:/dev/ttyACM0")


@pytest.fixture(autouse=True)
def no_ports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(list_ports, "comports", list)
    monkeypatch.setenv(backup.FOLDER_VARIABLE, str(tmp_path / "kept"))


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> FakeRemote:
    """What answers at the prompt of whatever is opened: no Tapote, and a file of the maker's."""
    remote = FakeRemote({"notes.txt": b"mine"})
    monkeypatch.setattr(factory, "open_link", lambda url: Nobody())
    monkeypatch.setattr(remote_files, "RemoteFiles", lambda link: remote)
    for module in (deploy, erase):
        monkeypatch.setattr(module, "RemoteFiles", lambda link: remote)
        monkeypatch.setattr(module, "greet", lambda link: "MicroPython without Tapote")
    monkeypatch.setattr(deploy_start, "greet", lambda link: "MicroPython without Tapote")
    monkeypatch.setattr(deploy, "wait_for_hello", lambda link: None)
    return remote


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimLink]:
    """A simulated device in the place of what is opened."""
    link = open_link(parse("sim:"))
    assert isinstance(link, SimLink)
    link.advance(0.7)

    def opened(url: object) -> Link:
        return link

    monkeypatch.setattr(factory, "open_link", opened)
    monkeypatch.setattr(link, "close", lambda: None)
    yield link
    monkeypatch.undo()
    link.close()


@pytest.mark.parametrize("command", [["deploy"], ["backup", "x.json"], ["erase", "--yes"]])
def test_sim_has_nothing_of_the_kind_and_says_why_in_a_sentence(tapote: Tapote, command: list[str]) -> None:
    tapote(*command, "--device", "sim:").refused(2, "sim: runs the firmware straight from its source", "nothing to")


@pytest.mark.parametrize("command", [["deploy"], ["backup", "x.json"], ["erase", "--yes"]])
def test_without_a_board_there_is_guidance(tapote: Tapote, command: list[str]) -> None:
    tapote(*command).refused(1, "no board is plugged in", "cable that carries data")


def test_a_board_that_does_not_say_how_it_is_wired_is_not_guessed(tapote: Tapote, board: FakeRemote) -> None:
    tapote("deploy", *SERIAL).refused(2, "does not say which board it is wired as", "--board pico_mosfet_fsr")
    assert board.changes == 0


def test_a_dry_run_lists_and_writes_nothing(tapote: Tapote, board: FakeRemote) -> None:
    result = tapote("deploy", *SERIAL, "--board", "pico_mosfet_fsr", "--dry-run")
    assert result.code == 0
    assert "write   tapote/kernel.mpy" in result.out
    assert "Would write" in result.out
    assert board.files == {"notes.txt": b"mine"}


def test_deploy_tells_what_it_wrote_and_then_that_nothing_is_left(tapote: Tapote, board: FakeRemote) -> None:
    first = json.loads(tapote("deploy", *SERIAL, "--board", "pico_mosfet_fsr", "--json").out)
    assert {"boot.py", "main.py", "tapote/app.mpy"} <= set(first["written"])
    assert (first["removed"], first["backup"], first["simulated"]) == ([], None, True)
    again = tapote("deploy", *SERIAL, "--board", "pico_mosfet_fsr")
    assert again.out.startswith("Nothing to do: all ")
    assert "SIMULATED" in again.err
    sources = json.loads(tapote("deploy", *SERIAL, "--board", "pico_mosfet_fsr", "--py", "--json").out)
    assert "tapote/app.py" in sources["written"]
    assert "tapote/app.mpy" in sources["removed"]


def test_erase_takes_what_deploy_brought_and_nothing_else(tapote: Tapote, board: FakeRemote) -> None:
    tapote("deploy", *SERIAL, "--board", "pico_mosfet_fsr")
    result = tapote("erase", *SERIAL, "--yes")
    assert result.code == 0
    assert result.out.startswith("Removed ")
    assert board.files == {"notes.txt": b"mine"}


def test_erase_of_settings_keeps_them_here_first(tapote: Tapote, board: FakeRemote) -> None:
    board.files["settings.bin"] = b"s"
    done = json.loads(tapote("erase", *SERIAL, "--yes", "--settings", "--json").out)
    assert done["removed"] == ["settings.bin"]
    assert backup.load(Path(done["backup"])).files == {"settings.bin": b"s"}


def test_erase_asks_and_does_nothing_where_nobody_answers(
    tapote: Tapote, board: FakeRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    tapote("erase", *SERIAL).refused(2, "asks first", "--yes")
    assert (board.changes, board.restarts) == (0, 0)


def test_backup_writes_a_file_and_never_over_one(tapote: Tapote, board: FakeRemote, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    board.files["settings.bin"] = b"s"
    result = tapote("backup", path, *SERIAL)
    assert result.code == 0
    assert backup.load(path).files == {"settings.bin": b"s"}
    assert board.restarts == 1
    tapote("backup", path, *SERIAL).refused(2, "is there already", "--force")


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
    tapote("restore", path).refused(1, "not a backup")
    tapote("restore", saved(path)).refused(1, "holds no settings")
    path.write_text('{"tapote_backup": 9}')
    tapote("restore", path).refused(1, "newer version")


def test_restore_asks_and_stores_nothing_where_nobody_answers(
    tapote: Tapote, idle: SimLink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    result = tapote("restore", saved(tmp_path / "b.json", force_limit_mn=20_000), "--device", "virtual:")
    assert result.code == 2
    assert "Add --yes" in result.err


def test_restore_refuses_what_no_device_may_have(tapote: Tapote, idle: SimLink, tmp_path: Path) -> None:
    path = saved(tmp_path / "b.json", force_limit_mn=70_000)
    tapote("restore", path, "--device", "virtual:", "--yes").refused(1, "70 N", "5 to 50 is allowed")
