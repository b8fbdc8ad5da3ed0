"""`tapote deploy`, `backup` and `erase`, on boards that tests hold in their hands."""

import json
from pathlib import Path

import pytest
import typer
from serial.tools import list_ports

from host_tools import backup, deploy, deploy_start, erase, remote_files
from host_tools.links import factory
from host_tools.links.probe import Answer, Kind
from tests.unit.cli.conftest import Tapote
from tests.unit.fake_prompt import FakeRemote
from tests.unit.test_deploy_cuts import Nobody

SERIAL = ("--device", "serial:/dev/ttyACM0")
WIRED = (*SERIAL, "--board", "pico_mosfet_fsr")


@pytest.fixture(autouse=True)
def no_ports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(list_ports, "comports", list)
    monkeypatch.setenv(backup.FOLDER_VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setenv("TAPOTE_CONFIG", str(tmp_path / "config"))  # nobody has agreed to anything yet


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> FakeRemote:
    """What answers at the prompt of whatever is opened: no Tapote, and a file of the maker's."""
    remote = FakeRemote({"notes.txt": b"mine"})
    monkeypatch.setattr(factory, "open_link", lambda url: Nobody())
    monkeypatch.setattr(remote_files, "RemoteFiles", lambda link: remote)
    for module in (deploy, erase):
        monkeypatch.setattr(module, "RemoteFiles", lambda link: remote)
        monkeypatch.setattr(module, "greet", lambda link: Answer(Kind.MICROPYTHON))
    monkeypatch.setattr(deploy_start, "greet", lambda link: Answer(Kind.MICROPYTHON))
    monkeypatch.setattr(deploy, "wait_for_hello", lambda link: None)
    return remote


@pytest.mark.parametrize("command", [["deploy"], ["backup", "-o", "x.json"], ["erase", "--yes"]])
def test_sim_has_nothing_of_the_kind_and_says_why_in_a_sentence(tapote: Tapote, command: list[str]) -> None:
    tapote(*command, "--device", "sim:").refused(2, "sim: runs the firmware straight from its source", "nothing to")


@pytest.mark.parametrize("command", [["deploy"], ["backup", "-o", "x.json"], ["erase", "--yes"]])
def test_without_a_board_there_is_guidance(tapote: Tapote, command: list[str]) -> None:
    tapote(*command).refused(1, "no board is plugged in", "cable that carries data")


def test_a_board_that_does_not_say_how_it_is_wired_is_not_guessed(tapote: Tapote, board: FakeRemote) -> None:
    tapote("deploy", *SERIAL, "--yes").refused(2, "does not say which board it is wired as", "--board pico_mosfet_fsr")
    assert board.changes == 0


def test_a_dry_run_lists_and_writes_nothing(tapote: Tapote, board: FakeRemote) -> None:
    result = tapote("deploy", *WIRED, "--dry-run")
    assert result.code == 0
    assert "write   tapote/kernel.mpy" in result.out
    assert "Would write" in result.out
    assert board.files == {"notes.txt": b"mine"}


def test_without_an_answer_to_the_safety_text_nothing_is_touched(tapote: Tapote, board: FakeRemote) -> None:
    result = tapote("deploy", *WIRED)
    result.refused(2, "not a medical device", "Never on head", "with --yes")
    assert (board.changes, board.restarts) == (0, 0)


@pytest.mark.parametrize("answer", [True, False])
def test_on_a_terminal_the_safety_text_is_asked_about_once(
    tapote: Tapote, board: FakeRemote, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    asked: list[str] = []

    def confirm(question: str, *, err: bool) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", confirm)
    assert tapote("deploy", *WIRED, "--json").code == (0 if answer else 1)
    assert len(asked) == 1
    assert (board.changes > 0) is answer
    if answer:
        assert "not a medical device" not in tapote("deploy", *WIRED, "--json").err
        assert len(asked) == 1


def test_a_board_said_to_be_virtual_and_a_dry_run_ask_nothing(tapote: Tapote, board: FakeRemote) -> None:
    said = "not a medical device"
    assert said not in tapote("deploy", *WIRED, "--dry-run").err
    virtual = tapote("deploy", "--device", "serial:/dev/pts/9?simulated=1", "--board", "pico_mosfet_fsr")
    assert (virtual.code, said in virtual.err) == (0, False)


def test_deploy_tells_what_it_wrote_and_then_that_nothing_is_left(tapote: Tapote, board: FakeRemote) -> None:
    first = json.loads(tapote("deploy", *WIRED, "--yes", "--json").out)
    assert {"boot.py", "main.py", "tapote/app.mpy"} <= set(first["written"])
    assert (first["removed"], first["backup"], first["simulated"]) == ([], None, True)
    again = tapote("deploy", *WIRED, "--yes")
    assert again.out.startswith("Nothing to do: all ")
    assert "SIMULATED" in again.err
    sources = json.loads(tapote("deploy", *WIRED, "--yes", "--py", "--json").out)
    assert "tapote/app.py" in sources["written"]
    assert "tapote/app.mpy" in sources["removed"]


def test_erase_takes_what_deploy_brought_and_nothing_else(tapote: Tapote, board: FakeRemote) -> None:
    tapote("deploy", *WIRED, "--yes")
    result = tapote("erase", *SERIAL, "--yes")
    assert result.code == 0
    assert result.out.startswith("Removed ")
    assert board.files == {"notes.txt": b"mine"}


def test_erase_of_settings_keeps_them_here_first(tapote: Tapote, board: FakeRemote) -> None:
    board.files["settings.a"] = b"s"
    done = json.loads(tapote("erase", *SERIAL, "--yes", "--settings", "--json").out)
    assert done["removed"] == ["settings.a"]
    assert backup.load(Path(done["backup"])).files == {"settings.a": b"s"}


def test_erase_asks_and_does_nothing_where_nobody_answers(
    tapote: Tapote, board: FakeRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    tapote("erase", *SERIAL).refused(2, "asks first", "--yes")
    assert (board.changes, board.restarts) == (0, 0)


def test_backup_writes_a_file_and_never_over_one(tapote: Tapote, board: FakeRemote, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    board.files["settings.a"] = b"s"
    result = tapote("backup", "-o", path, *SERIAL)
    assert result.code == 0
    assert backup.load(path).files == {"settings.a": b"s"}
    assert board.restarts == 1
    tapote("backup", "-o", path, *SERIAL).refused(2, "is there already", "--force")
    told = json.loads(tapote("backup", "-o", path, "--force", *SERIAL, "--json").out)
    assert (told["file"], told["settings"], told["programs"]) == (str(path), {}, [])


def test_a_backup_without_a_name_is_a_new_file_beside_those_of_deploy(
    tapote: Tapote, board: FakeRemote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(backup.FOLDER_VARIABLE, str(tmp_path / "kept"))
    files = [Path(json.loads(tapote("backup", *SERIAL, "--json").out)["file"]) for _ in range(2)]
    assert sorted(files) == sorted((tmp_path / "kept").iterdir())
    assert len(set(files)) == 2
