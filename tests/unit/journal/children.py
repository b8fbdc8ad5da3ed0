"""A piece of work in a child process that may be killed at any moment, and what it had got done by then."""

import os
import signal
import warnings
from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[[], object]


@dataclass(frozen=True)
class Ended:
    """said: how often the child said that a call had returned; signal: which one killed it, 0 when it went by itself;
    code: its exit code."""

    said: int
    signal: int
    code: int


def start(work: Callable[[Say], None]) -> Callable[[], Ended]:
    """Run work in a fork; the returned function waits for it. work is given a function to say that a call returned:
    what it said is in the pipe, whatever happens to the child afterwards."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Python 3.12 and later warn because pytest-xdist has a second thread; it holds nothing that a test needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reader)
            work(lambda: os.write(writer, b"."))
            code = 0
        finally:
            os._exit(code)
    os.close(writer)

    def wait() -> Ended:
        with os.fdopen(reader, "rb") as pipe:
            said = len(pipe.read())
        _, status = os.waitpid(child, 0)
        died_of = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        return Ended(said, died_of, os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1)

    return wait


def kill_myself() -> None:
    """No clean-up of any kind runs after this."""
    os.kill(os.getpid(), signal.SIGKILL)
