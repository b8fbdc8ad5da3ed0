"""`tapote profile diff`: side by side, with an exit code like diff's."""

import json
from pathlib import Path

import pytest

from host_tools.profiles.library import library_dir
from tests.unit.cli.conftest import Tapote


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Deep tissue with one phase gentler, and another comment."""
    path = tmp_path / "mine.toml"
    text = (library_dir() / "deep_tissue.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("to = 75, ease", "to = 65, ease").replace("# Deep", "# My deep"), encoding="utf-8")
    return path


def test_the_same_is_code_0(tapote: Tapote) -> None:
    result = tapote("profile", "diff", "swedish", library_dir() / "swedish.toml")
    assert (result.code, result.out) == (0, "The same.\n")


def test_a_difference_is_code_1_and_shows_both_with_units(tapote: Tapote, mine: Path) -> None:
    result = tapote("profile", "diff", "deep_tissue", mine)
    assert (result.code, result.err) == (1, "")
    assert "phase 2" in result.out
    line = next(line for line in result.out.splitlines() if "drive" in line)
    assert line.split() == ["drive", "60", "to", "75", "%,", "smooth", "!=", "60", "to", "65", "%,", "smooth"]
    assert result.out.endswith("1 difference.\n")
    assert "rate" not in result.out


def test_all_shows_what_is_the_same_too(tapote: Tapote, mine: Path) -> None:
    result = tapote("profile", "diff", "deep_tissue", mine, "--all")
    assert result.code == 1
    assert result.out.count("!=") == 1
    assert sum(line.startswith("  rate ") for line in result.out.splitlines()) == 4
    assert "  technique    deep-tissue" in result.out


def test_json_lists_the_differences(tapote: Tapote, mine: Path) -> None:
    result = tapote("profile", "diff", "deep_tissue", mine, "--json")
    assert result.code == 1
    found = json.loads(result.out)
    assert found["same"] is False
    assert found["differences"] == [
        {"part": "phase 2", "key": "drive", "a": "60 to 75 %, smooth", "b": "60 to 65 %, smooth"}
    ]
    assert json.loads(tapote("profile", "diff", "swedish", "swedish", "--json").out)["same"] is True


def test_what_cannot_be_read_is_code_2(tapote: Tapote, tmp_path: Path) -> None:
    tapote("profile", "diff", "swedish", "nope").refused(2, '"nope" not found')
    (tmp_path / "bad.toml").write_text("schema = \n")
    tapote("profile", "diff", tmp_path / "bad.toml", "swedish").refused(2, "line 1")
