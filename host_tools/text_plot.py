"""Curves in a terminal: braille dots, two columns and four rows in every character."""

from collections.abc import Sequence
from itertools import pairwise

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # [row][column] of a braille character
_EMPTY = 0x2800
LABEL = 8  # columns to the left, for numbers


def chart(title: str, values: Sequence[float], *, width: int, height: int = 5, top: float | None = None) -> list[str]:
    """Lines of a chart of these values, from 0 (or their least) up to `top` (or their greatest).

    width and height: characters, labels included in the width. More values than dots are thinned out by their greatest.
    """
    columns = 2 * max(width - LABEL - 1, 4)
    shown = _thinned(values, columns)
    low = min(0.0, *shown) if shown else 0.0
    high = max(top if top is not None else 0.0, *shown) if shown else 1.0
    high = high if high > low else low + 1.0
    grid = [[_EMPTY] * (columns // 2) for _ in range(height)]
    before: int | None = None
    for x, value in enumerate(shown):
        y = round((high - value) / (high - low) * (4 * height - 1))
        first, last = (y, y) if before is None else sorted((before, y))
        for dot in range(first, last + 1):
            if first == last or dot != before:
                grid[dot // 4][x // 2] |= DOTS[dot % 4][x % 2]
        before = y
    lines = [title]
    for at, row in enumerate(grid):
        label = _short(high) if at == 0 else _short(low) if at == height - 1 else ""
        lines.append(f"{label:>{LABEL - 1}} │" + "".join(map(chr, row)))
    return lines


def _short(value: float) -> str:
    """The number in at most LABEL - 1 characters."""
    texts = (f"{value:.{digits}g}" for digits in (4, 3, 2, 1))
    return next(text for text in texts if len(text) < LABEL)


def _thinned(values: Sequence[float], columns: int) -> list[float]:
    """At most `columns` values: the greatest of each group, since peaks are what matters."""
    count = len(values)
    if count <= columns:
        return list(values)
    edges = [at * count // columns for at in range(columns + 1)]
    return [max(values[start:end]) for start, end in pairwise(edges)]
