"""Profile files of every kind: a model within all caps or one clear error, never a traceback, never executed."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import caps
from host_tools.board_compile import compile_board
from host_tools.boards import list_boards, load_board
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import library_dir, list_profiles
from host_tools.profiles.lint import lint
from host_tools.profiles.model import Profile, load_profile
from host_tools.regions import get_region, region_names
from tapote import params, program, setup
from tests.fuzz.effort import effort
from tests.fuzz.hostile import judged, refused_or, shown, spoiled, spoiled_bytes, trees
from tests.fuzz.toml_text import dumps

TEXTS = {name: (library_dir() / f"{name}.toml").read_bytes() for name in list_profiles()}
GOOD = [tomllib.loads(text.decode()) for text in TEXTS.values()]
BOARDS = [load_board(name) for name in list_boards()]
JSONS = [setup.capped(compile_board(board)) for board in BOARDS]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profiles") / "fuzzed.toml"


def must_be_within_caps(profile: Profile) -> None:
    """The model, its program for every board and region that it names, and what the device makes of that."""
    assert 0 < profile.duration_s <= caps.SESSION_MAX_S
    assert lint(profile) is not None
    for phase in profile.phase:
        for rate in (phase.rate_spm.start, phase.rate_spm.end):
            assert caps.RATE_MIN_SPM <= rate <= caps.RATE_MAX_SPM
        assert 0 <= phase.drive_pct.start <= 100
        assert 0 <= phase.drive_pct.end <= 100
        assert phase.limit is None or 5 <= phase.limit.force_n <= 50
    for board, json in zip(BOARDS, JSONS, strict=True):
        for name in profile.regions:
            region = get_region(name)
            compiled = compile_profile(profile, board, region)
            assert compiled.duration_ms <= min(board.limits.session_max_s, params.SESSION_CAP_S) * 1000
            assert compiled.limit_mn <= min(board.limits.force_mn, region.force_mn, params.FORCE_CAP_MN)
            assert len(compiled.wave) == 256
            assert all(0 <= sample <= 65535 for sample in compiled.wave)
            device = program.Program(json)
            for row in compiled.phases:
                assert max(row.drive_from_permille, row.drive_to_permille) <= region.drive_pct * 10
                assert device.add(tuple(vars(row).values()))
            assert device.clamped == 0, "the device had to cut what the host should have"
            assert device.length_ms() == compiled.duration_ms


@given(st.binary(max_size=400))
@effort(100)
def test_random_bytes(path: Path, data: bytes) -> None:
    assert judged(load_profile, path, data) is None


@given(trees())
@effort(100)
def test_valid_toml_of_anything(path: Path, tree: dict[str, Any]) -> None:
    assert judged(load_profile, path, dumps(tree).encode()) is None


@given(st.sampled_from(GOOD).flatmap(spoiled))
@effort(250)
def test_shipped_profiles_with_a_few_places_spoiled(path: Path, tree: dict[str, Any]) -> None:
    refused_or(must_be_within_caps, load_profile, path, dumps(tree).encode())


@given(st.sampled_from(list(TEXTS.values())).flatmap(spoiled_bytes))
@effort(150)
def test_shipped_profiles_with_their_text_spoiled(path: Path, data: bytes) -> None:
    refused_or(must_be_within_caps, load_profile, path, data)


def number(low: float, high: float) -> st.SearchStrategy[float]:
    """Its ends, whole numbers and any between."""
    return st.one_of(st.sampled_from([low, high]), st.integers(int(low) + 1, int(high)), st.floats(low, high))


def ends(low: float, high: float) -> st.SearchStrategy[Any]:
    return st.one_of(number(low, high), st.fixed_dictionaries({"from": number(low, high), "to": number(low, high)}))


NAMES = shown(1, 6)
SWELLS = st.fixed_dictionaries({"kind": st.just("swell"), "period_s": number(0.5, 60), "depth_pct": number(1, 100)})
BURSTS = st.fixed_dictionaries({"kind": st.just("burst"), "period_s": number(0.5, 60), "on_pct": number(5, 95)})
PHASES = st.fixed_dictionaries(
    {"name": NAMES, "duration_s": number(1, 56), "rate_spm": ends(300, 3200), "drive_pct": ends(0, 100)},
    optional={
        "rhythm": st.one_of(st.just({"kind": "steady"}), SWELLS, BURSTS),
        "limit": st.fixed_dictionaries({"force_n": number(5, 50)}),
        "until": st.just({"any": ["too_much", "duration"]}),
    },
)
DRIVES = st.floats(-1, 1)
STROKES = st.tuples(DRIVES, st.sets(st.floats(0.001, 0.999), max_size=9), DRIVES).flatmap(
    lambda parts: st.lists(DRIVES, min_size=len(parts[1]), max_size=len(parts[1])).map(
        lambda inner: [[0, parts[0]], *map(list, zip(sorted(parts[1]), inner, strict=True)), [1, parts[2]]]
    )
)
PROFILES = st.fixed_dictionaries(
    {
        "schema": st.just(1),
        "name": NAMES,
        "technique": st.sampled_from(["swedish", "recovery"]),
        "regions": st.lists(st.sampled_from(region_names()), min_size=1, max_size=9, unique=True),
        "phase": st.lists(PHASES, min_size=1, max_size=16),
    },
    optional={"stroke": STROKES.map(lambda points: {"points": points})},
)


@given(PROFILES)
@effort(150)
def test_every_profile_of_the_grammar_is_accepted_and_stays_within_the_caps(path: Path, tree: dict[str, Any]) -> None:
    """So the checks above meet accepted files too, and not only refusals."""
    profile = judged(load_profile, path, dumps(tree).encode())
    assert profile is not None
    must_be_within_caps(profile)
