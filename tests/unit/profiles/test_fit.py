"""Fitting a program to a length: to the millisecond, with its end, and no phase longer than its author wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import caps
from host_tools.boards import load_board
from host_tools.errors import UsageError
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.fit import fit_seconds
from host_tools.profiles.library import get_profile, list_profiles
from host_tools.profiles.program import Program
from host_tools.regions import get_region


def program(name: str = "deep_tissue") -> Program:
    """A library profile on the default board and its first region."""
    profile = get_profile(name)
    return compile_profile(profile, load_board(), get_region(profile.regions[0]))


PROGRAMS = {name: program(name) for name in list_profiles()}


def test_the_same_length_changes_nothing() -> None:
    assert fit_seconds(program(), 90) == program()


def test_shorter_keeps_shape_and_end() -> None:
    fitted = fit_seconds(program(), 45)
    assert [phase.duration_ms for phase in fitted.phases] == [12_500, 15_000, 7500, 10_000]
    assert fitted.phases[-1].drive_to_permille == program().phases[-1].drive_to_permille
    assert [phase.period_ms for phase in fitted.phases] == [phase.period_ms for phase in program().phases]


def test_longer_repeats_whole_rounds() -> None:
    fitted = fit_seconds(program(), 180)
    assert fitted.phases == program().phases * 2
    assert fitted.limits == program().limits * 2


@given(st.sampled_from(sorted(PROGRAMS)), st.floats(1, 600))
def test_any_length_is_met_to_the_millisecond_or_refused(name: str, seconds: float) -> None:
    original = PROGRAMS[name]
    refusal: UsageError | None = None
    fitted: Program | None = None
    try:
        fitted = fit_seconds(original, seconds)
    except UsageError as error:
        refusal = error
    if refusal is not None:
        assert f"the device keeps {caps.PHASES_MAX}" in str(refusal)
        assert "at most" in refusal.fix
    if fitted is not None:
        assert fitted.duration_ms == round(seconds * 1000)
        assert len(fitted.phases) <= caps.PHASES_MAX
        for index, phase in enumerate(fitted.phases):
            # A millisecond of rounding; the phase itself is never stretched.
            assert 1 <= phase.duration_ms <= original.phases[index % len(original.phases)].duration_ms + 1
        assert fitted.limit_mn == original.limit_mn


@pytest.mark.parametrize("seconds", [0, 0.5, -3, 601, float("nan"), float("inf")])
def test_a_length_out_of_range_is_refused(seconds: float) -> None:
    with pytest.raises(UsageError, match="is out of range; allowed 1 to 600 s on pico_mosfet_fsr"):
        fit_seconds(program(), seconds)
