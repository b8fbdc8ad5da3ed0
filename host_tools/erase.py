"""Take Tapote off a board, or only what a person has set: own files and settings, nothing else."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from host_tools import backup
from host_tools.deploy import look
from host_tools.deploy_start import greet, wait_until_up
from host_tools.errors import TapoteError
from host_tools.links.link import Link
from host_tools.manifest import NAME, PENDING_NAME, TEMP_NAME
from host_tools.remote_files import RemoteFiles

_FOLDER = "tapote"


@dataclass(frozen=True)
class Erased:
    """removed: paths in the order of removal. foreign: files in the root that stayed. kept: the backup's file."""

    removed: tuple[str, ...]
    foreign: tuple[str, ...]
    kept: Path | None


def erase(link: Link, *, keep_in: Path, now: datetime, settings_only: bool = False, dry_run: bool = False) -> Erased:
    """Remove Tapote's own files and settings (or the settings alone), and restart the board.

    What a person has set goes into a backup first. The manifest goes first of all, so that an erase that is cut short
    leaves a board that moves nothing. dry_run: only look. TapoteError while a session is live.
    """
    greet(link)
    remote = RemoteFiles(link)
    try:
        state = look(remote, {})
        root = remote.listing("/")
        data = [name for name in root if backup.is_data(name)]
        own = sorted(path for path in state.own if path in state.files)
        first = [name for name in (NAME, PENDING_NAME, TEMP_NAME) if name in root]
        goes = data if settings_only else [*first, *own, *data]
        foreign = tuple(name for name in root if name not in {*first, *own, *data})
        kept: Path | None = None
        if not dry_run and goes:
            saved = backup.take(remote, link.name, now)
            if not saved.empty:
                kept = backup.new_path(saved.board, now, keep_in)
                backup.save(saved, kept)
            for path in goes:
                remote.remove(path)
            if not settings_only and not remote.listing(_FOLDER):
                remote.remove_folder(_FOLDER)
    except TapoteError:
        with suppress(TapoteError):
            remote.restart()
        raise
    remote.restart()
    if settings_only and NAME in root:
        wait_until_up(link)
    return Erased(tuple(goes), foreign, kept)
