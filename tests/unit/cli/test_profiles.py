"""`tapote profiles`, `profile check` and `profile show`."""

import json
from pathlib import Path

import pytest

from host_tools.profiles.library import get_profile, library_dir, list_profiles
from host_tools.profiles.own import FOLDER_VARIABLE
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


def test_own_profiles_are_listed_as_yours_and_a_broken_one_does_not_hide_them(
    tapote: Tapote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    text = (library_dir() / "swedish.toml").read_text(encoding="utf-8")
    (tmp_path / "my_evening.toml").write_text(text.replace("Even, light", "My own, light"), encoding="utf-8")
    (tmp_path / "swedish.toml").write_text(text, encoding="utf-8")
    (tmp_path / "broken.toml").write_text(BAD, encoding="utf-8")
    result = tapote("profiles")
    assert result.code == 1
    row = next(line for line in result.out.splitlines() if line.startswith("my_evening"))
    assert row.split()[:4] == ["my_evening", "swedish", "1:30", "yours"]
    assert "My own, light" in result.out
    assert "broken.toml: 5 problems" in result.err
    assert "swedish.toml is named as a profile of the library: rename it" in result.err
    whose = {row["name"]: row["whose"] for row in json.loads(tapote("profiles", "--json").out)}
    assert whose["warm_up"] == "library"
    assert whose["my_evening"] == "yours"


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
    assert result.code == 2, "one is not there"
    assert "Traceback" not in result.err
    for word in ("neck", "phase[1].duration_s", "99999", "speed", "broken.toml: line 1", '"no_such" not found'):
        assert word in result.err
    assert f"{hinted}: ok" in result.out
    assert "hint: " in result.out
    told = tapote("profile", "check", bad, hinted, "--json")
    assert told.code == 1, "mistakes were found"
    rows = json.loads(told.out)
    assert [(row["file"], row["ok"], bool(row["errors"]), bool(row["hints"])) for row in rows] == [
        (str(bad), False, True, False),
        (str(hinted), True, False, True),
    ]


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


@pytest.mark.parametrize("name", list_profiles())
def test_show_says_whom_it_is_for_and_why_and_what_you_do(tapote: Tapote, name: str) -> None:
    result = tapote("profile", "show", name)
    assert result.code == 0
    shown = " ".join(result.out.split())
    profile = get_profile(name)
    for text in (profile.for_whom, profile.not_for, profile.feels, profile.why, *profile.sources):
        assert " ".join(text.split()) in shown
    for phase in profile.phase:
        assert phase.cue in shown
    assert "The Tapote authors, MIT" in shown
    assert max(len(line) for line in result.out.splitlines()) <= 110


def test_show_as_json(tapote: Tapote, tmp_path: Path) -> None:
    picture = tmp_path / "plan.svg"
    args = ("profile", "show", "deep_tissue", "--region", "calf", "--plot", picture, "--json")
    found = json.loads(tapote(*args).out)
    assert found["profile"]["phase"][0]["rate_spm"] == {"from": 1400, "to": 1800, "ease": "smooth"}
    assert found["limits"][0] == {"phase": "sink in", "force_n": 35, "won_by": "region"}
    assert found["seconds"] == 90
    assert found["pictures"] == [str(picture)]
    assert picture.is_file()


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
    for word in ("PLAN", "Force limit", "drive fades from here", "with rhythm", board):
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
