"""One rule for every file that a command is given: wrong, missing, in the way or not to be made is exit code 2.

The tables have every option and argument that names a file; the first test sees to it.
"""

from pathlib import Path

import pytest

from tests import commands
from tests.unit.cli.conftest import Tapote
from tests.unit.cli.test_session import ANSWERED
from tests.unit.fake_uf2 import micropython, uf2_file

SIM = ("--device", "sim:")
VIRTUAL = ("--device", "virtual:")  # nothing boots: a file is looked at before a device is opened
FILE = "{}"  # where the file stands

# (command, name of the parameter): what is typed, and what a file of that kind ends in
READ: dict[tuple[str, str], tuple[tuple[str | int, ...], str]] = {
    ("run", "profile"): (("run", FILE, *SIM), ".toml"),
    ("run", "board"): (("run", "swedish", "--board", FILE, *SIM), ".toml"),
    ("session", "answers"): (("session", "--paper", "--answers", FILE), ".toml"),
    ("session", "profile"): (("session", "--paper", "--no-journal", *ANSWERED, "--profile", FILE), ".toml"),
    ("session", "journal"): (("session", "--paper", *ANSWERED, "--journal", FILE), ".sqlite3"),
    ("flash", "file"): (("flash", FILE, "--dry-run"), ".uf2"),
    ("deploy", "board"): (("deploy", "--device", "virtual:?board={}"), ".toml"),
    ("restore", "file"): (("restore", FILE, *VIRTUAL), ".json"),
    ("doctor", "board"): (("doctor", *SIM, "--board", FILE), ".toml"),
    ("monitor", "run"): (("monitor", *SIM, "--run", FILE), ".toml"),
    ("record", "run"): (("record", *SIM, "--run", FILE), ".toml"),
    ("plot", "files"): (("plot", FILE), ".csv"),
    ("blackbox", "run"): (("blackbox", *SIM, "--run", FILE), ".toml"),
    ("campaign", "results"): (("campaign", "--traces", 1, "--hours", 0, "--results", FILE), ".jsonl"),
    ("virtual", "board"): (("virtual", "--serve", "--board", FILE), ".toml"),
    ("virtual", "state"): (("virtual", "--serve", "--state", FILE), ".bin"),
    ("profile check", "files"): (("profile", "check", FILE), ".toml"),
    ("profile check", "board"): (("profile", "check", "swedish", "--board", FILE), ".toml"),
    ("profile show", "profile"): (("profile", "show", FILE), ".toml"),
    ("profile show", "board"): (("profile", "show", "swedish", "--board", FILE), ".toml"),
    ("profile diff", "a"): (("profile", "diff", FILE, "swedish"), ".toml"),
    ("profile diff", "b"): (("profile", "diff", "swedish", FILE), ".toml"),
    ("profile export", "profile"): (("profile", "export", FILE), ".toml"),
    ("profile import", "file"): (("profile", "import", FILE, *SIM), ".toml"),
    ("profile import", "board"): (("profile", "import", "SHARED", "--name", "theirs", "--board", FILE), ".toml"),
    ("profile push", "profile"): (("profile", "push", FILE, *SIM), ".toml"),
    ("profile push", "board"): (("profile", "push", "swedish", *SIM, "--board", FILE), ".toml"),
    ("journal list", "file"): (("journal", "list", "--journal", FILE), ".sqlite3"),
    ("journal show", "file"): (("journal", "show", 1, "--journal", FILE), ".sqlite3"),
    ("journal plot", "file"): (("journal", "plot", "--journal", FILE), ".sqlite3"),
    ("journal plan", "file"): (("journal", "plan", "--journal", FILE), ".sqlite3"),
    ("journal export", "file"): (("journal", "export", "--csv", "--journal", FILE), ".sqlite3"),
    ("journal delete", "file"): (("journal", "delete", "--all", "--yes", "--journal", FILE), ".sqlite3"),
    ("journal follow-up", "file"): (("journal", "follow-up", "--journal", FILE), ".sqlite3"),
    ("journal forget-adaptation", "file"): (("journal", "forget-adaptation", "calf", "--journal", FILE), ".sqlite3"),
    ("journal rescue", "file"): (("journal", "rescue", "--journal", FILE), ".sqlite3"),
}
MADE_ANEW = {("session", "journal"), ("campaign", "results"), ("virtual", "state")}  # where it is missing
TAKES_ANYTHING = {("journal rescue", "file")}  # that is what it is for

