"""A tuning desk without a terminal: a test presses its keys."""

from host_tools.links.link import Link
from host_tools.links.url import parse
from host_tools.links.watched import WatchedLink
from host_tools.stage import Stage, prepare
from host_tools.tuner import Tuner


class FakeKeys:
    """Keys that a test presses."""

    def __init__(self) -> None:
        self.pressed: list[str] = []

    def take(self, wait_s: float) -> list[str]:
        pressed, self.pressed = self.pressed, []
        return pressed


class DeskOn:
    """A tuner on a board, with a minute of deep tissue to run there, or nothing."""

    def __init__(self, board: Link, run: bool = True) -> None:
        self.keys = FakeKeys()
        self.link = WatchedLink(board, self.keys)
        self.stage = Stage(self.link, 50)
        play = prepare("deep_tissue", parse("sim:"), "pico_mosfet_fsr", 60) if run else None
        self.tuner = Tuner(self.stage, self.link, play)

    def press(self, *pressed: str) -> None:
        self.keys.pressed += pressed
        self.tuner.work(0.1)

    def pump(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.1)):
            self.tuner.work(0.1)
