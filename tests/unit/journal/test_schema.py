"""The schema and its changes: an older journal becomes one of today with everything in it, or stays as it was."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from host_tools.errors import TapoteError
from host_tools.journal import backup, schema
from host_tools.journal.failures import NeedsWritingError
from host_tools.journal.records import Before
from host_tools.journal.store import Journal
from tests.unit.journal.made import NOON

# What a next version may do: a new table, a new column, and values filled in from what is there.
NEXT = (
    "CREATE TABLE mood (session_id INTEGER PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE, word TEXT)",
    "ALTER TABLE session ADD COLUMN place TEXT NOT NULL DEFAULT 'home'",
    "INSERT INTO mood SELECT id, 'calm' FROM session",
)


def older(path: Path) -> None:
    """A journal of schema 1 as that version left it, made with nothing but its statements."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in schema.STEPS[0]:
            connection.execute(statement)
        connection.execute(
            "INSERT INTO session VALUES (7, '2026-11-02T12:00:00.000000+00:00', 'calf', 'serial:x', 0, 'b', 'relax',"
            " 'tight', 'weekly', 5, '[\"left calf\"]', 'swedish', 'abc', 'swedish', 240.0, 40.0, 60.0,"
            " '{\"dvt\": false}', NULL)"
        )
        connection.execute("INSERT INTO event VALUES (1, 7, 12.5, 'too_much', '', NULL)")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()


def state(path: Path) -> tuple[int, list[str]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return schema.version(connection), [name for (name,) in rows]


def test_a_new_journal_has_todays_schema_and_says_whose_it_is(journal: Journal, path: Path) -> None:
    assert state(path)[0] == len(schema.STEPS)
    with closing(sqlite3.connect(path)) as connection:
        assert schema.application(connection) == schema.APPLICATION_ID == int.from_bytes(b"tapo")


def test_step_one_is_what_was_released(path: Path) -> None:
    """A journal made by hand from the statements of schema 1 reads as that version wrote it."""
    older(path)
    with Journal.open(path) as journal:
        (record,) = journal.sessions()
    assert record.before == Before(
        NOON,
        "calf",
        device="serial:x",
        board="b",
        goal="relax",
        pain_kind="tight",
        pain_often="weekly",
        pain_0_10=5,
        pain_areas=("left calf",),
        profile="swedish",
        profile_hash="abc",
        technique="swedish",
        planned_s=240.0,
        limit_n=40.0,
        drive_pct=60.0,
        answers={"dvt": False},
    )
    assert [(event.at_s, event.kind) for event in record.events] == [(12.5, "too_much")]


def test_an_older_journal_is_brought_up_to_date_and_kept_as_it_was_beside(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older(path)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, NEXT))
    with pytest.raises(NeedsWritingError, match="older Tapote"):
        Journal.open(path, read_only=True)
    assert state(path)[0] == 1
    with Journal.open(path) as journal:
        assert [record.id for record in journal.sessions()] == [7]
        assert journal.begin(Before(NOON, "calf")) == 8
        rows = journal._connection.execute("SELECT session_id, word FROM mood").fetchall()
        assert [tuple(row) for row in rows] == [(7, "calm")]
        assert journal._connection.execute("SELECT place FROM session").fetchone()["place"] == "home"
    assert state(path)[0] == 2
    version, tables = state(backup.path_for(path))
    assert (version, "mood" in tables) == (1, False)


def test_two_steps_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older(path)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, NEXT, ("ALTER TABLE mood RENAME TO feeling",)))
    with Journal.open(path) as journal:
        assert len(journal.sessions()) == 1
    assert state(path)[0] == 3
    assert "feeling" in state(path)[1]


def test_a_step_that_fails_leaves_the_older_journal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older(path)
    before = state(path)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", (*schema.STEPS, (NEXT[0], "CREATE NONSENSE")))
        with pytest.raises(TapoteError, match="cannot be used") as caught:
            Journal.open(path)
        assert "still there" in caught.value.fix
    assert state(path) == before
    with Journal.open(path) as journal:
        assert len(journal.sessions()) == 1
