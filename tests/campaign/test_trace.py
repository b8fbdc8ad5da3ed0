"""A drawn trace in plain Python and compiled: the same outcome, watch and all."""

from dataclasses import asdict

import pytest

from host_tools.campaign.link import Plain
from host_tools.campaign.trace import ADVERSE, run_trace


@pytest.mark.parametrize("seed", [5, 6, 8])
def test_the_outcome_does_not_depend_on_how_it_is_computed(seed: int) -> None:
    compiled, plain = run_trace(ADVERSE, seed), run_trace(ADVERSE, seed, Plain)
    assert compiled.moving_s > 1.0
    assert asdict(compiled) == asdict(plain)


def test_a_seed_is_the_same_trace_again_and_another_seed_is_another() -> None:
    assert asdict(run_trace(ADVERSE, 9)) == asdict(run_trace(ADVERSE, 9))
    assert run_trace(ADVERSE, 9).about != run_trace(ADVERSE, 10).about
