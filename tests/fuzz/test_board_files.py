"""Board files of every kind: a model whose board.json the device takes as it is, or one clear error."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import fields
from host_tools.board_compile import compile_board
from host_tools.board_model import Board
from host_tools.boards import list_boards, load_board, parse_board
from host_tools.paths import repo_or_data
from host_tools.toml_read import read_toml
from tapote import params, setup
from tests.fuzz.effort import effort
from tests.fuzz.hostile import judged, refused_or, slots, spoiled, spoiled_bytes, trees
from tests.fuzz.toml_text import dumps

TEXTS = {name: (repo_or_data("boards") / f"{name}.toml").read_bytes() for name in list_boards()}
GOOD = [tomllib.loads(text.decode()) for text in TEXTS.values()]
RAW_MAX = 4095


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("boards") / "fuzzed.toml"


def load(path: Path) -> Board:
    """As load_board, but for the rule that a board is called like its file."""
    return parse_board(read_toml(path), where=str(path))


def must_suit_the_device(board: Board) -> None:
    """Its limits are within the caps, and nothing that the device makes of it leaves the ranges of the table."""
    limits = board.limits
    assert limits.force_mn < limits.trip_mn <= params.TRIP_CAP_MN
    assert limits.force_mn <= params.FORCE_CAP_MN
    assert params.RATE_FLOOR_SPM <= limits.rate_min_spm < limits.rate_max_spm <= params.RATE_CAP_SPM
    json = compile_board(board)
    assert setup.capped(json) == json, "the device had to cut what the host should have refused"
    for name, value in setup.board_slots(json).items():
        assert params.within(params.slot(name), value) == value, name
    table = json["force_table"]
    assert len(table) == 65
    assert table == sorted(table)
    assert 0 <= table[0] <= table[-1] <= 65535
    assert 2 * table[json["force_raw_max"] + 63 >> 6] >= json["trip_mn"], "the trip is seen before the short"
    assert 0 <= json["force_raw_min"] < json["force_raw_max"] <= RAW_MAX
    for points in (json["current_points"], json["battery_points"], json["temp_points"]):
        assert points == sorted(points)
        assert len({raw for raw, _ in points}) == len(points), "a step without width divides by zero on the device"


@given(st.binary(max_size=400))
@effort(100)
def test_random_bytes(path: Path, data: bytes) -> None:
    assert judged(load, path, data) is None


@given(trees())
@effort(100)
def test_valid_toml_of_anything(path: Path, tree: dict[str, Any]) -> None:
    assert judged(load, path, dumps(tree).encode()) is None


@given(st.sampled_from(GOOD).flatmap(spoiled))
@effort(250)
def test_shipped_boards_with_a_few_places_spoiled(path: Path, tree: dict[str, Any]) -> None:
    refused_or(must_suit_the_device, load, path, dumps(tree).encode())


@given(st.sampled_from(list(TEXTS.values())).flatmap(spoiled_bytes))
@effort(150)
def test_shipped_boards_with_their_text_spoiled(path: Path, data: bytes) -> None:
    refused_or(must_suit_the_device, load, path, data)


@st.composite
def within_ranges(draw: st.DrawFn, good: dict[str, Any]) -> dict[str, Any]:
    """A shipped board with a few numbers changed within the range that the reference gives for each."""
    tree = copy.deepcopy(good)
    numbers = [
        (section, key)
        for section, table in tree.items()
        if isinstance(table, dict)
        for _, key in slots(table)
        if isinstance(key, str) and type(table.get(key)) is int
    ]
    for section, key in draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=4)):
        kind = [tree[section]["kind"]] if "kind" in tree[section] else []
        doc = fields.find(Board, [section, *kind, key])
        assert doc is not None
        assert doc.low is not None
        assert doc.high is not None
        low, high = int(doc.low), int(doc.high)
        close = tree[section][key] * draw(st.integers(500, 2000)) // 1000
        tree[section][key] = draw(st.sampled_from([low, high, min(max(close, low), high)]))
    return tree


@given(st.sampled_from(GOOD).flatmap(within_ranges))
@effort(300)
def test_boards_with_other_numbers_of_the_grammar(path: Path, tree: dict[str, Any]) -> None:
    """Some two in five are accepted, so the checks of accepted boards are not only met by the shipped ones."""
    refused_or(must_suit_the_device, load, path, dumps(tree).encode())


@pytest.mark.parametrize("name", list_boards())
def test_the_shipped_boards_suit_the_device(name: str) -> None:
    must_suit_the_device(load_board(name))
