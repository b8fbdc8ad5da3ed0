"""`tapote profile diff`: two profiles side by side."""

import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import screen
from host_tools.cli.options import AsJson
from host_tools.numerals import counted

if TYPE_CHECKING:
    from host_tools.profiles.compare import Row

KEY_COLUMN = 13
MARK = "!="  # between two values that are not the same; a word would be longer than some of them


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("diff")(diff)


def diff(
    a: Annotated[str, typer.Argument(help="Name of a profile, or a .toml file.")],
    b: Annotated[str, typer.Argument(help="The one to compare it with.")],
    everything: Annotated[bool, typer.Option("--all", help="Also show what is the same")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare two profiles: head and phases side by side, what differs, with units.

    Phases of the same name are put beside each other. Exit code 0: the same massage and the same texts. 1: they
    differ. 2: one of them cannot be read. Comments and the way numbers are written do not count.
    """
    from host_tools.profiles.compare import compare
    from host_tools.profiles.library import get_profile

    left, right = get_profile(a), get_profile(b)
    rows = compare(left, right)
    differing = [row for row in rows if row.differs]
    if as_json:
        found = [{"part": row.part, "key": row.key, "a": row.left, "b": row.right} for row in differing]
        screen.document({"a": a, "b": b, "same": not found, "differences": found})
    else:
        _side_by_side(a, b, rows if everything else differing)
        count = len(differing)
        screen.show(f"{counted(count, 'difference')}." if count else "The same.")
    if differing:
        raise typer.Exit(1)


def _side_by_side(a: str, b: str, rows: "list[Row]") -> None:
    """Two columns as wide as the screen allows; long texts wrap within their column."""
    if not rows:
        return
    longest = max(len(text) for row in rows for text in (row.left, row.right, a, b))
    size = min(longest, max(20, (screen.width() - KEY_COLUMN - len(MARK) - 6) // 2))
    screen.heading(_line("", _tail(a, size), "", _tail(b, size), size))
    part = ""
    for row in rows:
        if row.part != part:
            part = row.part
            screen.show(part)
        columns = [textwrap.wrap(text, size, break_on_hyphens=False) or [""] for text in (row.left, row.right)]
        for number, (left, right) in enumerate(zip_longest(*columns, fillvalue="")):
            key = f"  {row.key}" if number == 0 else ""
            screen.show(_line(key, left, MARK if row.differs and number == 0 else "", right, size))
    screen.show()


def _tail(name: str, size: int) -> str:
    """The end of a path that is too long for its column: that is where two paths differ."""
    return name if len(name) <= size else "..." + name[3 - size :]


def _line(key: str, left: str, mark: str, right: str, size: int) -> str:
    return f"{key:<{KEY_COLUMN}}  {left:<{size}}  {mark:<{len(MARK)}}  {right}".rstrip()
