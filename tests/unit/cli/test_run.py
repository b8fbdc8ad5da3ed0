"""`tapote run`: sessions on the simulated board, in words and as JSON, and every way to ask for one wrongly."""

import json
import math
from pathlib import Path

import pytest

from host_tools import device
from host_tools.cli import tell
from host_tools.links import factory
from host_tools.plant.hand import PRESS_N
from host_tools.plant.tissue import TISSUES
from tests.unit.cli.conftest import Tapote

SHORT = ("run", "swedish", "--seconds", 6)
PROMISED = {
    "device",
    "profile",
    "seed",
    "seconds",
    "strokes",
    "peak_force_n",
    "limit_n",
    "trip_n",
    "time_over_limit_ms",
    "backoff_time_s",
    "faults",
    "realtime_factor",
    "tick_us_max",
    "lateness_us_max",
    "simulated",
    "tissue",
    "person",
}


def test_a_session_is_told_in_words(tapote: Tapote) -> None:
    result = tapote(*SHORT)
    assert result.code == 0
    for words in ("SIMULATED  Swedish on the upper back", "6.0 s of 6 s, completed: 3 phases", "Faults     none"):
        assert words in result.out
    assert "No --device given: sim:, the simulated board. SIMULATED" in result.err
    assert "phase 1 of 3: arrive" in result.err


def test_three_commands_to_try_next_and_they_exist(tapote: Tapote) -> None:
    result = tapote(*SHORT)
    commands = [line.split()[1:] for line in result.out.splitlines() if line.startswith("  tapote ")]
    assert len(commands) == 3
    for command in commands:
        assert tapote(command[0], "--help").code == 0


def test_they_keep_what_was_asked_for(tapote: Tapote, tmp_path: Path) -> None:
    """The next session is the same but for what it is offered for."""
    world = ("--device", "sim:?press=12", "--region", "Calf", "--person", "heavy", "--tissue", "soft", "--seed", 7)
    out = tapote("run", "swedish", *world, "--seconds", 6, "--too-much-at", 1.5, "--too-much-at", 3).out
    kept = "--region Calf --person heavy --tissue soft --seconds 6 --seed 7"
    also = "--too-much-at 1.5 --too-much-at 3"
    assert f"  tapote run swedish --device 'sim:?press=12' {kept} {also} --plot session.png\n" in out
    assert f"  tapote run swedish --device 'sim:?press=12' {kept.replace('heavy', 'too-hard')} {also}\n" in out
    assert f"  tapote run swedish --device 'virtual:?press=12' {kept.replace('6', '10')} {also}\n" in out
    picture = tmp_path / "a.png"
    out = tapote("run", "swedish", "--person", "too-hard", "--seconds", 6, "--region", "calf", "--plot", picture).out
    assert "  tapote run swedish --region calf --person gentle --seconds 6\n" in out


