"""`tapote profiles`, `tapote profile check`, `tapote profile show`: the library, and a maker's own files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import screen
from host_tools.errors import UsageError

if TYPE_CHECKING:
    from host_tools.profiles.program import Program, ProgramPhase

RHYTHMS = ("steady", "swell", "burst")  # by number on the wire


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("profiles")(profiles)
    group = typer.Typer(help="Check or show a profile.")
    group.command("check")(check)
    group.command("show")(show)
    app.add_typer(group, name="profile")


def profiles() -> None:
    """List the profiles that come with Tapote."""
    from host_tools.profiles.library import get_profile, list_profiles

    rows = []
    summaries = []
    for name in list_profiles():
        profile = get_profile(name)
        rows.append((name, profile.technique, screen.clock(profile.duration_s), ", ".join(profile.regions)))
        summaries.append(profile.summary)
    head, *lines = screen.table(("NAME", "TECHNIQUE", "LENGTH", "REGIONS"), rows)
    screen.heading(head)
    for line, summary in zip(lines, summaries, strict=True):
        screen.show(line)
        screen.show("    " + screen.wrapped(summary, 4))
    screen.show()
    screen.show("Run one: tapote run NAME     Look at one: tapote profile show NAME")


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Profile files, or names of the library")],
    board: Annotated[str | None, typer.Option(help="Also say what this board cannot reach")] = None,
    region: Annotated[str | None, typer.Option(help="Check for this region  [default: all that it names]")] = None,
) -> None:
    """Check profiles: every error and hint of every file at once. Exit code 1 if a file has an error."""
    from host_tools.boards import load_board
    from host_tools.profiles.library import get_profile
    from host_tools.profiles.lint import lint
    from host_tools.regions import get_region

    target = load_board(board) if board is not None else None
    place = get_region(region) if region is not None else None
    wrong: list[UsageError] = []
    for file in files:
        try:
            profile = get_profile(file)
        except UsageError as error:
            wrong.append(error)
            continue
        hints = lint(profile, target, place)
        length = f'"{profile.name}", {len(profile.phase)} phases, {screen.clock(profile.duration_s)}'
        screen.show(f"{file}: ok, {length}" + (f", {len(hints)} hint{'s' * (len(hints) != 1)}" if hints else ""))
        for hint in hints:
            screen.show("  - " + screen.wrapped(f"hint: {hint}", 4))
    for mistake in wrong:
        screen.complain(mistake)
    if wrong:
        raise typer.Exit(1)


def show(
    profile: Annotated[str, typer.Argument(help="Library profile or a .toml file.")],
    region: Annotated[str | None, typer.Option(help="Part of the body  [default: the profile's first]")] = None,
    board: Annotated[str | None, typer.Option(help="Board name or .toml file  [default: pico_mosfet_fsr]")] = None,
    plot: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Draw it: .png or .svg; may be repeated")
    ] = None,
) -> None:
    """Show what a profile asks of a board on a region: its phases as a table, or as a picture with --plot."""
    from host_tools.boards import DEFAULT_BOARD, load_board
    from host_tools.profiles.compile import compile_profile
    from host_tools.profiles.library import get_profile
    from host_tools.profiles.lint import lint
    from host_tools.regions import get_region

    wanted = get_profile(profile)
    target = load_board(board if board is not None else DEFAULT_BOARD)
    place = get_region(region if region is not None else wanted.regions[0])
    program = compile_profile(wanted, target, place)
    if plot:
        from host_tools import plot_file, plot_profile

        plot_file.check(plot)
        plot_profile.save_profile(program, target, plot, place=place.title)
        for path in plot:
            screen.show(f"Picture: {path}")
        return
    length = screen.clock(program.duration_ms / 1000)
    screen.heading(f"{wanted.name} ({wanted.technique}), {length}, on the {place.title}, board {target.name}")
    if wanted.summary:
        screen.show(screen.wrapped(wanted.summary))
    screen.show()
    for line in _phases(program):
        screen.show(line)
    remarks = [*program.notes, *(str(hint) for hint in lint(wanted, target, place))]
    if remarks:
        screen.show()
    for remark in remarks:
        screen.show(screen.wrapped(f"- {remark}", 2))


def _phases(program: "Program") -> list[str]:
    """The compiled phases as a table."""
    rows = []
    start_ms = 0
    for number, (phase, limit) in enumerate(zip(program.phases, program.limits, strict=True), 1):
        whose = "" if limit.won_by == "profile" else f" ({limit.won_by})"
        rows.append(
            (
                str(number),
                limit.phase,
                screen.clock(start_ms / 1000),
                f"{phase.duration_ms / 1000:g} s",
                _way(phase.rate_from_spm, phase.rate_to_spm),
                _way(phase.drive_from_permille / 10, phase.drive_to_permille / 10),
                _rhythm(phase),
                f"{limit.limit_mn / 1000:g}{whose}",
                "time, too much" if phase.until & 2 else "time",
            )
        )
        start_ms += phase.duration_ms
    heads = ("#", "PHASE", "AT", "LENGTH", "STROKES/MIN", "DRIVE %", "RHYTHM", "LIMIT N", "ENDS BY")
    return screen.table(heads, rows)


def _way(start: float, end: float) -> str:
    return f"{start:g}" if start == end else f"{start:g} to {end:g}"


def _rhythm(phase: "ProgramPhase") -> str:
    kind = RHYTHMS[phase.rhythm]
    if kind == "steady":
        return kind
    text = f"{kind} {phase.period_ms / 1000:g} s, -{phase.depth_permille / 10:g} %"
    return text + (f", on {phase.on_permille / 10:g} %" if kind == "burst" else "")
