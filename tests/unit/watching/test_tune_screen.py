"""What the tuning screen shows, read back from the rendered text."""

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from host_tools import keys as names
from host_tools import tune_screen
from host_tools.tuner import Tuner
from tests.unit.watching.conftest import Sim
from tests.unit.watching.test_tuner import Desk

Shown = Callable[[Tuner], str]


@pytest.fixture(params=[110, 80, 200])
def shown(request: pytest.FixtureRequest) -> Shown:
    columns = int(request.param)

    def shown(tuner: Tuner) -> str:
        console = Console(record=True, width=columns, height=40, file=StringIO())
        console.print(tune_screen.render(tuner, columns))
        text = console.export_text()
        assert max(map(len, text.splitlines())) <= columns
        return text

    return shown


def test_idle_shows_why_it_cannot_start(sim: Sim, shown: Shown) -> None:
    desk = Desk(sim)
    desk.pump(0.6)
    text = shown(desk.tuner)
    for words in ("SIMULATED", "IDLE", "Deep tissue", "NO_PROGRAM: Send a program first.", "STOP", "all as stored"):
        assert words in text
    assert len(text.splitlines()) <= 24, "fits the smallest terminal"


def test_a_session_shows_rate_drive_force_current_battery_and_temperature(sim: Sim, shown: Shown) -> None:
    desk = Desk(sim)
    desk.press("g")
    desk.pump(9.0)
    last = desk.stage.last
    assert last is not None
    text = shown(desk.tuner)
    for words in (
        last.state_name,
        f"{last.rate_spm} of {last.rate_target_spm} strokes/min",
        f"peak {desk.tuner.peak.mn / 1000:.1f} of 50 N",
        f"{last.current_ma / 1000:.2f} A",
        f"battery {last.battery_mv / 1000:.2f} V",
        f"{last.temperature_dc / 10:.1f} °C",
    ):
        assert words in text
    bar = next(line for line in text.splitlines() if " force " in line)
    assert "▒" in bar
    assert "┊" in bar
    assert "│" in bar


def test_an_unsaved_change_stands_beside_what_is_stored(sim: Sim, shown: Shown) -> None:
    desk = Desk(sim)
    desk.press(names.LEFT)
    line = next(line for line in shown(desk.tuner).splitlines() if "▶" in line)
    assert line.split()[2:5] == ["force_limit_mn", "49.5", "50"]
    assert "1 unsaved" in shown(desk.tuner)
    desk.press("s")
    assert "force_limit_mn  50 N -> 49.5 N" in shown(desk.tuner)
    assert "y saves" in shown(desk.tuner)


def test_a_fault_is_told_with_what_to_do(sim: Sim, shown: Shown) -> None:
    desk = Desk(sim)
    assert desk.sim.plant is not None
    desk.sim.plant.faults.force_open = True
    desk.pump(1.0)
    text = shown(desk.tuner)
    assert "FAULT" in text
    assert "FORCE_OPEN" in text


def test_the_loop_lets_simulated_time_pass_as_on_the_wall(sim: Sim) -> None:
    desk = Desk(sim)
    wall_s = [100.0]
    drawn: list[float] = []

    def clock() -> float:
        wall_s[0] += 0.01
        if wall_s[0] > 103.0:
            desk.keys.pressed.append("q")
        return wall_s[0]

    before_s = desk.sim.now_s()
    tune_screen.run(desk.tuner, desk.link, lambda: drawn.append(wall_s[0]), clock)
    assert desk.sim.now_s() - before_s == pytest.approx(3.0, abs=0.1)
    assert 20 <= len(drawn) <= 31
