"""The user's own profiles: a folder of TOML files that no update of Tapote touches."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import platformdirs

from host_tools import files
from host_tools.errors import FileError, UsageError

FOLDER_VARIABLE = "TAPOTE_PROFILES"
TAKEN = "Name another file, or remove that one."
NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")  # of a file, without .toml


def own_dir() -> Path:
    """Where own profiles are kept: $TAPOTE_PROFILES, or a folder in the user's data. It need not exist."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_data_path("tapote") / "profiles"


def own_profiles() -> dict[str, Path]:
    """Own profiles by the name that a person types, sorted. A folder that is missing or unreadable holds none."""
    with suppress(OSError):
        return {plain_name(path.stem): path for path in sorted(own_dir().glob("*.toml")) if path.is_file()}
    return {}


def plain_name(text: str) -> str:
    """ "Deep tissue, mine!" -> "deep_tissue_mine": the name of a file that a person can type anywhere."""
    words = "".join(char if char.isalnum() else " " for char in text.replace("'", "").lower()).split()
    return "_".join(words)


def target(name: str, folder_or_file: Path | None, taken: Callable[[str], str]) -> Path:
    """Where a new profile of that name goes: own folder, another folder, or a file that was named.

    taken: whose a name is already, "" for nobody's; only asked for the own folder. UsageError: the name cannot be a
    file name, is taken, or the file exists already.
    """
    path = folder_or_file if folder_or_file is not None else own_dir()
    if folder_or_file is None or path.is_dir():
        if not NAME.fullmatch(name):
            raise UsageError(
                f'"{name[:60]}" cannot be the name of a profile file.',
                fix="Use 1 to 40 of a to z, 0 to 9 and _, and begin with a letter or a figure.",
            )
        if folder_or_file is None and (whose := taken(name)):
            raise UsageError(f'there is a profile "{name}" already: {whose}.', fix="Give this one another name: --name")
        path = path / f"{name}.toml"
    elif path.suffix != ".toml":
        raise UsageError(f"{path}: a profile's file ends in .toml.", fix=f"For example: {path.name or 'mine'}.toml")
    if path.exists() or folder_or_file is not None:
        files.check(path, force=False, fix=TAKEN)
    return path


def write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet, whole or not at all. UsageError when that cannot be."""
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
    except OSError as error:
        raise files.cannot_write(path.parent, error, "Name a file elsewhere.") from None
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:  # fails where anyone else made it meanwhile
            try:
                file.write(text)
                file.flush()
            except OSError:
                path.unlink()
                raise
    except FileExistsError:
        raise FileError(f"{path} is there already.", fix=TAKEN) from None
    except OSError as error:
        raise files.cannot_write(path, error) from None
