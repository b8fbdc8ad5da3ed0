"""`tapote bench`: the promised figures of the firmware, measured, beside those of a naive loop."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import screen
from host_tools.cli.options import AsJson
from host_tools.errors import UsageError

if TYPE_CHECKING:
    from host_tools.bench import Bench, Progress

JOBS_MAX = 16


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench")(bench)


def bench(
    as_json: AsJson = False,
    quick: Annotated[bool, typer.Option("--quick", help="Shorter windows; every target is still checked")] = False,
    jobs: Annotated[int | None, typer.Option(help="Boards emulated side by side  [default: one per CPU core]")] = None,
    write_docs: Annotated[bool, typer.Option("--write-docs", help="Put the figures into docs/benchmarks.md")] = False,
) -> None:
    """Measure the firmware on real MicroPython in the emulator, beside a loop as tutorials show it.

    Times are emulated and the same on every computer. Exit code 0: all targets met. 1: one is missed.
    """
    jobs = jobs if jobs is not None else os.cpu_count() or 1
    if not 1 <= jobs <= JOBS_MAX:
        raise UsageError(f"--jobs {jobs}: must be 1 to {JOBS_MAX}", fix="Leave it out for one per CPU core.")
    if quick and write_docs:
        raise UsageError("--write-docs needs the whole bench", fix="Leave out --quick.")
    from host_tools import bench as measuring
    from host_tools import bench_report

    with _progress() as progress:
        done = measuring.run(quick=quick, jobs=jobs, progress=progress)
    if as_json:
        screen.document(bench_report.as_json(done))
    else:
        _table(done)
    if write_docs:
        screen.note(f"{bench_report.write_page(done)} written.")
    if done.missed:
        raise typer.Exit(1)


def _table(done: "Bench") -> None:
    """The figures for people: words, never colour alone."""
    from rich.console import Console
    from rich.table import Table

    from host_tools import bench_report

    table = Table(
        title=f"{screen.SIMULATED}: real MicroPython on an emulated RP2040, emulated time ({done.board})",
        caption="Two numbers are median, maximum. Silicon is slower: see docs/benchmarks.md.",
    )
    for heading in bench_report.HEADINGS:
        table.add_column(heading, justify="left" if heading in ("figure", "") else "right")
    for result in done.results:
        table.add_row(*bench_report.cells(result), style="bold red" if result.passed is False else "")
    terminal = sys.stdout.isatty()
    Console(width=None if terminal else 150, soft_wrap=not terminal).print(table)
    screen.show(bench_report.verdict(done))
    screen.show(screen.wrapped(bench_report.sim_line(done)))


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A bar on a terminal, a line per finished task elsewhere; on stderr."""
    if not sys.stderr.isatty():
        yield lambda task, done, total: screen.note(f"  {done} of {total}: {task}") if done else None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("bench"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task_id = bar.add_task("")
        yield lambda task, done, total: bar.update(task_id, completed=done, total=total, description=task)
