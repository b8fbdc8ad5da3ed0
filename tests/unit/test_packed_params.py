"""The packed table answers as the readable one does, to every question."""

from array import array
from types import ModuleType

import pytest

from host_tools import packed_params
from tapote import params


@pytest.fixture(scope="module")
def packed() -> ModuleType:
    module = ModuleType("packed")
    exec(packed_params.source(), vars(module))
    return module


def test_every_slot_is_found_by_its_name_and_no_other(packed: ModuleType) -> None:
    assert [packed.slot(name) for name in params.SLOTS] == list(range(params.count()))
    assert packed.count() == params.count()
    assert [packed.name(index) for index in range(packed.count())] == list(params.SLOTS)
    for name in ("", "now", "us", "now_us due_us", "force_mn_"):
        with pytest.raises(KeyError):
            packed.slot(name)


def test_ranges_defaults_and_settings_are_the_same(packed: ModuleType) -> None:
    assert packed.defaults() == params.defaults()
    assert packed.settings() == params.settings()
    for index in range(params.count()):
        assert packed.is_setting(index) == params.is_setting(index)
        for value in (-(1 << 31), -1, 0, 1, 40_000, (1 << 31) - 1):
            assert packed.within(index, value) == params.within(index, value)


def test_values_are_placed_by_name(packed: ModuleType) -> None:
    values = {"tick_us": 250, "rest_s": 7, "no_such_slot": 1}
    regs, expected = array("i", [0] * params.count()), array("i", [0] * params.count())
    packed.place(values, regs)
    params.place(values, expected)
    assert regs == expected
    assert (regs[params.slot("tick_us")], regs[params.slot("rest_s")], sum(regs)) == (250, 7, 257)


def test_keys_and_hash_are_the_same(packed: ModuleType) -> None:
    assert [packed.key(index) for index in packed.settings()] == [params.key(index) for index in params.settings()]
    assert packed.table_hash() == params.table_hash()


def test_every_constant_is_the_same(packed: ModuleType) -> None:
    constants = {name: value for name, value in vars(params).items() if name.isupper() and isinstance(value, int)}
    assert constants.items() <= vars(packed).items()
    assert packed.RING_FIELDS == params.RING_FIELDS


def test_the_firmware_asks_nothing_else_of_it(packed: ModuleType) -> None:
    """What only the rows can tell (PARAMS, SLOTS) stays on the host."""
    functions = {
        name for name, value in vars(params).items() if callable(value) and value.__module__ == params.__name__
    }
    assert functions <= vars(packed).keys()
