"""`--json` on every command: one document on stdout and nothing else, and nothing at all after an error."""

import json
from pathlib import Path

import pytest

from host_tools.cli import screen
from tests import commands
from tests.unit.cli.conftest import Tapote
from tests.unit.cli.test_session import ANSWERED

SIM = ("--device", "sim:")
NO_DEVICE = ("--device", "usb:")
Words = tuple[str | int, ...]

WELL: dict[str, Words] = {
    "run": ("run", "swedish", *SIM, "--seconds", 2),
    "session": ("session", *SIM, *ANSWERED, "--seconds", 2),
    "boards": ("boards",),
    "doctor": ("doctor", *SIM),
    "selftest": ("selftest", *SIM),
    "clear": ("clear", *SIM),
    "usage": ("usage", *SIM),
    "calibrate": ("calibrate", *SIM),
    "params": ("params",),
    "get": ("get", "trip_mn", *SIM),
    "set": ("set", "force_limit_mn", 30, *SIM),
    "save": ("save", *SIM),
    "revert": ("revert", *SIM),
    "devices": ("devices", "--no-ask"),
    "record": ("record", *SIM, "--seconds", 1, "-o", "new.csv"),
    "plot": ("plot", "recording.csv"),
    "blackbox": ("blackbox", *SIM),
    "profiles": ("profiles",),
    "profile check": ("profile", "check", "swedish"),
    "profile show": ("profile", "show", "swedish"),
    "profile new": ("profile", "new", "--yes", "-o", "mine.toml"),
    "profile diff": ("profile", "diff", "swedish", "swedish"),
    "profile export": ("profile", "export", "swedish", "-o", "given.toml"),
    "profile import": ("profile", "import", "shared.toml", "--name", "theirs", *SIM),
    "profile list": ("profile", "list", *SIM),
    "profile push": ("profile", "push", "swedish", *SIM),
    "profile erase": ("profile", "erase", 1, "--yes", *SIM),
    "regions show": ("regions", "show", "calf"),
    "regions map": ("regions", "map"),
    "journal list": ("journal", "list"),
    "journal show": ("journal", "show", 1),
    "journal plot": ("journal", "plot", "--simulated"),
    "journal plan": ("journal", "plan"),
    "journal export": ("journal", "export"),
    "journal follow-up": ("journal", "follow-up", 1, "--soreness", 0, "--no-bruise"),
    "journal forget-adaptation": ("journal", "forget-adaptation", "calf"),
    "journal delete": ("journal", "delete", 1, "--yes"),
}
# Need a board, a damaged file, or minutes; their JSON is read by other tests.
ELSEWHERE = {"flash", "deploy", "backup", "restore", "erase", "virtual", "campaign", "bench", "profile pull"} | {
    "journal rescue",
    "monitor",  # an object a line
}
NEVER = {"tune"}  # for people, on a terminal

