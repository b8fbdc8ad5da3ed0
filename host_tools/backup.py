"""What a person would miss: a device's settings (and files that deploy overwrites), kept in a file on the computer.

Settings are kept by name with their raw values, as the firmware on the board itself reads them, so that a device with
another firmware can still take them; the stored files are kept byte for byte beside.
"""

import binascii
import fnmatch
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import platformdirs

from host_tools import param_rows
from host_tools.errors import FileError, UsageError
from host_tools.files import cannot_write
from host_tools.files import read as read_file
from host_tools.remote_files import RemoteError, RemoteFiles
from host_tools.uf2 import write_atomic
from tapote import params

SCHEMA = 1
FOLDER_VARIABLE = "TAPOTE_BACKUPS"
# Names in the board's root that hold what a person has set; tests compare with the firmware's own.
DATA = ("settings.[ab]", "calibration.[ab]", "usage.[ab]", "program[0-7].[ab]")
SIZE_MAX_BYTES = 4 << 20
_PLAIN = re.compile(r"[\w.+-]+(/[\w.+-]+)*")  # names of files on a board that are good on every computer
_NOT_ONE = "Give a file that `tapote backup` or `tapote deploy` made."
_SETTINGS = """
from tapote import storage,settings,params
_s=settings.slots('/',json.load(open('/board.json'))['name'])
_p=_s.load()
_v=settings.unpack(_p)[0] if _p else {}
print(json.dumps([_s.state<storage.DAMAGED,{params.name(k):_v[k] for k in _v}]))
"""


@dataclass(frozen=True)
class Backup:
    """intact: the board could read its settings. Raw values: what params.py calls raw."""

    made: str
    device: str
    board: str
    intact: bool = True
    settings: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """There was nothing to keep."""
        return not self.settings and not self.files

    def to_text(self) -> str:
        """The file's text."""
        document = {
            "tapote_backup": SCHEMA,
            "made": self.made,
            "device": self.device,
            "board": self.board,
            "intact": self.intact,
            "settings": dict(self.settings),
            "files": {name: binascii.b2a_base64(data, newline=False).decode() for name, data in self.files.items()},
        }
        return json.dumps(document, indent=2) + "\n"


@dataclass(frozen=True)
class Change:
    """One setting that a restore would change; raw values."""

    name: str
    old: int
    new: int


def is_data(name: str) -> bool:
    """Whether a file in the board's root holds settings or the like: kept by deploy, taken away by erase."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in DATA)


def take(remote: RemoteFiles, device: str, now: datetime, also: Iterable[str] = ()) -> Backup:
    """Everything worth keeping on the board, and the files `also`."""
    names = [name for name in remote.listing("/") if is_data(name)]
    files = {name: data for name in [*names, *also] if (data := remote.read(name)) is not None}
    intact = True
    settings: dict[str, int] = {}
    if names:
        intact, settings = _settings(remote)
    return Backup(f"{now:%Y-%m-%d %H:%M:%S}", device, board_name(remote), intact, settings, files)


def _settings(remote: RemoteFiles) -> tuple[bool, dict[str, int]]:
    """(intact, settings by name) from the firmware on the board, half-copied or old as it may be."""
    try:
        match remote.ask(_SETTINGS):
            case [bool(intact), dict(values)] if all(type(value) is int for value in values.values()):
                return intact, {str(name): value for name, value in values.items()}
    except RemoteError:
        remote.run("")  # raises again when it was the link, not the firmware's code
    return False, {}


def board_name(remote: RemoteFiles) -> str:
    """The name in the board's board.json; "" when there is none."""
    try:
        document = json.loads(remote.read("board.json") or b"{}")
    except ValueError:
        return ""
    return str(document.get("name", "")) if isinstance(document, dict) else ""


def folder() -> Path:
    """Where deploy keeps its backups: $TAPOTE_BACKUPS or the person's data folder."""
    given = os.environ.get(FOLDER_VARIABLE, "")
    return Path(given) if given else platformdirs.user_data_path("tapote") / "backups"


