"""`tapote journal delete`, `follow-up`, `forget-adaptation`, `rescue`: what changes the journal."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import screen
from host_tools.cli.options import AsJson, Yes
from host_tools.errors import TapoteError, UsageError
from host_tools.numerals import counted

if TYPE_CHECKING:
    from host_tools.journal.records import FollowUp, SessionRecord
    from host_tools.journal.store import Journal

File = Annotated[
    Path | None,
    typer.Option("--journal", metavar="FILE", help="The journal's file  [default: $TAPOTE_JOURNAL, or your own]"),
]
SHOWN = 5
SEE_A_DOCTOR = "Please see a doctor before the next session."


def register(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("delete")(delete)
    group.command("follow-up")(follow_up)
    group.command("forget-adaptation")(forget_adaptation)
    group.command("rescue")(rescue)


def existing(file: Path | None) -> "Journal":
    """The journal to change. UsageError when there is none: nothing is made by a command that changes."""
    from host_tools.journal import backup, failures, files
    from host_tools.journal.store import Journal

    path = files.default_path() if file is None else file
    if not path.exists() and not backup.path_for(path).exists():
        raise failures.not_there(path)
    return Journal.open(path)


def delete(
    sessions: Annotated[
        list[int] | None, typer.Argument(metavar="ID...", help="Numbers of sessions (see `tapote journal list`)")
    ] = None,
    before: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="All sessions before this day"),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All sessions, and damaged files set aside")] = False,
    file: File = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Delete sessions for good: from the journal, its log and its copy. Asks first."""
    from host_tools.cli.backup import sure

    if not sessions and before is None and not everything:
        raise UsageError("say which sessions: ID..., --before YYYY-MM-DD, or --all", fix="`tapote journal list`")
    with existing(file) as journal:
        doomed = list(dict.fromkeys(sessions or ()))
        if everything or before is not None:
            old = journal.numbers(before.astimezone() if before is not None and not everything else None)
            doomed += [number for number in old if number not in doomed]
        if not doomed and not everything:
            _told(as_json, {"deleted": []}, "No session is that old: nothing to delete.")
            return
        count = counted(len(doomed), "session")
        for number in doomed[:SHOWN]:
            screen.note(f"  {_in_a_line(journal, number)}")
        if len(doomed) > SHOWN:
            screen.note(f"  and {len(doomed) - SHOWN} more")
        sure(f"Delete {count} for good?", yes)
        journal.delete(doomed, everything=everything)
    _told(as_json, {"deleted": doomed}, f"Deleted: {count}.")


def _in_a_line(journal: "Journal", number: int) -> str:
    """A session to be deleted, also one that another program has made unreadable. UsageError when it is not there."""
    from host_tools.cli.journal_pages import row

    try:
        return "  ".join(cell for cell in row(journal.session(number)) if cell)
    except UsageError:
        raise
    except TapoteError:
        return f"{number}  (cannot be read)"


def follow_up(
    session: Annotated[
        int | None, typer.Argument(metavar="ID", help="Number of the session  [default: the oldest that waits]")
    ] = None,
    soreness: Annotated[int | None, typer.Option(metavar="0-10", help="Soreness since then, 0 none")] = None,
    bruise: Annotated[bool | None, typer.Option(help="Whether there was a bruise")] = None,
    gone: Annotated[bool | None, typer.Option(help="Whether it was gone within 48 hours")] = None,
    doctor: Annotated[bool | None, typer.Option(help="Whether you saw a doctor about it")] = None,
    notes: Annotated[str, typer.Option(help="Anything else")] = "",
    file: File = None,
    as_json: AsJson = False,
) -> None:
    """Write down how it was two days after a session. Asks what the options do not say."""
    now = datetime.now(UTC)
    with existing(file) as journal:
        record = journal.session(session) if session is not None else _oldest_due(journal, now)
        if record is None:
            _told(as_json, {"session": None}, "No session waits for its follow-up.")
            return
        made = _answers(record, now, soreness, bruise, gone, doctor, notes)
        journal.follow_up(record.id, made)
    told: dict[str, object] = {"session": record.id, "soreness_0_10": made.soreness_0_10, "bruise": made.bruise}
    told |= {"gone_within_48h": made.gone_within_48h, "see_a_doctor": made.gone_within_48h is False}
    _told(as_json, told, f"Written down for session {record.id}.")
    if not as_json and made.gone_within_48h is False:
        screen.show(f"Soreness or a bruise should be gone within 48 hours. {SEE_A_DOCTOR}")


