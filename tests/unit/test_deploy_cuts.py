"""A deploy that dies at any operation leaves a board that the firmware's own check refuses, or a whole one."""

from datetime import datetime
from pathlib import Path

import pytest

from host_tools import backup
from host_tools import deploy as deploying
from host_tools.errors import TapoteError
from host_tools.links.probe import Answer, Kind
from host_tools.manifest import Manifest
from host_tools.remote_files import BoardFullError, Machine, RemoteError
from tapote import manifest as on_board
from tests.unit.fake_prompt import FakeRemote

NOW = datetime(2026, 11, 22, 12, 0, 0)
BOARD = b'{"name":"b"}'
OLD = {
    "board.json": BOARD,
    "boot.py": b"1" * 9,
    "main.py": b"2" * 9,
    "tapote/app.mpy": b"3" * 9,
    "tapote/x.py": b"4" * 9,
}
NEW = {
    "board.json": BOARD,
    "boot.py": b"1" * 9,
    "main.py": b"new main",
    "tapote/app.mpy": b"new app",
    "tapote/y.mpy": b"5",
}
MINE = {"notes.txt": b"mine", "lib/thing.py": b"mine too"}


class Nobody:
    """A link on which nobody ever answers."""

    name, simulated, plant = "fake:", True, None

    def __init__(self) -> None:
        self._time_s = 0.0

    def now_s(self) -> float:
        return self._time_s

    def advance(self, seconds: float) -> None:
        self._time_s += seconds

    def write(self, data: bytes) -> None: ...
    def press_button(self, seconds: float = 0.1) -> None: ...
    def close(self) -> None: ...

    def read(self) -> bytes:
        return b""


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "Put":
    return Put(monkeypatch, tmp_path)


class Put:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        self._patch, self.folder = monkeypatch, tmp_path / "kept"
        monkeypatch.setattr(deploying, "greet", lambda link: Answer(Kind.SILENT))
        monkeypatch.setattr(deploying, "wait_for_hello", lambda link: None)

    def __call__(self, remote: FakeRemote, files: dict[str, bytes], *, dry_run: bool = False) -> deploying.Done:
        self._patch.setattr(deploying, "RemoteFiles", lambda link: remote)
        return deploying.deploy(Nobody(), files, keep_in=self.folder, now=NOW, dry_run=dry_run)


def deployed(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"manifest.json": Manifest.of(files).to_bytes()}


