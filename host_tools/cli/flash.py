"""`tapote flash`: MicroPython onto a board."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import consent, screen
from host_tools.cli.options import Agreed, AsJson

if TYPE_CHECKING:
    from host_tools.flash_copy import Progress
    from host_tools.flash_target import Target
    from host_tools.uf2_image import Image


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("flash")(flash)


def flash(
    file: Annotated[
        Path | None, typer.Argument(help="UF2 file  [default: the official MicroPython 1.27.0, fetched and checked]")
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(help="serial:PORT, bootsel:, or the folder of the BOOTSEL volume  [default: the only one]"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing")] = False,
    yes: Agreed = False,
    as_json: AsJson = False,
) -> None:
    """Put MicroPython on a board: check the file, enter BOOTSEL, copy, and hear the new version from the board.

    Without FILE it takes the official image for the Pico W, whose SHA-256 is known here; it is meant to run on a plain
    Pico too. For the plain Pico's own image, download it and name it.
    """
    from host_tools import flash as work
    from host_tools import uf2_image
    from host_tools.flash_desk import RealDesk
    from host_tools.flash_target import changes, check_idle, choose_target

    image = uf2_image.load(file)
    desk = RealDesk()
    target = choose_target(device, desk, os.environ)
    for line in _plan(image, target):
        screen.note(line)
    if dry_run:
        if target.found is not None:
            check_idle(target.found)
        for line in changes(image, target):
            screen.note(screen.wrapped(line))
        screen.note("Dry run: nothing was written.")
        _tell(as_json, image, {"dry_run": True, "target": target.in_words}, "")
        return
    consent.agree(yes)
    with _bar(len(image.data)) as progress:
        done = work.flash(image, target, desk, screen.note, progress, again=file is not None)
    text = f"MicroPython {done.version} answers on {done.port} ({done.machine})."
    if done.already:
        text = f"{done.port} has MicroPython {done.version} already ({done.machine}); nothing was written."
    _tell(as_json, image, {"dry_run": False, "already": done.already, "port": done.port}, text)


def _plan(image: "Image", target: "Target") -> list[str]:
    lines = [
        f"{'Image':<9}{image.path}",
        f"{'':<9}MicroPython {image.version} for {image.machine}",
        *(screen.wrapped(f"{'':<9}{note}", 9).strip("\n") for note in image.notes()),
        screen.wrapped(f"{'Board':<9}{target.in_words}", 9),
    ]
    return lines


def _tell(as_json: bool, image: "Image", result: dict[str, object], text: str) -> None:
    if as_json:
        about = {"image": str(image.path), "sha256": image.sha256, "official": image.official}
        screen.document(about | {"machine": image.machine, "version": image.version} | result)
    elif text:
        screen.show(screen.wrapped(text))
        screen.show("Next: tapote deploy")


@contextmanager
def _bar(total: int) -> "Iterator[Progress]":
    """A bar on a terminal, a line at each quarter elsewhere."""
    if not sys.stderr.isatty():
        told = 0

        def line(done: int, of: int) -> None:
            nonlocal told
            if done * 4 // of > told:
                told = done * 4 // of
                screen.note(f"  {told * 25} %")

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    with Progress(BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("copy", total=total, visible=False)

        def step(done: int, of: int) -> None:
            progress.update(task, completed=done, visible=True)

        yield step
