"""`tapote session`: a guide through a session, before, during and after."""

from pathlib import Path
from typing import Annotated

import typer

from host_tools.cli import consent, screen
from host_tools.cli.options import AsJson, Device

NONE_HELP = "none, or a yes/no question that applies (--questions lists them); may be repeated"
FEELS = "none, dull, tight, sore, throbbing, sharp, burning, radiating, tingling or other"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("session")(session)


def session(
    device: Device = None,
    paper: Annotated[bool, typer.Option("--paper", help="Without a device: guided by the clock")] = False,
    answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Answers, .toml or .json; what is missing is asked")
    ] = None,
    write_answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an answers file to fill in, and leave")
    ] = None,
    questions: Annotated[
        bool, typer.Option("--questions", help="List the yes/no questions with what a yes means, and leave")
    ] = False,
    has: Annotated[list[str] | None, typer.Option(metavar="QUESTION", help=NONE_HELP)] = None,
    unchanged: Annotated[
        bool | None, typer.Option("--unchanged", help="Nothing of your health history has changed since last time")
    ] = None,
    clinician_agrees: Annotated[
        list[str] | None,
        typer.Option(metavar="QUESTION", help="A clinician who knows of it agreed; may be repeated"),
    ] = None,
    experience: Annotated[str | None, typer.Option(help="With massage devices: none or some")] = None,
    where: Annotated[
        list[str] | None, typer.Option(metavar="PLACE", help="What hurts, the worst first; may be repeated")
    ] = None,
    pain_kind: Annotated[str | None, typer.Option(help=FEELS)] = None,
    pain_often: Annotated[str | None, typer.Option(help="never, monthly, weekly, daily or constant")] = None,
    pain: Annotated[int | None, typer.Option(metavar="0-10", help="How strong now")] = None,
    pain_size: Annotated[str | None, typer.Option(help="point, hand or large")] = None,
    pain_new: Annotated[
        bool | None, typer.Option("--pain-new/--pain-old", help="Whether it began within the last two days")
    ] = None,
    goal: Annotated[str | None, typer.Option(help="loosen, relax, warm-up, recover or desk-break")] = None,
    range_before: Annotated[
        float | None, typer.Option(metavar="VALUE", help="Range of motion, in the region's unit")
    ] = None,
    region: Annotated[str | None, typer.Option(help="Where, instead of the place that hurts most")] = None,
    profile: Annotated[str | None, typer.Option(help="What, instead of what is planned")] = None,
    seconds: Annotated[float | None, typer.Option(help="How long, instead of what is planned")] = None,
    adapt: Annotated[
        bool, typer.Option("--adapt/--no-adapt", help="Begin gentler where earlier sessions say so")
    ] = True,
    too_much_at: Annotated[
        list[float] | None, typer.Option(metavar="S", help='Say "too much" S seconds in; may be repeated')
    ] = None,
    comfort: Annotated[int | None, typer.Option(metavar="0-10", help="Comfort afterwards")] = None,
    pain_after: Annotated[int | None, typer.Option(metavar="0-10", help="Pain afterwards")] = None,
    range_after: Annotated[float | None, typer.Option(metavar="VALUE", help="Range of motion afterwards")] = None,
    journal: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Journal file  [default: $TAPOTE_JOURNAL or your data folder]")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep/--no-journal", help="Keep the session in the journal")] = True,
    fast: Annotated[bool, typer.Option("--fast", help="Simulated or on paper: as fast as can be, not in real time")] = (
        False
    ),
    yes: Annotated[bool, typer.Option("--yes", help=f"Ask nothing at all. {consent.YES_HELP}")] = False,
    as_json: AsJson = False,
) -> None:
    """Be guided through a session: questions, a plan, what to do while it runs, care afterwards.

    While it runs: SPACE stops, t or arrow down "too much", p pauses, 0 to 9 rates the comfort.

    Exit code 0: done, also when you stopped it. 1: a fault, or the device was lost. 2: asked for wrongly. 3: no
    session, for the sake of your health. 130: Ctrl-C.
    """
    if questions:
        _list_questions(as_json)
        return
    if write_answers is not None:
        from host_tools.guide import template

        template.write(write_answers)
        if as_json:
            screen.document({"answers": str(write_answers)})
        else:
            screen.show(f"Answers to fill in: {write_answers}. Then: tapote session --answers {write_answers}")
        return
    from host_tools.cli.session_flow import Flow
    from host_tools.guide.answers import load_answers
    from host_tools.guide.flags import joined

    flags: dict[str, object] = {
        "history_unchanged": unchanged,
        "clinician_agrees": clinician_agrees,
        "experience": experience,
        "goal": goal,
        "range": range_before,
        "pain.where": where,
        "pain.kind": pain_kind,
        "pain.often": pain_often,
        "pain.score": pain,
        "pain.size": pain_size,
        "pain.new": pain_new,
        "choose.region": region,
        "choose.profile": profile,
        "choose.seconds": seconds,
        "during.too_much_at_s": too_much_at,
        "after.comfort": comfort,
        "after.pain": pain_after,
        "after.range": range_after,
    }
    raw = joined(load_answers(answers) if answers is not None else {}, flags, has or [])
    flow = Flow(raw, yes=yes, fast=fast, as_json=as_json, adapt=adapt)
    flow.run(device, paper=paper, journal_path=journal, keep=keep)


def _list_questions(as_json: bool) -> None:
    """The yes/no questions by group."""
    from host_tools.guide.questions import questionnaire

    if as_json:
        screen.document([question.model_dump(mode="json") for question in questionnaire().all.values()])
        return
    meanings = {
        "refuse": "no session today",
        "clinician": "no session unless a clinician agrees",
        "hint": "a session is fine",
    }
    known = questionnaire()
    groups = (("History: asked once, then confirmed", known.history), ("Today: asked every time", known.today))
    for heading, group in groups:
        screen.heading(heading)
        for name, question in group.items():
            where = f" Only for: {', '.join(question.places)}." if question.places else ""
            meaning = f"{question.text} Yes: {meanings[question.consequence]}.{where}"
            screen.fact(f"  {name}", meaning, 16)
