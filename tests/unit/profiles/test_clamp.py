"""Cutting an imported profile: never above the limits, every change said, nothing else touched."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from host_tools.boards import list_boards, load_board
from host_tools.profiles.clamp import CAPS, Limits, beside, clamp, limits_of
from host_tools.profiles.compare import compare
from host_tools.profiles.library import get_profile
from host_tools.profiles.model import Profile, parse_profile
from host_tools.profiles.write import to_toml
from host_tools.toml_read import parse_toml
from tests.unit.profiles.some import profiles

WEAK = Limits("the weak board", 30, 600, 1600, 50, 60)
LIMITS = st.builds(
    Limits,
    st.just("test"),
    st.floats(5, 50),
    st.integers(300, 1500),
    st.integers(1501, 3200),
    st.floats(5, 100),
    st.integers(60, 900),
)


def test_every_change_is_said() -> None:
    kept, changes = clamp(get_profile("deep_tissue"), WEAK)
    said = [str(change) for change in changes]
    assert said[0] == "phase[1].rate_spm.to: 1800 strokes/min became 1600 strokes/min, the limit of the weak board"
    assert "phase[2].drive_pct.to: 75 % became 50 %, the limit of the weak board" in said
    assert "phase[4].limit.force_n: 50 N became 30 N, the limit of the weak board" in said
    # 90 s into 60 s, four phases of at least 1 s: (60 - 4) / (90 - 4) = 0.651 of what is above that, down to tenths.
    # 25 s: 1 + 24 * 0.651 = 16.63; 30 s: 19.88; 15 s: 10.12; 20 s: 13.37.
    assert [phase.duration_s for phase in kept.phase] == [16.6, 19.8, 10.1, 13.3]
    differing = sum(row.differs for row in compare(get_profile("deep_tissue"), kept))
    assert differing == 1 + len(
        {change.path.rpartition(".to")[0] or change.path.replace(".from", "") for change in changes}
    )


def test_the_comments_in_the_file_say_what_was_written_before() -> None:
    kept, changes = clamp(get_profile("deep_tissue"), WEAK)
    text = to_toml(kept, beside=beside(changes))
    assert "# from was 60 %, to was 75 %; cut to the weak board" in text
    assert "# was 75 %; cut to the weak board" in text  # both ends of phase 3
    assert "# to was 1800 strokes/min; cut to the weak board" in text
    assert "# was 50 N; cut to the weak board" in text
    assert "# was 25 s; cut to the weak board" in text
    assert parse_profile(parse_toml(text, "x"), where="x") == kept


def test_what_is_within_the_limits_stays_the_same_object() -> None:
    profile = get_profile("swedish")
    for board in map(load_board, list_boards()):
        assert clamp(profile, limits_of(board)) == (profile, [])
    assert clamp(profile, CAPS)[0] is profile


def within(profile: Profile, limits: Limits) -> bool:
    return profile.duration_s <= limits.session_max_s + 1e-6 and all(
        limits.rate_min_spm <= min(phase.rate_spm.start, phase.rate_spm.end)
        and max(phase.rate_spm.start, phase.rate_spm.end) <= limits.rate_max_spm
        and max(phase.drive_pct.start, phase.drive_pct.end) <= limits.drive_max_pct
        and (phase.limit is None or phase.limit.force_n <= limits.force_n)
        for phase in profile.phase
    )


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every value of a table by its path."""
    if isinstance(value, dict):
        return {k: v for key, part in value.items() for k, v in leaves(part, f"{path}.{key}" if path else key).items()}
    if isinstance(value, list) and path == "phase":
        return {k: v for at, part in enumerate(value, 1) for k, v in leaves(part, f"{path}[{at}]").items()}
    return {path: copy.deepcopy(value)}


@given(profiles(), LIMITS)
@settings(max_examples=60)
def test_any_profile_ends_within_any_limits_and_each_difference_is_reported_once(
    profile: Profile, limits: Limits
) -> None:
    kept, changes = clamp(profile, limits)
    assert within(kept, limits)
    before, after = (leaves(each.model_dump(mode="json", by_alias=True)) for each in (profile, kept))
    assert sorted(path for path in before if before[path] != after[path]) == sorted(change.path for change in changes)
    assert clamp(kept, limits) == (kept, [])
