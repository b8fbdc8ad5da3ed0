"""The yes to the plan: begin, change it, or leave."""

from typing import Any

import pytest

from host_tools.boards import load_board
from host_tools.cli.session_form import Form, LeftError
from host_tools.guide import ready
from host_tools.guide.before import Past
from host_tools.guide.ready import Ready
from tests.unit.guide.conftest import NOW, Typist, table


def form(*lines: str) -> tuple[Form, Typist, dict[str, Any]]:
    typist, raw = Typist(*lines), table()
    return Form(typist, raw, asks=True), typist, raw


def plan(made: Form) -> Ready:
    return ready.make(made.answers(Past()), Past(), load_board("pico_mosfet_fsr"), None, NOW, adapt=False)


def test_enter_begins_and_q_leaves() -> None:
    made, _, _ = form("", "")
    assert made.agreed(plan(made))
    made, _, _ = form("", "q")
    with pytest.raises(LeftError):
        made.agreed(plan(made))


def test_another_region_asks_what_is_missing_there_and_its_own_measure() -> None:
    """From the calf to the upper back: the warning signs of the back have been answered by --has none."""
    made, typist, raw = form("9", "x", "r", "Upper Back", "50")
    first = plan(made)
    assert raw["range"] == 9
    assert not made.agreed(first)
    assert raw["choose"]["region"] == "Upper Back"
    second = plan(made)
    assert second.plan.region.name == "back_upper"
    assert second.answers.range == 50, "degrees of turning, not the cm of the calf"
    assert not typist.lines


def test_today_is_asked_for_the_new_region_too() -> None:
    made, typist, raw = form("", "r", "back_lower", "0", "")
    del raw["today"]["saddle"], raw["today"]["night"]
    assert not made.agreed(plan(made))
    assert plan(made).plan.region.name == "back_lower"
    assert "where a saddle touches?" in typist.text
    assert "swollen, warm, red or tender" not in typist.text, "answered already"


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("r", "neck", "Tapote is never used on the neck"),
        ("r", "claf", 'Did you mean "calf"?'),
        ("p", "swedihs", "swedihs"),
        ("s", "soon", "soon"),
        ("s", "4000", "allowed 1 to 900 s"),
    ],
)
def test_a_choice_that_cannot_be_is_told_and_forgotten(key: str, typed: str, words: str) -> None:
    made, typist, raw = form("", key, typed, "")
    assert made.agreed(plan(made)), "ENTER then begins as planned"
    assert words in typist.text
    assert raw["choose"] == {}


def test_another_profile_and_length() -> None:
    made, _, raw = form("", "p", "recovery", "s", "45", "")
    first = plan(made)
    assert not made.agreed(first)
    second = plan(made)
    assert second.plan.profile == "recovery"
    assert not made.agreed(second)
    third = plan(made)
    assert (third.plan.profile, third.program.duration_ms) == ("recovery", 45_000)
    assert made.agreed(third)
    assert raw["choose"] == {"profile": "recovery", "seconds": 45.0}


def test_what_is_answered_for_afterwards_is_not_asked() -> None:
    made, typist, raw = form("7", "", "8")
    raw["after"] = {"pain": 3}
    told = made.after(plan(made))
    assert (told.pain, told.comfort, told.range) == (3, None, 8)
    assert "Pain now?" not in typist.text


def test_whoever_leaves_afterwards_has_had_the_session() -> None:
    made, _, _ = form("7", "4")
    told = made.after(plan(made))
    assert (told.pain, told.comfort, told.range) == (4, None, None)
