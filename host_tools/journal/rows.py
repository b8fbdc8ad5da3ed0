"""Records as rows and back: columns carry the names of the fields.

Times are kept in UTC with microseconds, in one width, so that they sort as text; lists, answers and measures as JSON.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, TypeVar

from host_tools.errors import TapoteError
from host_tools.journal.records import After, Before, DeviceSummary, Event, FollowUp, Measure

Record = TypeVar("Record", Before, Event, DeviceSummary, After, FollowUp)


def time_text(moment: datetime) -> str:
    """A moment as the journal writes it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_row(record: Before | Event | DeviceSummary | After | FollowUp) -> dict[str, object]:
    """Column -> value as SQLite takes it."""
    return {field.name: _stored(getattr(record, field.name)) for field in fields(record)}


def from_row(kind: type[Record], row: sqlite3.Row) -> Record:
    """The record of a row; columns of the table that the record does not have are left out.

    TapoteError when somebody else wrote something there that no record may hold.
    """
    names = [field.name for field in fields(kind)]
    try:
        return kind(**{name: _LOADED.get(name, _same)(row[name]) for name in names})
    except (TapoteError, ValueError, TypeError, LookupError, AttributeError) as error:
        columns = row.keys()
        number = row["session_id" if "session_id" in columns else "id"]
        raise TapoteError(
            f"session {number} of the journal cannot be read: {error}",
            fix=f"Another program has changed it. Look at the file, or: tapote journal delete {number}",
        ) from error


def _stored(value: object) -> object:
    match value:
        case bool():
            return int(value)
        case datetime():
            return time_text(value)
        case Measure():
            return _json(asdict(value))
        case tuple():
            return _json(value)
        case Mapping():
            return _json(dict(value))
        case _:
            return value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _same(value: Any) -> Any:
    return value


def _tuple(value: str) -> tuple[Any, ...]:
    return tuple(json.loads(value))


def _measure(value: str | None) -> Measure | None:
    return None if value is None else Measure(**json.loads(value))


def _flag(value: Any) -> bool | None:
    return {0: False, 1: True, None: None}[value]


_LOADED: dict[str, Callable[[Any], Any]] = {
    "started_at": datetime.fromisoformat,
    "ended_at": datetime.fromisoformat,
    "at": datetime.fromisoformat,
    "simulated": _flag,
    "completed": _flag,
    "bruise": _flag,
    "gone_within_48h": _flag,
    "saw_doctor": _flag,
    "pain_areas": _tuple,
    "faults": _tuple,
    "force_histogram_s": _tuple,
    "answers": json.loads,
    "range_of_motion": _measure,
}
