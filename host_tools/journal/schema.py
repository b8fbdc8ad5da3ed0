"""The tables of the journal, and how an older journal becomes one of today.

`STEPS[n]` leads from schema n to n + 1, a new file runs all of them, and SQLite's `user_version` says where a file
stands. A step, once released, is never changed: a new table or column is a new step.
"""

import sqlite3
from collections.abc import Sequence

APPLICATION_ID = 0x7461706F  # "tapo" in SQLite's header: which program a file belongs to

STEPS: tuple[Sequence[str], ...] = (
    (
        """CREATE TABLE session (
            id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the number of a deleted session is never given again
            started_at TEXT NOT NULL, region TEXT NOT NULL, device TEXT NOT NULL, simulated INTEGER NOT NULL,
            board TEXT NOT NULL, goal TEXT NOT NULL, pain_kind TEXT NOT NULL, pain_often TEXT NOT NULL,
            pain_0_10 INTEGER, pain_areas TEXT NOT NULL, profile TEXT NOT NULL, profile_hash TEXT NOT NULL,
            technique TEXT NOT NULL, planned_s REAL NOT NULL, limit_n REAL, drive_pct REAL, answers TEXT NOT NULL,
            range_of_motion TEXT)""",
        "CREATE INDEX session_by_time ON session (started_at)",
        """CREATE TABLE event (
            id INTEGER PRIMARY KEY,
            session_id INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
            at_s REAL NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL, value REAL)""",
        "CREATE INDEX event_by_session ON event (session_id)",
        """CREATE TABLE device_summary (
            session_id INTEGER PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
            run_s REAL NOT NULL, strokes INTEGER NOT NULL, peak_force_n REAL NOT NULL, backoff_s REAL NOT NULL,
            over_limit_ms REAL NOT NULL, too_much INTEGER NOT NULL, faults TEXT NOT NULL,
            force_histogram_s TEXT NOT NULL, end_state TEXT NOT NULL)""",
        """CREATE TABLE after (
            session_id INTEGER PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
            ended_at TEXT NOT NULL, completed INTEGER NOT NULL, pain_0_10 INTEGER, comfort_0_10 INTEGER,
            range_of_motion TEXT, notes TEXT NOT NULL)""",
        """CREATE TABLE follow_up (
            session_id INTEGER PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
            at TEXT NOT NULL, soreness_0_10 INTEGER NOT NULL, bruise INTEGER NOT NULL, gone_within_48h INTEGER,
            saw_doctor INTEGER NOT NULL, notes TEXT NOT NULL)""",
        # What the sessions of a region taught up to then no longer counts.
        "CREATE TABLE forgotten (region TEXT PRIMARY KEY, at TEXT NOT NULL)",
    ),
)


def version(connection: sqlite3.Connection) -> int:
    """The schema of an open file; 0 for an empty one."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    return int(found)


def application(connection: sqlite3.Connection) -> int:
    """Which program the file belongs to; 0 when it does not say."""
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    return int(found)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to today's schema: each step is one transaction together with its number, so that a kill leaves
    the schema before the step or the one after it. Another process that does the same at once waits its turn."""
    while version(connection) < len(STEPS):
        connection.execute("BEGIN IMMEDIATE")
        try:
            now = version(connection)  # another process may have been quicker
            if now < len(STEPS):
                for statement in STEPS[now]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {now + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
