"""How a case says where it runs: `@running(SIM, VIRTUAL)` gives it a `world` at full drive, `@idle` one at rest."""

import pytest

SIM = "sim"
VIRTUAL = "virtual"
IDLE = "idle"
RUNNING = "running"
BREAKABLE = "breakable"


def _worlds(state: str, names: tuple[str, ...]) -> pytest.MarkDecorator:
    marks = {SIM: (), VIRTUAL: (pytest.mark.virtual,)}
    worlds = [pytest.param((name, state), id=name, marks=marks[name]) for name in names]
    return pytest.mark.parametrize("world", worlds, indirect=True)


def running(*names: str) -> pytest.MarkDecorator:
    """A session at full drive: 1800 strokes/min, 60 % drive, limit 40 N, nobody presses, no host holds it."""
    return _worlds(RUNNING, names)


def idle(*names: str) -> pytest.MarkDecorator:
    """Switched on, nothing sent."""
    return _worlds(IDLE, names)


def breakable() -> pytest.MarkDecorator:
    """On `virtual:`, at full drive as with `running`; the firmware breaks when it is told to."""
    return _worlds(BREAKABLE, (VIRTUAL,))
