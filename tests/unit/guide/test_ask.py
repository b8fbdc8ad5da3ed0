"""The questionnaire with somebody who types: nothing twice, nothing assumed, and an end at the first refusal."""

from datetime import timedelta
from typing import Any

import pytest

from host_tools.guide.ask import Questionnaire, measure
from host_tools.guide.before import History, Past, recall
from host_tools.guide.plan import NoSessionError
from host_tools.guide.questions import questionnaire
from host_tools.guide.talk import NobodyThereError, choice, number, several, yes_no
from host_tools.journal.records import After, Before
from host_tools.journal.signs import day
from host_tools.journal.store import Journal
from host_tools.regions import get_region
from tests.unit.guide.conftest import NOW, Typist, complete, table

# history: none; experience: yes; calf; tight; 4; weekly; a hand; not new; today: none; to loosen
WHOLE = ("0", "2", "9", "2", "4", "3", "2", "n", "0", "1")


def test_a_whole_questionnaire() -> None:
    typist = Typist(*WHOLE)
    answers = Questionnaire(typist, {}, Past()).fill()
    assert answers.region == "calf"
    assert answers.yes == frozenset()
    assert (answers.pain.kind, answers.pain.score, answers.pain.often, answers.pain.size) == (
        "tight",
        4,
        "weekly",
        "hand",
    )
    assert (answers.goal, answers.experience, answers.pain.new) == ("loosen", "some", False)
    assert set(answers.today) == set(questionnaire().today_for("calf"))
    assert not typist.lines
    assert "no diagnosis" in typist.said[0]


def test_what_is_known_is_not_asked() -> None:
    typist = Typist()
    assert Questionnaire(typist, table(), Past()).fill() == complete()
    assert typist.said == []


def test_a_refusal_ends_it_at_once() -> None:
    typist = Typist("0", "2", "9", "2", "4", "3", "2", "n", "7")
    with pytest.raises(NoSessionError, match="blood clot"):
        Questionnaire(typist, {}, Past()).fill()
    assert "What is the session for?" not in typist.text


def test_a_condition_asks_for_the_clinician_once() -> None:
    typist = Typist("6 9", "y", "n")
    with pytest.raises(NoSessionError, match="Recent surgery: no session, unless a clinician agrees") as error:
        Questionnaire(typist, {}, Past()).fill()
    assert "Pregnancy" not in error.value.message
    typist = Typist("6", "yes", *WHOLE[1:])
    answers = Questionnaire(typist, {}, Past()).fill()
    assert answers.clinician_agrees == ("pregnancy",)
    assert typist.text.count("You named: pregnancy") == 1


def test_unchanged_history_is_one_question() -> None:
    history = History(NOW, {name: name == "pregnancy" for name in questionnaire().history}, ("pregnancy",))
    typist = Typist("n", *WHOLE[2:])
    raw: dict[str, Any] = {}
    answers = Questionnaire(typist, raw, Past(history=history, experience="some")).fill()
    assert answers.history["pregnancy"] is True
    assert f"On {day(NOW)} you said that applies: pregnancy (a clinician agrees)." in typist.text
    assert "thrombosis" not in typist.text
    typist = Typist("y", "0", *WHOLE[2:])
    answers = Questionnaire(typist, {}, Past(history=history, experience="some")).fill()
    assert answers.history["pregnancy"] is False
    assert "thrombosis" in typist.text


def test_pain_where_it_is_never_used_needs_another_place_too() -> None:
    typist = Typist("0", "2", "11", "11 3", *WHOLE[3:])
    answers = Questionnaire(typist, {}, Past()).fill()
    assert answers.region == "shoulder"
    assert answers.pain.where == ("neck", "shoulder")
    assert typist.text.count("Tapote is never used on the neck") == 2
    assert "Name a place from 1 to 10 too" in typist.text


def test_the_follow_up_comes_first(journal: Journal) -> None:
    number_ = journal.begin(Before(NOW - timedelta(hours=60), "calf"))
    journal.after(number_, After(NOW - timedelta(hours=60), completed=True))
    raw: dict[str, Any] = {}
    typist = Typist("3", "y", "n", "y", *WHOLE)
    Questionnaire(typist, raw, recall(journal, NOW)).fill()
    assert raw["follow_up"] == {"soreness": 3, "bruise": True, "gone": False, "saw_doctor": True}
    assert typist.said[1].startswith(f"On {day(NOW - timedelta(hours=60))} you had a session on the calf")
    raw = {}
    Questionnaire(Typist("0", "n", *WHOLE), raw, recall(journal, NOW)).fill()
    assert raw["follow_up"] == {"soreness": 0, "bruise": False}


def test_leaving_in_the_middle() -> None:
    with pytest.raises(NobodyThereError, match="nothing has moved"):
        Questionnaire(Typist("0", "2"), {}, Past()).fill()


def test_nothing_is_assumed_and_what_is_allowed_is_said() -> None:
    typist = Typist("", "maybe", "Y")
    assert yes_no(typist, "Sure?")
    assert typist.text.count("Please type y for yes or n for no.") == 2
    typist = Typist("", "x", "4 0", "-1", "4", "0")
    assert several(typist, "Which?", ["a", "b", "c"]) == []
    assert typist.text.count("Please type numbers from 1 to 3") == 5
    assert several(Typist("3, 1 3"), "Which?", ["a", "b", "c"]) == [2, 0]
    typist = Typist("", "nan", "inf", "4.5", "11", "1e1")
    assert number(typist, "How strong?", 0, 10) == 10
    assert typist.text.count("Please type a whole number from 0 to 10.") == 5
    assert number(Typist("12,5"), "How far?", 0, 20, whole=False) == 12.5
    assert number(Typist(""), "How far?", 0, 20, skip=True) is None
    assert choice(Typist("0", "3", "b"), "Which?", [("a", "one"), ("b", "two")]) == "b"


def test_a_measure_is_shown_step_by_step_and_may_be_left_out() -> None:
    region = get_region("calf")
    typist = Typist("999", "9.5")
    assert measure(typist, region, again=False) == 9.5
    assert all(step in typist.text for step in region.range_of_motion.how)
    assert measure(Typist(""), region, again=True) is None
