"""Making a program gentler: never, by any factor, does anything rise."""

from hypothesis import given
from hypothesis import strategies as st

from host_tools import caps
from host_tools.boards import Board
from host_tools.guide.lower import Gentler, lowered
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import get_profile, list_profiles
from host_tools.profiles.program import Program
from host_tools.regions import get_region, region_names

FACTOR = st.floats(allow_nan=True, allow_infinity=True)
CAP = st.none() | st.integers(0, 100_000)


def program(board: Board, profile: str = "deep_tissue", region: str = "glutes") -> Program:
    return compile_profile(get_profile(profile), board, get_region(region))


@given(st.sampled_from(list_profiles()), st.sampled_from(region_names()), FACTOR, FACTOR, CAP, CAP)
def test_nothing_ever_rises(
    board: Board,
    profile: str,
    region: str,
    limit_scale: float,
    drive_scale: float,
    limit_cap_mn: int | None,
    drive_cap: int | None,
) -> None:
    full = program(board, profile, region)
    less = lowered(full, Gentler(limit_scale, drive_scale, limit_cap_mn, drive_cap))
    assert less.duration_ms == full.duration_ms
    for before, after, record in zip(full.phases, less.phases, less.limits, strict=True):
        assert min(caps.FORCE_LIMIT_MIN_MN, before.limit_mn) <= after.limit_mn <= before.limit_mn
        assert 0 <= after.drive_from_permille <= before.drive_from_permille
        assert 0 <= after.drive_to_permille <= before.drive_to_permille
        assert record.limit_mn == after.limit_mn
        assert (before.rate_from_spm, before.rate_to_spm) == (after.rate_from_spm, after.rate_to_spm)


def test_the_scale_and_the_cap_are_what_goes_to_the_device(board: Board) -> None:
    """Deep tissue on the buttocks asks for limits up to 50 N: times 0.7 is 35 N; the cap of 25 N then wins."""
    full = program(board)
    highest = max(range(len(full.phases)), key=lambda at: full.phases[at].limit_mn)
    less = lowered(full, Gentler(0.7, 0.5))
    assert less.phases[highest].limit_mn == full.phases[highest].limit_mn * 7 // 10
    assert less.phases[highest].drive_to_permille == full.phases[highest].drive_to_permille // 2
    capped = lowered(full, Gentler(0.7, 1.0, 25_000, 500))
    assert capped.limit_mn == 25_000
    assert max(max(phase.drive_from_permille, phase.drive_to_permille) for phase in capped.phases) <= 500


def test_without_anything_to_lower_nothing_changes(board: Board) -> None:
    assert lowered(program(board), Gentler()) == program(board)
