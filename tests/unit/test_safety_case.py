"""The table of the fault matrix, the tests it names, and the page made of both agree. Figures may move, bounds not."""

import ast
import re
from pathlib import Path

import pytest

from host_tools import safety_case, safety_matrix
from host_tools.errors import TapoteError
from host_tools.firmware_image import board_files
from host_tools.paths import REPO_DIR
from host_tools.safety_case import KEPT, NOT_IN, ON_LINEAR, PAGE, heading
from host_tools.safety_matrix import BOARD, LINEAR, Case, Figure, Record

CASES = safety_matrix.cases()
TESTS = {
    f"{path.relative_to(REPO_DIR).as_posix()}::{node.name}"
    for path in (REPO_DIR / "tests").rglob("test_*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef)
}


def page_of(case: Case) -> str:
    """What the page says of a case."""
    text = (REPO_DIR / PAGE).read_text(encoding="utf-8")
    found = re.search(rf"### {case.number}\. .*?(?=\n###? |\n<!-- end)", text, re.DOTALL)
    assert found, f"the page does not have case {case.number}; run: make safety-case"
    return found[0]


def test_the_matrix_has_its_44_cases() -> None:
    assert list(CASES) == list(range(1, 45))
    assert all(case.hazard.endswith(".") and case.behaviour.endswith(".") for case in CASES.values())


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: f"{case.number:02}")
def test_each_case_has_its_test(case: Case) -> None:
    named = [test for test in TESTS if re.search(rf"^tests/fault_matrix/.*::test_case_{case.number:02}_", test)]
    assert named or case.elsewhere
    assert set(case.elsewhere) <= TESTS


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: f"{case.number:02}")
def test_the_page_has_the_case_with_its_bounds_and_its_verdicts(case: Case) -> None:
    text = page_of(case)
    assert text.startswith(f"### {case.number}. {heading(case)}\n")
    assert case.hazard in text
    assert case.behaviour in text
    for figure in case.figures:
        row = next(line for line in text.splitlines() if line.startswith(f"| {figure.text} |"))
        bound, sim, virtual, kept = (cell.strip() for cell in row.split("|")[2:-1])
        assert bound == figure.bound
        assert kept == (KEPT if figure.bound else "")
        assert sim == NOT_IN or "sim" in case.worlds
        assert virtual == NOT_IN or "virtual" in case.worlds
    rows = [line.split("|")[1:] for line in text.splitlines() if line.startswith("| ") and "measured" not in line]
    for board, worlds in ((BOARD, case.worlds), (LINEAR, case.linear)):
        for place, world in enumerate(("sim", "virtual")):
            shown = [row[2 + place].strip() for row in rows if (row[0].strip() == ON_LINEAR) == (board == LINEAR)]
            assert not case.figures or any(cell != NOT_IN for cell in shown) == (world in worlds)


FIGURE = Figure(key="off", text="to the last drive", unit="ms", most=1.0)


@pytest.mark.parametrize(
    ("changes", "bound"),
    [
        ({}, "≤ 1 ms"),
        ({"most": 0.0}, "= 0 ms"),
        ({"most": 101.5}, "≤ 101.5 ms"),
        ({"most": None, "least": 7.0, "unit": ""}, "≥ 7"),
        ({"most": None}, ""),
    ],
)
def test_bounds_read_as_people_say_them(changes: dict[str, object], bound: str) -> None:
    assert FIGURE.model_copy(update=changes).bound == bound


def test_a_figure_knows_whether_its_bound_is_kept_and_what_is_worst() -> None:
    least = FIGURE.model_copy(update={"most": None, "least": 7.0})
    assert (FIGURE.met(1.0), FIGURE.met(1.01)) == (True, False)
    assert (least.met(7.0), least.met(6.9)) == (True, False)
    assert (FIGURE.worst([0.2, 0.9]), least.worst([8.0, 9.0])) == (0.9, 8.0)


def test_results_are_kept_until_the_test_begins_anew(tmp_path: Path) -> None:
    records = [Record(1, "sim", "off", 0.5, "a"), Record(1, "virtual", "off", 0.51, "a")]
    safety_matrix.write(records, "a", tmp_path)
    assert safety_matrix.read(tmp_path) == records
    safety_matrix.forget("a", tmp_path)
    with pytest.raises(TapoteError, match="no measurements"):
        safety_matrix.read(tmp_path)


def test_what_is_missing_or_missed_is_named() -> None:
    record = Record(1, "sim", "off", 1.5, "a")
    assert set(safety_case.missing([])) - set(safety_case.missing([record])) == {
        "case 1 (over_force_step): from the step to the last drive",
        "case 1 (over_force_step): pico_mosfet_fsr in sim",
    }
    assert safety_case.missed([record]) == ["case 1 in sim: from the step to the last drive 1.5 ms"]
    broken = next(safety_case.block(section, [record]) for section in safety_matrix.sections())
    assert "| ≤ 1 ms | 1.5 ms | – | **NO** |" in broken


def test_the_second_board_has_rows_of_its_own() -> None:
    records = [Record(1, "sim", "off", 0.5, "a"), Record(1, "virtual", "off", 0.6, "b", LINEAR)]
    text = next(safety_case.block(section, records) for section in safety_matrix.sections())
    first = "| from the step to the last drive | ≤ 1 ms | 0.5 ms | – | yes |"
    assert f"{first}\n| {ON_LINEAR} | ≤ 1 ms | – | 0.6 ms | yes |" in text
    assert text.count(ON_LINEAR) == 1
    gone = "case 1 (over_force_step): picow_drv8871_linear in virtual"
    assert gone in safety_case.missing(records[:1])
    assert gone not in safety_case.missing(records)


def test_figures_of_another_firmware_do_not_get_on_the_page() -> None:
    ours = Record(1, "sim", "off", 0.5, "ours", firmware=safety_matrix.fingerprint())
    theirs = Record(1, "virtual", "off", 0.5, "theirs", firmware="0123456789abcdef")
    dropped = Record(1, "sim", "no such figure", 0.5, "dropped", firmware=ours.firmware)
    assert safety_case.strange([ours, theirs, dropped]) == ["dropped", "theirs"]
    assert safety_case.missed([dropped]) == []


def test_the_page_is_of_a_firmware_of_this_version() -> None:
    """A release needs a new page; between releases the page may be of an older firmware, and says which."""
    found = safety_case.MADE_WITH.search((REPO_DIR / PAGE).read_text(encoding="utf-8"))
    assert found, "run: make safety-case"
    assert found[1] == safety_case.version(), "run: make safety-case"


def test_it_is_told_whether_the_page_is_of_this_firmware() -> None:
    page = f"before\n{safety_case.made_with()}\nafter"
    assert safety_case.age(page).endswith("is of this firmware.")
    assert "does not say" in safety_case.age("before\nafter")
    older = page.replace(safety_matrix.fingerprint(), "0123456789abcdef")
    assert re.search(r"another firmware: [\d.]+ 0123456789abcdef; this is [\d.]+ [0-9a-f]{16}", safety_case.age(older))


def test_the_fingerprint_is_of_what_gets_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = safety_matrix.fingerprint()
    monkeypatch.setattr(
        "host_tools.safety_matrix.board_files", lambda board: board_files(board) | {"tapote/kernel.mpy": b"other"}
    )
    safety_matrix.fingerprint.cache_clear()
    assert safety_matrix.fingerprint() != before
    monkeypatch.undo()
    safety_matrix.fingerprint.cache_clear()
    assert safety_matrix.fingerprint() == before
