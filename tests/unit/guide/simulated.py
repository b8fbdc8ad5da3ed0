"""A session on a simulated board, with somebody at the keyboard."""

from collections.abc import Callable

from host_tools.boards import Board
from host_tools.guide.answers import Choice
from host_tools.guide.during import AT_ONCE, During
from host_tools.guide.guided import Script
from host_tools.guide.plan import make_plan, program_for
from host_tools.guide.rules import Situation
from host_tools.journal.records import Event
from host_tools.links.watched import WatchedLink
from host_tools.stage import Stage
from tests.sessions import simulated
from tests.tuning import FakeKeys

CALF = Situation("calf", "loosen", "tight", "weekly", 4, "hand")


class Session:
    """A session on a simulated board, with somebody at the keyboard."""

    def __init__(self, board: Board, seconds: float, script: Script, person: str) -> None:
        plan = make_plan(CALF, Choice(profile="swedish", seconds=seconds))
        program = program_for(plan, board, None)
        link = simulated(f"?region=calf&seconds={seconds:g}&person={person}")
        self.sim = link
        self.keys = FakeKeys()
        self.link = WatchedLink(link, self.keys, AT_ONCE)
        self.told: list[Event] = []
        self.during = During(Stage(self.link), self.link, program, plan, script, self.told.append)

    def until(self, run_s: float) -> None:
        while self.during.course.run_s < run_s and not self.during.ended:
            self.during.work(0.1)

    def press(self, *pressed: str) -> None:
        self.keys.pressed += pressed
        self.during.work(0.1)

    def kinds(self, kind: str) -> list[Event]:
        return [event for event in self.told if event.kind == kind]


Start = Callable[..., Session]
