"""`tapote profile export` and `tapote profile import`: one file to give a profile away, and to take one in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import on_device, screen
from host_tools.cli.options import AsJson, Device, out
from host_tools.errors import UsageError
from host_tools.numerals import counted

if TYPE_CHECKING:
    from host_tools.profiles.clamp import Limits
    from host_tools.profiles.share import Version


def register(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("export")(export)
    group.command("import")(take_in)


def export(
    profile: Annotated[str, typer.Argument(help="Name of a profile, or a .toml file.")],
    output: Annotated[Path | None, out("Where to  [default: ./NAME.tapote.toml]")] = None,
    name: Annotated[str | None, typer.Option(help="Name it gets where it is imported  [default: its own]")] = None,
    author: Annotated[str, typer.Option(help="Who wrote it, if the profile does not say")] = "",
    license_name: Annotated[
        str, typer.Option("--license", help="Licence, if the profile does not say: CC0-1.0, CC-BY-4.0, MIT")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Put a profile into one file to give away, with author, licence, firmware range and SHA-256."""
    from host_tools.profiles.library import find_profile
    from host_tools.profiles.own import plain_name, target, write_new
    from host_tools.profiles.share import pack
    from host_tools.toml_read import read_text

    source = find_profile(profile)
    called = name if name is not None else plain_name(source.stem)
    text = pack(called, read_text(source), author, license_name)
    path = target(called, output if output is not None else Path(f"{called}.tapote.toml"), lambda name: "")
    write_new(path, text)
    if as_json:
        screen.document({"file": str(path), "name": called})
        return
    screen.show(f"Written: {path}")
    screen.show(f"Whoever gets it types: tapote profile import {path.name}")


def take_in(
    file: Annotated[Path, typer.Argument(help="A file made by `tapote profile export`.")],
    board: Annotated[str | None, typer.Option(help="Cut it to this board, not to a device")] = None,
    device: Device = None,
    name: Annotated[str | None, typer.Option(help="Name it gets here  [default: the one in the file]")] = None,
    output: Annotated[Path | None, out("Where to  [default: your profile folder]")] = None,
    as_json: AsJson = False,
) -> None:
    """Take in a profile from someone else: check it, cut it to your device, say every change, and keep it as yours.

    Whatever is wrong with the file, nothing is written. What it says is checked and shown, never executed.
    """
    from host_tools.profiles.clamp import beside, clamp
    from host_tools.profiles.library import taken_by
    from host_tools.profiles.own import target, write_new
    from host_tools.profiles.share import must_run_on, unpack
    from host_tools.profiles.write import to_toml

    shared = unpack(file)
    called = name if name is not None else shared.envelope.name
    path = target(called, output, taken_by)
    limits, firmware, whose = _limits(board, device)
    must_run_on(shared, firmware, whose)
    kept, changes = clamp(shared.profile, limits)
    text = shared.text
    if changes:
        head = [
            f"Imported from {file.name} (SHA-256 {shared.envelope.sha256[:12]}...) and cut to {limits.whose}.",
            "Its author's comments stand in that file; what was cut is marked here.",
        ]
        text = to_toml(kept, head=head, beside=beside(changes))
    write_new(path, text)
    if as_json:
        said = [{"path": change.path, "before": change.before, "after": change.after} for change in changes]
        found = {"file": str(path), "name": called, "author": kept.author, "license": kept.license}
        screen.document(found | {"limits": limits.whose, "changes": said})
        return
    screen.show(f'"{kept.name}" by {kept.author}, {kept.license}: {path}')
    if changes:
        screen.show(f"Cut to {limits.whose}, {counted(len(changes), 'change')}:")
        for change in changes:
            screen.show("  - " + screen.wrapped(str(change), 4))
    else:
        screen.show(f"Nothing had to be cut for {limits.whose}.")
    called_by = path.stem if output is None else str(path)
    screen.show(f"Look at it before you run it: tapote profile show {called_by}")


def _limits(board: str | None, device: str | None) -> "tuple[Limits, Version, str]":
    """What the profile is cut to, the firmware that shall run it, and whose firmware that is."""
    from host_tools.boards import load_board
    from host_tools.profiles.clamp import limits_of
    from host_tools.profiles.share import HOST_FIRMWARE

    if board is not None:
        if device is not None:
            raise UsageError("--board and --device both say what to cut it to.", fix="Keep one of them.")
        return limits_of(load_board(board)), HOST_FIRMWARE, "this Tapote"
    return _of_device(device)


def _of_device(device: str | None) -> "tuple[Limits, Version, str]":
    """The limits that a device has now: its settings, which may be lower than its board's."""
    from host_tools.boards import list_boards, load_board
    from host_tools.profiles.clamp import CAPS, Limits, limits_of

    url = on_device.chosen(device)
    with on_device.client(url) as client:
        hello = client.hello()
        known = limits_of(load_board(hello.board)) if hello.board in list_boards() else CAPS
        limits = Limits(
            f"the {'simulated ' * url.simulated}device ({hello.board})",
            client.get("force_limit_mn") / 1000,
            known.rate_min_spm,
            client.get("rate_max_spm"),
            client.get("drive_max_permille") / 10,
            known.session_max_s,
        )
    major, minor, patch = map(int, hello.firmware.split("."))
    return limits, (major, minor, patch), "the device"
