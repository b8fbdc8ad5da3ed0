"""Every command that talks to a device, against every device that does not talk back as it should.

Each says what is wrong and what to do next, in its own words and no traceback, prints no result, and touches no file.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from host_tools import backup
from host_tools.backup import Backup
from host_tools.links import factory
from host_tools.links.link import Link
from tapote import wire
from tests.unit.cli.conftest import Tapote
from tests.unit.fake_link import FakeLink, hello_reply
from tests.unit.links.test_probe_and_find import ScriptedLink, at_prompt

PORT = ("--device", "serial:/dev/ttyACM0")
MINE = "what was there before"

COMMANDS: dict[str, list[str]] = {
    "run": ["run", "swedish", "--seconds", "2", "--yes", "--json"],
    "monitor": ["monitor", "--seconds", "1"],
    "monitor --run": ["monitor", "--run", "swedish", "--yes"],
    "record": ["record", "-o", "FOLDER/mine.csv", "--force", "--seconds", "1"],
    "blackbox": ["blackbox", "-o", "FOLDER/mine.csv", "--force"],
    "get": ["get", "force_limit_mn"],
    "set": ["set", "force_limit_mn", "30", "--save"],
    "save": ["save"],
    "revert": ["revert"],
    "restore": ["restore", "FOLDER/b.json", "--yes"],
}
FILES: dict[str, list[str]] = {
    "backup": ["backup", "-o", "FOLDER/mine.csv", "--force"],
    "erase": ["erase", "--yes"],
    "deploy": ["deploy", "--board", "pico_mosfet_fsr", "--yes"],
}


def garbage(data: bytes) -> bytes:
    """Another program's output, 64 bytes for each write."""
    return random.Random(len(data)).randbytes(64)


class Chatter(ScriptedLink):
    """Talks without being asked and without end."""

    def __init__(self) -> None:
        super().__init__(garbage)
        self._dice = random.Random(7)

    def read(self) -> bytes:
        return super().read() + self._dice.randbytes(40)


def silence(data: bytes) -> bytes:
    return b""


def newer() -> Link:
    return FakeLink(hello_reply(major=wire.PROTOCOL[0] + 1))


def other_table() -> Link:
    return FakeLink(hello_reply(table=1))


# kind of device: (what stands for it, words of the message, words of the fix)
DEVICES: dict[str, tuple[Callable[[], Link], str, str]] = {
    "answers garbage": (lambda: ScriptedLink(garbage), "does not answer", "tapote devices"),
    "talks garbage without end": (Chatter, "does not answer", "tapote devices"),
    "never answers": (lambda: ScriptedLink(silence), "does not answer", "tapote devices"),
    "MicroPython without Tapote": (lambda: ScriptedLink(at_prompt), "only echoes", "tapote deploy"),
    "newer protocol": (newer, "speaks protocol", "Deploy the firmware of this version"),
    "other parameter table": (other_table, "parameter table", "Deploy the firmware of this version"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TAPOTE_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv(backup.FOLDER_VARIABLE, str(tmp_path / "kept"))
    (tmp_path / "mine.csv").write_text(MINE)
    backup.save(Backup("", "", "pico_mosfet_fsr", settings={"force_limit_mn": 20_000}), tmp_path / "b.json")
    return tmp_path


def words(command: list[str], folder: Path) -> list[str]:
    return [word.replace("FOLDER", str(folder)) for word in command]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_device_that_is_not_one_is_told(
    tapote: Tapote, folder: Path, monkeypatch: pytest.MonkeyPatch, command: str, device: str
) -> None:
    stand_in, message, fix = DEVICES[device]
    monkeypatch.setattr(factory, "open_link", lambda url: stand_in())
    result = tapote(*words(COMMANDS[command], folder), *PORT)
    result.refused(1, message, fix)
    assert (folder / "mine.csv").read_text() == MINE


@pytest.mark.parametrize("device", ["answers garbage", "talks garbage without end", "never answers"])
@pytest.mark.parametrize("command", FILES)
def test_a_board_without_a_prompt_is_told(
    tapote: Tapote, folder: Path, monkeypatch: pytest.MonkeyPatch, command: str, device: str
) -> None:
    monkeypatch.setattr(factory, "open_link", lambda url: DEVICES[device][0]())
    result = tapote(*words(FILES[command], folder), *PORT)
    result.refused(1, "does not answer with MicroPython's prompt", "tapote doctor", "tapote flash")
    assert (folder / "mine.csv").read_text() == MINE
    assert not (folder / "kept").exists()


@pytest.mark.parametrize("command", [*COMMANDS, *FILES])
def test_a_port_that_is_not_there_is_told(tapote: Tapote, folder: Path, command: str) -> None:
    result = tapote(*words((COMMANDS | FILES)[command], folder), "--device", f"serial:{folder}/no-such-port")
    result.refused(1, "there is no port", "tapote devices")
    assert (folder / "mine.csv").read_text() == MINE
