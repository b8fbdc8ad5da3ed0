"""Complete answers, a journal of its own, and a person who types what a test says."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from host_tools.boards import Board, load_board
from host_tools.guide.answers import Answers, parse_answers
from host_tools.guide.flags import joined
from host_tools.guide.guided import Script
from host_tools.guide.talk import NobodyThereError
from host_tools.journal.store import Journal
from tests.unit.guide.simulated import Session, Start

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def table(has: Sequence[str] = ("none",), **flags: object) -> dict[str, Any]:
    """The table of complete answers of a person with a tight calf; flags: pain_score=7 for "pain.score"."""
    usual: dict[str, object] = {
        "experience": "some",
        "goal": "loosen",
        "pain.where": ["calf"],
        "pain.kind": "tight",
        "pain.often": "weekly",
        "pain.score": 4,
        "pain.size": "hand",
        "pain.new": False,
    }
    sections = ("pain", "choose", "during", "after", "follow_up")
    named = {
        key.replace("_", ".", 1) if key.startswith(("pain_", "choose_", "during_", "after_")) else key: value
        for key, value in flags.items()
    }
    assert all("." not in key or key.partition(".")[0] in sections for key in named)
    return joined({}, usual | named, has)


def complete(has: Sequence[str] = ("none",), **flags: object) -> Answers:
    """The same, checked."""
    return parse_answers(table(has, **flags), "the answers")


class Typist:
    """guide.talk.Talk for a person who types these lines. said: everything shown, prompts too."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.said: list[str] = []

    def say(self, text: str = "", indent: int = 0) -> None:
        self.said.append(text)

    def ask(self, prompt: str) -> str:
        self.said.append(prompt)
        if not self.lines:
            raise NobodyThereError
        return self.lines.pop(0)

    @property
    def text(self) -> str:
        return "\n".join(self.said)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.sqlite3") as opened:
        yield opened


@pytest.fixture(scope="session")
def board() -> Board:
    return load_board("pico_mosfet_fsr")


@pytest.fixture
def start(board: Board) -> Iterator[Start]:
    """start(seconds, script, person) -> a session on a simulated board, under way."""
    made: list[Session] = []

    def begin(seconds: float = 10, script: Script | None = None, person: str = "normal") -> Session:
        session = Session(board, seconds, script or Script(), person)
        made.append(session)
        assert session.during.start()
        return session

    yield begin
    for session in made:
        session.sim.close()
