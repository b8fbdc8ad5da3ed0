"""Compiling: the lowest limit wins and says whose it is, nothing exceeds a cap, and no table of any kind does harm."""

import tomllib
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import caps
from host_tools.boards import Board, list_boards, load_board
from host_tools.errors import TapoteError
from host_tools.profiles.compile import compile_profile, drive_cap_permille, force_limit, stroke_wave
from host_tools.profiles.library import get_profile, library_dir, list_profiles
from host_tools.profiles.model import Profile, Stroke, parse_profile
from host_tools.profiles.program import Program
from host_tools.regions import Region, get_region, region_names
from tapote import field_names, wire
from tapote.program import Program as DeviceProgram

BOARDS = {name: load_board(name) for name in list_boards()}
REGIONS = {name: get_region(name) for name in region_names()}
RAW = {name: tomllib.loads((library_dir() / f"{name}.toml").read_text(encoding="utf-8")) for name in list_profiles()}


def check_program(program: Program, board: Board, region: Region) -> None:
    """Every promise of a compiled program; the device, asked last, has nothing left to cut."""
    assert 1 <= len(program.phases) <= caps.PHASES_MAX
    assert len(program.limits) == len(program.phases)
    assert program.duration_ms <= board.limits.session_max_s * 1000
    limits = (region.force_mn, board.limits.force_mn, caps.FORCE_LIMIT_MAX_MN)
    for phase in program.phases:
        assert phase.duration_ms >= 1
        for rate_spm in (phase.rate_from_spm, phase.rate_to_spm):
            assert board.limits.rate_min_spm <= rate_spm <= board.limits.rate_max_spm <= caps.RATE_MAX_SPM
        for permille in (phase.drive_from_permille, phase.drive_to_permille):
            assert 0 <= permille <= drive_cap_permille(board, region) <= 1000
        assert caps.FORCE_LIMIT_MIN_MN <= phase.limit_mn <= min(limits)
        assert phase.ease in (0, 1)
        assert phase.rhythm in (0, 1, 2)
        assert phase.until in (1, 3)
    assert len(program.wave) == 256
    assert all(0 <= sample <= 65_535 for sample in program.wave)
    assert board.bipolar or min(program.wave) >= 32_768
    device = DeviceProgram(
        {
            "rate_min_spm": board.limits.rate_min_spm,
            "rate_max_spm": board.limits.rate_max_spm,
            "drive_max_permille": board.limits.drive_max_permille,
            "force_limit_mn": board.limits.force_mn,
        }
    )
    layout, names = wire.MESSAGES[wire.PHASE], field_names.FIELDS[wire.PHASE]
    assert layout
    for phase in program.phases:
        assert device.add(tuple(getattr(phase, name) for name in names[1:]))
    assert device.clamped == 0
    assert device.length_ms() == program.duration_ms


@pytest.mark.parametrize("board", list(BOARDS))
@pytest.mark.parametrize("profile", list(RAW))
def test_every_library_profile_compiles_for_every_board_and_region(profile: str, board: str) -> None:
    for region in REGIONS.values():
        check_program(compile_profile(get_profile(profile), BOARDS[board], region), BOARDS[board], region)


def with_limit(force_n: float | None) -> Profile:
    """A one-phase profile with this limit."""
    raw = RAW["deep_tissue"] | {"phase": [{"name": "p", "duration_s": 10, "rate_spm": 1500, "drive_pct": 100}]}
    if force_n is not None:
        raw["phase"][0]["limit"] = {"force_n": force_n}
    return parse_profile(raw, where="test")


LIMITS = [
    (20.0, "glutes", "pico_mosfet_fsr", 20_000, "profile"),
    (40.0, "hand", "pico_mosfet_fsr", 25_000, "region"),
    (None, "thigh", "pico_mosfet_fsr", 45_000, "region"),
    (45.0, "glutes", "picow_drv8871_linear", 40_000, "board"),
    (None, "glutes", "picow_drv8871_linear", 40_000, "board"),
    (50.0, "glutes", "pico_mosfet_fsr", 50_000, "profile"),
]


@pytest.mark.parametrize(("force_n", "region", "board", "limit_mn", "won_by"), LIMITS)
def test_the_lowest_limit_wins(force_n: float | None, region: str, board: str, limit_mn: int, won_by: str) -> None:
    profile = with_limit(force_n)
    assert force_limit(profile.phase[0], BOARDS[board], REGIONS[region]) == (limit_mn, won_by)
    program = compile_profile(profile, BOARDS[board], REGIONS[region])
    assert (program.limits[0].limit_mn, program.limits[0].won_by, program.limit_mn) == (limit_mn, won_by, limit_mn)


def test_what_is_cut_is_noted() -> None:
    program = compile_profile(get_profile("warm_up"), BOARDS["picow_drv8871_linear"], REGIONS["thigh"])
    assert any("rate 2600 cut to 2400 strokes/min, the reach of picow_drv8871_linear" in note for note in program.notes)
    program = compile_profile(with_limit(20), BOARDS["pico_mosfet_fsr"], REGIONS["hand"])
    assert program.phases[0].drive_from_permille == 500
    assert any(note.startswith("drive: at most 50 %, the limit of the palm of the hand") for note in program.notes)


