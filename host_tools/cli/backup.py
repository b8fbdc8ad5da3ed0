"""`tapote backup`, `restore` and `erase`: what a person has set, kept, brought back, taken away."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import screen
from host_tools.cli.deploy import on_board
from host_tools.cli.options import AsJson, Force, OnBoard, Yes, out
from host_tools.errors import TapoteError, UsageError
from host_tools.numerals import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from host_tools.backup import Backup, Change
    from host_tools.messages import Hello
    from host_tools.shelf import Shelf, Stored


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("erase")(erase)


def backup(
    file: Annotated[Path | None, out("JSON file  [default: a new one in your backup folder]")] = None,
    device: OnBoard = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Keep a device's stored settings and programs in a file. The device restarts afterwards."""
    from host_tools import files

    if file is not None:
        files.check(file, named="--out", force=force)
    url, remark = on_board(device, "back up")
    if remark:
        screen.note(remark)
    from datetime import datetime

    from host_tools import backup as kept
    from host_tools.deploy_start import greet, wait_until_up
    from host_tools.links.factory import open_link
    from host_tools.manifest import NAME
    from host_tools.remote_files import RemoteFiles
    from host_tools.restore_programs import in_backup

    link = open_link(url)
    try:
        greet(link)
        remote = RemoteFiles(link)
        try:
            now = datetime.now()
            made = kept.take(remote, link.name, now)
            deployed = NAME in remote.listing("/")
        finally:
            remote.restart()
        file = file if file is not None else kept.new_path(made.board, now, kept.folder())
        kept.save(made, file)
        if deployed:
            wait_until_up(link)
    finally:
        link.close()
    programs = in_backup(made)
    if as_json:
        told = {"file": str(file), "device": link.name, "board": made.board, "intact": made.intact}
        stored = [{"slot": number, "name": one.name} for number, one in programs.items()]
        screen.document(told | {"settings": dict(made.settings), "programs": stored})
        return
    what = counted(len(made.settings), "setting") if made.settings else "no settings: factory values hold there"
    if programs:
        what += f"; {counted(len(programs), 'stored program')}"
    screen.show(f"{file}: {what}{'' if made.intact else ' (the stored ones are damaged; their bytes are kept)'}.")


