"""docs/session-guide.md: what is made is current, every option is there, and none that there is not."""

import re
from pathlib import Path

from host_tools import reference
from host_tools.guide import reference as guide_reference
from host_tools.guide.questions import questionnaire
from host_tools.guide.screening import screen
from host_tools.paths import repo_or_data
from tests import commands

TEXT = repo_or_data(guide_reference.PAGE).read_text(encoding="utf-8")


def test_questions_rules_and_transcript_are_what_the_program_says() -> None:
    made = reference.update(TEXT, guide_reference.BLOCKS)
    assert made == TEXT, "run: python -m host_tools.guide.reference --write"
    assert all(f"<!-- generated: {name} -->" in TEXT for name in guide_reference.BLOCKS)


def test_the_table_of_options_is_complete() -> None:
    table = TEXT.split("| option | |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(--[a-z-]+)`", table)) == commands.long_options("session")


def test_the_picture_is_made_of_a_simulated_session(tmp_path: Path) -> None:
    guide_reference.picture(tmp_path / "new.svg", at_s=5.0)
    new = (tmp_path / "new.svg").read_text(encoding="utf-8")
    kept = repo_or_data(guide_reference.PICTURE).read_text(encoding="utf-8")
    for text in (new, kept):
        assert "SIMULATED" in text
        assert "Swedish&#160;on&#160;the&#160;calf" in text
        assert "STOP" in text
        assert "@font-face" not in text, "a picture fetches nothing"


def test_the_page_is_found_from_the_readme() -> None:
    assert f"({guide_reference.PAGE})" in repo_or_data("README.md").read_text(encoding="utf-8")


def test_no_sentence_promises_an_effect() -> None:
    """A refusal may say what could happen; nothing says that it heals, cures or treats."""
    said = [text for name in questionnaire().all for text in screen({name}, (), "calf").refusals]
    for text in (TEXT, *said):
        assert not re.search(r"\b(heals|cures?|cured|treatment for|proven)\b", text), text[:80]
