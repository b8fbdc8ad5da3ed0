"""`tapote session` in words: the plan before, and what comes after."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from host_tools.cli import screen

if TYPE_CHECKING:
    from host_tools.guide.before import Past
    from host_tools.guide.guided import Guided
    from host_tools.guide.ready import Ready
    from host_tools.journal.advice import RegionPlan

COLUMN = 11


class Terminal:
    """guide.talk.Talk on this terminal. err: write on stderr, because stdout is for JSON."""

    def __init__(self, *, err: bool) -> None:
        self._err = err

    def say(self, text: str = "", indent: int = 0) -> None:
        """See Talk."""
        typer.echo(screen.wrapped(text, indent) if text.strip() and len(text) > screen.width() else text, err=self._err)

    def heading(self, text: str) -> None:
        """A line that others hang below, with a blank one before it."""
        typer.echo(err=self._err)
        screen.heading(screen.wrapped(text), err=self._err)

    def fact(self, name: str, text: str) -> None:
        """`name` and what there is to say about it, as two columns."""
        typer.echo(screen.wrapped(f"{name:<{COLUMN}}{text}", COLUMN), err=self._err)

    def ask(self, prompt: str) -> str:
        """See Talk."""
        from host_tools.guide.talk import NobodyThereError

        typer.echo(prompt, nl=False, err=self._err)
        line = sys.stdin.readline()
        if not line:
            typer.echo(err=self._err)
            raise NobodyThereError
        return line.strip()


def plan(out: Terminal, ready: "Ready", past: "Past", *, paper: bool) -> None:
    """What is going to happen, and why."""
    plan, program = ready.plan, ready.program
    out.heading(f"Your plan: {plan.wanted.name} on the {plan.region.title}, {screen.clock(program.duration_ms / 1000)}")
    out.fact("Why", " ".join(plan.because))
    if ready.adaptation is not None and (past.sessions or ready.adaptation.changes):
        out.fact("Learned", ready.adaptation.sentence)
    out.fact("Force", _force(ready, paper=paper))
    if plan.wanted.feels:
        out.fact("Feels like", plan.wanted.feels)
    if plan.wanted.not_for:
        out.fact("Not for", plan.wanted.not_for)
    out.fact("Sit", plan.region.sit)
    out.fact("Move", plan.region.move)
    out.fact("Keep off", plan.region.keep_off)
    for hint in ready.hints:
        out.fact("Note", hint)
    out.fact("Today", f"{past.minutes_left:.0f} of 30 minutes left in these 24 hours")


def _force(ready: "Ready", *, paper: bool) -> str:
    """Force and drive of the session, and whose limit it is."""
    if paper:
        return "nobody measures it on paper: let the weight of the device do, and press no further"
    highest = max(ready.program.limits, key=lambda record: record.limit_mn)
    whose = {
        "profile": "as the profile asks",
        "region": f"the limit of the {ready.plan.region.title}",
        "board": "the limit of your board",
        "cap": "the highest that Tapote allows",
    }[highest.won_by]
    if ready.lowered:
        whose = "lowered for today"
    limit_n = ready.program.limit_mn / 1000
    return f"at most {limit_n:.3g} N, {whose}; drive at most {ready.drive_pct:.0f} %"


def ended(out: Terminal, guided: "Guided") -> None:
    """How it ended."""
    ways = {
        "completed": "Done: the whole session.",
        "stopped": f"Stopped after {guided.course.run_s:.0f} s; you had enough, and that is what counts.",
        "fault": "The device ended it.",
    }
    mark = f"{screen.SIMULATED}: no motor turned and nobody was touched. " if guided.simulated else ""
    out.heading(f"{mark}{ways[guided.ended]}")
    if guided.ended == "fault":
        out.fact("Fault", guided.message)


def care(out: Terminal, ready: "Ready") -> None:
    """What to do and to know now."""
    from host_tools.guide import care

    out.heading("Now")
    for name, text in care.lines(ready.situation, ready.plan.region):
        out.fact(name, text)


def changed(out: Terminal, sentences: Sequence[str], coming: "RegionPlan | None", doctor: Sequence[str]) -> None:
    """What changed, and when to come again."""
    from host_tools.journal import signs

    out.heading("What changed")
    for sentence in sentences:
        out.say(sentence)
    for reason in doctor:
        out.fact("Doctor", f"See one, please: {reason}.")
    if coming is not None:
        when = (
            f"not before {signs.day(coming.not_before)}, about {coming.rhythm}" if coming.not_before else coming.rhythm
        )
        out.fact("Next time", f"here {when}, {coming.minutes:g} min. {coming.why}")


def in_json(guided: "Guided", ready: "Ready") -> dict[str, object]:
    """What `--json` tells of the session itself."""
    from dataclasses import asdict

    plan, summary, adaptation = ready.plan, guided.summary(), ready.adaptation
    return {
        "simulated": guided.simulated,
        "paper": guided.on_paper,
        "region": plan.region.name,
        "profile": plan.profile,
        "technique": plan.wanted.technique,
        "rule": plan.rule,
        "because": list(plan.because),
        "hints": list(ready.hints),
        "gentle": plan.gentle,
        "planned_s": ready.program.duration_ms / 1000,
        "limit_n": ready.program.limit_mn / 1000,
        "drive_pct": ready.drive_pct,
        "limit_scale": adaptation.limit_scale if adaptation is not None else 1.0,
        "adaptation": adaptation.sentence if adaptation is not None else None,
        "drive_scale": adaptation.drive_scale if adaptation is not None else 1.0,
        "ended": guided.ended,
        "run_s": round(guided.course.run_s, 3),
        "too_much": guided.too_much,
        "events": [asdict(event) for event in guided.events],
        "device_summary": asdict(summary) if summary is not None else None,
    }
