"""`tapote profile show`: what a profile asks for, whom it is for and why, as text, JSON or a picture."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import screen
from host_tools.cli.options import AsJson, Plot

if TYPE_CHECKING:
    from host_tools.profiles.model import Profile
    from host_tools.profiles.program import Program, ProgramPhase

RHYTHMS = ("steady", "swell", "burst")  # by number on the wire
WORDS = (("for_whom", "For"), ("not_for", "Not for"), ("feels", "Feels"), ("why", "Why"))
COLUMN = 10


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("show")(show)


def show(
    profile: Annotated[str, typer.Argument(help="Name of a profile, or a .toml file.")],
    region: Annotated[str | None, typer.Option(help="Part of the body  [default: the profile's first]")] = None,
    board: Annotated[str | None, typer.Option(help="Board name or .toml file  [default: pico_mosfet_fsr]")] = None,
    plot: Plot = None,
    as_json: AsJson = False,
) -> None:
    """Show whom a profile is for, why its numbers are what they are, and what it asks of a board on a region.

    --plot draws rate, drive and force limit over time with the rhythm in them, and the strokes of two seconds up close.
    """
    from host_tools.boards import DEFAULT_BOARD, load_board
    from host_tools.profiles.compile import compile_profile
    from host_tools.profiles.library import get_profile
    from host_tools.profiles.lint import lint
    from host_tools.regions import get_region

    wanted = get_profile(profile)
    target = load_board(board if board is not None else DEFAULT_BOARD)
    place = get_region(region if region is not None else wanted.regions[0])
    program = compile_profile(wanted, target, place)
    remarks = [*program.notes, *(str(hint) for hint in lint(wanted, target, place))]
    if plot:
        from host_tools import plot_file, plot_profile

        plot_file.check(plot)
        plot_profile.save_profile(program, target, plot, place=place.title)
    if as_json:
        screen.document(_summary(wanted, program, remarks, plot or []))
        return
    if plot:
        for path in plot:
            screen.show(f"Picture: {path}")
        return
    length = screen.clock(program.duration_ms / 1000)
    screen.heading(f"{wanted.name} ({wanted.technique}), {length}, on the {place.title}, board {target.name}")
    if wanted.summary:
        screen.show(screen.wrapped(wanted.summary))
    screen.show()
    _words(wanted)
    for line in _phases(program):
        screen.show(line)
    _cues(wanted)
    if remarks:
        screen.show()
    for remark in remarks:
        screen.show(screen.wrapped(f"- {remark}", 2))


def _words(profile: "Profile") -> None:
    """Whom it is for, why, sources, author: what the file says of them."""
    said = [(label, getattr(profile, key)) for key, label in WORDS]
    said += [("Source", source) for source in profile.sources]
    rights = ", ".join(part for part in (profile.author, profile.license) if part)
    said.append(("By", rights))
    for label, text in said:
        if text:
            screen.fact(label, " ".join(text.split()), COLUMN)
    if any(text for _, text in said):
        screen.show()


def _cues(profile: "Profile") -> None:
    """What the person does in each phase."""
    cues = [(f"{number}", phase.cue) for number, phase in enumerate(profile.phase, 1) if phase.cue]
    if cues:
        screen.show()
        screen.show("What you do:")
    for number, cue in cues:
        screen.show("  " + screen.wrapped(f"{number}  {cue}", 5))


def _summary(profile: "Profile", program: "Program", remarks: list[str], plot: list[Path]) -> dict[str, object]:
    """The same for a script: the profile as written, the limits that win, and the remarks."""
    return {
        "profile": profile.model_dump(mode="json", by_alias=True, exclude_none=True),
        "region": program.region,
        "board": program.board,
        "seconds": program.duration_ms / 1000,
        "limits": [
            {"phase": limit.phase, "force_n": limit.limit_mn / 1000, "won_by": limit.won_by} for limit in program.limits
        ],
        "remarks": remarks,
        "pictures": [str(path) for path in plot],
    }


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
