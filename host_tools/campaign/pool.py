"""Many seeds, on several cores, in the order of their numbers; what is done is kept in a file, a line a seed."""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from host_tools import sim_hal
from host_tools.campaign.trace import ADVERSE, NORMAL, Outcome, run_trace
from host_tools.errors import FileError, TapoteError
from host_tools.files import check, write
from host_tools.files import read as read_file
from host_tools.paths import PACKAGE_DIR, repo_or_data
from tapote import params

TELLERS = ("page.py", "pool.py", "replay.py", "run.py", "verdict.py", "words.py", "lint.py", "reference.py")
SIZE_MAX_BYTES = 1 << 30
BATCH = 4  # seeds that a worker takes at once

# (kind, share done 0..1, what to say)
Progress = Callable[[str, float, str], None]
Outcomes = Iterator[dict[str, Any]]


def fingerprint() -> str:
    """What the results depend on: firmware, physics, profiles, boards and the campaign itself, but for what only tells
    of them."""
    files = {Path(sim_hal.__file__), PACKAGE_DIR / "runner.py", PACKAGE_DIR / "regions.toml"}
    files |= set(Path(params.__file__).parent.glob("*.py")) | set(repo_or_data("boards").glob("*.toml"))
    for name in ("plant", "campaign", "profiles"):
        files |= {path for path in (PACKAGE_DIR / name).iterdir() if path.suffix in (".py", ".toml")}
    files = {path for path in files if path.name not in TELLERS}
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(f"\n{path.name}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


class Kept:
    """Outcomes kept in a file (None: nowhere). Lines of another fingerprint do not count and are dropped."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._print = fingerprint()
        self._known: dict[tuple[str, int], dict[str, Any]] = {}
        if path is None:
            return
        check(path, named="--results")
        if path.exists():
            self._read(path)
        lines = [self._line(outcome) for outcome in self._known.values()]
        write(path, "".join(lines).encode(), named="--results")

    def _read(self, path: Path) -> None:
        """FileError for a file that holds something else: it is about to be written over."""
        lines = read_file(path, SIZE_MAX_BYTES).decode(errors="replace").splitlines()
        whole = 0
        for line in lines:
            try:
                entry = json.loads(line)
                outcome = entry["outcome"]
                seed = outcome["kind"], outcome["seed"]
                whole += 1
                if entry["fingerprint"] == self._print:
                    self._known[seed] = outcome
            except (ValueError, KeyError, TypeError):
                continue  # the last line of a run that was cut off
        if whole < len(lines) - 1 or (lines and not whole):
            raise FileError(
                f"--results {path}: this holds something else than outcomes of a campaign.", fix="Name another file."
            )

    def _line(self, outcome: dict[str, Any]) -> str:
        return json.dumps({"fingerprint": self._print, "outcome": outcome}) + "\n"

    def get(self, kind: str, seed: int) -> dict[str, Any] | None:
        """What came of a seed, if it is known."""
        return self._known.get((kind, seed))

    def add(self, outcome: dict[str, Any]) -> None:
        """Keep it at once: a campaign that is stopped goes on where it was."""
        self._known[outcome["kind"], outcome["seed"]] = outcome
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(self._line(outcome))


def adverse(traces: int, first: int, jobs: int, kept: Kept, progress: Progress) -> list[dict[str, Any]]:
    """So many traces from the first seed on."""
    done = []
    for outcome in _outcomes(ADVERSE, range(first, first + traces), jobs, kept):
        done.append(outcome)
        progress(ADVERSE, len(done) / traces, f"{len(done)} of {traces} traces")
    return done


def normal(hours: float, first: int, jobs: int, kept: Kept, progress: Progress) -> list[dict[str, Any]]:
    """Sessions from the first seed on until the motor has run so many hours."""
    done: list[dict[str, Any]] = []
    run_h = 0.0
    for outcome in _outcomes(NORMAL, count(first), jobs, kept):
        done.append(outcome)
        run_h += outcome["moving_s"] / 3600
        progress(NORMAL, min(run_h / hours, 1.0), f"{run_h:.1f} of {hours:g} h")
        if run_h >= hours:
            break
    return done


def _outcomes(kind: str, seeds: "range | count[int]", jobs: int, kept: Kept) -> Outcomes:
    waiting = iter(seeds)
    if jobs == 1:
        for seed in waiting:
            yield _kept_or_new(kind, seed, kept)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_quiet) as pool:
        try:
            while batch := list(islice(waiting, BATCH * jobs)):
                new = [seed for seed in batch if kept.get(kind, seed) is None]
                found = dict(zip(new, pool.map(_one, [kind] * len(new), new), strict=True))
                for seed in batch:
                    if seed in found:
                        kept.add(found[seed])
                    outcome = kept.get(kind, seed)
                    assert outcome is not None
                    yield outcome
        finally:
            pool.shutdown(cancel_futures=True)


def _quiet() -> None:
    """A worker: Ctrl-C is the parent's to tell of."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _kept_or_new(kind: str, seed: int, kept: Kept) -> dict[str, Any]:
    outcome = kept.get(kind, seed)
    if outcome is None:
        outcome = _one(kind, seed)
        kept.add(outcome)
    return outcome


def _one(kind: str, seed: int) -> dict[str, Any]:
    start_s = time.process_time()
    try:
        return _slim(run_trace(kind, seed)) | {"cpu_s": round(time.process_time() - start_s, 4)}
    except Exception as error:
        raise TapoteError(
            f"the campaign itself fails at {kind}:{seed}: {type(error).__name__}: {error}",
            fix=f"tapote campaign --replay {kind}:{seed}",
        ) from error


def _slim(outcome: Outcome) -> dict[str, Any]:
    """For the file: an adverse hand earns its faults; only their names are kept, unless something broke."""
    table = asdict(outcome)
    if outcome.kind == ADVERSE and not outcome.broken:
        table["met"] = [{"fault": met["fault"]} for met in outcome.met]
        table["about"] = {}
    return table
