"""A whole campaign: both kinds of traces, and the result that is printed, kept as JSON, and put into the docs."""

import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from host_tools.campaign import pool, verdict


def campaign(
    traces: int, hours: float, seed: int, jobs: int, results: Path | None, progress: pool.Progress
) -> dict[str, Any]:
    """Run it. wall_s counts this call only: what was taken from a results file cost nothing."""
    start_s = time.perf_counter()
    kept = pool.Kept(results)
    result: dict[str, Any] = {"tapote": version("tapote"), "fingerprint": pool.fingerprint(), "jobs": jobs}
    emulated_s = 0.0
    if traces:
        outcomes = pool.adverse(traces, seed, jobs, kept, progress)
        emulated_s += sum(outcome["total_s"] for outcome in outcomes)
        result["adverse"] = verdict.adverse(outcomes)
    if hours:
        outcomes = pool.normal(hours, seed, jobs, kept, progress)
        emulated_s += sum(outcome["total_s"] for outcome in outcomes)
        result["normal"] = verdict.normal(outcomes)
    result["emulated_s"] = round(emulated_s, 1)
    result["wall_s"] = round(time.perf_counter() - start_s, 1)
    result["failed"] = verdict.failed(result)
    return result
