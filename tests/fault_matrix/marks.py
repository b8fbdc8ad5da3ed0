"""How a case says where it runs: `@running(SIM, VIRTUAL)` gives it a `world` at full drive, `@idle` one at rest."""

from typing import NamedTuple

import pytest

from host_tools.safety_matrix import BOARD, LINEAR

SIM = "sim"
VIRTUAL = "virtual"
IDLE = "idle"
RUNNING = "running"
BREAKABLE = "breakable"


class Asked(NamedTuple):
    """What a case asks for. world: sim or virtual; state: see below; board: by name."""

    world: str
    state: str
    board: str = BOARD


def _worlds(state: str, names: tuple[str, ...], linear: tuple[str, ...] = ()) -> pytest.MarkDecorator:
    marks = {SIM: (), VIRTUAL: (pytest.mark.virtual,)}
    asked = [Asked(name, state) for name in names] + [Asked(name, state, LINEAR) for name in linear]
    worlds = [pytest.param(one, id=_called(one), marks=marks[one.world]) for one in asked]
    return pytest.mark.parametrize("world", worlds, indirect=True)


def _called(asked: Asked) -> str:
    return asked.world if asked.board == BOARD else f"{asked.world}-linear"


def running(*names: str, linear: tuple[str, ...] = ()) -> pytest.MarkDecorator:
    """A session at full drive: 1800 strokes/min, 60 % drive, limit 40 N, nobody presses, no host holds it. linear: the
    worlds in which the second shipped board goes through the case too."""
    return _worlds(RUNNING, names, linear)


def idle(*names: str) -> pytest.MarkDecorator:
    """Switched on, nothing sent."""
    return _worlds(IDLE, names)


def breakable() -> pytest.MarkDecorator:
    """On `virtual:`, at full drive as with `running`; the firmware breaks when it is told to."""
    return _worlds(BREAKABLE, (VIRTUAL,))


# A turn of the main loop takes 10 ms: the moment within it decides when it sees what the tick does not judge itself.
TURN_MS = (0.0, 3.0, 6.0, 9.0)
TURN = pytest.mark.parametrize("phase_ms", TURN_MS)
