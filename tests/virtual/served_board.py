"""A virtual board that programs outside reach as they would a real one, and when its motor pin was last driven."""

from collections.abc import Iterator
from contextlib import contextmanager

from host_tools.links.factory import open_link
from host_tools.links.url import parse
from host_tools.links.virtual import VirtualLink
from tests.served import Served, served


class MotorWatch:
    """Looks at the motor pin of the emulated chip after every slice of time."""

    def __init__(self, board: Served[VirtualLink]) -> None:
        self.board = board
        self.last_on_s = 0.0
        self._rig = board.link.rig
        board.watch(self._look)

    @property
    def on(self) -> bool:
        """Whether the pin drives the motor now."""
        return self._rig.motor_duty()[0] > 0

    def _look(self) -> None:
        if self.on:
            self.last_on_s = self.board.link.now_s()

    def until_on(self) -> float:
        """Wait for it; the board's time then, s."""
        return self.board.until(lambda: self.on)

    def quiet_s(self, since_s: float, for_s: float = 1.0) -> float:
        """Wait until the pin was off for `for_s`; how long after `since_s` it was driven for the last time, s."""
        link = self.board.link
        self.board.until(lambda: link.now_s() - max(self.last_on_s, since_s) > for_s)
        return self.last_on_s - since_s


Board = tuple[Served[VirtualLink], MotorWatch]


def virtual_link() -> VirtualLink:
    """The firmware on a virtual board, booted and at rest."""
    link = open_link(parse("virtual:"))
    assert isinstance(link, VirtualLink)
    return link


@contextmanager
def virtual_board() -> Iterator[Board]:
    """The same on a pty and a socket."""
    with served(virtual_link()) as board:
        yield board, MotorWatch(board)
