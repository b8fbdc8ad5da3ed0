"""Backup, restore and erase as commands over a serial port, on real MicroPython, across power cuts.

The port is a pty of the operating system. Only its clock is the board's, so that a busy computer changes no outcome.
"""

import json
from pathlib import Path

import pytest

from host_tools import backup
from host_tools.links import factory
from host_tools.links.link import Link
from host_tools.links.serial import SerialLink
from host_tools.links.virtual import BOOT_S, VirtualLink
from tapote import params
from tests.served import Served
from tests.unit.cli.conftest import Result, Tapote, tapote
from tests.virtual.served_board import Board

pytestmark = [pytest.mark.virtual, pytest.mark.slow]
__all__ = ["tapote"]


class BoardTimeLink(SerialLink):
    """A serial port whose patience is measured in the time of the virtual board at its other end."""

    def __init__(self, served: Served[VirtualLink]) -> None:
        self._served = served
        super().__init__(served.bridge.pty_path, simulated=True)
        self.plant = served.link.plant  # time is the board's: no more patience is needed than with any

    def now_s(self) -> float:
        return self._served.link.now_s()

    def advance(self, seconds: float) -> None:
        end_s = self.now_s() + seconds
        super().advance(0)
        self._served.until(lambda: self._served.link.now_s() >= end_s)


class Hand:
    """Somebody who types commands for the board on the port."""

    def __init__(self, tapote: Tapote, served: Served[VirtualLink]) -> None:
        self._tapote = tapote
        self._served = served

    def __call__(self, *words: object) -> Result:
        return self._tapote(*words, "--device", f"serial:{self._served.bridge.pty_path}?simulated=1")

    def ok(self, *words: object) -> Result:
        result = self(*words)
        assert result.code == 0, result.err
        return result

    def setting(self, name: str) -> float:
        return float(json.loads(self.ok("get", name, "--json").out)[name]["value"])

    def power_cycle(self) -> None:
        served, power = self._served, self._served.link.rig.board
        served.do(lambda: (power.power_cut(), power.power_on()))
        on_s = served.do(served.link.now_s)
        served.until(lambda: served.link.now_s() > on_s + BOOT_S)


@pytest.fixture
def hand(board: Board, tapote: Tapote, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hand:
    served, _ = board
    served.on_demand = True

    def opened(url: object) -> Link:
        return BoardTimeLink(served)

    monkeypatch.setattr(factory, "open_link", opened)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    monkeypatch.setenv(backup.FOLDER_VARIABLE, str(tmp_path / "kept"))
    return Hand(tapote, served)


def test_settings_go_into_a_file_and_back_and_are_there_after_a_power_cut(hand: Hand, tmp_path: Path) -> None:
    nothing, mine = tmp_path / "nothing.json", tmp_path / "mine.json"
    assert "no settings: factory values hold there" in hand.ok("backup", "-o", nothing).out
    hand("restore", nothing, "--yes").refused(1, "holds no settings")
    hand.ok("set", "force_limit_mn", 30, "session_s", 120, "--save")
    assert f"{mine}: {len(params.settings())} settings." in hand.ok("backup", "-o", mine).out
    hand.ok("set", "force_limit_mn", 45, "--save")

    for options in ([], ["--json"]):
        asked = hand("restore", mine, *options)
        assert (asked.code, hand.setting("force_limit_mn")) == (2, 45)
        assert "Add --yes" in asked.err
    restored = json.loads(hand.ok("restore", mine, "--json", "--yes").out)
    assert restored["changed"] == [{"name": "force_limit_mn", "old": 45_000, "new": 30_000}]
    hand.power_cycle()
    assert (hand.setting("force_limit_mn"), hand.setting("session_s")) == (30, 120)
    assert "Nothing to do" in hand.ok("restore", mine).out


def test_what_was_erased_is_kept_here_and_a_deploy_and_a_restore_bring_it_back(hand: Hand, board: Board) -> None:
    served, motor = board
    hand.ok("set", "force_limit_mn", 27, "--save")
    kept = json.loads(hand.ok("erase", "--settings", "--yes", "--json").out)
    assert kept["removed"]
    assert all(backup.is_data(name) for name in kept["removed"])
    assert hand.setting("force_limit_mn") == 50, "it has restarted without them"
    assert "27" in hand.ok("restore", kept["backup"], "--yes").out

    before = served.do(served.link.rig.board.files)
    done = json.loads(hand.ok("erase", "--yes", "--json").out)
    assert set(done["removed"]) == set(before)
    assert served.do(served.link.rig.board.files) == {}
    hand.power_cycle()
    hand("restore", done["backup"], "--yes").refused(1, "does not answer", "tapote devices")
    told = json.loads(hand.ok("deploy", "--board", "pico_mosfet_fsr", "--json").out)
    assert (told["state"], told["fault"], told["before"]) == ("IDLE", 0, "MicroPython without Tapote")
    assert hand.setting("force_limit_mn") == 50
    hand.ok("restore", done["backup"], "--yes")
    hand.power_cycle()
    assert hand.setting("force_limit_mn") == 27
    assert motor.last_on_s == 0, "nothing of this has moved the motor"
