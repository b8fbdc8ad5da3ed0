"""Keeps docs/parameters.md current: `python -m host_tools.params_reference --write`."""

import sys

from host_tools import reference
from host_tools.param_rows import ROWS, Row
from host_tools.paths import repo_or_data

PAGE = "docs/parameters.md"


def table(writer: str) -> str:
    """The parameters with this writer, as a Markdown table."""
    rows = [_cells(row) for row in ROWS.values() if row.writer == writer]
    return "\n".join(reference.markdown_table(["parameter", "range", "factory value", "meaning"], rows))


def _cells(row: Row) -> list[str]:
    return [f"`{row.name}`", row.range_text, row.text(row.default), row.help]


BLOCKS = {
    "settings": lambda: table("host"),
    "set-points": lambda: table("loop"),
    "measurements": lambda: table("tick"),
    "board": lambda: table("board"),
}

if __name__ == "__main__":
    sys.exit(reference.main(repo_or_data(PAGE), BLOCKS, sys.argv[1:]))
