"""The answers file: everything that is wrong with it, at once, and what it stands for when it is right."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.errors import UsageError
from host_tools.guide.answers import REFUSED, Answers, Choice, During, Pain, load_answers, parse_answers
from host_tools.regions import body
from tests.unit.guide.conftest import complete, table

KEYS = [*Answers.model_fields, "schema", *Pain.model_fields, *Choice.model_fields, *During.model_fields, "clot", "neck"]


def refusal(raw: dict[str, Any]) -> UsageError:
    with pytest.raises(UsageError) as error:
        parse_answers(raw, "answers.toml")
    return error.value


def test_every_mistake_is_told_at_once() -> None:
    raw = {
        "schema": 2,
        "goal": "win",
        "colour": "red",
        "pain": {"score": 11, "kind": "blue", "were": ["calf"]},
        "history": {"clott": False, "veins": "no"},
        "today": {"saddel": True},
        "clinician_agrees": ["saddle", "wings"],
        "choose": {"seconds": 0},
        "during": {"too_much_at_s": [-1]},
        "after": {"pain": 4.5},
    }
    error = refusal(raw)
    assert error.exit_code == 2
    for words in (
        "schema: 2 is not one of the allowed values",
        'goal: "win" is not one of',
        "colour: unknown key",
        "pain.score: 11 is out of range; allowed 0 to 10",
        'pain.kind: "blue"',
        'pain.were: unknown key. Fix: Did you mean "where"?',
        'history.clott: there is no such question. Fix: Did you mean "clot"?',
        'history.veins: "no" is not true or false',
        'today.saddel: there is no such question. Fix: Did you mean "saddle"?',
        "a clinician's yes does not lift this",
        "there is no such condition",
        "choose.seconds: 0 is out of range; allowed 1 to 900 s",
        "during.too_much_at_s[1]: -1 is out of range",
        "after.pain: 4.5",
    ):
        assert words in error.message, error.message
    assert "--write-answers" in error.fix


@pytest.mark.parametrize(
    "sections",
    [
        {"choose": {"region": "neck"}},
        {"choose": {"region": "Kidneys"}, "pain": {"where": ["calf"]}},
        {"pain": {"where": ["neck", "spine"]}},
    ],
)
def test_a_place_where_it_is_never_used_is_a_refusal_with_its_reason(sections: dict[str, Any]) -> None:
    error = refusal(sections)
    assert error.exit_code == REFUSED
    assert "Tapote is never used on the" in error.message
    assert "Tapote works on: back_upper" in error.message


def test_pain_there_is_worth_knowing_when_the_session_goes_elsewhere() -> None:
    answers = complete(pain_where=["neck", "Upper Back"])
    assert answers.region == "back_upper"
    assert complete(pain_where=["neck"], choose_region="shoulder").region == "shoulder"


def test_an_unknown_place_is_a_mistake_with_a_guess() -> None:
    error = refusal({"pain": {"where": ["claf"]}})
    assert error.exit_code == 2
    assert 'Did you mean "calf"?' in error.message


def test_history_cannot_be_both_new_and_unchanged() -> None:
    error = refusal({"history": {"clot": False}, "history_unchanged": True})
    assert "history_unchanged: true, and [history] is there as well" in error.message


def test_the_same_from_toml_and_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(table(("pregnancy",), clinician_agrees=["pregnancy"])))
    (tmp_path / "a.toml").write_text('goal = "relax"\n[pain]\nwhere = ["calf"]\nkind = "none"\n')
    answers = parse_answers(load_answers(tmp_path / "a.json"), "a.json")
    assert answers.yes == {"pregnancy"}
    assert answers.clinician_agrees == ("pregnancy",)
    assert parse_answers(load_answers(tmp_path / "a.toml"), "a.toml").goal == "relax"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", "{", "no JSON"),
        ("a.json", "[1]", "holds no table"),
        ("a.json", "[" * 100_000, "no JSON"),
        ("a.json", '{"goal": NaN}', "goal"),
        ("a.json", b"\xff\xfe", "no JSON"),
        ("a.json", '{"pain": {"where": ["\\u001b[2J"]}}', "hidden control characters"),
        ("a.json", '{"pain": {"score": 1' + "0" * 30 + "}}", "more than 64 bits"),
        ("a.json", " " * 300_000, "larger than 262144 bytes"),
        ("a.toml", "goal =", "line 1"),
        ("missing.json", None, "cannot be read"),
        ("missing.toml", None, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_error(
    tmp_path: Path, name: str, content: str | bytes | None, words: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=words):
        parse_answers(load_answers(path), name)


KEY = st.sampled_from(KEYS) | st.text(max_size=5)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=6))
def test_whatever_a_file_holds_it_is_answers_or_one_clear_error(raw: dict[str, Any]) -> None:
    try:
        told = parse_answers(raw, "answers").region
    except UsageError as error:
        told = f"{error.exit_code}: {error.message}"
    assert told in {"", *body().regions} or re.match(rf"[2{REFUSED}]: answers: \d+ problem", told)


def test_sections_of_the_wrong_kind_are_told_not_raised() -> None:
    raw = {"history": 3, "today": [], "pain": "bad", "choose": None, "clinician_agrees": "pregnancy", "during": 1}
    message = refusal(raw).message
    assert all(f"{key}: " in message for key in raw)