def save(backup: Backup, path: Path) -> None:
    """Write the file, whole or not at all. FileError when the folder does not take it."""
    try:
        write_atomic(path, backup.to_text().encode())
    except OSError as error:
        fix = f"Make room or name another folder: {FOLDER_VARIABLE}=... Nothing was changed on the board."
        raise cannot_write(f"the backup {path}", error, fix) from error


def new_path(board: str, now: datetime, where: Path) -> Path:
    """A name that no backup has yet."""
    stem = f"{board or 'board'}-{now:%Y%m%d-%H%M%S}"
    names = (where / f"{stem}{suffix}.json" for suffix in ["", *(f"-{count}" for count in range(2, 1000))])
    return next(path for path in names if not path.exists())


def load(path: Path) -> Backup:
    """Read a backup. UsageError for anything that is not a whole one, or one of a newer version."""
    try:
        document = json.loads(read_file(path, SIZE_MAX_BYTES, _NOT_ONE))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not a backup of Tapote, or a damaged one", fix=_NOT_ONE) from error
    if not isinstance(document, dict) or not isinstance(schema := document.get("tapote_backup"), int):
        raise UsageError(f"{path} is not a backup of Tapote", fix=_NOT_ONE)
    if schema > SCHEMA:
        raise UsageError(
            f"{path} was made by a newer version of Tapote (format {schema}; this one knows {SCHEMA})",
            fix="Install that version of the host tools. The file and the device are as they were.",
        )
    return _checked(document, path)


def _checked(document: Mapping[str, object], path: Path) -> Backup:
    problems: list[str] = []
    texts = {key: str(document.get(key, "")) for key in ("made", "device", "board")}
    settings: dict[str, int] = {}
    files: dict[str, bytes] = {}
    match document:
        case {"settings": dict(values), "files": dict(kept)}:
            for name, value in values.items():
                if type(value) is int and abs(value) < 1 << 31:
                    settings[str(name)] = value
                else:
                    problems.append(f"settings.{name} = {str(value)[:40]!r} is not a whole number of 32 bits")
            for name, text in kept.items():
                try:
                    files[str(name)] = binascii.a2b_base64(str(text), strict_mode=True)
                except ValueError:
                    problems.append(f"files.{name} is damaged")
        case _:
            problems.append("settings or files are missing")
    intact = document.get("intact", True)
    if not isinstance(intact, bool):
        problems.append("intact is not what it must be")
        intact = False
    if problems:
        raise UsageError("\n".join(f"{path}: {problem}" for problem in problems), fix=_NOT_ONE)
    return Backup(**texts, intact=intact, settings=settings, files=files)


def unpack(backup: Backup, folder: Path) -> list[Path]:
    """Write the files that a backup keeps below a folder; their paths. UsageError, and nothing written, for a name
    that leads out of it or is there already; FileError when the folder does not take them."""
    paths = {name: folder / name for name in sorted(backup.files)}
    for name, path in paths.items():
        if not _PLAIN.fullmatch(name) or {".", ".."} & set(name.split("/")):
            raise UsageError(f"the backup keeps a file with the name {name[:60]!r}: nothing was written", fix=_NOT_ONE)
        if path.exists():
            raise FileError(f"{path} is there already: nothing was written", fix="Name an empty or a new folder.")
    try:
        for name, path in paths.items():
            write_atomic(path, backup.files[name])
    except OSError as error:
        raise cannot_write(folder, error, "Name another folder.") from error
    return list(paths.values())


def changes(backup: Backup, current: Mapping[str, int]) -> tuple[list[Change], list[str]]:
    """(what restoring would change, names that this firmware has no setting for).

    UsageError, naming each, for values beyond their range: a limit must never come out as something else.
    """
    outside = []
    for name, value in backup.settings.items():
        if name in current and params.within(params.slot(name), value) != value:
            row = param_rows.ROWS[name]
            outside.append(f"{name} = {row.text(value)}: {row.range_text} is allowed")
    if outside:
        raise UsageError("\n".join(outside), fix="Correct the file, or set the others with `tapote set`.")
    differing = [Change(name, current[name], value) for name, value in backup.settings.items() if name in current]
    unknown = sorted(name for name in backup.settings if name not in current)
    return [change for change in differing if change.old != change.new], unknown
