"""Many seeds on several cores: each of them, once, in order."""

import pytest

from host_tools.campaign.pool import Kept, adverse
from host_tools.campaign.trace import ADVERSE


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_seed_is_left_out_between_two_batches(jobs: int) -> None:
    """All are known already, so that no worker has anything to do; 40 seeds are several batches of two workers."""
    kept = Kept(None)
    for seed in range(40):
        kept.add({"kind": ADVERSE, "seed": seed})
    done = adverse(40, 0, jobs, kept, lambda kind, share, text: None)
    assert [outcome["seed"] for outcome in done] == list(range(40))
