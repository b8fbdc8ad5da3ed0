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
        return f"the forked test died without a word, wait status {status}"
    told: str = pickle.loads(said)
    return told


def _child(call: Callable[[], None], writer: int) -> None:
    """Never returns: whatever happens, also when the parent has gone, no second pytest may go on from here."""
    told = "the forked test ended in a way that is no exception"
    try:
        try:
            call()
            told = ""
        except BaseException:
            told = traceback.format_exc()
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(pickle.dumps(told))
    finally:
        os._exit(0)
