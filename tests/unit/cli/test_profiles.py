"""`tapote profiles`, `profile check` and `profile show`."""

from pathlib import Path

import pytest

from host_tools.profiles.library import library_dir, list_profiles
from tests.unit.cli.conftest import Tapote

BAD = """schema = 1
name = "Bad"
technique = "deep-tissue"
regions = ["neck"]
[[phase]]
name = "one"
duration_s = nan
rate_spm = 99999
drive_pct = 50
speed = 3
"""


def test_the_list_has_every_profile_with_length_and_regions(tapote: Tapote) -> None:
    result = tapote("profiles")
    assert result.code == 0
    for name in list_profiles():
        assert name in result.out
    for word in ("TECHNIQUE", "1:30", "deep-tissue", "glutes", "for thick muscle"):
        assert word in result.out


def test_check_accepts_the_whole_library(tapote: Tapote) -> None:
    result = tapote("profile", "check", *sorted(library_dir().glob("*.toml")))
    assert result.code == 0
    assert result.out.count(": ok, ") == len(list_profiles())
    assert result.err == ""


def test_check_gives_all_errors_of_all_files_and_hints_of_the_good_ones(tapote: Tapote, tmp_path: Path) -> None:
    bad, broken, hinted = tmp_path / "bad.toml", tmp_path / "broken.toml", tmp_path / "hinted.toml"
    bad.write_text(BAD)
    broken.write_text("schema = \n")
    good = (library_dir() / "swedish.toml").read_text()
    hinted.write_text(good + '\n[[phase]]\nname = "end"\nduration_s = 10\nrate_spm = 1500\ndrive_pct = 60\n')
    result = tapote("profile", "check", bad, broken, "no_such", hinted)
    assert result.code == 1
    assert "Traceback" not in result.err
    for word in ("neck", "phase[1].duration_s", "99999", "speed", "broken.toml: line 1", '"no_such" not found'):
        assert word in result.err
    assert f"{hinted}: ok" in result.out
    assert "hint: " in result.out


def test_check_knows_what_a_board_cannot_reach(tapote: Tapote) -> None:
    ignored = "stroke: ignored on pico_mosfet_fsr"
    assert ignored not in tapote("profile", "check", "deep_tissue").out
    assert ignored in tapote("profile", "check", "deep_tissue", "--board", "pico_mosfet_fsr", "--region", "glutes").out
    tapote("profile", "check", "swedish", "--board", "nope").refused(2, "nope")
    tapote("profile", "check", "swedish", "--region", "neck").refused(2, "neck")


def test_show_is_a_table_of_phases(tapote: Tapote) -> None:
    result = tapote("profile", "show", "deep_tissue")
    assert result.code == 0
    for word in ("Deep tissue (deep-tissue), 1:30, on the buttocks", "sink in", "1400 to 1800", "swell 6 s, -40 %"):
        assert word in result.out


def test_show_says_whose_limit_holds(tapote: Tapote) -> None:
    assert "35 (region)" in tapote("profile", "show", "deep_tissue", "--region", "calf").out


@pytest.mark.parametrize("board", ["pico_mosfet_fsr", "picow_drv8871_linear"])
@pytest.mark.parametrize("name", ["deep_tissue", "trigger_point"])
def test_show_draws(tapote: Tapote, tmp_path: Path, name: str, board: str) -> None:
    png, svg = tmp_path / "plan.png", tmp_path / "plan.svg"
    result = tapote("profile", "show", name, "--board", board, "--plot", png, "--plot", svg)
    assert result.code == 0
    assert png.read_bytes().startswith(b"\x89PNG\r\n")
    drawn = svg.read_text()
    for word in ("PLAN", "Force limit", "with rhythm", board):
        assert word in drawn
    assert sorted(tmp_path.iterdir()) == [png, svg]


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["nope"], "nope"),
        (["swedish", "--region", "spine"], "never used on the spine"),
        (["swedish", "--board", "nope"], "nope"),
        (["swedish", "--plot", "plan.jpg"], ".png, .svg"),
        (["swedish", "--plot", "no/such/folder/plan.png"], "no folder"),
    ],
)
def test_bad_input_is_one_clear_message(tapote: Tapote, args: list[str], word: str) -> None:
    tapote("profile", "show", *args).refused(2, word)
