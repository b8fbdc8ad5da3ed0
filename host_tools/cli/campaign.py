"""`tapote campaign`: thousands of drawn builds, bodies and hands against the invariants of the safety core."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from host_tools.cli import screen
from host_tools.cli.options import AsJson, Plot
from host_tools.errors import TapoteError, UsageError

if TYPE_CHECKING:
    from host_tools.campaign.pool import Progress

JOBS_MAX = 64
TRACES_MAX = 1_000_000
HOURS_MAX = 10_000.0
SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("campaign")(campaign)


def campaign(
    traces: Annotated[int, typer.Option(help="Adverse traces: any hand, the invariants must hold")] = 1000,
    hours: Annotated[float, typer.Option(help="Hours of normal use: every fault needs a reason")] = 1.0,
    seed: Annotated[int, typer.Option(help="First seed; the same seeds give the same traces everywhere")] = 0,
    jobs: Annotated[int | None, typer.Option(help="Worker processes  [default: one per CPU core]")] = None,
    results: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep each outcome in this file, and go on from what is in it")
    ] = None,
    as_json: AsJson = False,
    write_docs: Annotated[bool, typer.Option("--write-docs", help="Put the figures into docs/campaign.md")] = False,
    replay: Annotated[str | None, typer.Option(help="One trace again: 123, adverse:123 or normal:7")] = None,
    plot: Plot = None,
) -> None:
    """Draw builds, bodies and hands at random and watch the firmware at every tick.

    Exit code 0: every invariant held and every fault in normal use had a reason. 1: not so.
    """
    _check(traces, hours, seed, jobs)
    from host_tools.compiled import available

    if not available():
        raise TapoteError("the campaign needs numba", fix='make setup (or: pip install "tapote[campaign]")')
    if replay is not None:
        _replay(replay, plot or [], as_json)
        return
    if plot:
        raise UsageError("--plot is for one trace", fix="Say which: --replay adverse:123")
    from host_tools.campaign import page, run

    with _progress(sys.stderr.isatty()) as progress:
        result = run.campaign(traces, hours, seed, jobs or os.cpu_count() or 1, results, progress)
    if as_json:
        screen.document(result)
    else:
        for line in page.summary(result):
            screen.show(screen.wrapped(line))
    if write_docs:
        screen.note(f"{page.write_page(result)} written.")
    if result["failed"]:
        for line in result["failed"][:SHOWN]:
            screen.note(f"  {line}")
        raise typer.Exit(1)


def _check(traces: int, hours: float, seed: int, jobs: int | None) -> None:
    if not 0 <= traces <= TRACES_MAX:
        raise UsageError(f"--traces {traces}: must be 0 to {TRACES_MAX}", fix="10000 is the project's bar.")
    if not 0 <= hours <= HOURS_MAX:
        raise UsageError(f"--hours {hours:g}: must be 0 to {HOURS_MAX:g}", fix="100 is the project's bar.")
    if traces == 0 and hours == 0:
        raise UsageError("nothing to do: --traces and --hours are both 0", fix="Leave one of them out.")
    if seed < 0:
        raise UsageError(f"--seed {seed}: must not be negative", fix="Seeds count from 0.")
    if jobs is not None and not 1 <= jobs <= JOBS_MAX:
        raise UsageError(f"--jobs {jobs}: must be 1 to {JOBS_MAX}", fix="Leave it out for one per CPU core.")


def _replay(text: str, pictures: list[Path], as_json: bool) -> None:
    from host_tools.campaign import replay

    kind, _, number = text.rpartition(":")
    kind = kind or replay.ADVERSE
    if kind not in (replay.ADVERSE, replay.NORMAL) or not number.isdecimal():
        raise UsageError(f"--replay {text}: not a trace", fix="Say 123, adverse:123 or normal:7.")
    outcome = replay.replay(kind, int(number), pictures)
    if as_json:
        screen.document(asdict(outcome) | {"pictures": [str(path) for path in pictures]})
        return
    told = replay.told(outcome)
    for name, value in told.items():
        screen.fact(name, str(value))
    for path in pictures:
        screen.fact("Picture", str(path))


@contextmanager
def _progress(terminal: bool) -> "Iterator[Progress]":
    """Two bars on a terminal, a line for each tenth elsewhere; on stderr."""
    if not terminal:
        told: dict[str, int] = {}

        def tell(kind: str, share: float, text: str) -> None:
            if int(share * 10) > told.get(kind, 0):
                told[kind] = int(share * 10)
                screen.note(f"  {kind}: {text}")

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def move(kind: str, share: float, text: str) -> None:
            if kind not in tasks:
                tasks[kind] = bar.add_task(kind, total=1.0)
            bar.update(tasks[kind], completed=share, description=f"{kind}: {text}")

        yield move
