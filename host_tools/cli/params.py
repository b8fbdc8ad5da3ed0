"""`tapote get`, `set`, `save`, `revert`, `params`: the device's parameters for people and scripts."""

from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import on_device, screen
from host_tools.cli.options import AsJson, Device
from host_tools.errors import UsageError

if TYPE_CHECKING:
    from host_tools.settings import Unsaved


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("get")(get)
    app.command("set")(change)
    app.command("save")(save)
    app.command("revert")(revert)
    app.command("params")(params)


def get(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Parameters (see `tapote params --all`)")],
    device: Device = None,
    as_json: AsJson = False,
) -> None:
    """Read parameters: settings, measurements, set-points."""
    from host_tools.param_rows import row

    rows = [row(name) for name in names]
    with on_device.client(on_device.chosen(device)) as board:
        values = {found.name: board.get(found.name) for found in rows}
    if as_json:
        shown = {
            found.name: {"value": found.number(values[found.name]), "unit": found.unit, "raw": values[found.name]}
            for found in rows
        }
        screen.document(shown)
        return
    for found in rows:
        screen.fact(found.name, found.text(values[found.name]), max(len(name) for name in names) + 2)


def change(
    pairs: Annotated[
        list[str], typer.Argument(metavar="NAME VALUE...", help="Setting and value in its unit, in pairs")
    ],
    device: Device = None,
    keep: Annotated[bool, typer.Option("--save", help="Store the settings at once, so that they last")] = False,
    as_json: AsJson = False,
) -> None:
    """Change settings; they apply at once, and until the device restarts unless saved."""
    from host_tools.param_rows import row
    from host_tools.settings import Settings

    if len(pairs) % 2:
        raise UsageError(
            f"'{pairs[-1]}' has no value", fix="Write names and values in pairs: tapote set force_limit_mn 35"
        )
    wanted = [(row(name, setting=True), text) for name, text in zip(pairs[::2], pairs[1::2], strict=True)]
    raws = [(found, found.raw(text)) for found, text in wanted]
    url = on_device.chosen(device)
    saved: list[Unsaved] = []
    with on_device.client(url) as board:
        settings = Settings(board)
        before = dict(settings.applied)
        for found, raw in raws:
            settings.set(found.name, raw)
        if keep:
            saved = settings.save()
        left = settings.unsaved()
        after = dict(settings.applied)
    if as_json:
        applied = {found.name: {"value": found.number(after[found.name]), "unit": found.unit} for found, _ in raws}
        screen.document({"applied": applied, "saved": keep, "unsaved": [one.row.name for one in left]})
        return
    for found, raw in raws:
        text = f"{found.text(before[found.name])} -> {found.text(after[found.name])}"
        cut = f"  (asked for {found.text(raw)})" if after[found.name] != raw else ""
        screen.fact(found.name, text + cut, 22)
    if saved:
        screen.show("Saved.")
    elif left:
        screen.note("Not saved: a restart brings the stored values back. Keep them: tapote save")
    if remark := on_device.forgets(url):
        screen.note(remark)


def save(device: Device = None, as_json: AsJson = False) -> None:
    """Store the settings that apply now; shows what changes on the device."""
    from host_tools.settings import Settings

    url = on_device.chosen(device)
    with on_device.client(url) as board:
        settings = Settings(board)
        anew = settings.unusable
        changes = settings.save()
    same = (
        "Saved. Now restart the device: it could not use what was stored."
        if anew
        else "Nothing to save: it is stored already."
    )
    _told("saved", changes, same, as_json)
    if remark := on_device.forgets(url):
        screen.note(remark)


def revert(device: Device = None, as_json: AsJson = False) -> None:
    """Apply the stored settings again; shows what is undone."""
    from host_tools.settings import Settings

    with on_device.client(on_device.chosen(device)) as board:
        changes = Settings(board).revert()
    _told("reverted", changes, "Nothing to revert: what applies is what is stored.", as_json)


def _told(what: str, changes: "list[Unsaved]", none: str, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "name": one.row.name,
                "unit": one.row.unit,
                "stored": one.row.number(one.stored),
                "applied": one.row.number(one.applied),
            }
            for one in changes
        ]
        screen.document({what: rows})
        return
    if not changes:
        screen.show(none)
        return
    screen.heading(f"{what.capitalize()}:")
    for one in changes:
        old, new = (one.stored, one.applied) if what == "saved" else (one.applied, one.stored)
        screen.fact(f"  {one.row.name}", f"{one.row.text(old)} -> {one.row.text(new)}", 24)


def params(
    everything: Annotated[bool, typer.Option("--all", help="Measurements and set-points too")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the parameters with unit, limits, factory value and meaning. Needs no device."""
    from host_tools.param_rows import ROWS, WRITERS

    rows = [found for found in ROWS.values() if found.setting or everything]
    if as_json:
        listed = [
            {
                "name": found.name,
                "unit": found.unit,
                "min": found.number(found.low),
                "max": found.number(found.high),
                "default": found.number(found.default),
                "divisor": found.divisor,
                "writer": found.writer,
                "help": found.help,
            }
            for found in rows
        ]
        screen.document(listed)
        return
    name_room = max(len(found.name) for found in rows)
    span_room = max(len(found.range_text) for found in rows)
    screen.heading(f"{'NAME':<{name_room}}  {'ALLOWED':<{span_room}}  {'FACTORY':<8}  MEANING")
    for found in rows:
        left = f"{found.name:<{name_room}}  {found.range_text:<{span_room}}"
        left += f"  {found.text(found.default, unit=False):<8}  "
        meaning = found.help if found.setting else f"{found.help} ({WRITERS[found.writer]})"
        screen.show(screen.wrapped(left + meaning, len(left)))
    screen.show()
    screen.show(
        screen.wrapped("The board file may lower limits and set other values. Change one: tapote set NAME VALUE")
    )
