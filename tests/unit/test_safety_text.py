import json
import re
from pathlib import Path

import pytest

from host_tools import safety_text
from host_tools.errors import TapoteError, UsageError

README = Path(__file__).resolve().parents[2] / "README.md"


def plain(markdown: str) -> str:
    """Words only: no emphasis, list marks or line breaks."""
    return " ".join(re.sub(r"[*_`]|^- ", "", markdown, flags=re.MULTILINE).split())


def sentences() -> list[str]:
    text = " ".join([*safety_text.INTRO, *safety_text.POINTS])
    return re.split(r"(?<=\.) ", text)


def test_the_readme_says_the_same_sentence_by_sentence() -> None:
    section = README.read_text(encoding="utf-8").split(f"## {safety_text.TITLE}")[1].split("\n## ")[0]
    shown = plain(section)
    assert len(sentences()) >= 10
    assert [sentence for sentence in sentences() if sentence not in shown] == []
    said = " ".join(sentences())
    assert [line for line in re.split(r"(?<=\.) ", shown) if line not in said] == []


class Person:
    def __init__(self, answer: bool) -> None:
        self.answer = answer
        self.asked = 0
        self.shown: list[str] = []

    def ask(self, question: str) -> bool:
        self.asked += 1
        return self.answer


def test_the_first_use_shows_the_text_and_asks_the_second_does_not(tmp_path: Path) -> None:
    person = Person(True)
    folder = tmp_path / "config"
    for _ in range(2):
        safety_text.require_acceptance(yes=False, show=person.shown.append, ask=person.ask, folder=folder)
    assert person.asked == 1
    assert person.shown == safety_text.paragraphs()
    assert safety_text.accepted(folder)


def test_no_means_no_and_is_asked_again(tmp_path: Path) -> None:
    person = Person(False)
    for _ in range(2):
        with pytest.raises(TapoteError, match="nothing was done"):
            safety_text.require_acceptance(yes=False, show=person.shown.append, ask=person.ask, folder=tmp_path)
    assert person.asked == 2
    assert not safety_text.accepted(tmp_path)


def test_yes_shows_the_text_asks_nobody_and_remembers_nothing(tmp_path: Path) -> None:
    shown: list[str] = []
    safety_text.require_acceptance(yes=True, show=shown.append, ask=None, folder=tmp_path)
    assert shown == safety_text.paragraphs()
    assert not safety_text.accepted(tmp_path)


def test_without_terminal_and_without_yes_it_refuses(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        safety_text.require_acceptance(yes=False, show=print, ask=None, folder=tmp_path)
    assert "--yes" in caught.value.fix


def test_a_changed_text_is_shown_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person = Person(True)
    safety_text.require_acceptance(yes=False, show=person.shown.append, ask=person.ask, folder=tmp_path)
    monkeypatch.setattr(safety_text, "POINTS", (*safety_text.POINTS, "One more."))
    assert not safety_text.accepted(tmp_path)


@pytest.mark.parametrize("kept", ["", "{", "[]", "3", '{"text": 3}', "\x00\xff"])
def test_a_damaged_record_counts_as_no(tmp_path: Path, kept: str) -> None:
    (tmp_path / safety_text.FILE_NAME).write_bytes(kept.encode("latin-1"))
    assert not safety_text.accepted(tmp_path)


def test_a_config_folder_that_cannot_be_made_is_told_and_does_not_stop(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    person = Person(True)
    folder = tmp_path / "file" / "config"
    safety_text.require_acceptance(yes=False, show=person.shown.append, ask=person.ask, folder=folder)
    assert "asked again" in person.shown[-1]


def test_the_record_tells_when_and_the_folder_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPOTE_CONFIG", str(tmp_path))
    safety_text.require_acceptance(yes=False, show=print, ask=lambda question: True)
    kept = json.loads((tmp_path / safety_text.FILE_NAME).read_text())
    assert kept["accepted"].startswith("20")
    monkeypatch.setenv("TAPOTE_CONFIG", "")
    assert safety_text.config_dir().name == "tapote"