ILL: dict[str, Words] = {
    "run": ("run", "swedish", *NO_DEVICE),
    "session": ("session", *NO_DEVICE),
    "boards": ("boards", "--nothing"),
    "flash": ("flash", "none.uf2"),
    "deploy": ("deploy", *NO_DEVICE),
    "backup": ("backup", *NO_DEVICE),
    "restore": ("restore", "none.json"),
    "erase": ("erase", "--yes", *NO_DEVICE),
    "doctor": ("doctor", *NO_DEVICE),
    "selftest": ("selftest", *NO_DEVICE),
    "clear": ("clear", *NO_DEVICE),
    "usage": ("usage", *NO_DEVICE),
    "calibrate": ("calibrate", *NO_DEVICE),
    "params": ("params", "--nothing"),
    "get": ("get", "nothing_mn", *SIM),
    "set": ("set", "force_limit_mn", "much", *SIM),
    "save": ("save", *NO_DEVICE),
    "revert": ("revert", *NO_DEVICE),
    "devices": ("devices", "--nothing"),
    "monitor": ("monitor", *SIM, "--run", "nothing"),
    "record": ("record", *SIM, "--run", "nothing"),
    "plot": ("plot", "none.csv"),
    "blackbox": ("blackbox", *SIM, "--run", "nothing"),
    "campaign": ("campaign", "--replay", "nothing"),
    "bench": ("bench", "--jobs", 0),
    "virtual": ("virtual",),
    "profiles": ("profiles", "--nothing"),
    "profile check": ("profile", "check", "swedish", "--board", "nothing"),
    "profile show": ("profile", "show", "nothing"),
    "profile new": ("profile", "new", "--yes", "--technique", "nothing"),
    "profile diff": ("profile", "diff", "swedish", "nothing"),
    "profile export": ("profile", "export", "nothing"),
    "profile import": ("profile", "import", "none.toml"),
    "profile list": ("profile", "list", *NO_DEVICE),
    "profile push": ("profile", "push", "nothing"),
    "profile pull": ("profile", "pull", 1, *SIM),
    "profile erase": ("profile", "erase", 9, "--yes", *SIM),
    "regions show": ("regions", "show", "nothing"),
    "regions map": ("regions", "map", "--region", "nothing"),
    "journal list": ("journal", "list", "--region", "nothing"),
    "journal show": ("journal", "show", 99),
    "journal plot": ("journal", "plot", "--region", "foot"),
    "journal plan": ("journal", "plan", "--journal", "none.sqlite3"),
    "journal export": ("journal", "export", "--csv"),
    "journal delete": ("journal", "delete", 99, "--yes"),
    "journal follow-up": ("journal", "follow-up", 99, "--soreness", 0, "--no-bruise"),
    "journal forget-adaptation": ("journal", "forget-adaptation", "nothing"),
    "journal rescue": ("journal", "rescue"),
}


@pytest.fixture
def lived(tapote: Tapote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a journal that has a session, a recording, and a shared profile."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TAPOTE_JOURNAL", str(tmp_path / "journal.sqlite3"))
    monkeypatch.setenv("TAPOTE_PROFILES", str(tmp_path / "profiles"))
    for words in (
        ("session", "--paper", *ANSWERED, "--seconds", 2, "--fast"),
        ("record", *SIM, "--seconds", 1, "-o", "recording.csv"),
        ("profile", "export", "swedish", "-o", "shared.toml"),
    ):
        done = tapote(*words)
        assert done.code == 0, done.err
    return tmp_path


def test_every_command_has_it_and_is_in_the_tables() -> None:
    every = {name: {word for param in params for word in param.opts} for name, params in commands.params().items()}
    assert {name for name, options in every.items() if "--json" not in options} == NEVER
    assert set(WELL) | ELSEWHERE == set(every) - NEVER
    assert not set(WELL) & ELSEWHERE
    assert set(ILL) == set(every) - NEVER


@pytest.mark.parametrize("name", WELL)
def test_the_result_is_one_document_alone(lived: Path, tapote: Tapote, name: str) -> None:
    result = tapote(*WELL[name], "--json")
    assert result.code == 0, result.err
    json.loads(result.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_what_is_watched_is_an_object_a_line(tapote: Tapote) -> None:
    result = tapote("monitor", *SIM, "--run", "swedish", "--seconds", 3, "--fast", "--json")
    assert [json.loads(line)["seconds"] for line in result.out.splitlines()] == [1, 2, 3]


@pytest.mark.parametrize("name", ILL)
def test_after_an_error_there_is_nothing(lived: Path, tapote: Tapote, name: str) -> None:
    result = tapote(*ILL[name], "--json")
    result.refused(1 if name in {"profile pull", "journal plot", "journal rescue"} else 2)


def test_no_document_holds_what_json_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="JSON"):
        screen.document({"figure": float("nan")})
    assert capsys.readouterr().out == ""
