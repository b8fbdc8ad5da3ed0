"""`tapote` as a person has it: a process in a terminal that asks, shows and listens to single keys."""

import os
import pty
import re
import select
import subprocess
import sys

from tests.served import DEADLINE_S

TAPOTE = [sys.executable, "-c", "import sys; from host_tools.cli import main; sys.exit(main())"]  # and its arguments
SHOWN_MAX = 2_000_000  # bytes that hold nothing of what is waited for: a live screen goes on for ever
# Makes its stdin the terminal that its fate hangs on, as a terminal window does for a shell, then becomes the command.
IN_A_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
_ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """A command of `tapote` in a terminal window of its own; what it shows, without the escape codes."""

    def __init__(self, *words: object, columns: int = 100) -> None:
        self._ours, theirs = pty.openpty()
        command = [sys.executable, "-c", IN_A_TERMINAL, *TAPOTE, *map(str, words)]
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns), "LINES": "40"}
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
        os.close(theirs)
        self._shown = b""

    def until(self, *wanted: str) -> None:
        """Read until all of these have been shown behind what the last call waited for."""
        words = [word.encode() for word in wanted]
        while not all(word in self._shown for word in words):
            ready, _, _ = select.select([self._ours], [], [], DEADLINE_S)
            assert ready, f"{wanted} not shown, but: {self._shown[-9999:]!r}"
            assert len(self._shown) < SHOWN_MAX, f"{wanted} not shown, but: {self._shown[-9999:]!r}"
            new = self._shown + os.read(self._ours, 4096)
            self._shown = _ESCAPES.sub(b"", new)
        self._shown = self._shown[max(self._shown.index(word) + len(word) for word in words) :]

    def type(self, keys: str) -> None:
        """Press these keys."""
        os.write(self._ours, keys.encode())

    def answer(self, prompt: str, keys: str) -> None:
        """Press them when asked."""
        self.until(prompt)
        self.type(keys)

    def rest(self) -> str:
        """What it still shows until it ends, on one line."""
        try:
            while data := os.read(self._ours, 4096):
                self._shown += data
        except OSError:  # how Linux says that the other side has closed
            pass
        self.close()
        return " ".join(_ESCAPES.sub(b"", self._shown).decode("utf-8", "replace").split())

    def close(self) -> None:
        """Close the window; the process ends."""
        os.close(self._ours)
        self.process.wait(DEADLINE_S)
