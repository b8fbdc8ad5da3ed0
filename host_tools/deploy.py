"""Put the firmware on a board, so that at no point in between a motor can move.

Order: ask who is there and refuse while a session is live; look (hashes worked out on the board); keep on the computer
what could be lost; write `manifest.new`, the list of what shall be and of what goes; remove `manifest.json`: from now
on no start of the board hands out the motor pin; remove, write, verify on the board; rename the list to
`manifest.json`, in one step of the filesystem; restart; ask who is there. A deploy that was cut short anywhere is
repaired by the next one, which finds in `manifest.new` what the first had called its own.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from host_tools import backup, deploy_plan, manifest
from host_tools.backup import Backup
from host_tools.deploy_plan import BoardState, Plan
from host_tools.deploy_start import Overhear, greet, in_words, wait_for_hello, wait_until_up
from host_tools.errors import TapoteError
from host_tools.links.link import Link
from host_tools.manifest import NAME, PENDING_NAME, TEMP_NAME, Manifest
from host_tools.messages import Hello
from host_tools.remote_files import AGAIN, RemoteFiles
from tapote import params

SETTINGS = frozenset(params.SLOTS[slot] for slot in params.settings())
AT_LEAST = (1, 26)  # hard timers; before, machine.Timer has no hard=True


@dataclass(frozen=True)
class Watch:
    """What a deploy tells while it works. progress: bytes written so far, bytes to write."""

    tell: Callable[[str], None] = lambda text: None
    progress: Callable[[int, int], None] = lambda done, total: None


@dataclass(frozen=True)
class Done:
    """What a deploy did. before: what answered; hello: who answers now; kept: the backup's file, if one was needed."""

    plan: Plan
    before: str
    hello: Hello | None
    kept: Path | None
    written_bytes: int
    seconds: float
    notes: tuple[str, ...]


def deploy(
    link: Link,
    files: Mapping[str, bytes],
    *,
    keep_in: Path,
    now: datetime,
    dry_run: bool = False,
    watch: Watch | None = None,
) -> Done:
    """Make the board hold `files` (deployed_files()), and start it. Times are the link's.

    keep_in: folder for the backup. dry_run: only look, and start the board again. Raises TapoteError when a session is
    live, the board has no fitting MicroPython, no room, or stops answering; the message says what to do.
    """
    watch = watch or Watch()
    start_s = link.now_s()
    link = Overhear(link)
    before = greet(link)
    remote = RemoteFiles(link)
    try:
        state = look(remote, files)
        plan = deploy_plan.make_plan(files, state)
        about = remote.about()
        if about.version < AT_LEAST:
            raise TapoteError(
                f"MicroPython {'.'.join(map(str, about.version))} on {link.name} is too old",
                fix="Install the matching one: tapote flash",
            )
        if any(path.endswith(".mpy") for path in files):
            deploy_plan.check_mpy(about.mpy, link.name)
        deploy_plan.check_room(plan, files, state, free=about.free_bytes, block=about.block_bytes)
        kept: Path | None = None
        notes: list[str] = []
        if not dry_run and not plan.nothing_to_do:
            saved = backup.take(remote, link.name, now, plan.foreign)
            if not saved.empty:
                kept = backup.new_path(saved.board, now, keep_in)
                backup.save(saved, kept)
                watch.tell(f"Kept the board's settings and what is overwritten: {kept}")
            board = board_of(files)
            other = saved.board not in ("", board)
            forget = [name for name in saved.files if other and backup.is_data(name)]
            notes = _notes(saved, plan, board if forget else "")
            _carry_out(remote, plan, files, watch, forget)
    except TapoteError:
        with suppress(TapoteError):
            remote.restart()  # back to what there is: the old firmware, or one that says that it is not whole
        raise
    watch.tell("Restarting the board.")
    remote.restart()
    hello: Hello | None = None
    if not dry_run or plan.nothing_to_do:
        hello = wait_for_hello(link)
    elif state.manifest is not None:
        wait_until_up(link)
    written = sum(len(files[path]) for path in plan.write)
    return Done(plan, in_words(before), hello, kept, 0 if dry_run else written, link.now_s() - start_s, tuple(notes))


def look(remote: RemoteFiles, files: Mapping[str, bytes]) -> BoardState:
    """What stands on the board, as far as a deploy of `files` is concerned."""
    listed = [manifest.parse(remote.read(name) or b"") for name in (NAME, PENDING_NAME)]
    interest = set(files).union(*(one.paths for one in listed if one is not None))
    return BoardState(listed[0], listed[1], remote.fingerprints(interest), remote.listing("tapote"))


def board_of(files: Mapping[str, bytes]) -> str:
    """The name of the board that the files are for."""
    return str(json.loads(files["board.json"])["name"])


def _notes(saved: Backup, plan: Plan, other: str) -> list[str]:
    notes = []
    if other:
        notes.append(f"The board was wired as {saved.board} and now is {other}: its old settings were put aside.")
    if plan.foreign:
        notes.append(f"{', '.join(plan.foreign)} had been changed by somebody; the old contents are in the backup.")
    if not saved.intact and not other:
        notes.append(
            "The stored settings could not be read on the board (damaged, or of a newer version). They are in the"
            " backup, and still on the board, which does not start with them. To take them off and go on with factory"
            " settings: tapote erase --settings"
        )
    if gone := sorted(set(saved.settings) - SETTINGS):
        notes.append(f"{', '.join(gone)}: no setting of this firmware; what was set is in the backup.")
    return notes


def _carry_out(
    remote: RemoteFiles,
    plan: Plan,
    files: Mapping[str, bytes],
    watch: Watch,
    forget: Sequence[str],
) -> None:
    """forget: stored files that do not fit the board any more."""
    target = Manifest.of(files)
    remote.write(TEMP_NAME, Manifest(target.files, plan.stale).to_bytes())
    remote.rename(TEMP_NAME, PENDING_NAME)
    remote.remove(NAME)
    for path in (*plan.remove, *forget):
        remote.remove(path)
    total = sum(len(files[path]) for path in plan.write)
    done = 0

    def count(size: int) -> None:
        nonlocal done
        done += size
        watch.progress(done, total)

    for path in plan.write:
        remote.write(path, files[path], count)
    found = remote.fingerprints(files)
    if wrong := sorted(path for path in files if found.get(path) != target.files[path]):
        raise TapoteError(f"the board does not hold what was written: {', '.join(wrong)}", fix=AGAIN)
    remote.rename(PENDING_NAME, NAME)
