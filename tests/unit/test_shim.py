"""The stand-in for MicroPython's `micropython` module."""

import builtins
import subprocess
import sys
from array import array
from types import FunctionType

import micropython
import pytest

from host_tools import shim


def in_new_module(source: str) -> dict[str, object]:
    """The globals of a module made of this source, run where only the shim can have put names."""
    names: dict[str, object] = {"micropython": micropython}
    exec(source, names)
    return names


def test_importing_host_tools_makes_micropython_importable() -> None:
    code = "import host_tools; from micropython import const; print(const(7))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "7\n"


def test_installing_again_keeps_the_module() -> None:
    before = sys.modules["micropython"]
    shim.install()
    assert sys.modules["micropython"] is before


@pytest.mark.parametrize("decorator", [micropython.viper, micropython.native])
def test_decorators_return_the_function_itself(decorator: FunctionType) -> None:
    def function() -> int:
        return 3

    assert decorator(function) is function


def test_viper_function_reads_and_writes_through_its_pointer() -> None:
    names = in_new_module(
        "@micropython.viper\n"
        "def copy(source: object, target: object) -> int:\n"
        "    ptr32(target)[1] = ptr16(source)[0] + ptr8(source)[1]\n"
        "    return 5\n"
    )
    copy, target = names["copy"], array("i", [0, 0])
    assert isinstance(copy, FunctionType)
    assert copy(array("H", [40, 2]), target) == 5
    assert target.tolist() == [0, 42]


def test_pointer_casts_may_stand_in_annotations_as_viper_wants_them() -> None:
    names = in_new_module("@micropython.viper\ndef second(words: ptr32) -> int:\n    return words[1]\n")
    second = names["second"]
    assert isinstance(second, FunctionType)
    assert second(array("i", [1, 2])) == 2


def test_pointer_casts_are_builtins_that_return_what_they_get() -> None:
    for name in shim.POINTER_CASTS:
        source = object()
        assert vars(builtins)[name](source) is source
