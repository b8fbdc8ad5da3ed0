"""`tapote journal`: looking at the record of sessions. What changes it is in journal_change.py, the texts in
journal_pages.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import journal_change, screen
from host_tools.cli.options import AsJson, Force, out
from host_tools.cli.overview import Whole
from host_tools.errors import TapoteError, UsageError
from host_tools.numerals import counted

if TYPE_CHECKING:
    from host_tools.journal.records import SessionRecord
    from host_tools.journal.store import Journal

File = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        metavar="FILE",
        help="The journal's file  [default: $TAPOTE_JOURNAL, or journal.sqlite3 in your data folder]",
    ),
]
Region = Annotated[str | None, typer.Option(help="Only this part of the body")]
Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Only from this day on")
]
Simulated = Annotated[bool, typer.Option("--simulated", help="Count sessions on simulated devices as well")]
HOW_TO_BEGIN = "`tapote session` guides you through a session and writes it down."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        cls=Whole, help="Your record of sessions, on this computer alone: pain, comfort, range of motion, device."
    )
    group.command("list")(list_sessions)
    group.command("show")(show)
    group.command("plot")(plot)
    group.command("plan")(plan)
    group.command("export")(export)
    journal_change.register(group)
    app.add_typer(group, name="journal")


@contextmanager
def looking(file: Path | None) -> Iterator["Journal | None"]:
    """The journal to read; None when there is none yet. UsageError when a file that was named is not there."""
    from host_tools.journal import backup, files
    from host_tools.journal.failures import NeedsWritingError
    from host_tools.journal.store import Journal

    path = files.default_path()
    if file is None and not path.exists() and not backup.path_for(path).exists():
        yield None
        return
    try:
        journal = Journal.open(file, read_only=True)
    except NeedsWritingError:
        journal = Journal.open(file)
    with journal:
        yield journal


def chosen(file: Path | None, region: str | None, since: datetime | None = None) -> "list[SessionRecord]":
    """The sessions that are meant, in the order of their start."""
    from host_tools.regions import get_region

    name = get_region(region).name if region is not None else None
    with looking(file) as journal:
        if journal is None:
            return []
        return journal.sessions(region=name, since=since.astimezone() if since is not None else None)


def list_sessions(file: File = None, region: Region = None, since: Since = None, as_json: AsJson = False) -> None:
    """List the sessions."""
    records = chosen(file, region, since)
    if as_json:
        from host_tools.journal.export import document

        screen.document([document(record) for record in records])
        return
    from host_tools.cli import journal_pages

    if not records:
        screen.show(f"No sessions. {HOW_TO_BEGIN}")
        return
    journal_pages.listing(records, datetime.now(UTC))


def show(
    session: Annotated[int, typer.Argument(metavar="ID", help="Number of the session (see `tapote journal list`)")],
    file: File = None,
    as_json: AsJson = False,
) -> None:
    """Show one session: what you said, what happened, what the device measured."""
    with looking(file) as journal:
        if journal is None:
            raise UsageError(f"the journal has no session {session}: it is not begun yet", fix=HOW_TO_BEGIN)
        record = journal.session(session)
    if as_json:
        from host_tools.journal.export import document

        screen.document(document(record))
        return
    from host_tools.cli import journal_pages

    journal_pages.session(record)


def plot(
    pictures: Annotated[
        list[Path] | None, out("Picture, .png or .svg; may be repeated  [default: journal.png]")
    ] = None,
    file: File = None,
    region: Region = None,
    since: Since = None,
    simulated: Simulated = False,
    as_json: AsJson = False,
) -> None:
    """Draw pain before and after, range of motion, and minutes a week by region."""
    from host_tools import plot_file
    from host_tools.journal import plot as drawing

    pictures = pictures or [Path("journal.png")]
    plot_file.check(pictures, named="--out")
    records = _counted(chosen(file, region, since), simulated)
    if not records:
        raise TapoteError("there are no sessions to draw", fix=HOW_TO_BEGIN)
    drawing.save(records, pictures)
    screen.pictures(pictures, as_json=as_json)


def plan(file: File = None, simulated: Simulated = False, as_json: AsJson = False) -> None:
    """Suggest when, how long and how hard the next weeks: from your answers, with the reasons."""
    from host_tools.cli import journal_pages
    from host_tools.journal import adapt, advice

    now = datetime.now(UTC)
    with looking(file) as journal:
        every = journal.sessions() if journal is not None else []
        records = _counted(every, simulated)
        made = advice.plan(records, now)
        starts = {}
        for one in made.regions:
            assert journal is not None  # a plan has regions only where there are sessions
            history = journal.adaptation_history(one.region, simulated=simulated)
            profile = one.helped or journal_pages.last_profile(records, one.region)
            starts[one.region] = adapt.suggest(history, one.region, profile, simulated=simulated)
    if as_json:
        screen.document(journal_pages.plan_document(made, starts))
        return
    if not records:
        unreal = f" {len(every)} simulated ones do not count: --simulated" if every else ""
        screen.show(f"No sessions to go by yet. {HOW_TO_BEGIN}{unreal}")
        return
    if any(record.before.simulated for record in records):
        screen.heading(f"{screen.SIMULATED}: this counts sessions on simulated devices, on which nobody was touched")
    journal_pages.plan(made, starts, now)


def export(
    target: Annotated[Path | None, out("File to write, .csv or .json  [default: stdout]")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row a session, for a spreadsheet")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything")] = False,
    file: File = None,
    region: Region = None,
    since: Since = None,
    force: Force = False,
) -> None:
    """Write the journal as CSV or JSON."""
    from host_tools.journal import export as exporting

    suffix = target.suffix.lower() if target is not None else ""
    if as_csv == as_json and (as_csv or suffix not in (".csv", ".json")):
        raise UsageError("say which format: --csv or --json", fix="For example: tapote journal export -o journal.csv")
    to_csv = as_csv or (not as_json and suffix == ".csv")
    records = chosen(file, region, since)
    text = exporting.csv_text(records) if to_csv else exporting.json_text(records)
    if target is None:
        screen.show(text.replace("\r\n", "\n").rstrip("\n"))
        return
    exporting.save(exporting.BOM + text if to_csv else text, target, force=force)
    screen.show(f"{target}: {counted(len(records), 'session')}, readable by you alone.")


def _counted(records: "list[SessionRecord]", simulated: bool) -> "list[SessionRecord]":
    """Real sessions, and simulated ones when they are asked for."""
    return [record for record in records if simulated or not record.before.simulated]
