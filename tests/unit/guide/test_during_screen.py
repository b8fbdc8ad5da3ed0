"""What the screen of a session shows, read back from the rendered text."""

from io import StringIO

import pytest
from rich.console import Console

from host_tools.boards import Board
from host_tools.guide import during_screen
from host_tools.guide.guided import Guided, Script
from host_tools.guide.paper import Paper
from tests.unit.guide import test_paper
from tests.unit.guide.simulated import Session, Start


def shown(guided: Guided, columns: int = 100) -> str:
    console = Console(record=True, width=columns, height=40, file=StringIO())
    console.print(during_screen.render(guided))
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= columns
    assert len(text.splitlines()) <= 24, "fits the smallest terminal"
    return text


@pytest.mark.parametrize("columns", [80, 100, 200])
def test_a_session_on_a_device(start: Start, columns: int) -> None:
    session = start()
    session.until(6)
    text = shown(session.during, columns)
    for words in ("SIMULATED", "Swedish on the calf", "running", "part 2 of 3: long waves", "0:04 left of 0:10"):
        assert words in text
    for words in ("STOP", "too much", "pause", "Stop at once on sharp pain"):
        assert words in text
    force = next(line for line in text.splitlines() if "force" in line)
    assert "of 35 N)" in force
    assert "…" not in text


@pytest.mark.parametrize(
    ("peak_mn", "words"),
    [(0, "in the air"), (15_000, "fine"), (30_000, "firm: it gives way"), (36_000, "too hard: press less")],
)
def test_force_has_words_beside_its_colour(
    start: Start,
    peak_mn: int,
    words: str,
) -> None:
    session = start()
    session.until(4)
    session.during.peak.mn = peak_mn
    text = shown(session.during)
    assert f"{words} ({peak_mn / 1000:.0f} of 35 N)" in text
    assert ("▶" in text) == (peak_mn >= 35_000)


def test_before_the_first_stroke_it_says_what_to_do(board: Board) -> None:
    session = Session(board, 10, Script(), "normal")
    session.during.message = "Press the button."
    text = shown(session.during)
    assert "not running yet" in text
    assert "Press the button." in text
    assert session.during.course.cue() not in text
    session.sim.close()


def test_a_pause_says_how_to_go_on(start: Start) -> None:
    session = start()
    session.until(4)
    session.press("p")
    text = shown(session.during)
    assert "paused" in text
    assert "p goes on, within a minute" in text


def test_on_paper_there_is_no_force(board: Board) -> None:
    session = test_paper.Session(board, Script())
    session.until(30)
    text = shown(session.paper)
    assert "WITHOUT A DEVICE" in text
    assert "force" not in text
    assert "1:00 left of 1:30" in text


def test_remarks_and_messages_are_shown(board: Board) -> None:
    session = test_paper.Session(board, Script())
    session.until(30)
    session.keys.pressed.append("8")
    session.paper.work(0.5)
    session.paper.remarks = ["Charge the battery soon."]
    text = shown(session.paper)
    assert "Comfort 8 of 10, kept." in text
    assert "Charge the battery soon." in text


def test_the_loop_lets_time_pass_as_on_the_wall(board: Board) -> None:
    paper: Paper = test_paper.Session(board, Script(), 5).paper
    wall_s = [100.0]
    drawn: list[float] = []

    def wait(seconds: float) -> None:
        wall_s[0] += seconds

    during_screen.run(paper, lambda: drawn.append(wall_s[0]), wait=wait, clock_s=lambda: wall_s[0])
    assert paper.ended == "completed"
    assert wall_s[0] - 100 == pytest.approx(5, abs=0.05)
    assert 45 <= len(drawn) <= 53


def test_a_computer_that_stood_still_does_not_hurry_the_session(board: Board) -> None:
    paper: Paper = test_paper.Session(board, Script(), 5).paper
    times_s = iter([100.0, 100.0, 160.0, 160.0])
    with pytest.raises(StopIteration):
        during_screen.run(paper, lambda: None, wait=lambda seconds: None, clock_s=lambda: next(times_s))
    assert paper.course.run_s <= during_screen.CATCH_UP_S
