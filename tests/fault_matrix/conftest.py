"""Fixtures of the fault matrix: `world`, in the state and kind that the case asks for, and `proof`.

A case is called test_case_NN_name and marked with `running(...)` or `idle(...)`. On `virtual:` it runs in a fork of
this process, so that a booted and running board can be shared: see tests/forked.py.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from host_tools import uf2
from host_tools.safety_matrix import BOARD, LINEAR
from tests import forked

from .breakable import BreakableWorld
from .marks import BREAKABLE, IDLE, RUNNING, SIM, VIRTUAL, Asked
from .motor import WatchedPlant
from .proof import Proof
from .worlds import SimWorld, VirtualWorld, World

BOARDS = {
    (IDLE, BOARD): "idle_board",
    (RUNNING, BOARD): "running_board",
    (RUNNING, LINEAR): "linear_board",
    (BREAKABLE, BOARD): "breakable_board",
}
CASE = re.compile(r"test_case_(\d\d)_")


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A case keeps what it measured once it has passed; with a shared virtual board it runs in a fork."""
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    proof = arguments.get("proof")
    if not isinstance(proof, Proof):
        return None

    def body() -> None:
        pyfuncitem.obj(**arguments)
        proof.keep()

    if not isinstance(arguments.get("world"), VirtualWorld):
        body()
    elif told := forked.run(body):
        pytest.fail(told, pytrace=False)
    return True


@pytest.fixture(scope="session")
def idle_board() -> Iterator[VirtualWorld]:
    """A virtual board that has booted. Nobody may let time pass on it but in a fork."""
    uf2.fetch()
    world = VirtualWorld()
    yield world
    world.close()


@pytest.fixture(scope="session")
def running_board() -> Iterator[VirtualWorld]:
    """A virtual board in the middle of a session, at full drive, without a host to hold it. Likewise."""
    uf2.fetch()
    world = VirtualWorld()
    world.start()
    yield world
    world.close()


@pytest.fixture(scope="session")
def linear_board() -> Iterator[VirtualWorld]:
    """The second shipped board, with its H-bridge on two pins, in the middle of a session. Likewise."""
    uf2.fetch()
    world = VirtualWorld(board=LINEAR)
    world.start()
    yield world
    world.close()


@pytest.fixture(scope="session")
def breakable_board() -> Iterator[VirtualWorld]:
    """The same with a firmware that breaks on command. Likewise."""
    uf2.fetch()
    world = BreakableWorld()
    world.start()
    yield world
    world.close()


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """What the case's mark asks for."""
    asked: Asked = request.param
    if asked.world == VIRTUAL:
        yield request.getfixturevalue(BOARDS[asked.state, asked.board])
        return
    made = SimWorld(board=asked.board)
    if asked.state == RUNNING:
        made.start()
    yield made
    made.close()


@pytest.fixture
def sim() -> Iterator[Callable[..., SimWorld]]:
    """sim(plant=None, **board.json) -> a SimWorld that has booted; for cases that shape it themselves."""
    made: list[SimWorld] = []

    def make(plant: WatchedPlant | None = None, **changed: Any) -> SimWorld:
        made.append(SimWorld(plant, **changed))
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Proof:
    """Takes what the case measures."""
    number = CASE.match(request.node.name)
    assert number, "cases are called test_case_NN_name"
    where = VIRTUAL if request.node.get_closest_marker("virtual") else SIM
    shape = getattr(request.node, "callspec", None)
    asked = shape.params.get("world") if shape is not None else None
    board = asked.board if isinstance(asked, Asked) else BOARD
    return Proof(int(number[1]), where, re.sub(r"[^\w.-]+", "-", request.node.name).strip("-"), board)
