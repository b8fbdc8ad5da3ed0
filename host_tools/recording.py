"""Recordings: telemetry as CSV, with one comment line of JSON at the top that says whose it is.

    # {"tapote_recording": 1, "firmware": "0.1.0", "board": "pico_mosfet_fsr", ...}
    time_s,state,fault,...

Lines are appended whole, each batch with one write: a recorder that is killed leaves a file that reads up to its last
line. `lost` counts up what the device could not send and what was damaged on the way.
"""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from host_tools import files
from host_tools.errors import TapoteError, UsageError
from host_tools.messages import Telemetry

FORMAT = 1
SIZE_MAX_BYTES = 1 << 28  # days at 20 ms a record
NOT_ONE = "Name a file of `tapote record`."
NAMES = tuple(field.name for field in fields(Telemetry) if field.name not in ("host_s", "dropped"))
COLUMNS = ("time_s", *NAMES, "lost")
_MASK30 = 2**30 - 1
_MASK16 = 2**16 - 1


class Recorder:
    """Writes one recording. The file appears with its header, whole or not at all; then it only grows."""

    def __init__(self, path: Path, header: dict[str, object], *, force: bool = False) -> None:
        """FileError when the file is there already (unless force), or cannot be written."""
        files.check(path, force=force)
        self.path = path
        self.records = 0
        self.lost = 0
        self._damaged = 0
        self._start_ms: int | None = None
        self._last_ms = 0
        self._passed_ms = 0
        self._dropped: int | None = None
        about = json.dumps({"tapote_recording": FORMAT} | header, allow_nan=False)
        top = f"# {about}\n{','.join(COLUMNS)}\n"
        files.write(path, top.encode())
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND)
        except OSError as error:
            raise files.cannot_write(path, error) from None

    def add(self, records: list[Telemetry], damaged: int) -> None:
        """Append records. damaged: frames that arrived broken since the device was opened. TapoteError: disk full."""
        lines = "".join(self._line(record, damaged) for record in records)
        data = lines.encode()
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            raise TapoteError(
                f"{self.path} cannot grow ({error.strerror or error}); it holds the {self.records} records before",
                fix="Make room on the disk and record again.",
            ) from None
        self.records += len(records)

    def _line(self, record: Telemetry, damaged: int) -> str:
        if self._start_ms is None:
            self._start_ms = self._last_ms = record.time_ms
            self._dropped = record.dropped
            self._damaged = damaged
        self._passed_ms += record.time_ms - self._last_ms & _MASK30
        self._last_ms = record.time_ms
        self.lost += record.dropped - (self._dropped or 0) & _MASK16
        self.lost += damaged - self._damaged
        self._dropped, self._damaged = record.dropped, damaged
        cells = [f"{self._passed_ms / 1000:.3f}", *(str(getattr(record, name)) for name in NAMES), str(self.lost)]
        return ",".join(cells) + "\n"

    def close(self) -> None:
        """Put everything on the disk."""
        if self._file >= 0:
            os.fsync(self._file)
            os.close(self._file)
            self._file = -1


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that was read. columns: name -> values; cut: the last line was not whole and is left out."""

    path: Path
    header: dict[str, Any]
    columns: dict[str, list[float]]
    cut: bool

    @property
    def lost(self) -> int:
        """Records that never arrived."""
        return int(self.columns["lost"][-1])

    @property
    def title(self) -> str:
        """Profile, or file name."""
        return str(self.header.get("profile") or self.path.stem)


def read(path: Path) -> Recording:
    """Read a recording. UsageError when the file is not one, has no records, or a line is broken."""
    try:
        text = files.read(path, SIZE_MAX_BYTES, NOT_ONE).decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no recording of Tapote: not text", fix=NOT_ONE) from None
    lines = text.split("\n")
    cut = bool(lines.pop())  # what stands behind the last line end: nothing, or a line cut short
    header = _header(path, lines[:1])
    if len(lines) < 2 or tuple(lines[1].split(",")) != COLUMNS:
        raise UsageError(f"{path}, line 2: the columns are not those of this version", fix="Record it again.")
    columns: dict[str, list[float]] = {name: [] for name in COLUMNS}
    for number, row in _rows(lines[2:]):
        try:
            values = [float(cell) for cell in row]
            for name, value in zip(COLUMNS, values, strict=True):
                columns[name].append(value)
        except ValueError:
            raise UsageError(f"{path}, line {number}: not a line of a recording", fix="Record it again.") from None
    if not columns["lost"]:
        raise UsageError(f"{path} holds no records", fix="Record again, for a second at least.")
    return Recording(path, header, columns, cut)


def _rows(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    return enumerate(csv.reader(lines), 3)


def _header(path: Path, first: list[str]) -> dict[str, Any]:
    """The JSON of the first line."""
    wrong = UsageError(f"{path} is no recording of Tapote", fix=NOT_ONE)
    if not first or not first[0].startswith("# {"):
        raise wrong
    try:
        header = json.loads(first[0][2:])
    except ValueError:
        raise wrong from None
    if header.get("tapote_recording") != FORMAT:
        raise UsageError(
            f"{path} is a recording of format {header.get('tapote_recording')}, these tools read {FORMAT}",
            fix="Use the version of the tools that made it.",
        )
    return dict(header)
