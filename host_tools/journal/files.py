"""Where the journal lies, and that nobody else on the computer can read it."""

import os
from pathlib import Path

import platformdirs

from host_tools.errors import UsageError

VARIABLE = "TAPOTE_JOURNAL"
OPTION = "--journal FILE"
NAME = "journal.sqlite3"
ONLY_MINE_FILE = 0o600
ONLY_MINE_FOLDER = 0o700
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside an open file; they belong together


def default_path() -> Path:
    """$TAPOTE_JOURNAL, else journal.sqlite3 in the person's data folder."""
    given = os.environ.get(VARIABLE, "")
    return Path(given) if given else platformdirs.user_data_path("tapote") / NAME


def prepare(path: Path) -> None:
    """Make the folder and the empty file, for this person only, where they are not there yet.

    OSError when that cannot be; UsageError when the path is a folder.
    """
    if path.is_dir():
        raise UsageError(f"the journal {path} is a folder", fix=f"Name a file in it: {OPTION}, or {VARIABLE}=FILE.")
    if not path.parent.is_dir():
        path.parent.mkdir(mode=ONLY_MINE_FOLDER, parents=True)
    make_private(path)


def make_private(path: Path) -> None:
    """The file, empty if it is new, with permissions for this person alone. OSError when it cannot be made."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, ONLY_MINE_FILE))
    keep_private(path)


def keep_private(path: Path) -> None:
    """Take other people's permissions off a file (a copied one may be readable by all). Windows has none to take."""
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(ONLY_MINE_FILE)


def beside(path: Path) -> list[Path]:
    """The companions of the file that are there."""
    return [one for suffix in BESIDE if (one := path.with_name(path.name + suffix)).exists()]
