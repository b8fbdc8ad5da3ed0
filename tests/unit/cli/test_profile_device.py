"""`tapote profile list`, `push`, `pull`, `erase` against one simulated device that outlives the commands."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.links import factory
from host_tools.links.sim import SimLink
from host_tools.plant.build import build_plant
from tests.unit.cli.conftest import Tapote

BOARD = load_board("pico_mosfet_fsr")


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimLink]:
    """Every command meets this one device."""
    made = SimLink(compile_board(BOARD), build_plant(BOARD))
    close = made.close
    monkeypatch.setattr(made, "close", lambda: None)
    monkeypatch.setattr(factory, "open_link", lambda url: made)
    yield made
    close()


def listed(tapote: Tapote) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(tapote("profile", "list", "--device", "sim:", "--json").out)
    return found


def test_push_list_pull_erase(link: SimLink, tapote: Tapote, tmp_path: Path) -> None:
    done = tapote("profile", "push", "deep_tissue", "--device", "sim:")
    assert done.code == 0, done.err
    assert 'Slot 1: "Deep tissue", 1:30, at most 35 N. For buttocks, thigh, calf, upper back.' in " ".join(
        done.out.split()
    )
    assert "tap until the LED blinks its number" in " ".join(done.out.split())
    assert "SIMULATED" in done.err
    pushed = json.loads(tapote("profile", "push", "swedish", "--slot", 7, "--device", "sim:", "--json").out)
    assert (pushed["slot"], pushed["name"], pushed["limit_n"]) == (7, "Swedish", 30)
    rows = listed(tapote)
    assert [row["name"] for row in rows] == ["Deep tissue", "", "", "", "", "", "Swedish", ""]
    shown = tapote("profile", "list", "--device", "sim:").out
    assert "1  Deep tissue  1:30" in shown
    assert "2  -" in shown
    printed = tapote("profile", "pull", 7, "--device", "sim:").out
    assert 'technique = "swedish"' in printed
    file = tmp_path / "mine.toml"
    done = tapote("profile", "pull", 1, "-o", file, "--device", "sim:")
    assert f"Written: {file}" in done.out
    assert tapote("profile", "check", file).code == 0
    told = json.loads(tapote("profile", "pull", 7, "--device", "sim:", "--json").out)
    assert (told["slot"], told["name"], told["file"]) == (7, "Swedish", None)
    assert told["profile"].rstrip() == printed.rstrip()
    tapote("profile", "pull", 1, "-o", file, "--device", "sim:").refused(2, "is there already")
    assert tapote("profile", "erase", 1, "--device", "sim:", "--yes").out == "Slot 1 is empty.\n"
    assert "was empty already" in tapote("profile", "erase", 1, "--device", "sim:", "--yes").out
    assert listed(tapote)[0]["stored"] == "empty"


def test_a_region_of_your_own_choice(link: SimLink, tapote: Tapote) -> None:
    done = json.loads(tapote("profile", "push", "deep_tissue", "--region", "glutes", "--device", "sim:", "--json").out)
    assert done["limit_n"] == 50
    tapote("profile", "push", "deep_tissue", "--region", "neck", "--device", "sim:").refused(2, "never")


def test_nothing_is_written_over_unasked(link: SimLink, tapote: Tapote) -> None:
    tapote("profile", "push", "swedish", "--device", "sim:")
    assert json.loads(tapote("profile", "push", "swedish", "--device", "sim:", "--json").out)["slot"] == 1
    tapote("profile", "push", "deep_tissue", "--slot", 1, "--device", "sim:").refused(2, 'slot 1 holds "Swedish"')
    assert tapote("profile", "push", "deep_tissue", "--slot", 1, "--replace", "--device", "sim:").code == 0
    tapote("profile", "erase", 1, "--device", "sim:").refused(2, "asks first")
    assert listed(tapote)[0]["name"] == "Deep tissue"


def test_a_question_that_nobody_can_answer_is_told_before_a_device_boots(
    tapote: Tapote, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(factory, "open_link", opened.append)
    tapote("profile", "erase", 1, "--device", "virtual:").refused(2, "asks first", "--yes")
    tapote("erase", "--device", "virtual:").refused(2, "asks first", "--yes")
    assert not opened


def test_asked_for_wrongly(link: SimLink, tapote: Tapote) -> None:
    tapote("profile", "push", "swedish", "--slot", 9, "--device", "sim:").refused(2, "no slot 9", "1 to 8")
    tapote("profile", "pull", 0, "--device", "sim:").refused(2, "no slot 0")
    tapote("profile", "pull", 2, "--device", "sim:").refused(1, "slot 2 holds no program", "empty")
    tapote("profile", "push", "nothing_like_it", "--device", "sim:").refused(2, "not found")
    tapote("profile", "push", "swedish", "--board", "picow_drv8871_linear", "--device", "sim:").refused(
        2, "set up as pico_mosfet_fsr"
    )


def test_a_session_is_not_disturbed(link: SimLink, tapote: Tapote) -> None:
    tapote("profile", "push", "swedish", "--device", "sim:")
    link.advance(0.6)
    link.press_button(0.1)
    link.advance(1.0)
    link.press_button(1.2)
    link.advance(2.0)
    for words in (("list",), ("push", "deep_tissue"), ("pull", 1), ("erase", 1, "--yes")):
        tapote("profile", *words, "--device", "sim:").refused(1, "ARMED", "left alone")
