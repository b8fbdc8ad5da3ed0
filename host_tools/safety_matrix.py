"""The table of the fault matrix (safety_cases.toml), and what the tests measured for it (build/safety-case/*.jsonl)."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.errors import TapoteError
from host_tools.fields import StrictModel
from host_tools.firmware_image import board_files
from host_tools.manifest import Manifest
from host_tools.own_data import own_data
from host_tools.paths import REPO_DIR

RESULTS = REPO_DIR / "build" / "safety-case"
BOARD, LINEAR = "pico_mosfet_fsr", "picow_drv8871_linear"  # every case runs on the first, some on the other one too
World = Literal["sim", "virtual"]
Worlds = Annotated[tuple[World, ...], Field(strict=False)]


class Figure(StrictModel):
    """One measured quantity of a case. `most` or `least` bounds it; without either it informs only."""

    key: str
    text: str
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def bound(self) -> str:
        """The bound for people; "" where there is none."""
        if self.most is not None:
            return with_unit(f"{'≤' if self.most else '='} {plain(self.most)}", self.unit)
        return "" if self.least is None else with_unit(f"≥ {plain(self.least)}", self.unit)

    def met(self, value: float) -> bool:
        """Whether a measured value keeps the bound."""
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def worst(self, values: Iterable[float]) -> float:
        """The value that is nearest to breaking the bound; the largest where there is none."""
        return min(values) if self.least is not None else max(values)


class Case(StrictModel):
    """One row of the matrix."""

    number: Annotated[int, Field(ge=1)]
    name: str
    worlds: Annotated[Worlds, Field(min_length=1)]
    linear: Worlds = ()  # those in which the second board goes through it too
    hazard: str
    behaviour: str
    figures: Annotated[tuple[Figure, ...], Field(strict=False)]
    elsewhere: Annotated[tuple[str, ...], Field(strict=False)] = ()  # tests outside of tests/fault_matrix

    def worlds_of(self, board: str) -> tuple[World, ...]:
        """The worlds in which a board goes through the case."""
        return self.worlds if board == BOARD else self.linear

    def figure(self, key: str) -> Figure:
        """KeyError when the case has no such figure."""
        for figure in self.figures:
            if figure.key == key:
                return figure
        raise KeyError(f"case {self.number} has no figure '{key}'")


class Section(StrictModel):
    """Cases that belong together."""

    name: str
    title: str
    case: Annotated[tuple[Case, ...], Field(strict=False)]


class _Table(StrictModel):
    section: Annotated[tuple[Section, ...], Field(strict=False)]


@dataclass(frozen=True, slots=True)
class Record:
    """One measurement: which case, in which world, which of its figures, by which test, on which board, and the
    fingerprint of the firmware."""

    case: int
    world: str
    figure: str
    value: float
    test: str
    board: str = BOARD
    firmware: str = ""


@lru_cache(maxsize=1)
def sections() -> tuple[Section, ...]:
    """The whole table, read once."""
    return own_data("safety_cases.toml", _Table).section


def cases() -> dict[int, Case]:
    """The cases by number."""
    return {case.number: case for section in sections() for case in section.case}


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Which firmware this is: a hash of all that `tapote deploy` puts on the two boards. A comment changes nothing."""
    found = hashlib.sha256()
    for name in (BOARD, LINEAR):
        found.update(Manifest.of(board_files(compile_board(load_board(name)))).to_bytes())
    return found.hexdigest()[:16]


def plain(value: float) -> str:
    """A number as short as it can be said: 101.5, 20, 0.52."""
    if value and abs(value) < 1:
        return f"{value:.2g}"
    return f"{value:.1f}".removesuffix(".0") if abs(value) < 1000 else f"{value:.0f}"


def with_unit(text: str, unit: str) -> str:
    """The number with its unit, where it has one."""
    return f"{text} {unit}" if unit else text


def write(records: list[Record], name: str, folder: Path | None = None) -> None:
    """Keep the records of one test, in the place of what it measured before."""
    folder = folder or RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(record), sort_keys=True) + "\n" for record in records]
    (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


def forget(name: str, folder: Path | None = None) -> None:
    """A test begins: what it measured before no longer counts."""
    ((folder or RESULTS) / f"{name}.jsonl").unlink(missing_ok=True)


def read(folder: Path | None = None) -> list[Record]:
    """All that was measured. TapoteError when there is nothing or it cannot be read."""
    folder = folder or RESULTS
    found: list[Record] = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            found += [Record(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
        except (ValueError, TypeError) as error:
            raise TapoteError(f"{path} cannot be read: {error}", fix="Run `make safety-case` again.") from None
    if not found:
        raise TapoteError(f"no measurements in {folder}", fix="Run `make safety-case`.")
    return found