WRITTEN: dict[tuple[str, str], tuple[tuple[str | int, ...], str]] = {
    ("run", "plot"): (("run", "swedish", *SIM, "--seconds", 2, "--plot", FILE), ".png"),
    ("session", "write_answers"): (("session", "--write-answers", FILE), ".toml"),
    ("session", "journal"): (("session", "--paper", *ANSWERED, "--journal", FILE), ".sqlite3"),
    ("backup", "file"): (("backup", *VIRTUAL, "-o", FILE), ".json"),
    ("restore", "files_to"): (("restore", "BACKUP", "--files", FILE), ""),
    ("record", "file"): (("record", *SIM, "--seconds", 1, "-o", FILE), ".csv"),
    ("plot", "pictures"): (("plot", "RECORDING", "-o", FILE), ".png"),
    ("blackbox", "csv"): (("blackbox", *SIM, "-o", FILE), ".csv"),
    ("blackbox", "plot"): (("blackbox", *SIM, "--plot", FILE), ".png"),
    ("campaign", "results"): (("campaign", "--traces", 1, "--hours", 0, "--results", FILE), ".jsonl"),
    ("campaign", "plot"): (("campaign", "--replay", 1, "--plot", FILE), ".png"),
    ("virtual", "state"): (("virtual", "--serve", "--state", FILE), ".bin"),
    ("profile show", "plot"): (("profile", "show", "swedish", "--plot", FILE), ".png"),
    ("profile new", "output"): (("profile", "new", "--yes", "-o", FILE), ".toml"),
    ("profile export", "output"): (("profile", "export", "swedish", "-o", FILE), ".toml"),
    ("profile import", "output"): (("profile", "import", "SHARED", "--board", "pico_mosfet_fsr", "-o", FILE), ".toml"),
    ("profile pull", "output"): (("profile", "pull", 1, *SIM, "-o", FILE), ".toml"),
    ("regions map", "file"): (("regions", "map", "-o", FILE), ".png"),
    ("journal plot", "pictures"): (("journal", "plot", "-o", FILE), ".png"),
    ("journal export", "target"): (("journal", "export", "-o", FILE), ".csv"),
}
A_FOLDER_WILL_DO = {("profile new", "output"), ("profile export", "output"), ("profile import", "output")} | {
    ("profile pull", "output"),
    ("restore", "files_to"),
}
MAKES_ITS_FOLDER = {("restore", "files_to"), ("session", "journal")}
PICTURES = {key for key, (_, suffix) in WRITTEN.items() if suffix == ".png"}  # drawn over what is there
GO_ON = {("session", "journal"), ("campaign", "results"), ("virtual", "state")}  # with what is in the file
OF_A_TERMINAL = {("tune", "run")}
NAMED = {"profile", "board", "run", "a", "b"}  # parameters that take a name or a file


@pytest.fixture
def made(tapote: Tapote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a shared profile, a backup and a recording; the journal is a new one of its own."""
    monkeypatch.setenv("TAPOTE_JOURNAL", str(tmp_path / "own" / "journal.sqlite3"))
    monkeypatch.setenv("TAPOTE_PROFILES", str(tmp_path / "own" / "profiles"))
    monkeypatch.chdir(tmp_path)
    assert tapote("profile", "export", "swedish", "-o", tmp_path / "SHARED.toml").code == 0
    (tmp_path / "SHARED.toml").rename(tmp_path / "SHARED")
    (tmp_path / "BACKUP").write_text('{"tapote_backup": 1, "settings": {}, "files": {"a.py": "eA=="}}')
    (tmp_path / "good.uf2").write_bytes(uf2_file(micropython()))
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    return tmp_path


def typed(words: tuple[str | int, ...], path: Path) -> list[str]:
    return [str(word).replace(FILE, str(path)) for word in words]


def test_every_option_that_names_a_file_is_in_a_table() -> None:
    found = {
        (command, param.name)
        for command, group in commands.params().items()
        for param in group
        if "pathlib.Path" in commands.kind(param) or param.name in NAMED or (command, param.name) in READ
    }
    assert found == set(READ) | set(WRITTEN) | OF_A_TERMINAL


@pytest.mark.parametrize("key", [key for key in READ if key not in MADE_ANEW], ids=" ".join)
def test_a_file_that_is_not_there(made: Path, tapote: Tapote, key: tuple[str, str]) -> None:
    words, suffix = READ[key]
    path = made / f"none{suffix}"
    result = tapote(*typed(words, path))
    result.refused(2)
    assert path.name in result.err
    assert not path.exists()


@pytest.mark.parametrize("key", READ, ids=" ".join)
def test_a_folder_where_a_file_is_read(made: Path, tapote: Tapote, key: tuple[str, str]) -> None:
    words, suffix = READ[key]
    path = made / f"folder{suffix}"
    path.mkdir()
    result = tapote(*typed(words, path))
    result.refused(2)
    assert path.name in result.err


@pytest.mark.parametrize("key", [key for key in READ if key not in TAKES_ANYTHING], ids=" ".join)
def test_a_file_of_another_kind(made: Path, tapote: Tapote, key: tuple[str, str]) -> None:
    words, suffix = READ[key]
    path = made / f"other{suffix}"
    path.write_bytes(b"\x89nothing of ours \xff\xfe" * 40)
    result = tapote(*typed(words, path))
    result.refused(1 if key == ("profile check", "files") else 2)  # a check that finds something
    assert path.name in result.err
    assert path.read_bytes() == b"\x89nothing of ours \xff\xfe" * 40


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (key, place)
        for place, fine in (("none/new", MAKES_ITS_FOLDER), ("file/new", set()), ("folder", A_FOLDER_WILL_DO))
        for key in WRITTEN
        if key not in fine
    ],
)
def test_a_place_where_no_file_can_be(made: Path, tapote: Tapote, key: tuple[str, str], place: str) -> None:
    words, suffix = WRITTEN[key]
    path = made / f"{place}{suffix}"
    if place == "folder":
        path.mkdir(exist_ok=True)
    before = sorted(one for one in made.rglob("*") if "own" not in one.parts)
    result = tapote(*typed(words, path))
    result.refused(2)
    assert path.name in result.err or str(path.parent) in result.err
    assert sorted(one for one in made.rglob("*") if "own" not in one.parts) == before, "nothing is left"


@pytest.mark.parametrize("key", [key for key in WRITTEN if key not in PICTURES | GO_ON], ids=" ".join)
def test_what_is_there_is_not_written_over(made: Path, tapote: Tapote, key: tuple[str, str]) -> None:
    words, suffix = WRITTEN[key]
    path = made / f"there{suffix}"
    if key == ("restore", "files_to"):
        path.mkdir()
        path = path / "a.py"
    path.write_text("mine")
    place = path.parent if key == ("restore", "files_to") else path
    tapote(*typed(words, place)).refused(2, "is there already", str(path))
    assert path.read_text() == "mine"
