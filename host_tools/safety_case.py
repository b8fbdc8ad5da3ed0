"""Makes docs/safety-case.md out of the table of cases and the measurements: `python -m host_tools.safety_case --write`.

The tests of the fault matrix leave the measurements in build/safety-case/; `make safety-case` runs both. Without
--write it says which firmware the page is of, and what is missing or missed. What stands outside of the page's markers
is written by hand.

The page is made anew at each release, and in between when somebody wants to know: a test wants the version of the
firmware on it, not the fingerprint, or each change of the firmware would cost everybody the whole matrix.
"""

import re
import sys
from collections.abc import Callable, Iterable

from host_tools import reference, safety_blind, safety_matrix
from host_tools.errors import TapoteError
from host_tools.paths import repo_or_data
from host_tools.safety_matrix import BOARD, LINEAR, Case, Figure, Record, Section, plain, with_unit
from tapote import wire

PAGE = "docs/safety-case.md"
HEADING = ["measured", "bound", *(f"`{world}:`" for world in ("sim", "virtual")), "kept"]
KEPT, BROKEN = "yes", "**NO**"
ON_LINEAR = "the same, `picow_drv8871_linear`"
MADE_WITH = re.compile(r"firmware (\d+\.\d+\.\d+), fingerprint `([0-9a-f]{16})`")
NOT_IN = "–"


def block(section: Section, records: list[Record]) -> str:
    """A section of the page. TapoteError when a figure of it was not measured."""
    lines = [f"## {section.title}", ""]
    for case in section.case:
        lines += [f"### {case.number}. {heading(case)}", "", case.hazard, f"*{case.behaviour}*", ""]
        if case.figures:
            rows = [row for figure in case.figures for row in _rows(case, figure, records)]
            lines += [*reference.markdown_table(HEADING, rows), ""]
        if case.elsewhere:
            lines += ["Shown by " + ", ".join(f"`{test}`" for test in case.elsewhere) + ".", ""]
    return "\n".join(lines)


def heading(case: Case) -> str:
    """The case's name for people."""
    return case.name.replace("_", " ").capitalize()


def _rows(case: Case, figure: Figure, records: list[Record]) -> list[list[str]]:
    """The figure's row; below it that of the second board, where it was measured there."""
    found = [_row(figure.text, case, figure, [one for one in records if one.board == BOARD])]
    of_linear = [one for one in records if one.board == LINEAR]
    if any(_values(case, figure, world, of_linear) for world in case.linear):
        found.append(_row(ON_LINEAR, case, figure, of_linear))
    return found


def _row(text: str, case: Case, figure: Figure, records: list[Record]) -> list[str]:
    values = {world: _values(case, figure, world, records) for world in case.worlds}
    shown = [
        with_unit(plain(figure.worst(values[world])), figure.unit) if values.get(world) else NOT_IN
        for world in ("sim", "virtual")
    ]
    kept = all(figure.met(value) for found in values.values() for value in found)
    return [text, figure.bound, *shown, "" if not figure.bound else KEPT if kept else BROKEN]


def _values(case: Case, figure: Figure, world: str, records: list[Record]) -> list[float]:
    wanted = (case.number, world, figure.key)
    return [record.value for record in records if (record.case, record.world, record.figure) == wanted]


def missing(records: Iterable[Record]) -> list[str]:
    """What nobody measured: figures, and cases of a board in a world."""
    records = list(records)
    measured = {(record.case, record.figure) for record in records}
    been = {(record.case, record.board, record.world) for record in records}
    found = []
    for case in safety_matrix.cases().values():
        named = f"case {case.number} ({case.name})"
        found += [f"{named}: {one.text}" for one in case.figures if (case.number, one.key) not in measured]
        if case.figures:
            went = [(board, world) for board in (BOARD, LINEAR) for world in case.worlds_of(board)]
            found += [
                f"{named}: {board} in {world}" for board, world in went if (case.number, board, world) not in been
            ]
    return found


def missed(records: Iterable[Record]) -> list[str]:
    """Figures outside of their bounds."""
    table = safety_matrix.cases()
    return [
        f"case {record.case} in {record.world}: {figure.text} {plain(record.value)} {figure.unit}"
        for record in records
        for figure in table[record.case].figures
        if figure.key == record.figure and not figure.met(record.value)
    ]


def strange(records: Iterable[Record]) -> list[str]:
    """Tests whose figures are of another firmware than the present one, or that the table does not have any more."""
    present, table = safety_matrix.fingerprint(), safety_matrix.cases()
    asked = {(case.number, figure.key) for case in table.values() for figure in case.figures}
    return sorted({one.test for one in records if one.firmware != present or (one.case, one.figure) not in asked})


def version() -> str:
    """That of the firmware."""
    return ".".join(map(str, wire.FIRMWARE))


def made_with() -> str:
    """What the page says about the firmware that was measured."""
    return (
        f"Measured with firmware {version()}, fingerprint `{safety_matrix.fingerprint()}`: a hash of all that"
        " `tapote deploy` puts on the two boards."
    )


def age(page: str) -> str:
    """Which firmware the page is of, in a sentence."""
    found = MADE_WITH.search(page)
    if found is None:
        return f"{PAGE} does not say which firmware it is of."
    theirs, ours = found.groups(), (version(), safety_matrix.fingerprint())
    if theirs == ours:
        return f"{PAGE} is of this firmware."
    return f"{PAGE} is of another firmware: {' '.join(theirs)}; this is {' '.join(ours)}."


def blocks(records: list[Record]) -> dict[str, Callable[[], str]]:
    """The generated blocks of the page, by their markers."""

    def maker(section: Section) -> Callable[[], str]:
        return lambda: block(section, records)

    made = {section.name: maker(section) for section in safety_matrix.sections()}
    return made | {"firmware": made_with, "boards": safety_blind.block}


def main(arguments: list[str]) -> int:
    """Exit code 0 when every figure of every case was measured with this firmware, and kept."""
    page = repo_or_data(PAGE)
    if "--write" not in arguments:
        print(age(page.read_text(encoding="utf-8")))
    try:
        records = safety_matrix.read()
    except TapoteError as error:
        print(f"{error} {error.fix}", file=sys.stderr)
        return 1
    wrong = [f"not measured: {line}" for line in missing(records)] + [f"MISSED: {line}" for line in missed(records)]
    if others := strange(records):
        wrong.append(f"of another firmware, or no longer in the table: {len(others)} tests, as {others[0]}")
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        print("The page is left as it was. Run `make safety-case`.", file=sys.stderr)
        return 1
    if "--write" not in arguments:
        print(f"All {len(safety_matrix.cases())} cases measured, every bound kept.")
        return 0
    page.write_text(reference.update(page.read_text(encoding="utf-8"), blocks(records)), encoding="utf-8")
    print(f"{PAGE} written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
