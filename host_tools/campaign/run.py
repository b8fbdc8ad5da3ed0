"""A whole campaign: both kinds of traces, and the result that is printed, kept as JSON, and put into the docs."""

import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from host_tools.campaign import pool, verdict


def campaign(
    traces: int, hours: float, seed: int, jobs: int, results: Path | None, progress: pool.Progress
) -> dict[str, Any]:
    """Run it. wall_s counts this call only, as what is taken from a results file costs nothing; cpu_s counts all that
    the outcomes took when they were made."""
    start_s = time.perf_counter()
    kept = pool.Kept(results)
    result: dict[str, Any] = {"tapote": version("tapote"), "fingerprint": pool.fingerprint(), "jobs": jobs}
    made: list[dict[str, Any]] = []
    if traces:
        outcomes = pool.adverse(traces, seed, jobs, kept, progress)
        made += outcomes
        result["adverse"] = verdict.adverse(outcomes)
    if hours:
        outcomes = pool.normal(hours, seed, jobs, kept, progress)
        made += outcomes
        result["normal"] = verdict.normal(outcomes)
    result["emulated_s"] = round(sum(outcome["total_s"] for outcome in made), 1)
    result["cpu_s"] = round(sum(outcome["cpu_s"] for outcome in made), 1)
    result["wall_s"] = round(time.perf_counter() - start_s, 1)
    result["failed"] = verdict.failed(result)
    return result
