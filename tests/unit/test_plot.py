"""Pictures of sessions: what must be readable in them, and that none is ever left half written."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from host_tools import plot, plot_file
from host_tools.boards import load_board
from host_tools.errors import TapoteError, UsageError
from host_tools.links.factory import open_link
from host_tools.links.url import parse
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.fit import fit_seconds
from host_tools.profiles.library import get_profile
from host_tools.regions import get_region
from host_tools.runner import Run, run_session


def session(url: str, *, too_much_at_s: tuple[float, ...] = ()) -> Run:
    """Five seconds of deep tissue."""
    device = parse(url)
    program = compile_profile(get_profile("deep_tissue"), load_board(device.world.board), get_region("glutes"))
    link = open_link(device)
    try:
        return run_session(link, fit_seconds(program, 5), too_much_at_s=too_much_at_s)
    finally:
        link.close()


def drawn(run: Run, folder: Path) -> str:
    """The text of the SVG."""
    path = folder / "session.svg"
    plot.save_session(run, [path], board=load_board(run.hello.board), place="buttocks")
    return path.read_text()


@pytest.fixture(scope="module")
def usual() -> Run:
    return session("sim:", too_much_at_s=(4.0,))


def test_everything_has_its_name_and_unit(usual: Run, tmp_path: Path) -> None:
    text = drawn(usual, tmp_path)
    for words in (
        "SIMULATED",
        "Deep tissue on the buttocks",
        "Stroke rate, strokes/min",
        "Drive, %",
        "Force on the body, N",
        "peak of each stroke (sensor)",
        "true force (plant)",
        "measured",
        "limit 40 to 50 N:",
        "foldback starts",
        "trip 65 N:",
        "RUNNING",
        "sink in",
        "time in the session, s",
        "&quot;too much&quot;",
    ):
        assert words in text.replace('"too much"', "&quot;too much&quot;")


def test_without_a_tachometer_no_rate_is_called_measured(tmp_path: Path) -> None:
    text = drawn(session("sim:?board=picow_drv8871_linear"), tmp_path)
    assert "driven (no tachometer)" in text
    assert ">measured<" not in text


def test_a_fault_is_named(tmp_path: Path) -> None:
    text = drawn(session("sim:?press=140"), tmp_path)
    assert "fault: FORCE_TRIP" in text
    assert ">FAULT<" in text


def test_only_a_real_device_is_called_measured(usual: Run, tmp_path: Path) -> None:
    real = replace(usual, simulated=False, truth=[])
    text = drawn(real, tmp_path)
    assert "SIMULATED" not in text
    assert "MEASURED" in text
    assert "plant" not in text


def test_the_same_session_gives_the_same_bytes(usual: Run, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.png", "b.png", "a.svg", "b.svg")]
    board = load_board(usual.hello.board)
    plot.save_session(usual, paths, board=board, place="buttocks")
    first_png, second_png, first_svg, second_svg = (path.read_bytes() for path in paths)
    assert first_png == second_png
    assert first_svg == second_svg
    assert first_png.startswith(b"\x89PNG\r\n")
    width_and_height = (int.from_bytes(first_png[16:20], "big"), int.from_bytes(first_png[20:24], "big"))
    assert width_and_height == (1200, 900)


def test_a_disk_that_is_full_leaves_the_old_picture(
    usual: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "session.svg"
    old.write_text("old")

    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UsageError, match="No space left on device"):
        drawn(usual, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["session.svg"]
    assert old.read_text() == "old"


def test_without_matplotlib_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(plot_file, "find_spec", lambda name: None)
    with pytest.raises(TapoteError, match="matplotlib") as caught:
        plot_file.check([tmp_path / "session.png"])
    assert "make setup" in caught.value.fix
    assert caught.value.exit_code == 1
