"""The firmware's parameter table as a person reads it: values in their units, ranges, who may change what."""

import difflib
import math
from dataclasses import dataclass

from host_tools.errors import UsageError
from tapote import params, words

WRITERS = {
    "tick": "measured by the tick",
    "loop": "worked out by the main loop",
    "board": "fixed by the board file",
    "host": "a setting",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter. low, high, default: raw; shown values are raw / divisor, in `unit`."""

    name: str
    unit: str
    divisor: int
    low: int
    high: int
    default: int
    writer: str
    help: str

    @property
    def setting(self) -> bool:
        """Whether the host may change it."""
        return self.writer == "host"

    @property
    def decimals(self) -> int:
        """How many digits a person needs after the point: one raw step, but no more than 5."""
        return min(math.ceil(math.log10(self.divisor)), 5) if self.divisor > 1 else 0

    def number(self, raw: int) -> float:
        """The value in its unit."""
        return raw / self.divisor

    def text(self, raw: int, *, unit: bool = True) -> str:
        """The value as shown, with its unit: 45000 -> "45 N"."""
        digits = f"{raw / self.divisor:.{self.decimals}f}"
        if "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        return f"{digits} {self.unit}" if unit and self.unit else digits

    @property
    def range_text(self) -> str:
        """Least and greatest value."""
        return f"{self.text(self.low, unit=False)} to {self.text(self.high)}"

    def raw(self, text: str) -> int:
        """What a person wrote ("45", "45 N", "45N"), raw. UsageError when it is no number or out of range."""
        plain = text.strip().removesuffix(self.unit).strip() if self.unit else text.strip()
        try:
            value = float(plain)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            unit = f" in {self.unit}" if self.unit else ""
            raise UsageError(
                f"{self.name}: '{text[:40]}' is not a number{unit}",
                fix=f"Allowed: {self.range_text}, with a point for decimals.",
            )
        if not self.low <= round(value * self.divisor) <= self.high:
            raise UsageError(f"{self.name}: {text[:40]} is out of range", fix=f"Allowed: {self.range_text}.")
        return round(value * self.divisor)


def _row(name: str, low: int, high: int, default: int, writer: str) -> Row:
    unit, divisor, text = words.PARAMS[name]
    return Row(name, unit, divisor, low, high, default, writer, text)


ROWS = {row[0]: _row(*row) for row in params.PARAMS}
SETTINGS = tuple(name for name, row in ROWS.items() if row.setting)
# What a person can feel, for the tuning desk: 24 lines are not enough for what is set once after calibrating.
FELT_SETTINGS = tuple(name for name in SETTINGS if name != "felt_limit_permille")


def row(name: str, *, setting: bool = False) -> Row:
    """The row of a parameter. UsageError for an unknown name, or for what is no setting when one is needed."""
    found = ROWS.get(name)
    if found is None:
        begun = [known for known in ROWS if name and known.startswith(name)]  # typed in part
        near = begun if len(begun) == 1 else difflib.get_close_matches(name, ROWS, 1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise UsageError(f"there is no parameter '{name[:60]}'", fix=hint + "All of them: tapote params --all")
    if setting and not found.setting:
        raise UsageError(
            f"{name} is no setting: it is {WRITERS[found.writer]}", fix="Settings are: " + ", ".join(SETTINGS) + "."
        )
    return found
