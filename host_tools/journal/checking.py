"""Checks of a record's fields that collect every problem before they refuse, so that a person hears of all at once."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

FIX = "Correct the value and try again; nothing was written."
ENTRIES_MAX = 100


class Checks:
    """The problems of one record. title: what the record is, for the message."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._found: list[tuple[str, str]] = []

    def done(self) -> None:
        """UsageError with every problem found, if there is any."""
        if not self._found:
            return
        from host_tools import problems  # pydantic comes with it: only when something is wrong

        raise problems.refuse(self.title, [problems.Problem(*pair) for pair in self._found], FIX)

    def number(
        self, name: str, value: object, low: float, high: float, unit: str = "", *, missing: bool = False
    ) -> None:
        """A finite number from low to high. missing: None is an answer too."""
        if missing and value is None:
            return
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
        if not (math.isfinite(number) and low <= number <= high):
            self._say(name, value, f"{low:g} to {high:g}{' ' if unit else ''}{unit}")

    def whole(self, name: str, value: object, low: int, high: int, *, missing: bool = False) -> None:
        """A whole number from low to high."""
        if missing and value is None:
            return
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self._say(name, value, f"whole numbers from {low} to {high}")

    def flag(self, name: str, value: object, *, missing: bool = False) -> None:
        """Yes or no."""
        if not isinstance(value, bool) and not (missing and value is None):
            self._say(name, value, "yes or no")

    def text(self, name: str, value: object, length: int, *, empty: bool = True) -> None:
        """Text that every computer can store and show, of at most `length` characters."""
        if not isinstance(value, str) or not _storable(value):
            self._say(name, value, "text in Unicode")
        elif len(value) > length:
            self._found.append((name, f"{len(value)} characters; allowed at most {length}."))
        elif not empty and not value.strip():
            self._found.append((name, "empty; say something."))

    def texts(self, name: str, value: object, length: int) -> None:
        """A tuple of texts."""
        if not isinstance(value, tuple) or len(value) > ENTRIES_MAX:
            self._say(name, value, f"a list of at most {ENTRIES_MAX}")
            return
        for at, entry in enumerate(value, 1):
            self.text(f"{name}[{at}]", entry, length)

    def one_of(self, name: str, value: object, allowed: Sequence[str]) -> None:
        """One of these words."""
        if value not in allowed:
            self._say(name, value, ", ".join(allowed))

    def time(self, name: str, value: object) -> None:
        """A datetime that knows its time zone, in the years that can be turned into another one."""
        if not isinstance(value, datetime) or value.tzinfo is None:
            self._say(name, value, "a date and time with a time zone")
        elif not 1970 <= value.year <= 9000:
            self._say(name, value, "the years 1970 to 9000")

    def answers(self, name: str, value: object) -> None:
        """A dictionary from texts to yes, no or texts."""
        if not isinstance(value, Mapping) or len(value) > ENTRIES_MAX:
            self._say(name, value, f"at most {ENTRIES_MAX} answers")
            return
        for key, answer in value.items():
            self.text(name, key, 100)
            if not isinstance(answer, bool):
                self.text(f"{name}.{key}", answer, 2000)

    def bins(self, name: str, value: object, count: int, high: float) -> None:
        """A tuple of `count` numbers."""
        if not isinstance(value, tuple) or len(value) != count:
            self._say(name, value, f"{count} numbers")
            return
        for at, entry in enumerate(value, 1):
            self.number(f"{name}[{at}]", entry, 0, high)

    def _say(self, name: str, value: object, allowed: str) -> None:
        shown = " ".join(ascii(value).split())
        shown = shown if len(shown) <= 60 else shown[:60] + "..."
        self._found.append((name, f"{shown}; allowed {allowed}."))


def _storable(text: str) -> bool:
    """Half a surrogate pair, as a badly encoded argument leaves, cannot be written to any file."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
