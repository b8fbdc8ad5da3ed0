"""`micropython` and `framebuf` for CPython, so that the firmware in firmware/tapote/ imports here from the same source.

Only what shared modules use: a `FrameBuffer`, `const`, and decorators that leave the function as it is. The viper
compiler also knows pointer casts by name, in annotations too; `install` makes them builtins here as they are there, as
identities, since on CPython the array itself is the pointer.

What this cannot imitate is viper's 32-bit arithmetic: Python's integers do not wrap. Kernel stages state their ranges,
and the parity tests run the extremes on both.
"""

import builtins
import sys
from collections.abc import Callable
from types import ModuleType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

POINTER_CASTS = ("ptr8", "ptr16", "ptr32")


def const(value: T, /) -> T:
    """Return value: MicroPython's parser folds constants, CPython has nothing to do."""
    return value


def pointer_cast(source: T, /) -> T:
    """Return source: indexing an `array` reads and writes the items that a device pointer would."""
    return source


def viper(function: Callable[P, R], /) -> Callable[P, R]:
    """Return function unchanged."""
    return function


def native(function: Callable[P, R], /) -> Callable[P, R]:
    """Return function unchanged."""
    return function


class FrameBuffer:
    """The part of `framebuf` that the display's driver uses, for pages of 8 dots.

    Its letters are for machines: each column of one is its ASCII code, a space is empty.
    """

    def __init__(self, dots: bytearray, width: int, height: int, layout: int) -> None:
        if (height, layout, len(dots)) != (8, MONO_VLSB, width):
            raise ValueError("one page in MONO_VLSB")
        self._dots = dots

    def fill(self, colour: int) -> None:
        """Every dot."""
        self._dots[:] = bytes([0xFF if colour else 0]) * len(self._dots)

    def fill_rect(self, x: int, y: int, width: int, height: int, colour: int) -> None:
        """A whole rectangle."""
        mask = (1 << height) - 1 << y
        for at in range(x, x + width):
            self._dots[at] = self._dots[at] | mask if colour else self._dots[at] & ~mask

    def rect(self, x: int, y: int, width: int, height: int, colour: int) -> None:
        """The edge of a rectangle."""
        for box in ((x, y, width, 1), (x, y + height - 1, width, 1), (x, y, 1, height), (x + width - 1, y, 1, height)):
            self.fill_rect(*box, colour)

    def text(self, text: str, x: int, y: int, colour: int) -> None:
        """Letters of 8 columns; what does not fit is cut."""
        for index, letter in enumerate(text.encode("ascii").replace(b" ", b"\0")):
            for at in range(x + 8 * index, min(x + 8 * index + 8, len(self._dots))):
                self._dots[at] |= letter << y if colour else 0


MONO_VLSB = 0


def install() -> None:
    """Put the modules into `sys.modules` unless they are there; calling again changes nothing."""
    if "micropython" in sys.modules:
        return
    drawing = ModuleType("framebuf", "Stand-in for MicroPython's module of this name; see host_tools.shim.")
    drawing.__dict__.update(FrameBuffer=FrameBuffer, MONO_VLSB=MONO_VLSB)
    sys.modules["framebuf"] = drawing
    module = ModuleType("micropython", "Stand-in for MicroPython's module of this name; see host_tools.shim.")
    for provided in (const, viper, native):
        setattr(module, provided.__name__, provided)
    sys.modules["micropython"] = module
    for name in POINTER_CASTS:
        setattr(builtins, name, pointer_cast)
