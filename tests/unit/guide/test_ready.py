"""What is settled before the first stroke, and what the journal gets of it."""

from datetime import timedelta

import pytest

from host_tools.boards import Board
from host_tools.errors import UsageError
from host_tools.guide import ready
from host_tools.guide.answers import Answers
from host_tools.guide.before import Past
from host_tools.guide.plan import NoSessionError
from host_tools.journal.records import After, Before, Measure
from host_tools.journal.signs import day
from host_tools.journal.store import Journal
from tests.unit.guide.conftest import NOW, complete


def test_refused_answers_get_no_plan(board: Board) -> None:
    with pytest.raises(NoSessionError):
        ready.make(complete(("night",)), Past(), board, None, NOW, adapt=True)


def test_hints_of_answers_plan_and_places_that_are_never_treated(board: Board) -> None:
    made = ready.make(complete(("other_care",), pain_where=["neck", "calf"]), Past(), board, None, NOW, adapt=True)
    assert any("follow them where they disagree" in hint for hint in made.hints)
    assert any(hint.startswith("Tapote is never used on the neck") for hint in made.hints)
    assert made.adaptation is None


def test_other_places_are_for_another_session(board: Board) -> None:
    made = ready.make(complete(pain_where=["calf", "shoulder"]), Past(), board, None, NOW, adapt=True)
    assert "Your shoulder: start another session for it, when this one is over." in made.hints


def test_what_the_journal_has_to_say_comes_with_the_plan(board: Board, journal: Journal) -> None:
    """Pain of 4, 5 and 6 in three sessions, the last one ten hours ago: it rose, and a day of rest is not over."""
    for hours, pain in ((100, 4), (60, 5), (10, 6)):
        at = NOW - timedelta(hours=hours)
        number = journal.begin(Before(at, "calf", pain_0_10=pain, pain_often="weekly", planned_s=90))
        journal.after(number, After(at, completed=True))
    hints = ready.make(complete(), Past(), board, journal, NOW, adapt=True).hints
    assert any(hint.startswith("See a doctor, please: your pain at the calf rose") for hint in hints)
    assert f"The journal suggests to rest the calf until {day(NOW + timedelta(hours=14))}." in hints


def test_lowered_says_whether_less_than_asked_is_planned(board: Board, journal: Journal) -> None:
    assert not ready.make(complete(), Past(), board, None, NOW, adapt=True).lowered
    assert ready.make(
        complete(pain_score=8, choose_profile="deep_tissue"), Past(), board, None, NOW, adapt=True
    ).lowered
    at = NOW - timedelta(hours=60)
    journal.begin(Before(at, "calf", profile="swedish"))
    journal.event(1, 5.0, "too_much")
    assert ready.make(complete(), Past(), board, journal, NOW, adapt=True).lowered
    assert not ready.make(complete(), Past(), board, journal, NOW, adapt=False).lowered


@pytest.mark.parametrize("answers", [complete(range=150.0), complete(after_range=150.0)], ids=["before", "after"])
def test_a_measure_outside_its_range_is_refused_with_its_unit(board: Board, answers: Answers) -> None:
    """Knee to wall is told in cm; 150 fits into the file, but to no calf."""
    with pytest.raises(UsageError, match=r"150 is out of range; knee to wall goes from .* cm"):
        ready.make(answers, Past(), board, None, NOW, adapt=True)


def test_the_journal_gets_what_was_answered_and_planned(board: Board, journal: Journal) -> None:
    made = ready.make(complete(range=8.0, pain_where=["Calf", "neck"]), Past(), board, journal, NOW, adapt=True)
    record = ready.before_record(made, Past(), NOW, device="sim:", simulated=True, board=board.name)
    assert record.pain_areas == ("calf", "neck")
    assert (record.profile, record.technique, len(record.profile_hash)) == ("swedish", "swedish", 64)
    assert (record.limit_n, record.drive_pct, record.planned_s) == (35, 45, 90)
    assert record.range_of_motion == Measure(8.0, "cm", "Knee to wall", "more")
    on_paper = ready.before_record(made, Past(), NOW, device="", simulated=False, board=board.name)
    assert (on_paper.board, on_paper.limit_n, on_paper.drive_pct) == ("", None, None)


def test_no_pain_is_nought_and_nowhere(board: Board) -> None:
    made = ready.make(complete(pain_kind="none", goal="relax"), Past(), board, None, NOW, adapt=True)
    record = ready.before_record(made, Past(), NOW, device="sim:", simulated=True, board=board.name)
    assert (record.pain_0_10, record.pain_kind, record.pain_often, record.pain_areas) == (0, "none", "never", ())
