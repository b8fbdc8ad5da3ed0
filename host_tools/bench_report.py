"""The bench's figures as a table, as JSON, and as the page docs/benchmarks.md."""

from math import isinf
from pathlib import Path

from host_tools import reference
from host_tools.bench import Bench
from host_tools.bench_rows import MOST, Result
from host_tools.errors import TapoteError
from host_tools.paths import in_repo, repo_or_data

PAGE = "docs/benchmarks.md"
HEADINGS = ("figure", "target", "Tapote", "", "naive", "naive / Tapote")
SIM_TARGET = 20.0
RATIO_FROM = 0.1  # below this many units both are as good as nothing


def number(value: float, digits: int) -> str:
    """1234.56 as "1 235" or "1 234.6"."""
    return f"{value:,.{digits}f}".replace(",", " ")


def cells(result: Result) -> tuple[str, ...]:
    """A row of the table: one string for each of HEADINGS. Medians stand before maxima."""
    row = result.row
    unit = f" {row.unit}" if row.unit else ""
    target = ""
    if row.target is not None:
        target = f"{'≤' if row.sense == MOST and row.target else '≥' if row.target else '='} "
        target += number(row.target, 0) + unit
    measured = _pair(result.median, result.measured, row.digits) + unit
    verdict = {True: "ok", False: "MISSED", None: ""}[result.passed]
    naive = ""
    if result.naive is not None:
        naive = ("on for > " if result.naive_open else "") + _pair(result.naive_median, result.naive, row.digits) + unit
    ratio = ""
    if result.ratio is not None and result.measured >= RATIO_FROM and not isinf(result.ratio):
        ratio = ("> " if result.naive_open else "") + number(result.ratio, 0 if result.ratio >= 10 else 1)
    return row.title, target, measured, verdict, naive, ratio


def _pair(median: float | None, value: float, digits: int) -> str:
    return number(value, digits) if median is None else f"{number(median, digits)}, {number(value, digits)}"


def sim_line(bench: Bench) -> str:
    """The one figure in wall time."""
    word = "reached" if bench.sim_realtime >= SIM_TARGET else "not reached here and now"
    return (
        f"sim: ran {bench.sim_realtime:.0f} times faster than real time (wall time on this computer, with whatever "
        f"else it does; {SIM_TARGET:.0f} on a quiet one is the aim, {word}; never a failure)"
    )


def verdict(bench: Bench) -> str:
    """One line: all met, or which are missed."""
    with_target = [result for result in bench.results if result.passed is not None]
    if bench.missed:
        return f"{len(bench.missed)} of {len(with_target)} targets MISSED: " + "; ".join(bench.missed)
    return f"All {len(with_target)} targets met."


def as_json(bench: Bench) -> dict[str, object]:
    """One object; every time in it is emulated, but for sim_realtime_factor_wall."""
    figures = [
        {
            "key": result.row.key,
            "title": result.row.title,
            "unit": result.row.unit,
            "target": result.row.target,
            "sense": result.row.sense if result.row.target is not None else None,
            "measured": round(result.measured, 3),
            "median": None if result.median is None else round(result.median, 3),
            "passed": result.passed,
            "naive": None if result.naive is None else round(result.naive, 3),
            "naive_median": None if result.naive_median is None else round(result.naive_median, 3),
            "naive_still_on": result.naive_open,
            "ratio": None if result.ratio is None or isinf(result.ratio) else round(result.ratio, 2),
        }
        for result in bench.results
    ]
    return {
        "device": "virtual:",
        "simulated": True,
        "time": "emulated",
        "board": bench.board,
        "quick": bench.quick,
        "passed": not bench.missed,
        "missed": bench.missed,
        "figures": figures,
        "sim_realtime_factor_wall": round(bench.sim_realtime, 1),
        "tapote": {key: round(value, 3) for key, value in sorted(bench.tapote.items())},
        "naive": {key: round(value, 3) for key, value in sorted(bench.naive.items())},
    }


def write_page(bench: Bench) -> Path:
    """Put the figures into the page. TapoteError outside a checkout, or for a quick bench."""
    if not in_repo() or bench.quick:
        raise TapoteError(
            f"{PAGE} takes the figures of a whole bench, in a checkout", fix="Run `tapote bench --write-docs` there."
        )
    page = repo_or_data(PAGE)
    rows = [list(cells(result)) for result in bench.results]
    text = page.read_text(encoding="utf-8")
    page.write_text(
        reference.update(text, {"figures": lambda: "\n".join(reference.markdown_table(list(HEADINGS), rows))}),
        encoding="utf-8",
    )
    return page
