"""Field documentation: found by the location of an error, with unit and range, through lists and unions."""

import pytest

from host_tools.board_model import Board
from host_tools.fields import find, keys_at, kinds_at, walk
from host_tools.profiles.model import Profile


def test_a_key_in_a_union_is_found_with_unit_and_range() -> None:
    doc = find(Board, ("motor", "crank", "stall_ma"))
    assert doc is not None
    assert doc.range_text() == "100 to 200000 mA"


def test_a_key_in_a_list_is_found() -> None:
    doc = find(Profile, ("phase", 3, "drive_pct", "from"))
    assert doc is not None
    assert doc.range_text() == "0 to 100 %"


def test_an_alias_is_found_by_the_name_in_the_file() -> None:
    doc = find(Profile, ("schema",))
    assert doc is not None
    assert doc.range_text() == "one of: 1"
    assert find(Profile, ("schema_version",)) is None


@pytest.mark.parametrize("path", [("nothing",), ("motor", "crank", "nothing"), ("output", "pin", "deeper")])
def test_an_unknown_key_is_not_found(path: tuple[str, ...]) -> None:
    assert find(Board, path) is None


def test_known_keys_and_kinds_of_a_table() -> None:
    assert keys_at(Board, ("crank",)) == ["stroke_um", "gear_milli"]
    assert "force_constant_mn_per_a" in keys_at(Board, ("motor", "linear"))
    assert "force_constant_mn_per_a" not in keys_at(Board, ("motor", "crank"))
    assert kinds_at(Board, ("motor",)) == ["crank", "linear"]
    assert kinds_at(Profile, ("phase", 0, "rhythm")) == ["steady", "swell", "burst"]


@pytest.mark.parametrize("model", [Board, Profile])
def test_every_number_has_a_range(model: type[Board] | type[Profile]) -> None:
    for doc in walk(model):
        assert doc.kind not in ("number", "whole number") or doc.low is not None, doc.path
