"""A `micropython` module for CPython, so that the firmware in firmware/tapote/ imports here from the same source.

Only what shared modules use: `const`, and decorators that leave the function as it is. The viper compiler also knows
pointer casts by name; `viper` gives the decorated function's module the same names as identities, since on CPython the
array itself is the pointer. Setting them in the module rather than in builtins lets Numba rebind them for one module.

What this cannot imitate is viper's 32-bit arithmetic: Python's integers do not wrap. Kernel stages state their ranges,
and the parity tests run the extremes on both.
"""

import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
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
    """Return function unchanged, after giving its module the pointer casts that it does not define itself."""
    if isinstance(function, FunctionType):
        for name in POINTER_CASTS:
            function.__globals__.setdefault(name, pointer_cast)
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