def restore(
    file: Annotated[Path, typer.Argument(help="What `tapote backup` or `tapote deploy` wrote")],
    device: OnBoard = None,
    files_to: Annotated[
        Path | None,
        typer.Option("--files", metavar="FOLDER", help="Only write the files that it keeps into a folder here"),
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Bring settings and stored programs back from a file: checked, differences shown, then stored on the device.

    Files that a deploy has replaced are never put back on the board: --files gives them to you.
    """
    from host_tools import backup as kept
    from host_tools.restore import apply, current_settings, must_be_idle
    from host_tools.restore_programs import in_backup, put
    from host_tools.shelf import Shelf

    saved = kept.load(file)
    if files_to is not None:
        _unpack(saved, file, files_to, as_json)
        return
    programs = in_backup(saved)
    if not saved.settings and not programs:
        unpack = f"The files that it keeps: tapote restore {file} --files FOLDER"
        raise TapoteError(
            f"{file} holds no settings and no programs that could be restored",
            fix=unpack if saved.files else "Choose another backup.",
        )
    url, remark = on_board(device, "restore")
    if remark:
        screen.note(remark)
    from host_tools.device import Device as Client
    from host_tools.links.factory import open_link

    link = open_link(url)
    try:
        client = Client(link)
        hello = client.hello()
        must_be_idle(hello)
        changes, unknown = kept.changes(saved, current_settings(client))
        _show(changes, unknown, screen.note if as_json else screen.show)  # whoever is asked must see what about
        if saved.board and saved.board != hello.board:
            screen.note(f"The backup is of a board {saved.board}, the device is wired as {hello.board}.")
        shelf = Shelf(client)
        wanted = _programs(shelf, programs, saved, hello, screen.note if as_json else screen.show)
        if changes or wanted:
            what = [counted(len(changes), "setting")] * bool(changes) + [counted(len(wanted), "program")] * bool(wanted)
            sure(f"Store {' and '.join(what)} on {link.name}?", yes)
            if changes:
                apply(client, changes)
            put(shelf, wanted)
    finally:
        link.close()
    if as_json:
        rows = [{"name": one.name, "old": one.old, "new": one.new} for one in changes]
        stored = [{"slot": number, "name": program.name} for number, (_, program) in wanted.items()]
        document = {"device": link.name, "changed": rows, "unknown": unknown, "programs": stored}
        screen.document(document)
        return
    screen.show("Stored." if changes or wanted else "Nothing to do: the device has all of it.")
    if foreign := sorted(name for name in saved.files if not kept.is_data(name)):
        screen.note(f"The backup also keeps {', '.join(foreign)}: tapote restore {file} --files FOLDER")


def erase(
    device: OnBoard = None,
    settings: Annotated[bool, typer.Option("--settings", help="Only what a person has set: back to factory")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take Tapote's own files and settings off a board; MicroPython and other files stay."""
    url, remark = on_board(device, "erase")
    if remark:
        screen.note(remark)
    from datetime import datetime

    from host_tools import backup as kept
    from host_tools.erase import erase as take_off
    from host_tools.links.factory import open_link

    sure(f"Take {'the settings' if settings else 'Tapote and its settings'} off {url.port or url.scheme + ':'}?", yes)
    link = open_link(url)
    try:
        done = take_off(link, keep_in=kept.folder(), now=datetime.now(), settings_only=settings)
    finally:
        link.close()
    if as_json:
        document = {"device": link.name, "removed": list(done.removed), "stayed": list(done.foreign)}
        screen.document(document | {"backup": str(done.kept) if done.kept else None})
        return
    screen.show(f"Removed {counted(len(done.removed), 'file')}." if done.removed else "Nothing of Tapote's was there.")
    if done.kept:
        screen.show(f"Settings from before: {done.kept}")


def sure(question: str, yes: bool) -> None:
    """Ask. UsageError where nobody can answer; typer.Abort on no."""
    somebody_answers(yes)
    if not yes:
        typer.confirm(question, abort=True, err=True)


def somebody_answers(yes: bool) -> None:
    """UsageError where a question is coming and nobody can answer it: before a device is opened, or boots."""
    if not yes and not sys.stdin.isatty():
        raise UsageError("this asks first, and nobody is there to answer", fix="Add --yes.")


def _unpack(saved: "Backup", file: Path, folder: Path, as_json: bool) -> None:
    from host_tools.backup import unpack

    written = unpack(saved, folder)
    if as_json:
        screen.document({"written": [str(path) for path in written]})
        return
    for path in written:
        screen.show(str(path))
    if not written:
        screen.show(f"{file} keeps no files.")


def _programs(
    shelf: "Shelf", kept: "dict[int, Stored]", saved: "Backup", hello: "Hello", say: "Callable[[str], None]"
) -> "dict[int, tuple[str, Stored]]":
    """The programs to be stored, after saying which: only on the kind of board whose limits they were cut to."""
    from host_tools.restore_programs import missing

    if kept and saved.board != hello.board:
        say("Its programs were cut to that board and are left out: tapote profile push stores the profiles again.")
        return {}
    if kept and hello.fault:
        say("Its programs are left out while a fault holds the device: restart it, then restore once more.")
        return {}
    wanted = missing(shelf, kept)
    for number, (there, program) in wanted.items():
        say(f'slot {number}: {there}, restored: "{program.name}"')
    return wanted


def _show(changes: "list[Change]", unknown: list[str], say: "Callable[[str], None]") -> None:
    from host_tools.param_rows import ROWS

    rows = []
    for change in changes:
        row = ROWS[change.name]
        rows.append([change.name, row.text(change.old, unit=False), row.text(change.new, unit=False), row.unit])
    if rows:
        for line in screen.table(["setting", "now", "restored", "unit"], rows):
            say(line)
    for name in unknown:
        say(f"{name}: the device has no such setting (a newer version's?); it stays in the file.")
