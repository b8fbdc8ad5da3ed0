"""Simulated devices and programs for whole sessions in tests."""

from dataclasses import replace

from host_tools.boards import Board
from host_tools.links.factory import open_link
from host_tools.links.sim import SimLink
from host_tools.links.url import parse
from host_tools.profiles.compile import steady_program
from host_tools.profiles.program import Program


def simulated(options: str = "") -> SimLink:
    """`sim:` with these options, switched on. Whoever opens it closes it."""
    link = open_link(parse(f"sim:{options}"))
    assert isinstance(link, SimLink)
    return link


def program(board: Board, seconds: float, **fields: int) -> Program:
    """One steady phase of so many seconds at 1800 strokes/min and 60 % drive; fields: of ProgramPhase, to differ."""
    steady = steady_program(board, seconds)
    return replace(steady, phases=(replace(steady.phases[0], **fields),))
