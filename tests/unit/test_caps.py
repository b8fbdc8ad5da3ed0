"""The host's copies of what the firmware enforces are the firmware's numbers."""

from host_tools import caps
from host_tools.param_rows import ROWS
from host_tools.profiles import program as host_program
from tapote import params, program


def test_caps_are_those_of_the_safety_page() -> None:
    assert (caps.FORCE_LIMIT_MAX_MN, caps.TRIP_MAX_MN) == (50_000, 65_000)
    assert (caps.RATE_MIN_SPM, caps.RATE_MAX_SPM) == (300, 3200)
    assert caps.SESSION_MAX_S == params.SESSION_CAP_S == 900


def test_the_foldback_starts_where_a_device_starts_it_unless_told_otherwise() -> None:
    row = ROWS["fold_permille"]
    assert row.default == caps.FOLDBACK_SHARE * 1000


def test_the_device_keeps_as_many_phases_as_the_host_thinks() -> None:
    assert caps.PHASES_MAX == program.PHASES_MAX


def test_the_ends_of_a_phase_have_the_same_bits() -> None:
    assert host_program.UNTIL_DURATION == program.UNTIL_DURATION
    assert host_program.UNTIL_TOO_MUCH == program.UNTIL_TOO_MUCH
