"""The journal for other programs: JSON with everything, CSV with one row a session that is safe in a spreadsheet.

A cell of text that begins with = + - @ is a formula to a spreadsheet, and a formula can send data away. So text that
begins so, also after a character that some spreadsheets take for the end of a cell, gets an apostrophe before it.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from host_tools import files
from host_tools.journal import signs
from host_tools.journal.records import Before, Measure, SessionRecord

FORMAT = 1
# What a cell begins with that a spreadsheet runs: these, and their full-width twins.
FORMULA = re.compile(r"(^|[;,|\t\r\n])(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
BOM = "\ufeff"  # without it spreadsheets take UTF-8 for something older


def document(record: SessionRecord) -> dict[str, object]:
    """One session as JSON takes it: the fields of the records under their names, times in UTC."""
    found: dict[str, object] = {"id": record.id}
    for name in ("before", "events", "device", "after", "follow_up"):
        part = getattr(record, name)
        if isinstance(part, tuple):
            found[name] = [_plain(asdict(one)) for one in part]
        else:
            found[name] = None if part is None else _plain(asdict(part))
    return found


def json_text(records: Iterable[SessionRecord]) -> str:
    """Everything, with the number of the format."""
    import json

    content = {"tapote_journal": FORMAT, "sessions": [document(record) for record in records]}
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def csv_text(records: Iterable[SessionRecord]) -> str:
    """One row a session; lines end with CR LF, as RFC 4180 wants. Without the mark at the start that files get."""
    nothing = SessionRecord(0, Before(datetime.now(UTC), "-"))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(_row(nothing)), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in _row(record).items()} for record in records)
    return out.getvalue()


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return FORMULA.sub(r"\1\2'", text)


def save(text: str, path: Path, *, force: bool) -> None:
    """Write for this person only, whole or not at all. FileError when the file is there already and force is not set,
    or the folder does not take it."""
    files.check(path, force=force)
    files.write(path, text.encode(), private=True)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _row(record: SessionRecord) -> dict[str, object]:
    before, device, after, follow_up = record.before, record.device, record.after, record.follow_up
    start, end = before.range_of_motion, after.range_of_motion if after is not None else None
    measure = start or end
    return {
        "id": record.id,
        "started_at": before.started_at.astimezone(UTC).isoformat(timespec="seconds"),
        "simulated": before.simulated,
        "region": before.region,
        "profile": before.profile,
        "technique": before.technique,
        "goal": before.goal,
        "device": before.device,
        "board": before.board,
        "planned_s": before.planned_s,
        "seconds": round(record.seconds, 1),
        "completed": after.completed if after is not None else None,
        "limit_n": before.limit_n,
        "drive_pct": before.drive_pct,
        "pain_kind": before.pain_kind,
        "pain_often": before.pain_often,
        "pain_areas": ", ".join(before.pain_areas),
        "pain_before_0_10": before.pain_0_10,
        "pain_after_0_10": after.pain_0_10 if after is not None else None,
        "comfort_lowest_0_10": signs.comfort(record),
        "too_much": record.too_much,
        "measure": measure.name if measure is not None else None,
        "measure_unit": measure.unit if measure is not None else None,
        "measure_before": _value(start),
        "measure_after": _value(end),
        "strokes": device.strokes if device is not None else None,
        "peak_force_n": device.peak_force_n if device is not None else None,
        "backoff_s": device.backoff_s if device is not None else None,
        "over_limit_ms": device.over_limit_ms if device is not None else None,
        "faults": ", ".join(device.faults) if device is not None else None,
        "end_state": device.end_state if device is not None else None,
        "notes": after.notes if after is not None else None,
        "follow_up_at": follow_up.at.astimezone(UTC).isoformat(timespec="seconds") if follow_up is not None else None,
        "soreness_0_10": follow_up.soreness_0_10 if follow_up is not None else None,
        "bruise": follow_up.bruise if follow_up is not None else None,
        "gone_within_48h": follow_up.gone_within_48h if follow_up is not None else None,
        "saw_doctor": follow_up.saw_doctor if follow_up is not None else None,
        "follow_up_notes": follow_up.notes if follow_up is not None else None,
    }


def _value(measure: Measure | None) -> float | None:
    return None if measure is None else measure.value


def _cell(value: object) -> object:
    """Yes and no in words; text made safe; nothing as an empty cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return safe(value) if isinstance(value, str) else value
