"""A small campaign in every `make test`. The whole one is `make campaign`; its figures are in docs/campaign.md."""

import pytest

from host_tools.campaign import pool, verdict
from host_tools.campaign.trace import ADVERSE, NORMAL

# Other seeds than those of the whole campaign, so that the two add up.
ADVERSE_FIRST, ADVERSE_EACH, PARTS = 1_000_000, 75, 4
NORMAL_FIRST, NORMAL_HOURS = 1_000_100, 0.25


def quiet(kind: str, share: float, text: str) -> None:
    """Nobody watches."""


@pytest.mark.parametrize("part", range(PARTS))
def test_no_invariant_breaks_under_any_hand(part: int) -> None:
    first = ADVERSE_FIRST + part * ADVERSE_EACH
    outcomes = pool.adverse(ADVERSE_EACH, first, 1, pool.Kept(None), quiet)
    result = verdict.adverse(outcomes)
    assert result["broken"] == []
    assert {outcome["kind"] for outcome in outcomes} == {ADVERSE}
    # The traces do what they are for: they run, they are pressed too hard, and they trip.
    assert result["moving_h"] * 3600 > 2.0 * ADVERSE_EACH
    assert result["traces_backed_off"] > ADVERSE_EACH / 2
    assert result["traces_over_trip"] > ADVERSE_EACH / 10
    assert result["faults"]["FORCE_TRIP"] > ADVERSE_EACH / 10


@pytest.mark.parametrize("part", range(PARTS))
def test_normal_use_meets_no_fault_without_a_reason(part: int) -> None:
    outcomes = pool.normal(NORMAL_HOURS, NORMAL_FIRST + part * 1000, 1, pool.Kept(None), quiet)
    result = verdict.normal(outcomes)
    assert {outcome["kind"] for outcome in outcomes} == {NORMAL}
    assert result["hours"] >= NORMAL_HOURS
    assert result["broken"] == []
    assert [row for row in result["rows"] if not row["real"]] == []
