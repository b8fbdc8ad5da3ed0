"""`tapote regions`: where Tapote may work, how hard, how to go about it there, and the body map."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import screen
from host_tools.cli.options import AsJson, out
from host_tools.cli.overview import Whole
from host_tools.errors import UsageError

if TYPE_CHECKING:
    from host_tools.regions import Region

COLUMN = 14
Named = Annotated[str, typer.Argument(metavar="REGION", help="Part of the body, as `tapote regions` lists them.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(cls=Whole, help="Where Tapote may work: limits, techniques, stretches; the body map.")
    group.callback(invoke_without_command=True)(regions)
    group.command("show")(show)
    group.command("map")(draw)
    app.add_typer(group, name="regions")


def regions(context: typer.Context, as_json: AsJson = False) -> None:
    """List the regions with their limits and the techniques that suit them; `show` and `map` tell more."""
    if context.invoked_subcommand is not None:
        if as_json:
            raise UsageError(
                f"--json stands before {context.invoked_subcommand}.",
                fix=f"tapote regions {context.invoked_subcommand} ... --json",
            )
        return
    from host_tools.body_map import pain_areas
    from host_tools.regions import body

    known = body()
    if as_json:
        document = {
            "regions": [_document(region) for region in known.regions.values()],
            "never": {entry.place: entry.why for entry in known.never.values()},
        }
        screen.document(document)
        return
    rows = [
        (
            str(number),
            region.name,
            f"{region.force_mn / 1000:g}",
            str(region.time_s),
            str(region.drive_pct),
            ", ".join(region.techniques),
        )
        for number, region in enumerate(known.regions.values(), 1)
    ]
    head, *lines = screen.table(("#", "REGION", "FORCE N", "ONE SPOT s", "DRIVE %", "TECHNIQUES"), rows)
    screen.heading(head)
    for line in lines:
        screen.show(screen.wrapped(line, head.index("TECHNIQUES")))
    screen.show()
    never = ", ".join(area.title for area in pain_areas() if not area.allowed)
    screen.show(screen.wrapped(f"Never: {never}; implants, wounds and bruises wherever they are.", 7))
    screen.show()
    screen.show("One of them: tapote regions show NAME     On the body: tapote regions map")


def show(region: Named, as_json: AsJson = False) -> None:
    """Everything about one region: limits, how to sit, how to move, what to keep off, stretches, a measure."""
    from host_tools.regions import get_region

    place = get_region(region)
    if as_json:
        screen.document(_document(place))
        return
    screen.heading(f"{place.title} ({place.name})")
    limits = f"at most {place.force_mn / 1000:g} N, {place.drive_pct} % drive, {place.time_s} s on one spot"
    for name, text in (
        ("Limits", f"{limits}; profile and board may lower them, nothing can raise them"),
        ("Techniques", f"{', '.join(place.techniques)}. {place.techniques_why}"),
        ("Sit or lie", place.sit),
        ("Move", place.move),
        ("Keep off", place.keep_off),
    ):
        screen.fact(name, text, COLUMN)
    screen.show()
    screen.heading("Stretches for afterwards, to slight tension, never into pain")
    for stretch in place.stretches:
        screen.show(screen.wrapped(f"- {stretch.name}: {stretch.steps} {stretch.dose_text}", 2))
    screen.show()
    measure = place.range_of_motion
    screen.heading(f"Measure before and after: {measure.title}, {measure.unit}")
    for number, step in enumerate(measure.how, 1):
        screen.show(screen.wrapped(f"{number}. {step}", 3))
    screen.show(screen.wrapped(f"{measure.better.capitalize()} is better. {measure.change_text}", 0))
    screen.show(screen.wrapped(f"Source: {measure.source}.", 0))


def draw(
    file: Annotated[Path | None, out("Picture, .png or .svg  [default: on the terminal]")] = None,
    region: Annotated[str | None, typer.Option(metavar="REGION", help="Set this region apart")] = None,
    as_json: AsJson = False,
) -> None:
    """Show where the regions are, with their numbers: in the terminal, or as a picture."""
    from host_tools.body_map import pain_areas, terminal_map
    from host_tools.regions import get_region

    selected = get_region(region).name if region is not None else ""
    if file is not None:
        from host_tools import plot_file

        plot_file.check([file], named="--out")
        from host_tools import plot_body

        plot_body.save_map([file], selected=selected)
    if as_json:
        areas = [
            {"number": area.number, "name": area.name, "title": area.title, "allowed": area.allowed}
            | ({} if area.allowed else {"reason": area.reason, "see": area.see})
            for area in pain_areas()
        ]
        document = {"picture": str(file) if file is not None else None, "selected": selected or None, "areas": areas}
        screen.document(document)
    elif file is not None:
        screen.show(f"Picture: {file}")
    else:
        for line in terminal_map(selected):
            screen.show(line)


def _document(region: "Region") -> dict[str, object]:
    """A region for a script: its name and everything that regions.toml says about it."""
    return {"name": region.name} | region.model_dump(exclude={"name"}, mode="json")
