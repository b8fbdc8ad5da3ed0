"""The last line of a live screen: which key does what. A key and its meaning stay on one line."""

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions
from rich.text import Text

BETWEEN = "  "


class KeyLine:
    """keys: (key, what it does). Drawn as wide as the terminal is, on as many lines as that takes."""

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        self._keys = keys

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        row = Text(no_wrap=True)
        for key, what in self._keys:
            style = "bold" if what == "STOP" else ""
            entry = Text.assemble((f" {key} ", f"reverse {style}".strip()), " ", (what, style))
            if row and len(row) + len(BETWEEN) + len(entry) > options.max_width:
                yield row
                row = Text(no_wrap=True)
            row.append(BETWEEN if row else "").append_text(entry)
        yield row
