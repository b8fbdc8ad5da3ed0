"""The packed table of faults answers as the readable one does, to every question."""

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import packed_faults
from host_tools.firmware_image import deployed_files
from tapote import faults
from tests.lit import lit_json

PACKED = ModuleType("packed")
exec(packed_faults.source(), vars(PACKED))


@given(st.integers(0, (1 << 30) - 1))
def test_the_strictest_is_the_same(bits: int) -> None:
    known = bits & sum(1 << number for number in faults.FAULTS)
    assert PACKED.strictest(known) == faults.strictest(known)


def test_of_equal_ranks_the_lowest_number_wins_in_both() -> None:
    assert faults.strictest(0b1100) == PACKED.strictest(0b1100) == 2


def test_names_are_the_same() -> None:
    assert [PACKED.name(number) for number in faults.FAULTS] == [faults.name(number) for number in faults.FAULTS]
    numbers = range(1, len(faults.REASONS) + 1)
    assert [PACKED.reason(number) for number in numbers] == [faults.reason(number) for number in numbers]
    assert [PACKED.bit(number) for number in faults.FAULTS] == [faults.bit(number) for number in faults.FAULTS]


def test_every_constant_is_the_same() -> None:
    constants = {name: value for name, value in vars(faults).items() if name.isupper() and isinstance(value, int)}
    packed = {name: value for name, value in vars(PACKED).items() if name.isupper() and isinstance(value, int)}
    assert packed == {name: value for name, value in constants.items() if name not in ("SELF", "PERSON", "RESTART")}


def test_the_firmware_asks_nothing_else_of_it() -> None:
    """What only the rows can tell stays on the host."""
    sources = deployed_files(lit_json(), sources=True)
    for path, text in sources.items():
        if path not in ("tapote/faults.py", "board.json"):
            for only in ("FAULTS", "faults.REASONS[", "faults.SELF)", "faults.PERSON", "faults.RESTART)"):
                assert f"faults.{only}".encode() not in text, path
                assert b"import FAULTS" not in text


@pytest.mark.parametrize("number", [0, 30, 99])
def test_no_other_fault_has_a_name(number: int) -> None:
    if number:
        with pytest.raises(IndexError):
            PACKED.name(number)
    with pytest.raises(KeyError):
        faults.name(number)
