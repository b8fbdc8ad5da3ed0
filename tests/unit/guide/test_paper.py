"""A session on paper: the same cues by the clock, and the same keys."""

import pytest

from host_tools import keys as names
from host_tools.boards import Board
from host_tools.guide.answers import Choice
from host_tools.guide.guided import Script
from host_tools.guide.paper import Paper
from host_tools.guide.plan import make_plan, program_for
from host_tools.guide.rules import Situation
from host_tools.journal.records import Event
from tests.tuning import FakeKeys


class Session:
    """Ninety seconds of Swedish on the calf, by the clock."""

    def __init__(self, board: Board, script: Script, seconds: float = 90) -> None:
        plan = make_plan(Situation("calf", "loosen", "tight"), Choice(profile="swedish", seconds=seconds))
        self.keys = FakeKeys()
        self.told: list[Event] = []
        self.paper = Paper(program_for(plan, board, None), plan, script, self.told.append, self.keys)
        assert self.paper.start()

    def until(self, run_s: float) -> None:
        while self.paper.course.run_s < run_s and not self.paper.ended:
            self.paper.work(0.5)

    def kinds(self, kind: str) -> list[Event]:
        return [event for event in self.told if event.kind == kind]


@pytest.fixture
def session(board: Board) -> Session:
    return Session(board, Script())


def test_the_clock_leads_through_the_phases(session: Session) -> None:
    session.until(999)
    assert session.paper.ended == "completed"
    assert [(event.detail, event.at_s) for event in session.kinds("phase")] == [
        ("arrive", 0),
        ("long waves", 20),
        ("fade", 68),
    ]
    assert session.paper.course.run_s == pytest.approx(90)
    assert session.paper.on_paper


def test_it_moves_on_as_with_a_device(board: Board) -> None:
    session = Session(board, Script(), 300)
    session.until(999)
    assert [event.at_s for event in session.kinds("move")] == [120, 240]


def test_a_pause_is_no_massage(session: Session) -> None:
    session.until(10)
    session.keys.pressed.append("p")
    session.paper.work(0.5)
    assert session.paper.paused
    for _ in range(100):
        session.paper.work(0.5)
    assert session.paper.course.run_s <= 11
    session.keys.pressed.append("p")
    session.until(999)
    assert session.paper.ended == "completed"
    assert session.paper.clock_s() == pytest.approx(session.paper.course.run_s + 50.5, abs=1.1)


@pytest.mark.parametrize("key", [names.SPACE, "q", names.LOST])
def test_stopping(session: Session, key: str) -> None:
    session.until(10)
    session.keys.pressed.append(key)
    session.paper.work(0.5)
    assert session.paper.ended == "stopped"
    assert [event.detail for event in session.kinds("stop")] == ["by the person"]


def test_too_much_and_comfort_are_kept(board: Board) -> None:
    session = Session(board, Script((30.0,), 6))
    session.until(20)
    session.keys.pressed += ["t", "8"]
    session.until(999)
    assert [event.at_s for event in session.kinds("too_much")] == [pytest.approx(20.5), 30]
    assert [event.value for event in session.kinds("comfort")] == [8, 6]
    assert session.paper.too_much == 2


def test_without_a_keyboard(board: Board) -> None:
    plan = make_plan(Situation("calf", "loosen", "tight"), Choice(seconds=5))
    paper = Paper(program_for(plan, board, None), plan, Script(), lambda event: None, None)
    paper.start()
    for _ in range(10):
        paper.work(0.5)
    assert paper.ended == "completed"
