"""get, set, save, revert, params, monitor, record, plot, blackbox as a person types them."""

import csv
import json
from pathlib import Path

import pytest

from host_tools.param_rows import ROWS, SETTINGS
from tests.terminal import Terminal
from tests.unit.cli.conftest import Tapote

SIM = ("--device", "sim:")


def test_get_shows_units_and_json_has_numbers(tapote: Tapote) -> None:
    result = tapote("get", "force_limit_mn", "tick_us", *SIM)
    assert result.code == 0
    assert "force_limit_mn  50 N" in result.out
    assert "tick_us         500 us" in result.out
    shown = json.loads(tapote("get", "force_limit_mn", "--json", *SIM).out)
    assert shown == {"force_limit_mn": {"value": 50.0, "unit": "N", "raw": 50000}}


def test_set_applies_and_says_how_long_that_lasts(tapote: Tapote) -> None:
    result = tapote("set", "force_limit_mn", "35 N", "session_s", 60, *SIM)
    assert result.code == 0
    assert "50 N -> 35 N" in result.out
    assert "600 s -> 60 s" in result.out
    assert "Not saved" in result.err
    assert "SIMULATED: this device exists only as long as the command" in result.err
    assert "Saved." in tapote("set", "force_limit_mn", 35, "--save", *SIM).out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["set", "force_limit_mn", "--device", "sim:"], ["'force_limit_mn' has no value"]),
        (["set", "force_limit_mn", "99", "--device", "sim:"], ["out of range", "5 to 50 N"]),
        (["set", "force_limit_mn", "nan", "--device", "sim:"], ["not a number"]),
        (["set", "force_mn", "9", "--device", "sim:"], ["is no setting"]),
        (["set", "force_limit", "9", "--device", "sim:"], ["no parameter", "Did you mean force_limit_mn?"]),
        (["get", "nothing", "--device", "sim:"], ["no parameter 'nothing'"]),
        (["get", "force_mn", "--device", "sum:"], ["sum"]),
        (["monitor", "--seconds", "0", "--device", "sim:"], ["--seconds"]),
        (["monitor", "--run", "nothing", "--device", "sim:"], ['profile "nothing" not found']),
        (["record", "-o", "no/such/a.csv", "--device", "sim:"], ["there is no folder"]),
        (["record", "-o", "a.csv", "--every-ms", "1", "--device", "sim:"], ["--every-ms"]),
        (["plot", "nothing.csv"], ["cannot be read"]),
        (["plot", "nothing.csv", "--out", "a.gif"], [".png"]),
        (["blackbox", "--break", "rotor", "--device", "sim:"], ["needs --run"]),
        (["blackbox", "--break", "leg", "--run", "swedish", "--device", "sim:"], ["rotor"]),
        (["blackbox", "--plot", "a.gif", "--device", "sim:"], [".png"]),
        (["blackbox", "-o", "no/such/a.csv", "--device", "sim:"], ["no folder"]),
        (["tune", "--device", "sim:"], ["needs a terminal", "tapote monitor"]),
    ],
)
def test_bad_input_is_one_clear_message(tapote: Tapote, args: list[str], words: list[str]) -> None:
    tapote(*args).refused(2, *words)


def test_nothing_to_save_or_revert_is_said(tapote: Tapote) -> None:
    assert "Nothing to save" in tapote("save", *SIM).out
    assert "Nothing to revert" in tapote("revert", *SIM).out
    assert json.loads(tapote("save", "--json", *SIM).out) == {"saved": []}


def test_params_lists_the_settings_or_everything(tapote: Tapote) -> None:
    shown = tapote("params").out
    assert all(name in shown for name in SETTINGS)
    assert "tach_last" not in shown
    assert "tach_last" in tapote("params", "--all").out
    listed = json.loads(tapote("params", "--all", "--json").out)
    assert [one["name"] for one in listed] == list(ROWS)
    assert all(one["min"] <= one["default"] <= one["max"] for one in listed)


def test_monitor_says_a_line_a_second_and_json_too(tapote: Tapote) -> None:
    result = tapote("monitor", "--run", "deep_tissue", "--seconds", 5, "--fast", *SIM)
    assert result.code == 0
    head, *lines = result.out.splitlines()
    assert head.split()[:3] == ["TIME", "STATE", "RATE"]
    assert [line.split()[0] for line in lines] == ["1", "2", "3", "4", "5"]
    assert "RUNNING" in lines[-1]
    result = tapote("monitor", "--run", "deep_tissue", "--seconds", 2, "--fast", "--json", *SIM)
    assert [json.loads(line)["seconds"] for line in result.out.splitlines()] == [1, 2]


