"""Answers as options, and the file to fill in."""

from pathlib import Path

import pytest

from host_tools.errors import UsageError
from host_tools.guide import template
from host_tools.guide.answers import parse_answers
from host_tools.guide.before import Past, missing
from host_tools.guide.flags import joined
from host_tools.guide.questions import questionnaire
from host_tools.toml_read import parse_toml, read_toml


def test_has_answers_every_yes_no_question() -> None:
    answers = parse_answers(joined({}, {}, ["pregnancy", "night"]), "options")
    assert set(answers.history) | set(answers.today) == set(questionnaire().all)
    assert answers.yes == {"pregnancy", "night"}
    assert parse_answers(joined({}, {}, ["none"]), "options").yes == frozenset()
    assert joined({}, {}, []) == {}, "nothing said, nothing answered"


def test_unchanged_leaves_the_history_alone_unless_something_of_it_is_named() -> None:
    raw = joined({}, {"history_unchanged": True}, ["none"])
    assert "history" not in raw
    with pytest.raises(UsageError, match="history_unchanged: true, and"):
        parse_answers(joined({}, {"history_unchanged": True}, ["clot"]), "options")


def test_options_join_a_file_and_disagreements_are_all_told() -> None:
    file = {"goal": "relax", "pain": {"score": 3, "where": ["calf"]}, "today": {"wound": True}}
    joint = joined(file, {"pain.score": 3, "pain.kind": "dull", "pain.where": ["calf"], "experience": None}, [])
    assert joint["pain"] == {"score": 3, "kind": "dull", "where": ["calf"]}
    assert file["pain"] == {"score": 3, "where": ["calf"]}, "the file's table is left as it was"
    with pytest.raises(UsageError) as error:
        joined(file, {"goal": "loosen", "pain.score": 5}, ["none"])
    for words in ('goal: "relax" in the file, "loosen" as an option', "pain.score: 3 in the", "today.wound: true in"):
        assert words in error.value.message


def test_has_of_nothing_known_or_of_everything_and_nothing() -> None:
    with pytest.raises(UsageError) as error:
        joined({}, {}, ["none", "pregnency"])
    assert 'Did you mean "pregnancy"?' in error.value.message
    assert "none, and something else as well" in error.value.message


def test_a_section_that_is_none_is_left_to_the_check() -> None:
    with pytest.raises(UsageError, match='pain: "bad" is not a table'):
        parse_answers(joined({"pain": "bad"}, {"pain.score": 3}, []), "options")


def test_an_untouched_template_answers_nothing(tmp_path: Path) -> None:
    """An answer that nobody gave must not look like one: least of all a no to a question about health."""
    file = tmp_path / "answers.toml"
    template.write(file)
    answers = parse_answers(read_toml(file), "answers.toml")
    assert not answers.history
    assert not answers.today
    assert len(missing(answers, Past())) > len(questionnaire().history)


def test_a_template_with_every_mark_taken_away_is_complete_and_valid() -> None:
    text = "\n".join(
        line if line.startswith("##") else line.removeprefix("# ") for line in template.template().split("\n")
    )
    text = text[text.index("schema") :].replace("Instead of", "## Instead of")
    answers = parse_answers(parse_toml(text, "filled in"), "filled in")
    assert missing(answers, Past()) == []
    assert answers.after.notes
    assert answers.follow_up is not None


def test_a_template_overwrites_nothing(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        template.write(file)
    assert file.read_text() == "mine"
    with pytest.raises(UsageError, match=r"name a \.toml file"):
        template.write(tmp_path / "answers.json")
