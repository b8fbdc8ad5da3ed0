"""Single keys from a terminal, without waiting for Enter, on Linux, macOS and Windows."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

UP, DOWN, LEFT, RIGHT, PAGE_UP, PAGE_DOWN = "up", "down", "left", "right", "page up", "page down"
SPACE, ENTER, ESCAPE, LOST = "space", "enter", "escape", "lost"  # lost: the terminal has gone

_SEQUENCES = {"A": UP, "B": DOWN, "C": RIGHT, "D": LEFT}  # behind ESC [ or ESC O
_PAGES = {"5~": PAGE_UP, "6~": PAGE_DOWN}
_WINDOWS = {"H": UP, "P": DOWN, "K": LEFT, "M": RIGHT, "I": PAGE_UP, "Q": PAGE_DOWN}  # behind NUL or 0xE0


class Keys(Protocol):
    """Where keys come from."""

    def take(self, wait_s: float) -> list[str]:
        """The keys pressed since the last call; waits up to wait_s for the first."""
        ...


def decode(text: str) -> list[str]:
    """Names of the keys in what a terminal sent; sequences that mean nothing here are left out."""
    names: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "\x1b" and text[at : at + 1] in ("[", "O"):
            start = at = at + 1
            while at < len(text) and not "@" <= text[at] <= "~":
                at += 1
            at += 1
            sequence = text[start:at]
            if name := _SEQUENCES.get(sequence) or _PAGES.get(sequence):
                names.append(name)
        else:
            names.append({" ": SPACE, "\r": ENTER, "\n": ENTER, "\x1b": ESCAPE, "\x03": "ctrl-c"}.get(char, char))
    return names


@contextmanager
def terminal_keys() -> Iterator[Keys]:
    """The keys of this terminal while the block runs; the terminal is put back however it ends."""
    if sys.platform == "win32":
        yield _WindowsKeys()
        return
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)  # Ctrl-C still interrupts
        yield FileKeys(descriptor)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


class FileKeys:
    """Keys from a file descriptor that can be waited for: a terminal in cbreak mode, or a pipe."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def take(self, wait_s: float) -> list[str]:
        """See Keys. The end of the file gives LOST."""
        import select

        if not select.select([self._descriptor], [], [], wait_s)[0]:
            return []
        try:
            data = os.read(self._descriptor, 1024)
        except OSError:
            data = b""
        return decode(data.decode("utf-8", "replace")) if data else [LOST]


class _WindowsKeys:
    """Keys of a Windows console."""

    def take(self, wait_s: float) -> list[str]:
        """See Keys."""
        import time
        from importlib import import_module

        console = import_module("msvcrt")
        end_s = time.monotonic() + wait_s
        while not console.kbhit() and time.monotonic() < end_s:
            time.sleep(0.005)
        names: list[str] = []
        while console.kbhit():
            char = console.getwch()
            if char in ("\0", "\xe0"):
                names += [name] if (name := _WINDOWS.get(console.getwch())) else []
            else:
                names += decode(char)
        return names
