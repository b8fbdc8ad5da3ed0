"""Running one test in a fork of this process: the sound snapshot of a virtual board.

The emulator's compiled core cannot be copied, but a process can. A board is booted and set going once; each case breaks
a copy of it and goes away with the copy.
"""

import os
import pickle
import traceback
import warnings
from collections.abc import Callable


def run(call: Callable[[], None]) -> str:
    """Call in a child; "" when it returned, else the traceback of what it raised."""

    def called() -> float:
        call()
        return 0.0

    return _forked(called)[0]


def measured(call: Callable[[], float]) -> float:
    """Call in a child; what it returned. AssertionError with the traceback of what it raised."""
    told, value = _forked(call)
    assert not told, told
    return value


def _forked(call: Callable[[], float]) -> tuple[str, float]:
    """(what went wrong, what was returned)."""
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
        return f"the forked test died without a word, wait status {status}", 0.0
    told: tuple[str, float] = pickle.loads(said)
    return told


def _child(call: Callable[[], float], writer: int) -> None:
    """Never returns: whatever happens, also when the parent has gone, no second pytest may go on from here."""
    told, value = "the forked test ended in a way that is no exception", 0.0
    try:
        try:
            value = call()
            told = ""
        except BaseException:
            told = traceback.format_exc()
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(pickle.dumps((told, value)))
    finally:
        os._exit(0)