def test_what_is_not_installed_is_not_offered(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--device virtual:" in tapote(*SHORT).out
    monkeypatch.setattr(tell, "find_spec", lambda name: None)
    assert "virtual:" not in tapote(*SHORT).out


def test_json_is_one_object_and_nothing_else(tapote: Tapote) -> None:
    result = tapote(*SHORT, "--json", "--person", "gentle", "--tissue", "soft", "--seed", 7)
    assert result.code == 0
    summary = json.loads(result.out)
    assert summary.keys() >= PROMISED
    assert summary["device"] == "sim:"
    assert summary["simulated"] is True
    assert (summary["person"], summary["tissue"], summary["seed"]) == ("gentle", "soft", 7)
    assert summary["seconds"] == pytest.approx(6.0, abs=0.1)
    assert summary["strokes"] > 20
    assert all(math.isfinite(value) for value in summary.values() if isinstance(value, float))
    assert "phase 1" not in result.err


def test_the_same_seed_gives_the_same_session(tapote: Tapote) -> None:
    first, second = (json.loads(tapote(*SHORT, "--json", "--seed", 3).out) for _ in range(2))
    del first["realtime_factor"], second["realtime_factor"]
    assert first == second


def test_pressing_too_hard_is_told_with_its_times(tapote: Tapote) -> None:
    result = tapote("run", "deep_tissue", "--seconds", 30, "--person", "too-hard")
    assert result.code == 0
    told = " ".join(result.out.split())
    assert "the hand pressed" in told
    assert "Tapote took the drive" in told
    assert "gave it back slowly when force fell" in told
    start_s = float(told.split("in all from ")[1].split()[0])
    assert 17 < start_s < 21  # half-way after the touch, which comes 3 s into the session


def test_too_much_lowers_the_rest(tapote: Tapote) -> None:
    result = tapote(*SHORT, "--too-much-at", 2, "--too-much-at", 3, "--json")
    assert json.loads(result.out)["too_much"] == 2
    assert '"too much" said once' in " ".join(tapote(*SHORT, "--too-much-at", 2).out.split())


def test_a_fault_ends_it_with_1_and_says_what_to_do(tapote: Tapote) -> None:
    hard = ("--device", "sim:?press=120", "--seconds", 8)
    result = tapote("run", "swedish", *hard)
    assert result.code == 1
    assert "ended by a fault" in result.out
    assert "FORCE_TRIP: Force above the trip. Press less." in " ".join(result.out.split())
    result = tapote("run", "swedish", *hard, "--json")
    assert result.code == 1
    assert json.loads(result.out)["faults"] == ["FORCE_TRIP"]


def test_the_region_may_be_written_any_way(tapote: Tapote) -> None:
    result = tapote(*SHORT, "--region", "Upper Back", "--json")
    assert json.loads(result.out)["region"] == "back_upper"
    result = tapote(*SHORT, "--device", "sim:?region=calf", "--json")
    assert json.loads(result.out)["region"] == "calf"


def test_a_region_the_profile_was_not_written_for_is_remarked(tapote: Tapote) -> None:
    result = tapote("run", "deep_tissue", "--seconds", 2, "--region", "foot")
    assert result.code == 0
    assert "was not written for the sole of the foot" in " ".join(result.out.split())


def test_the_other_board_runs_too(tapote: Tapote) -> None:
    result = tapote(*SHORT, "--board", "picow_drv8871_linear")
    assert result.code == 0
    assert "board picow_drv8871_linear" in result.out
    assert "tapote run swedish --seconds 6 --board picow_drv8871_linear" in result.out


def test_the_device_may_come_from_the_environment(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPOTE_DEVICE", "sim:?tissue=firm")
    result = tapote(*SHORT, "--json")
    assert json.loads(result.out)["tissue"] == "firm"
    assert "Device sim:?tissue=firm, from $TAPOTE_DEVICE" in result.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["swedihs"], ["swedihs", "Did you mean"]),
        (["nowhere.toml"], ["nowhere.toml", "not found"]),
        (["a" * 300 + ".toml"], []),
        (["swedish", "--region", "nose_bridge"], ["nose"]),
        (["swedish", "--region", "neck"], ["never used on the neck", "back_upper"]),
        (["swedish", "--region", "elbo"], ["elbo", "Regions:"]),
        (["swedish", "--device", "usb:"], ["usb:", "sim:", "virtual:"]),
        (["swedish", "--device", "sim:?tisue=soft"], ["tisue", "tissue"]),
        (["swedish", "--device", "sim:?press=nan"], ["press=nan"]),
        (["swedish", "--device", "sim:?press=1e9"], ["press"]),
        (["swedish", "--device", "sim:?charge=7"], ["charge"]),
        (["swedish", "--device", "serial:/dev/no-such-port"], ["safety text", "--yes"]),
        (["swedish", "--device", "sim:?tissue=soft", "--tissue", "firm"], ["disagree"]),
        (["swedish", "--person", "bob"], ["bob", *PRESS_N]),
        (["swedish", "--tissue", "hard"], ["hard", *TISSUES]),
        (["swedish", "--board", "pico"], ["pico", "pico_mosfet_fsr"]),
        (["swedish", "--seconds", "nan"], ["--seconds nan", "1 to 600 s"]),
        (["swedish", "--seconds", "inf"], ["--seconds inf"]),
        (["swedish", "--seconds", "-3"], ["--seconds -3"]),
        (["swedish", "--seconds", "1e9"], ["600 s"]),
        (["swedish", "--too-much-at", "nan"], ["--too-much-at nan"]),
        (["swedish", "--too-much-at", "-1"], ["--too-much-at -1"]),
        (["swedish", "--seconds", "5", "--too-much-at", "5"], ["0 to 5 s"]),
    ],
)
def test_bad_input_is_one_clear_message(tapote: Tapote, args: list[str], words: list[str]) -> None:
    result = tapote("run", *args)
    result.refused(2, *words)
    assert tapote("run", *args, "--json").out == ""


def test_a_profile_with_a_syntax_error_shows_the_line(tapote: Tapote, tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text('schema = 1\nname = "Broken\n')
    tapote("run", file).refused(2, "line 2", 'name = "Broken')


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("session.pdf", ".png, .svg"),
        ("session", ".png, .svg"),
        ("missing/session.png", "there is no folder"),
        ("folder.png", "this is a folder"),
        ("file.txt/session.png", "there is no folder"),
        ("a" * 300 + ".svg", "cannot be written"),
    ],
)
def test_a_picture_that_cannot_be_written_is_found_before_the_session(
    tapote: Tapote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file.txt").touch()
    before = sorted(tmp_path.rglob("*"))
    opened: list[object] = []
    monkeypatch.setattr(factory, "open_link", opened.append)
    tapote(*SHORT, "--plot", tmp_path / name).refused(2, words)
    assert not opened
    assert sorted(tmp_path.rglob("*")) == before


def test_pictures_in_both_formats(tapote: Tapote, tmp_path: Path) -> None:
    png, svg = tmp_path / "session.png", tmp_path / "session.svg"
    result = tapote(*SHORT, "--plot", png, "--plot", svg)
    assert result.code == 0
    assert str(svg) in "".join(result.out.split())
    assert png.read_bytes().startswith(b"\x89PNG\r\n")
    assert "SIMULATED" in svg.read_text()
    assert sorted(tmp_path.iterdir()) == [png, svg]


def test_a_device_that_refuses_gives_every_reason(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device.Device, "arm", lambda self, *, tethered: ["BATTERY: Charge it.", "FAULT: Clear it."])
    tapote(*SHORT).refused(1, "BATTERY: Charge it.; FAULT: Clear it.")


def test_help_names_every_person_and_tissue(tapote: Tapote) -> None:
    told = "".join(tapote("run", "--help").out.split())  # names may be broken at their hyphen
    for name in (*PRESS_N, *TISSUES):
        assert name in told
