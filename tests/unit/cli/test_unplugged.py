"""The cable is pulled at every step of every command: one clear message, no motion left, nothing half stored.

A step is a write to the device: between two of them nothing else can be lost.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from host_tools import backup, erase, remote_files
from host_tools.backup import Backup
from host_tools.device import Device
from host_tools.errors import TapoteError
from host_tools.links import factory
from host_tools.links.link import Link
from host_tools.links.probe import Answer, Kind
from host_tools.links.serial_errors import lost
from host_tools.links.sim import SimLink
from host_tools.plant.plant import Plant
from tapote import params
from tests.sessions import simulated
from tests.unit.cli.conftest import Tapote
from tests.unit.fake_prompt import FakeRemote

SAMPLES = 12  # of the steps of a command that has more
VIRTUAL = ("--device", "virtual:")
OLD_MN, NEW_MN = 40_000, 20_000
FAREWELL = ("monitor", "record", "blackbox")  # end with a message that nobody needs to hear

COMMANDS: dict[str, list[str]] = {
    "run": ["run", "swedish", "--seconds", "2", "--json"],
    "monitor": ["monitor", "--run", "swedish", "--seconds", "2", "--fast"],
    "record": ["record", "-o", "FOLDER/new.csv", "--run", "swedish", "--seconds", "2"],
    "blackbox": ["blackbox"],
    "get": ["get", "force_limit_mn", "session_s"],
    "set": ["set", "force_limit_mn", "20", "--save"],
    "revert": ["revert"],
    "restore": ["restore", "FOLDER/b.json", "--yes"],
}


class Cable:
    """host_tools.links.link.Link around a simulated board: pulled for good at the write after `left`."""

    def __init__(self, board: SimLink, left: int) -> None:
        self.name, self.simulated = board.name, board.simulated
        self.plant: Plant | None = board.plant
        self.writes = 0
        self._board = board
        self._left = left

    @property
    def out(self) -> bool:
        return self.writes > self._left

    def _through(self) -> None:
        if self.out:
            raise lost("/dev/ttyACM0", OSError(5, "Input/output error"))

    def now_s(self) -> float:
        return self._board.now_s()

    def advance(self, seconds: float) -> None:
        self._board.advance(seconds)
        self._through()

    def read(self) -> bytes:
        self._through()
        return self._board.read()

    def write(self, data: bytes) -> None:
        self.writes += 1
        self._through()
        self._board.write(data)

    def press_button(self, seconds: float = 0.1) -> None:
        self._board.press_button(seconds)

    def close(self) -> None:
        pass


@contextmanager
def plugged(monkeypatch: pytest.MonkeyPatch, left: int) -> Iterator[tuple[SimLink, Cable]]:
    """(a board that was just switched on, the cable to it that every command gets)."""
    board = simulated()
    board.advance(1.0)
    device = Device(board)
    device.set("force_limit_mn", OLD_MN)
    device.save()
    cable = Cable(board, left)
    with monkeypatch.context() as patch:
        patch.setattr(factory, "open_link", lambda url: cable)
        yield board, cable
    board.close()


def steps(count: int) -> list[int]:
    """Of the writes 0 to count-1: all, or evenly spread with the first and the last."""
    if count <= SAMPLES:
        return list(range(count))
    return sorted({round(at * (count - 1) / (SAMPLES - 1)) for at in range(SAMPLES)})


def words(command: str, folder: Path) -> list[str]:
    return [word.replace("FOLDER", str(folder)) for word in COMMANDS[command]]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_cable_is_pulled_at_any_write(
    tapote: Tapote, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("TAPOTE_CONFIG", str(tmp_path / "config"))
    backup.save(Backup("", "", "pico_mosfet_fsr", settings={"force_limit_mn": NEW_MN}), tmp_path / "b.json")
    new_mn = NEW_MN if command in ("set", "restore") else OLD_MN
    with plugged(monkeypatch, 1 << 30) as (board, whole):
        result = tapote(*words(command, tmp_path), *VIRTUAL)
        assert result.code == 0, result.err
        assert Device(board).stored("force_limit_mn") == new_mn
    for left in steps(whole.writes):
        (tmp_path / "new.csv").unlink(missing_ok=True)
        with plugged(monkeypatch, left) as (board, cable):
            result = tapote(*words(command, tmp_path), *VIRTUAL)
            assert cable.out
            if command in FAREWELL and left == whole.writes - 1:
                assert result.code == 0, "all was seen; only the goodbye did not arrive"
            else:
                assert result.code == 1, f"after {left} writes: {result.err}"
                assert "has gone" in result.err
                assert "Plug it in again" in result.err
            assert "Traceback" not in result.err
            board.advance(1.0)
            assert not board.app.session.live()
            assert board.hal.regs[params.slot("out_q12")] == 0
            assert Device(board).stored("force_limit_mn") in (OLD_MN, new_mn)
        if (tmp_path / "new.csv").exists():
            assert (tmp_path / "new.csv").read_text().endswith("\n"), "whole lines"


# -- the board's files -------------------------------------------------------------------------------------------------


@pytest.fixture
def at_prompt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[FakeRemote], None]:
    """at_prompt(remote): from now on every command finds these files behind its link."""
    monkeypatch.setenv("TAPOTE_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv(backup.FOLDER_VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setattr(erase, "greet", lambda link: Answer(Kind.MICROPYTHON))
    monkeypatch.setattr("host_tools.deploy_start.greet", lambda link: Answer(Kind.MICROPYTHON))

    def use(remote: FakeRemote) -> None:
        monkeypatch.setattr(erase, "RemoteFiles", lambda link: remote)
        monkeypatch.setattr(remote_files, "RemoteFiles", lambda link: remote)
        monkeypatch.setattr(factory, "open_link", lambda url: _nobody())

    return use


def _nobody() -> Link:
    from tests.unit.test_deploy_cuts import Nobody

    return Nobody()


def deployed(tmp_path: Path) -> dict[str, bytes]:
    from host_tools.board_compile import compile_board
    from host_tools.boards import load_board
    from host_tools.firmware_image import board_files

    return board_files(compile_board(load_board("pico_mosfet_fsr"))) | {"settings.a": b"mine", "notes.txt": b"mine"}


def test_an_erase_cut_after_any_operation_lets_nothing_move_loses_nothing_and_can_be_finished(
    tapote: Tapote, at_prompt: Callable[[FakeRemote], None], tmp_path: Path
) -> None:
    from tapote import manifest

    whole = FakeRemote(deployed(tmp_path))
    at_prompt(whole)
    assert tapote("erase", "--yes", "--device", "serial:/dev/ttyACM0").code == 0
    assert whole.changes > 20
    for dies_after in range(whole.changes):
        files = deployed(tmp_path)
        at_prompt(FakeRemote(files, dies_after=dies_after))
        result = tapote("erase", "--yes", "--device", "serial:/dev/ttyACM0")
        assert result.code == 1
        assert "the cable is out" in result.err
        kept = sorted((tmp_path / "kept").iterdir())[-1]
        assert backup.load(kept).files["settings.a"] == b"mine"
        if dies_after > 0:
            assert "manifest.json" not in files, "no start of this board hands out the motor pin"
            copy = tmp_path / f"copy{dies_after}"
            for name, data in files.items():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                (copy / name).write_bytes(data)
            assert manifest.check(f"{copy}/")
        assert files["notes.txt"] == b"mine"


def test_a_backup_cut_short_leaves_the_old_file(
    tapote: Tapote, at_prompt: Callable[[FakeRemote], None], tmp_path: Path
) -> None:
    class Dies(FakeRemote):
        def read(self, path: str) -> bytes | None:
            raise TapoteError("the cable is out", fix="Plug it in again.")

    remote = Dies({"settings.a": b"mine"})
    at_prompt(remote)
    old = tmp_path / "b.json"
    old.write_text("what was there before")
    result = tapote("backup", "-o", old, "--force", "--device", "serial:/dev/ttyACM0")
    result.refused(1, "the cable is out", "Plug it in again")
    assert old.read_text() == "what was there before"
