"""Everything that is settled before the first stroke: answers that allow a session, the plan, the program."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from host_tools import problems
from host_tools.boards import Board
from host_tools.body_map import pain_areas
from host_tools.guide import before
from host_tools.guide.answers import FIX, Answers
from host_tools.guide.before import Past
from host_tools.guide.keeping import measure
from host_tools.guide.plan import Plan, make_plan, program_for
from host_tools.guide.rules import Situation
from host_tools.journal import advice
from host_tools.journal.adapt import Adaptation, suggest
from host_tools.journal.records import Before, SessionRecord
from host_tools.journal.signs import day
from host_tools.journal.store import Journal
from host_tools.problems import Problem
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import find_profile
from host_tools.profiles.program import Program
from host_tools.regions import Region, get_region, normal


@dataclass(frozen=True)
class Ready:
    """asked_mn: the force limit before anything made it gentler, mN. adaptation: None where it is switched off or there
    is no journal. hints: those of the answers, of the plan and of the journal."""

    answers: Answers
    situation: Situation
    plan: Plan
    program: Program
    asked_mn: int
    adaptation: Adaptation | None
    hints: tuple[str, ...]

    @property
    def lowered(self) -> bool:
        """Whether it begins with less force than profile, region and board ask for."""
        return self.program.limit_mn < self.asked_mn

    @property
    def drive_pct(self) -> float:
        """The highest drive of any phase, %."""
        phases = self.program.phases
        return max(max(phase.drive_from_permille, phase.drive_to_permille) for phase in phases) / 10


def make(answers: Answers, past: Past, board: Board, journal: Journal | None, now: datetime, *, adapt: bool) -> Ready:
    """Plan a session. NoSessionError when the answers allow none or today's time is used up; UsageError for a choice or
    a measure that cannot be; TapoteError as the journal does. answers must be complete."""
    verdict = before.check(answers, past)
    check_ranges(answers, get_region(answers.region))
    lately = journal.sessions(region=answers.region, simulated=False) if journal is not None else []
    situation = before.situation(answers, past, lately[-1] if lately else None, now)
    plan = make_plan(situation, answers.choose)
    adaptation = None
    if adapt and journal is not None:
        adaptation = suggest(journal.adaptation_history(plan.region.name), plan.region.name, plan.profile)
    program = program_for(plan, board, adaptation)
    hints = (*verdict.hints, *plan.hints, *elsewhere(answers), *from_journal(plan.region, lately, now))
    asked_mn = compile_profile(plan.wanted, board, plan.region).limit_mn
    return Ready(answers, situation, plan, program, asked_mn, adaptation, hints)


def elsewhere(answers: Answers) -> list[str]:
    """What to do about pain at other places, and at those where Tapote is never used."""
    marked = {normal(place) for place in answers.pain.where} - {answers.region}
    return [
        f"Your {area.title}: start another session for it, when this one is over."
        if area.allowed
        else f"{area.reason} {area.see}"
        for area in pain_areas()
        if area.name in marked
    ]


def from_journal(region: Region, sessions: Sequence[SessionRecord], now: datetime) -> list[str]:
    """What earlier sessions on the region say about one now: see a doctor, or rest a little longer."""
    coming = advice.plan(sessions, now)
    said = [f"See a doctor, please: {reason}." for reason in coming.doctor]
    until = next((one.not_before for one in coming.regions if one.region == region.name), None)
    if until is not None:
        said.append(f"The journal suggests to rest the {region.title} until {day(until)}.")
    return said


def check_ranges(answers: Answers, region: Region) -> None:
    """UsageError for a range of motion that this region's measure cannot have."""
    motion = region.range_of_motion
    found = [
        Problem(
            key,
            f"{value:g} is out of range; {motion.title.lower()} goes from {motion.low:g} to {motion.high:g}"
            f" {motion.unit}.",
        )
        for key, value in (("range", answers.range), ("after.range", answers.after.range))
        if value is not None and not motion.low <= value <= motion.high
    ]
    if found:
        raise problems.refuse("the answers", found, FIX)


def before_record(
    ready: Ready, past: Past, started_at: datetime, *, device: str, simulated: bool, board: str
) -> Before:
    """The start of the session for the journal. device: its URL, "" on paper."""
    answers, plan = ready.answers, ready.plan
    pain = answers.pain
    hurts = pain.kind not in (None, "none")
    return Before(
        started_at=started_at,
        region=plan.region.name,
        device=device,
        simulated=simulated,
        board=board if device else "",
        goal=answers.goal or "",
        pain_kind=pain.kind or "none",
        pain_often=(pain.often or "never") if hurts else "never",
        pain_0_10=pain.score if hurts else 0,
        pain_areas=tuple(normal(place) for place in pain.where) if hurts else (),
        profile=plan.profile,
        profile_hash=hashlib.sha256(find_profile(plan.profile).read_bytes()).hexdigest(),
        technique=plan.wanted.technique,
        planned_s=ready.program.duration_ms / 1000,
        limit_n=ready.program.limit_mn / 1000 if device else None,
        drive_pct=ready.drive_pct if device else None,
        answers=before.for_journal(answers, past),
        range_of_motion=measure(plan.region, answers.range),
    )