def test_monitor_of_an_idle_simulation_says_how_to_see_something(tapote: Tapote) -> None:
    result = tapote("monitor", "--seconds", 1, "--fast", *SIM)
    assert "IDLE" in result.out
    assert "--run PROFILE" in result.err


def test_monitor_plots_in_the_terminal(tapote: Tapote) -> None:
    result = tapote("monitor", "--run", "deep_tissue", "--seconds", 6, "--fast", "--curves", *SIM)
    for words in ("SIMULATED  RUNNING", "strokes/min", "of 50 N", "Motor output"):
        assert words in result.out
    assert any("⠀" < char <= "⣿" for char in result.out)


def test_recordings_say_what_ran_and_are_drawn_over_each_other(tapote: Tapote, tmp_path: Path) -> None:
    for name, person in (("a", "normal"), ("b", "too-hard")):
        device = ("--device", f"sim:?person={person}&seed=5")
        result = tapote("record", "-o", tmp_path / f"{name}.csv", "--run", "deep_tissue", "--seconds", 12, *device)
        assert result.code == 0
        assert "none lost" in result.out
    top, *rows = (tmp_path / "a.csv").read_text().splitlines()
    header = json.loads(top.removeprefix("# "))
    assert (header["board"], header["firmware"], header["profile"]) == ("pico_mosfet_fsr", "0.1.0", "deep_tissue")
    assert (header["seed"], header["simulated"], len(header["profile_sha256"])) == (5, True, 64)
    table = list(csv.DictReader(rows))
    assert 600 <= len(table) <= 660
    assert {row["state"] for row in table} >= {"4", "6", "2"}
    picture = tmp_path / "both.svg"
    result = tapote("plot", tmp_path / "a.csv", tmp_path / "b.csv", "--out", picture, "--out", tmp_path / "both.png")
    assert result.code == 0
    drawn = picture.read_text()
    for words in ("2 recordings: deep_tissue", "SIMULATED", "Stroke rate", ">a<", ">b<"):
        assert words in drawn
    assert (tmp_path / "both.png").stat().st_size > 20_000


def test_recording_an_idle_board_takes_the_seconds_asked_for(tapote: Tapote, tmp_path: Path) -> None:
    result = tapote("record", "-o", tmp_path / "a.csv", "--seconds", 2, "--every-ms", 5, *SIM)
    assert f"{tmp_path / 'a.csv'}: 400 records" in result.out or "399 records" in result.out
    tapote("record", "-o", tmp_path / "a.csv", *SIM).refused(2, "is there already")


def test_an_empty_black_box_says_so(tapote: Tapote) -> None:
    result = tapote("blackbox", *SIM)
    assert result.code == 0
    assert "The black box is empty" in result.out
    assert "--break rotor" in result.err
    assert json.loads(tapote("blackbox", "--json", *SIM).out) is None


def test_a_black_box_is_told_drawn_and_written(tapote: Tapote, tmp_path: Path) -> None:
    picture, ticks = tmp_path / "b.svg", tmp_path / "b.csv"
    result = tapote("blackbox", "--run", "deep_tissue", "--break", "rotor", "--plot", picture, "-o", ticks, *SIM)
    assert result.code == 0
    for words in ("SIMULATED  STALL", "in state RUNNING", "limit 50 N, trip 65 N", "256 over 127.5 ms"):
        assert words in result.out
    assert "Black box: STALL" in picture.read_text()
    top, *rows = ticks.read_text().splitlines()
    assert json.loads(top.removeprefix("# "))["fault_name"] == "STALL"
    table = list(csv.DictReader(rows))
    assert len(table) == 256
    assert float(table[0]["before_ms"]) == 127.5
    assert float(table[-1]["before_ms"]) == 0.0
    shown = json.loads(tapote("blackbox", "--run", "deep_tissue", "--break", "force-open", "--json", *SIM).out)
    assert shown["fault_name"] == "FORCE_OPEN"
    assert len(shown["ticks"]) == 256


def test_tune_runs_in_a_terminal_until_q_and_tells_what_is_not_saved() -> None:
    terminal = Terminal("tune", "--device", "sim:", "--run", "swedish")
    for wanted, pressed in (("RUNNING", "\x1b[D"), ("1 unsaved", " "), ("IDLE", "q")):
        terminal.answer(wanted, pressed)
    terminal.until("49.5 N")
    terminal.rest()
    assert terminal.process.returncode == 0