def forget_adaptation(
    region: Annotated[str, typer.Argument(help="Part of the body (see `tapote regions`)")],
    file: File = None,
    as_json: AsJson = False,
) -> None:
    """Start massages on a region as they are written again: earlier sessions no longer make them gentler."""
    from host_tools.regions import get_region

    place = get_region(region)
    with existing(file) as journal:
        journal.forget_adaptation(place.name, datetime.now(UTC))
    text = f"The next massage on the {place.title} starts as it is written. Your sessions stay in the journal."
    _told(as_json, {"region": place.name, "forgotten": True}, text)


def rescue(file: File = None, as_json: AsJson = False) -> None:
    """Bring a damaged journal back, from its copy and from what can still be read. The damaged file is kept."""
    from host_tools.journal import files
    from host_tools.journal.rescue import rescue as bring_back

    path = files.default_path() if file is None else file
    done = bring_back(path, datetime.now())
    sessions = counted(done.from_copy, "session")
    aside = [str(one) for one in done.aside]
    told = {"from_copy": done.from_copy, "from_damaged": done.from_damaged, "aside": aside}
    lines = [f"Brought back: {sessions} from the copy, {done.from_damaged} from the damaged file."]
    lines += [f"Damaged, set aside: {one}" for one in aside]
    _told(as_json, told, "\n".join(lines))
    if done.aside:
        screen.note("It holds what you wrote: delete it when you miss nothing.")


def _told(as_json: bool, document: dict[str, object], text: str) -> None:
    """What was done, for a script or in words."""
    if as_json:
        screen.document(document)
    else:
        screen.show(text)


def _oldest_due(journal: "Journal", now: datetime) -> "SessionRecord | None":
    due = journal.follow_ups_due(now)
    return due[0] if due else None


def _answers(
    record: "SessionRecord",
    now: datetime,
    soreness: int | None,
    bruise: bool | None,
    gone: bool | None,
    doctor: bool | None,
    notes: str,
) -> "FollowUp":
    """The answers of the options, and of the person where those say nothing. UsageError where nobody can answer."""
    from host_tools.cli.journal_pages import place_and_day
    from host_tools.journal.records import RATING_MAX, FollowUp

    if record.before.started_at > now:
        raise TapoteError(f"session {record.id} began in the future", fix="Check the computer's clock.")
    if soreness is None or bruise is None:
        if not sys.stdin.isatty():
            raise UsageError(
                "--soreness and --bruise or --no-bruise are needed, and nobody is there to answer",
                fix="For example: tapote journal follow-up --soreness 0 --no-bruise",
            )
        screen.note(f"Session {record.id}: {place_and_day(record)}.")
        if soreness is None:
            question = f"How sore was it afterwards, 0 (not at all) to {RATING_MAX}"
            soreness = typer.prompt(question, value_proc=_rating, err=True)
        if bruise is None:
            bruise = typer.confirm("Was there a bruise?", default=False, err=True)
        if gone is None and (soreness or bruise):
            gone = typer.confirm("Was all of it gone within 48 hours?", err=True)
        if doctor is None and gone is False:
            doctor = typer.confirm("Have you seen a doctor about it?", default=False, err=True)
    assert soreness is not None
    return FollowUp(now, soreness, bruise, gone, bool(doctor), notes)


def _rating(text: str) -> int:
    """A whole number from 0 to 10; anything else is asked again."""
    from host_tools.journal.records import RATING_MAX

    if not text.strip().isdecimal() or not 0 <= int(text) <= RATING_MAX:
        raise typer.BadParameter(f"a whole number from 0 to {RATING_MAX}, please")
    return int(text)
