"""A `micropython` module for CPython, so that the firmware in firmware/tapote/ imports here from the same source.

Only what shared modules use: `const`, and decorators that leave the function as it is. The viper compiler also knows
pointer casts by name, in annotations too; `install` makes them builtins here as they are there, as identities, since on
CPython the array itself is the pointer.

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


def install() -> None:
    """Put the module into `sys.modules` unless there is one; calling again changes nothing."""
    if "micropython" in sys.modules:
        return
    module = ModuleType("micropython", "Stand-in for MicroPython's module of this name; see host_tools.shim.")
    for provided in (const, viper, native):
        setattr(module, provided.__name__, provided)
    sys.modules["micropython"] = module
    for name in POINTER_CASTS:
        setattr(builtins, name, pointer_cast)
