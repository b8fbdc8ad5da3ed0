"""Run a command as a person does, and look at everything that comes back."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from host_tools.cli import main
from host_tools.cli.run import DEVICE_VARIABLE
from host_tools.links import factory
from host_tools.links.sim import SimLink
from tests.sessions import simulated

# It tells of building its font cache, once on each machine, on the stderr that tests read.
logging.getLogger("matplotlib").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Result:
    """What a command left."""

    code: int
    out: str
    err: str

    def refused(self, code: int, *words: str) -> None:
        """It said no: with this exit code, these words, a fix, no traceback and nothing on stdout."""
        assert self.code == code, self.err
        assert self.out == ""
        assert ("Stop: " if code == 3 else "Error: ") in self.err
        assert "Fix: " in self.err
        assert "Traceback" not in self.err
        assert "bug in Tapote" not in self.err
        for word in words:
            assert word in self.err


Tapote = Callable[..., Result]


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimLink]:
    """One simulated device for all commands of a test, whatever device they open. It is up and IDLE."""
    link = simulated()
    link.advance(0.7)
    with monkeypatch.context() as patch:
        patch.setattr(factory, "open_link", lambda url: link)
        patch.setattr(link, "close", lambda: None)
        yield link
    link.close()


@pytest.fixture
def tapote(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tapote:
    """Run `tapote` with these arguments in this process, whatever the environment says about devices."""
    monkeypatch.delenv(DEVICE_VARIABLE, raising=False)

    def run(*args: object) -> Result:
        capsys.readouterr()
        code = main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return run
