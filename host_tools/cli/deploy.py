"""`tapote deploy`: the firmware onto a board, only what has changed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import consent, screen
from host_tools.cli.options import Agreed, AsJson, OnBoard
from host_tools.errors import UsageError
from host_tools.numerals import counted

if TYPE_CHECKING:
    from host_tools.board_model import Board
    from host_tools.deploy import Done
    from host_tools.links.link import Link
    from host_tools.links.url import DeviceUrl

SIM_HAS_NONE = "sim: runs the firmware straight from its source on this computer, so there is nothing to {}"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("deploy")(deploy)


def deploy(
    board: Annotated[
        str | None, typer.Option(help="Board name or .toml file: what is wired  [default: what the device says it is]")
    ] = None,
    device: OnBoard = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done")] = False,
    yes: Agreed = False,
    py: Annotated[bool, typer.Option("--py", help="Sources instead of compiled modules: slower to start")] = False,
    as_json: AsJson = False,
) -> None:
    """Put the firmware on a board that runs MicroPython, and start it.

    Only changed files are copied, only Tapote's own are removed, settings are kept. Until everything is on the board
    and checked there, it moves no motor: pull the cable whenever you like, and run the command again.
    """
    url, remark = on_board(device, "deploy")
    if remark:
        screen.note(remark)
    if not (url.simulated or dry_run):
        consent.agree(yes)
    from datetime import datetime

    from host_tools import backup
    from host_tools.board_compile import compile_board
    from host_tools.deploy import Watch
    from host_tools.deploy import deploy as put
    from host_tools.firmware_image import deployed_files
    from host_tools.links.factory import open_link

    link = open_link(url)
    try:
        wired = _board(board, url, link)
        files = deployed_files(compile_board(wired), sources=py)
        if not as_json:
            screen.note(f"{_mark(link)}Deploying Tapote for {wired.name} to {link.name}.")
        with _progress(quiet=as_json) as progress:
            watch = Watch(lambda text: None if as_json else screen.note(text), progress)
            now = datetime.now()
            done = put(link, files, keep_in=backup.folder(), now=now, dry_run=dry_run, watch=watch)
    finally:
        link.close()
    if as_json:
        screen.document(_summary(done, link, wired.name, dry_run))
    else:
        _tell(done, dry_run)


def on_board(device: str | None, what: str) -> tuple["DeviceUrl", str]:
    """(the device, what to say about the choice) for a command that touches a board's files."""
    from host_tools.links import choose

    chosen = choose.choose(device, simulate=False)
    if chosen.url.scheme == "sim":
        raise UsageError(SIM_HAS_NONE.format(what), fix="Name a board: --device serial:PORT, or --device virtual:")
    return chosen.url, chosen.remark


def _board(name: str | None, url: "DeviceUrl", link: "Link") -> "Board":
    """The board file: as named, as the virtual board is wired, or as the device says. No guess: it sets the pins."""
    from host_tools.boards import list_boards, load_board
    from host_tools.links.probe import probe

    if name is None and url.scheme == "virtual":
        name = url.world.board
    if name is None:
        answer = probe(link)
        name = answer.board if answer.state else ""
        if not name:
            raise UsageError(
                f"{link.name} does not say which board it is wired as",
                fix=f"Say it: --board {' or --board '.join(list_boards())} (or your own .toml file).",
            )
    return load_board(name)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = (TextColumn("copying"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _mark(link: "Link") -> str:
    return f"{screen.SIMULATED}  " if link.simulated else ""


def _tell(done: "Done", dry_run: bool) -> None:
    plan = done.plan
    if plan.nothing_to_do:
        screen.show(f"Nothing to do: all {len(plan.keep)} files are on the board as they shall be.")
    else:
        rows = [f"  write   {path}" for path in plan.write] + [f"  remove  {path}" for path in plan.remove]
        screen.show("\n".join(rows))
        write, remove, leave = ("Would write", "remove", "leave") if dry_run else ("Wrote", "removed", "left")
        written = f"{write} {counted(len(plan.write), 'file')}, {remove} {len(plan.remove)}"
        screen.show(f"{written}, {leave} {len(plan.keep)} as they are.")
    for path in plan.foreign if dry_run else ():
        screen.show(f"  {path} has been changed by somebody: it would be kept in a backup first.")
    if done.kept:
        screen.show(screen.wrapped(f"Settings from before: {done.kept} (back with `tapote restore`)"))
    for note in done.notes:
        screen.show(screen.wrapped(f"Note: {note}"))
    if done.hello is not None:
        hello = done.hello
        screen.show(f"Tapote {hello.firmware} for {hello.board} answers: {hello.state}.")
        if hello.fault:
            from host_tools.messages import fault_advice, fault_name

            screen.show(screen.wrapped(f"Fault {fault_name(hello.fault)}: {fault_advice(hello.fault)}"))


def _summary(done: "Done", link: "Link", board: str, dry_run: bool) -> dict[str, object]:
    hello = done.hello
    return {
        "device": link.name,
        "simulated": link.simulated,
        "board": board,
        "dry_run": dry_run,
        "before": done.before,
        "written": list(done.plan.write),
        "removed": list(done.plan.remove),
        "unchanged": list(done.plan.keep),
        "written_bytes": done.written_bytes,
        "device_s": round(done.seconds, 3),
        "backup": str(done.kept) if done.kept else None,
        "notes": list(done.notes),
        "firmware": hello.firmware if hello else None,
        "state": hello.state if hello else None,
        "fault": hello.fault if hello else None,
    }
