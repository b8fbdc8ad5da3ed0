"""What commands print: plain text that also reads well in a file, results on stdout and everything else on stderr."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from host_tools.errors import NO_SESSION, TapoteError

SIMULATED = "SIMULATED"
WIDTH_MAX = 110  # longer lines are hard to read, however wide the terminal


def complain(error: TapoteError) -> int:
    """Print what is wrong and what to do on stderr; returns the exit code.

    A terminal gets lines broken between words; a file or a pipe gets one line for each problem, to be searched.
    """
    terminal = sys.stderr.isatty()
    before = "Stop:" if error.exit_code == NO_SESSION else "Error:"
    for label, text in ((before, error.message), ("Fix:", error.fix)):
        if text:
            whole = f"{label} {text}"
            told = "\n".join(_problem(line) for line in whole.splitlines()) if terminal else whole
            typer.echo(_bold(label, terminal) + told.removeprefix(label), err=True)
    return error.exit_code


def note(text: str) -> None:
    """A remark beside the result, on stderr."""
    if sys.stderr.isatty():
        text = "\n".join(_problem(line, 0) if len(line) > width() else line for line in text.splitlines())
    typer.echo(text, err=True)


def show(text: str = "") -> None:
    """A line of the result, on stdout."""
    typer.echo(text)


def document(content: object, *, indent: int | None = 2) -> None:
    """The result as JSON, alone on stdout. indent None: on one line."""
    typer.echo(json.dumps(content, indent=indent, allow_nan=False))


def pictures(paths: Sequence[Path], *, as_json: bool) -> None:
    """Tell which pictures were drawn, where nothing else is to be told."""
    if as_json:
        document({"pictures": [str(path) for path in paths]})
        return
    for path in paths:
        show(f"Picture: {path}")


def heading(text: str, *, err: bool = False) -> None:
    """A line that others hang below; err: on stderr."""
    typer.echo(_bold(text, (sys.stderr if err else sys.stdout).isatty()), err=err)


def width() -> int:
    """Columns to use."""
    return min(shutil.get_terminal_size((100, 24)).columns, WIDTH_MAX)


def wrapped(text: str, indent: int = 0) -> str:
    """The text broken to the width; every line but the first starts `indent` columns in."""
    return textwrap.fill(
        text, width(), initial_indent="", subsequent_indent=" " * indent, break_on_hyphens=False, break_long_words=False
    )


def _problem(line: str, plain: int = 2) -> str:
    """A line of a message broken to the width; what follows stands below its text, not below its bullet, and `plain`
    columns in where there is none."""
    inner = line.lstrip(" -")
    lead = line[: len(line) - len(inner)]
    indent = len(lead) if lead else plain
    body = textwrap.wrap(inner, max(20, width() - indent), break_on_hyphens=False, break_long_words=False)
    return lead + f"\n{' ' * indent}".join(body)


def fact(name: str, text: str, column: int = 11) -> None:
    """`name` and what there is to say about it, as two columns."""
    show(wrapped(f"{name:<{column}}{text}", column))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], indent: str = "") -> list[str]:
    """Lines of a table. A column whose cells are all numbers is aligned right."""
    body = [list(row) for row in rows]
    columns = [[head, *(row[at] for row in body)] for at, head in enumerate(headings)]
    widths = [max(len(cell) for cell in column) for column in columns]
    right = [
        len(column) > 1 and all(cell[:1].isdigit() and cell[-1:].isdigit() for cell in column[1:]) for column in columns
    ]
    return [
        indent
        + "  ".join(
            cell.rjust(size) if to_right else cell.ljust(size)
            for cell, size, to_right in zip(cells, widths, right, strict=True)
        ).rstrip()
        for cells in [list(headings), *body]
    ]


def program() -> str:
    """How to type this command again: its name, or its path as it was given where the shell would not find it."""
    started = sys.argv[0]
    return started if os.path.basename(started) == "tapote" and shutil.which("tapote") is None else "tapote"


def clock(seconds: float) -> str:
    """90 -> "1:30"."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def _bold(text: str, terminal: bool) -> str:
    """Bold on a terminal, unless the person does not want escape codes (https://no-color.org)."""
    return typer.style(text, bold=True) if terminal and not os.environ.get("NO_COLOR") else text