def test_a_session_longer_than_the_board_allows_is_shortened_with_its_end() -> None:
    raw = RAW["deep_tissue"] | {}
    raw["phase"] = [phase | {"duration_s": 200} for phase in raw["phase"]]
    program = compile_profile(parse_profile(raw, where="test"), BOARDS["pico_mosfet_fsr"], REGIONS["glutes"])
    assert program.duration_ms == 600_000
    assert len(program.phases) == 4
    assert program.notes[0] == "session of 800 s shortened to 600 s, the longest of the board"


def test_fields_reach_the_wire_as_written() -> None:
    program = compile_profile(get_profile("deep_tissue"), BOARDS["pico_mosfet_fsr"], REGIONS["glutes"])
    first, second = program.phases[:2]
    assert (first.duration_ms, first.rate_from_spm, first.rate_to_spm, first.ease) == (25_000, 1400, 1800, 1)
    assert (first.drive_from_permille, first.drive_to_permille, first.rhythm, first.until) == (300, 600, 0, 1)
    assert (second.rhythm, second.period_ms, second.depth_permille, second.until) == (1, 6000, 400, 3)
    burst = compile_profile(get_profile("reflexology_feet"), BOARDS["pico_mosfet_fsr"], REGIONS["foot"]).phases[1]
    assert (burst.rhythm, burst.period_ms, burst.on_permille, burst.depth_permille) == (2, 1000, 500, 900)


def test_without_points_the_stroke_is_a_smooth_push() -> None:
    wave = stroke_wave(None, BOARDS["picow_drv8871_linear"])
    assert (wave[0], wave[128]) == (32_768, 65_535)
    assert max(abs(after - before) for before, after in pairwise(wave)) < 600
    assert min(wave) == 32_768


def test_points_become_samples_and_a_crank_ignores_them() -> None:
    stroke = Stroke(points=((0, 0), (0.25, 1), (0.75, -1), (1, 0)))
    wave = stroke_wave(stroke, BOARDS["picow_drv8871_linear"])
    assert (wave[0], wave[64], wave[128], wave[192]) == (32_768, 65_535, 32_768, 1)
    assert stroke_wave(stroke, BOARDS["pico_mosfet_fsr"]) == stroke_wave(None, BOARDS["pico_mosfet_fsr"])


def test_an_output_that_only_pushes_never_pulls() -> None:
    raw = BOARDS["picow_drv8871_linear"]
    output = raw.output.model_copy(update={"kind": "low-side-mosfet", "pin_b": None})
    board = raw.model_copy(update={"output": output})
    wave = stroke_wave(Stroke(points=((0, -1), (0.5, 1), (1, -1))), board)
    assert min(wave) == 32_768


SCALARS = st.one_of(
    st.integers(-5, 4000),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=6),
    st.sampled_from(["smooth", "swell", "burst", "steady", "duration", "too_much", "thigh", "neck", "swedish"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["from", "to", "ease", "kind", "period_s", "any", "force_n", "points", "name"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


def containers(value: Any) -> list[Any]:
    """All tables and lists inside a value, itself included."""
    found = [value] if isinstance(value, dict | list) else []
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        found += containers(inner)
    return found


@st.composite
def mutated_profiles(draw: st.DrawFn) -> dict[str, Any]:
    """A library profile with up to four values replaced, removed, doubled or added, anywhere."""
    name = draw(st.sampled_from(sorted(RAW)))
    raw = tomllib.loads((library_dir() / f"{name}.toml").read_text(encoding="utf-8"))
    for _ in range(draw(st.integers(1, 4))):
        holder: Any = draw(st.sampled_from(containers(raw)))
        if isinstance(holder, list):
            at = draw(st.integers(0, len(holder)))
            holder.insert(at, holder[at] if at < len(holder) else draw(VALUES))
            continue
        key = draw(st.sampled_from(sorted(holder)) if holder else st.text(max_size=4))
        match draw(st.sampled_from(["replace", "scale", "remove", "add"])):
            case "remove":
                holder.pop(key, None)
            case "scale" if isinstance(holder.get(key), int | float):
                holder[key] = holder[key] * draw(st.floats(0.2, 3))
            case "add":
                holder[draw(st.text(max_size=4))] = draw(VALUES)
            case _:
                holder[key] = draw(VALUES)
    return raw


@given(mutated_profiles(), st.sampled_from(sorted(BOARDS)), st.sampled_from(sorted(REGIONS)))
def test_a_mutated_profile_is_refused_or_respects_every_cap(raw: dict[str, Any], board: str, region: str) -> None:
    refusal: TapoteError | None = None
    profile: Profile | None = None
    try:
        profile = parse_profile(raw, where="mutant")
    except TapoteError as error:
        refusal = error
    if profile is not None:
        check_program(compile_profile(profile, BOARDS[board], REGIONS[region]), BOARDS[board], REGIONS[region])
    elif refusal is not None:
        assert "problem" in str(refusal)


@given(st.dictionaries(st.sampled_from(["schema", "name", "phase", "regions", "stroke"]) | st.text(max_size=6), VALUES))
def test_any_table_is_refused_with_a_message(raw: dict[str, Any]) -> None:
    with pytest.raises(TapoteError, match=r"profile any: \d+ problem"):
        parse_profile(raw, where="any")
