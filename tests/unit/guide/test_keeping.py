"""Keeping a session: a journal that fails meanwhile loses nothing and ends nothing."""

from typing import Any

import pytest

from host_tools.boards import Board
from host_tools.errors import TapoteError
from host_tools.guide.answers import Choice
from host_tools.guide.guided import Script
from host_tools.guide.keeping import Keeper
from host_tools.guide.paper import Paper
from host_tools.guide.plan import make_plan, program_for
from host_tools.guide.rules import Situation
from host_tools.journal.records import After, Before, Event
from host_tools.journal.store import Journal
from tests.unit.guide.conftest import NOW


def paper(board: Board) -> Paper:
    plan = make_plan(Situation("calf", "loosen"), Choice(seconds=5))
    return Paper(program_for(plan, board, None), plan, Script(), lambda event: None, None)


def test_events_go_into_the_journal_as_they_happen(journal: Journal, board: Board) -> None:
    keeper = Keeper(journal)
    keeper.begin(Before(NOW, "calf"))
    keeper.event(Event(1, "phase", "arrive"))
    assert keeper.id is not None
    assert journal.session(keeper.id).events == (Event(1, "phase", "arrive"),)
    keeper.finish(paper(board), NOW)
    assert journal.session(keeper.id).after == After(NOW, completed=False)
    assert journal.session(keeper.id).device is None


def test_a_journal_that_is_busy_meanwhile_gets_everything_at_the_end_in_order(
    journal: Journal, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Keeper(journal)
    keeper.begin(Before(NOW, "calf"))
    write = journal.event

    def busy(*args: Any) -> None:
        raise TapoteError("the journal is in use by another program")

    monkeypatch.setattr(journal, "event", busy)
    keeper.event(Event(1, "phase", "arrive"))
    keeper.event(Event(2, "too_much"))
    with pytest.raises(TapoteError, match="in use"):
        keeper.finish(paper(board), NOW)
    monkeypatch.setattr(journal, "event", write)
    keeper.event(Event(3, "stop"))
    keeper.finish(paper(board), NOW)
    assert keeper.id is not None
    assert [event.at_s for event in journal.session(keeper.id).events] == [1, 2, 3]


def test_a_session_that_did_not_begin_is_forgotten(journal: Journal) -> None:
    keeper = Keeper(journal)
    keeper.begin(Before(NOW, "calf"))
    keeper.forget()
    assert journal.sessions() == []
    assert keeper.id is None


def test_without_a_journal_nothing_is_written(board: Board) -> None:
    keeper = Keeper(None)
    keeper.begin(Before(NOW, "calf"))
    keeper.event(Event(1, "stop"))
    keeper.finish(paper(board), NOW)
    keeper.after(After(NOW, completed=True))
    keeper.forget()
    assert keeper.id is None
