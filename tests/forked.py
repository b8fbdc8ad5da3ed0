"""Running code in a fork of this process: the sound snapshot of a virtual board.

The emulator's compiled core cannot be copied, but a process can. A board is booted and set going once; each test breaks
a copy of it and goes away with the copy.
"""

import os
import pickle
import traceback
import warnings
from collections.abc import Callable
from typing import TypeVar, cast

import pytest

T = TypeVar("T")


def run(call: Callable[[], object]) -> str:
    """Call in a child; "" when it returned, else the traceback of what it raised."""

    def body() -> None:
        call()

    return _call(body)[0]


def value(call: Callable[[], T]) -> T:
    """What the call returns in a child; it has to be picklable. AssertionError with the child's traceback."""
    told, found = _call(call)
    assert not told, told
    return cast(T, found)


def run_test(item: pytest.Function) -> None:
    """The function of a test, with what its fixtures gave, in a child."""
    arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
    if told := run(lambda: item.obj(**arguments)):
        pytest.fail(told, pytrace=False)


def _call(call: Callable[[], object]) -> tuple[str, object]:
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Python 3.12 and later warn because pytest-xdist has a second thread; it holds nothing that a test needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reader)
        _child(call, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if not said:
        return f"the forked test died without a word, wait status {status}", None
    told: tuple[str, object] = pickle.loads(said)
    return told


def _child(call: Callable[[], object], writer: int) -> None:
    """Never returns: whatever happens, also when the parent has gone, no second pytest may go on from here."""
    said = pickle.dumps(("the forked test ended in a way that is no exception", None))
    try:
        try:
            said = pickle.dumps(("", call()))
        except BaseException:
            said = pickle.dumps((traceback.format_exc(), None))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(said)
    finally:
        os._exit(0)
