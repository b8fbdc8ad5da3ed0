"""Class Journal: the record of sessions in one SQLite file, written as things happen.

Every call that writes is one transaction: after a kill at any moment the file holds each call that had returned, and of
the one under way all or nothing. An event is written while a device waits to hear from us within half a second. So it
does not wait for the disk (`synchronous = NORMAL`: it survives a kill; a power cut takes the last events at most), and
at most EVENT_BUSY_S for another program.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from host_tools.errors import TapoteError, UsageError
from host_tools.journal import backup, failures, files, opening, rescue
from host_tools.journal.records import After, Before, DeviceSummary, Event, FollowUp, SessionRecord
from host_tools.journal.rows import from_row, time_text, to_row

EVENT_BUSY_S = 0.2
LIST = "`tapote journal list` lists them."
FOLLOW_UP_AFTER = timedelta(hours=48)
FOLLOW_UP_UNTIL = timedelta(days=14)
DOSE_WINDOW = timedelta(hours=24)


class Journal:
    """An open journal; use it as a context manager. Not for several threads at once."""

    def __init__(self, connection: sqlite3.Connection, path: Path, *, read_only: bool = False) -> None:
        """Use Journal.open."""
        self._connection = connection
        self.path = path
        self.read_only = read_only
        self._inode = path.stat().st_ino

    @classmethod
    def open(cls, path: Path | None = None, *, read_only: bool = False) -> "Journal":
        """Open, and make if need be. path: default $TAPOTE_JOURNAL or the person's data folder.

        read_only: writes nothing, not even a newer schema; the file must be there.
        TapoteError, each with what to do: in use by another program (after 2 s), file or folder read-only, damaged or
        no journal at all, of a newer Tapote (not touched), disk full.
        """
        path = (files.default_path() if path is None else path).resolve()  # a link's copy lies beside the file itself
        return cls(opening.open_to_read(path) if read_only else opening.open_file(path), path, read_only=read_only)

    def close(self) -> None:
        """Close the file. All is written already."""
        self._connection.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- a session, in the order in which it happens -------------------------------------------------------------------

    def begin(self, before: Before) -> int:
        """Write the start of a session; its number."""
        with self._writing() as sql:
            return self._insert(sql, "session", to_row(before))

    def event(self, session_id: int, at_s: float, kind: str, detail: str = "", value: float | None = None) -> None:
        """Write an event, quickly. UsageError for an unknown kind or a value out of range."""
        row = to_row(Event(at_s, kind, detail, value))
        with self._writing(session_id, quick=True) as sql:
            self._insert(sql, "event", {"session_id": session_id} | row)

    def device_summary(self, session_id: int, summary: DeviceSummary) -> None:
        """Write what the device measured up to now; replaces what was written before."""
        self._replace("device_summary", session_id, to_row(summary))

    def after(self, session_id: int, after: After) -> None:
        """Write the end of a session; replaces what was written before."""
        self._replace("after", session_id, to_row(after))

    def follow_up(self, session_id: int, follow_up: FollowUp) -> None:
        """Write how it was two days later; replaces what was written before."""
        self._replace("follow_up", session_id, to_row(follow_up))

    # -- looking back --------------------------------------------------------------------------------------------------

    def session(self, session_id: int) -> SessionRecord:
        """One session. UsageError when there is none of that number."""
        found = self._records("WHERE id = ?", (session_id,))
        if not found:
            raise UsageError(f"the journal has no session {session_id}", fix=LIST)
        return found[0]

    def sessions(
        self, region: str | None = None, since: datetime | None = None, simulated: bool | None = None
    ) -> list[SessionRecord]:
        """Sessions in the order of their start. simulated: True only those, False only real ones, None all."""
        conditions: list[tuple[str, object]] = []
        if region is not None:
            conditions.append(("region = ?", region))
        if since is not None:
            conditions.append(("started_at >= ?", time_text(since)))
        if simulated is not None:
            conditions.append(("simulated = ?", int(simulated)))
        where = "WHERE " + " AND ".join(text for text, _ in conditions) if conditions else ""
        return self._records(where, tuple(value for _, value in conditions))

    def numbers(self, before: datetime | None = None) -> list[int]:
        """Numbers of all sessions, or of those that began before a moment; also of any that cannot be read."""
        until = "" if before is None else "WHERE started_at < :until"
        with failures.explained(self.path):
            rows = self._connection.execute(
                f"SELECT id FROM session {until} ORDER BY started_at, id", {"until": before and time_text(before)}
            )
            return [int(row["id"]) for row in rows]

    def follow_ups_due(self, now: datetime) -> list[SessionRecord]:
        """Real sessions that began 48 hours to 14 days ago and have no follow-up yet."""
        where = """WHERE simulated = 0 AND started_at <= ? AND started_at > ?
                   AND id NOT IN (SELECT session_id FROM follow_up)"""
        return self._records(where, (time_text(now - FOLLOW_UP_AFTER), time_text(now - FOLLOW_UP_UNTIL)))

    def minutes_today(self, now: datetime) -> float:
        """Minutes of real sessions that began in the 24 hours up to now: midnight does not rest a muscle."""
        recent = self.sessions(since=now - DOSE_WINDOW, simulated=False)
        return sum(record.seconds for record in recent if record.before.started_at <= now) / 60

    def last_end(self, now: datetime) -> datetime | None:
        """When the last real session up to now ended; None when there was none."""
        ends = [record.ended_at for record in self.sessions(simulated=False) if record.before.started_at <= now]
        return max(ends, default=None)

    # -- forgetting ----------------------------------------------------------------------------------------------------

    def delete(self, ids: Sequence[int] = (), *, everything: bool = False, before: datetime | None = None) -> int:
        """Delete these sessions, all of them, or those that began before a moment; how many. They are overwritten in
        the file and its log, and gone from its copy; with all of them go the damaged files that a rescue moved aside.
        UsageError when one of the ids is not there; nothing is deleted then."""
        with self._writing() as sql:
            known = set(self.numbers())
            if unknown := sorted(set(ids) - known):
                raise UsageError(f"the journal has no session {', '.join(map(str, unknown))}", fix=LIST)
            doomed = known if everything else set(ids) | set(self.numbers(before) if before is not None else ())
            if everything:
                sql.execute("DELETE FROM forgotten")
            sql.executemany("DELETE FROM session WHERE id = ?", [(number,) for number in doomed])
        with failures.explained(self.path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            backup.renew(self._connection, self.path)
            for one in rescue.damaged(self.path) if everything else ():
                one.unlink()
        return len(doomed)

    def forget_adaptation(self, region: str, now: datetime) -> None:
        """From now on only sessions that begin later count for this region's adaptation; none is deleted."""
        with self._writing() as sql:
            sql.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (region, time_text(now)))

    def adaptation_history(self, region: str, *, simulated: bool = False) -> list[SessionRecord]:
        """The real sessions (with `simulated` all) of a region from which the next one may learn, in their order."""
        row = self._one("SELECT at FROM forgotten WHERE region = ?", (region,))
        since = None if row is None else datetime.fromisoformat(row["at"])
        return self.sessions(region=region, since=since, simulated=None if simulated else False)

    # -- inside --------------------------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self, session_id: int | None = None, *, quick: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction. session_id: a session that must be there."""
        sql = self._connection
        with failures.explained(self.path):
            self._must_be_there()
            sql.execute(f"PRAGMA busy_timeout = {round((EVENT_BUSY_S if quick else opening.BUSY_S) * 1000)}")
            sql.execute(f"PRAGMA synchronous = {'NORMAL' if quick else 'FULL'}")
            sql.execute("BEGIN IMMEDIATE")
            try:
                if session_id is not None:
                    self._must_know(sql, session_id)
                yield sql
                sql.execute("COMMIT")
            except BaseException:
                if sql.in_transaction:
                    sql.execute("ROLLBACK")
                raise

    def _must_be_there(self) -> None:
        """TapoteError when somebody has taken the file away: SQLite would go on writing to a file without a name."""
        try:
            there = self.path.stat().st_ino == self._inode
        except OSError:
            there = False
        if not there:
            raise TapoteError(
                f"the journal {self.path} was moved or deleted while it was open",
                fix=f"Bring it back, or start again with another one: {files.OPTION}.",
            )

    def _must_know(self, sql: sqlite3.Connection, session_id: int) -> None:
        if sql.execute("SELECT 1 FROM session WHERE id = ?", (session_id,)).fetchone() is None:
            raise UsageError(f"the journal has no session {session_id}", fix=LIST)

    def _replace(self, table: str, session_id: int, row: dict[str, object]) -> None:
        with self._writing(session_id) as sql:
            self._insert(sql, table, {"session_id": session_id} | row)

    def _insert(self, sql: sqlite3.Connection, table: str, row: dict[str, object]) -> int:
        marks = ", ".join(f":{name}" for name in row)
        done = sql.execute(f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) VALUES ({marks})", row)
        return int(done.lastrowid or 0)

    def _one(self, query: str, values: Sequence[object]) -> sqlite3.Row | None:
        with failures.explained(self.path):
            row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
            return row

    def _records(self, where: str, values: Sequence[object]) -> list[SessionRecord]:
        """The sessions of a condition with all that belongs to them, from one moment's view of the file."""
        with failures.explained(self.path):
            sql = self._connection
            sql.execute("BEGIN")
            try:
                rows = sql.execute(f"SELECT * FROM session {where} ORDER BY started_at, id", values).fetchall()
                return [self._whole(row) for row in rows]
            finally:
                sql.execute("COMMIT")

    def _whole(self, row: sqlite3.Row) -> SessionRecord:
        number = int(row["id"])

        def part(table: str) -> list[sqlite3.Row]:
            order = " ORDER BY at_s, id" if table == "event" else ""
            return self._connection.execute(f"SELECT * FROM {table} WHERE session_id = ?{order}", (number,)).fetchall()

        events = tuple(from_row(Event, one) for one in part("event"))
        device, after, follow_up = part("device_summary"), part("after"), part("follow_up")
        return SessionRecord(
            number,
            from_row(Before, row),
            events,
            from_row(DeviceSummary, device[0]) if device else None,
            from_row(After, after[0]) if after else None,
            from_row(FollowUp, follow_up[0]) if follow_up else None,
        )