def refused(files: dict[str, bytes], folder: Path) -> bool:
    """What the firmware's check says to these files on a disk."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / "tapote").mkdir(exist_ok=True)
    return on_board.check(f"{folder}/") != ""


def same(files: dict[str, bytes], wanted: dict[str, bytes]) -> bool:
    listed = {"manifest.json", "manifest.new", "manifest.tmp"}
    return {path: data for path, data in files.items() if path not in listed} == wanted | MINE


@pytest.mark.parametrize("start", [{}, OLD], ids=["bare", "old"])
def test_cut_after_any_operation_nothing_moves_and_the_next_deploy_repairs_it(
    put: Put, tmp_path: Path, start: dict[str, bytes]
) -> None:
    whole = FakeRemote((deployed(start) if start else {}) | MINE)
    put(whole, NEW)
    assert same(whole.files, NEW)
    assert whole.changes > 15
    for cut in range(whole.changes):
        board = (deployed(start) if start else {}) | MINE
        with pytest.raises(RemoteError, match="the cable is out"):
            put(FakeRemote(board, dies_after=cut), NEW)
        is_whole = bool(start and same(board, start)) or same(board, NEW)
        assert refused(board, tmp_path / f"cut{cut}") or is_whole, f"cut {cut}: {sorted(board)}"
        for again in (3, 8, 1 << 30):  # cut twice more on the way
            try:
                put(FakeRemote(board, dies_after=again), NEW)
            except RemoteError:
                assert refused(board, tmp_path / f"cut{cut}-{again}") or same(board, NEW) or same(board, start)
        assert same(board, NEW), f"cut {cut}: {sorted(board)}"
        assert "manifest.new" not in board
        assert not refused(board, tmp_path / f"cut{cut}-done")
        done = put(FakeRemote(board), NEW)
        assert done.plan.nothing_to_do


def test_a_cut_deploy_of_sources_leaves_no_source_beside_the_modules(put: Put) -> None:
    sources = {path.replace(".mpy", ".py"): data for path, data in NEW.items()}
    board = deployed(NEW) | MINE
    with pytest.raises(RemoteError):
        put(FakeRemote(board, dies_after=13), sources)
    put(FakeRemote(board), NEW)
    assert same(board, NEW)


def test_a_dry_run_changes_nothing_and_starts_the_board_again(put: Put) -> None:
    remote = FakeRemote(deployed(OLD) | MINE)
    before = dict(remote.files)
    done = put(remote, NEW, dry_run=True)
    assert (remote.files, remote.changes, remote.restarts) == (before, 0, 1)
    assert done.plan.remove == ("tapote/x.py",)
    assert done.written_bytes == 0


def test_what_is_overwritten_is_kept_first(put: Put) -> None:
    remote = FakeRemote({"main.py": b"blink", "settings.a": b"not ours to read"})
    done = put(remote, NEW)
    assert done.kept == put.folder / "board-20261122-120000.json"
    saved = backup.load(done.kept)
    assert saved.files == {"main.py": b"blink", "settings.a": b"not ours to read"}
    assert remote.files["settings.a"] == b"not ours to read"
    assert any("main.py" in note for note in done.notes)
    assert any("could not be read" in note for note in done.notes)


def test_another_boards_settings_are_kept_here_and_taken_off_the_board(put: Put) -> None:
    remote = FakeRemote(deployed(NEW | {"board.json": b'{"name":"other"}'}) | {"settings.a": b"s"})
    done = put(remote, NEW)
    assert done.kept is not None
    assert "settings.a" not in remote.files
    assert done.notes == ("The board was wired as other and now is b: its old settings were put aside.",)


def test_a_folder_that_takes_no_backup_stops_the_deploy_before_anything_is_changed(put: Put, tmp_path: Path) -> None:
    put.folder = tmp_path / "file" / "kept"
    (tmp_path / "file").write_text("in the way")
    remote = FakeRemote({"settings.a": b"s"})
    with pytest.raises(TapoteError, match=r"the backup .* cannot be written"):
        put(remote, NEW)
    assert (remote.changes, remote.restarts) == (0, 1)


def test_a_board_that_keeps_something_else_than_was_written_stays_refused(put: Put, tmp_path: Path) -> None:
    remote = FakeRemote({})
    remote.rot = lambda path, data: b"worn" if path == "tapote/app.mpy" else data
    with pytest.raises(TapoteError, match=r"does not hold what was written: tapote/app\.mpy"):
        put(remote, NEW)
    assert refused(remote.files, tmp_path / "board")
    assert remote.restarts == 1


def test_a_board_that_runs_full_on_the_way_is_refused_until_repaired(put: Put, tmp_path: Path) -> None:
    remote = FakeRemote(deployed(OLD), room=sum(map(len, deployed(OLD).values())))
    with pytest.raises(BoardFullError, match="full"):
        put(remote, NEW)
    assert not refused(remote.files, tmp_path / "board")  # not even the pending list had room: nothing was touched


@pytest.mark.parametrize(
    ("version", "text"), [((1, 25, 0), "1.25.0 on fake: is too old"), ((1, 28, 0), "does not load")]
)
def test_a_micropython_that_does_not_fit_is_refused_untouched(put: Put, version: tuple[int, ...], text: str) -> None:
    remote = FakeRemote({}, machine=Machine("Pico", version, 0x1307, 800_000, 4096))
    with pytest.raises(TapoteError, match=text):
        put(remote, NEW)
    assert (remote.changes, remote.restarts) == (0, 1)
