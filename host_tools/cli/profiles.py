"""`tapote profiles` and the group `tapote profile`: the library, and a maker's own files."""

from typing import Annotated

import typer

from host_tools.cli import profile_device, profile_diff, profile_new, profile_share, profile_show, screen
from host_tools.cli.options import AsJson
from host_tools.cli.overview import Whole
from host_tools.errors import FileError, UsageError
from host_tools.numerals import counted


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("profiles")(profiles)
    group = typer.Typer(cls=Whole, help="Make, check, show, compare and share profiles.")
    group.command("check")(check)
    for part in (profile_show, profile_new, profile_diff, profile_share, profile_device):
        part.register(group)
    app.add_typer(group, name="profile")


def profiles(as_json: AsJson = False) -> None:
    """List the profiles that come with Tapote, and yours."""
    from host_tools.profiles.library import get_profile, list_profiles
    from host_tools.profiles.own import own_dir, own_profiles

    library = list_profiles()
    found = [(name, "library", get_profile(name)) for name in library]
    broken: list[UsageError] = []
    hidden: list[str] = []
    for name, path in own_profiles().items():
        try:
            found.append((name, "yours", get_profile(path)))
        except UsageError as error:
            broken.append(error)
        if name in library:
            hidden.append(f"{path} is named as a profile of the library: rename it, or run it by its path.")
    if as_json:
        rows = [
            {"name": name, "whose": whose, "title": profile.name, "technique": profile.technique}
            | {"seconds": profile.duration_s, "regions": list(profile.regions), "summary": profile.summary}
            for name, whose, profile in found
        ]
        screen.document(rows)
    else:
        cells = [
            (name, profile.technique, screen.clock(profile.duration_s), whose, ", ".join(profile.regions))
            for name, whose, profile in found
        ]
        head, *lines = screen.table(("NAME", "TECHNIQUE", "LENGTH", "WHOSE", "REGIONS"), cells)
        screen.heading(head)
        for line, (_, _, profile) in zip(lines, found, strict=True):
            screen.show(line)
            screen.show("    " + screen.wrapped(profile.summary or profile.name, 4))
        screen.show()
        screen.show("Run one: tapote run NAME     Look at one: tapote profile show NAME")
        screen.show(f"Make your own: tapote profile new     Yours are kept in {own_dir()}")
    for remark in hidden:
        screen.note(remark)
    for mistake in broken:
        screen.complain(mistake)
    if broken:
        raise typer.Exit(1)


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Profile files, or names of profiles")],
    board: Annotated[str | None, typer.Option(help="Also say what this board cannot reach")] = None,
    region: Annotated[str | None, typer.Option(help="Check for this region  [default: all that it names]")] = None,
    as_json: AsJson = False,
) -> None:
    """Check profiles: every error and hint of every file at once.

    Exit code 0: no error. 1: a file has one. 2: a file is not there or cannot be read.
    """
    from host_tools.boards import load_board
    from host_tools.profiles.library import get_profile
    from host_tools.profiles.lint import lint
    from host_tools.regions import get_region

    target = load_board(board) if board is not None else None
    place = get_region(region) if region is not None else None
    wrong: list[UsageError] = []
    rows: list[dict[str, object]] = []
    for file in files:
        try:
            profile = get_profile(file)
        except UsageError as error:
            wrong.append(error)
            rows.append({"file": file, "ok": False, "errors": error.message.splitlines(), "hints": []})
            continue
        hints = lint(profile, target, place)
        rows.append({"file": file, "ok": True, "errors": [], "hints": [str(hint) for hint in hints]})
        if as_json:
            continue
        length = f'"{profile.name}", {counted(len(profile.phase), "phase")}, {screen.clock(profile.duration_s)}'
        screen.show(f"{file}: ok, {length}" + (f", {counted(len(hints), 'hint')}" if hints else ""))
        for hint in hints:
            screen.show("  - " + screen.wrapped(f"hint: {hint}", 4))
    if as_json:
        screen.document(rows)
    for mistake in wrong:
        screen.complain(mistake)
    if wrong:
        raise typer.Exit(2 if any(isinstance(mistake, FileError) for mistake in wrong) else 1)
