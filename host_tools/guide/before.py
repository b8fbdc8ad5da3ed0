"""What is known before a session, from the journal and the answers: so that nothing is asked twice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import ValidationError

from host_tools.guide.answers import Answers, FollowUpAnswers
from host_tools.guide.plan import NoSessionError
from host_tools.guide.questions import questionnaire
from host_tools.guide.rules import Situation
from host_tools.guide.screening import Screening, screen
from host_tools.journal import dose, signs
from host_tools.journal.places import title
from host_tools.journal.records import FollowUp, SessionRecord
from host_tools.journal.store import Journal

HISTORY_GOOD = timedelta(days=90)  # older answers are asked again
AGREES = "clinician_agrees."  # in the journal's answers, before the name of the condition
EXPERIENCE = "experience"
LATELY = timedelta(hours=48)
FOREVER = timedelta(days=365)
TOLD = "Do what it says for each, and start again when it is settled. Nothing has moved, and nothing of today was kept."


@dataclass(frozen=True)
class History:
    """The answers to the history questions of an earlier session, and what a clinician agreed to."""

    at: datetime
    answers: Mapping[str, bool]
    agreed: tuple[str, ...]


@dataclass(frozen=True)
class Past:
    """What the journal tells. Without a journal: nothing."""

    history: History | None = None
    experience: str = ""
    sessions: int = 0
    minutes_left: float = dose.DAY_MAX_MIN
    due: tuple[SessionRecord, ...] = ()


def recall(journal: Journal | None, now: datetime) -> Past:
    """Read the journal. TapoteError as it does."""
    if journal is None:
        return Past()
    every = [record for record in journal.sessions() if record.before.started_at <= now]
    real = [record for record in every if not record.before.simulated]
    answered = max((one.before.started_at for one in every if one.follow_up is not None), default=now - FOREVER)
    told = next(
        (str(one.before.answers[EXPERIENCE]) for one in reversed(every) if EXPERIENCE in one.before.answers), ""
    )
    return Past(
        history=next((found for one in reversed(every) if (found := _history(one, now)) is not None), None),
        experience="some" if real else told,
        sessions=len(real),
        minutes_left=max(dose.DAY_MAX_MIN - journal.minutes_today(now), 0.0),
        due=tuple(one for one in journal.follow_ups_due(now) if one.before.started_at > answered),
    )


def _history(record: SessionRecord, now: datetime) -> History | None:
    """The history answers of a session, when all of them are there and not too old."""
    if record.before.started_at < now - HISTORY_GOOD:
        return None
    kept = record.before.answers
    answers = {name: kept[name] for name in questionnaire().history if isinstance(kept.get(name), bool)}
    if len(answers) < len(questionnaire().history):
        return None
    agreed = tuple(name for name in answers if kept.get(AGREES + name) is True)
    return History(record.before.started_at, {name: bool(answer) for name, answer in answers.items()}, agreed)


def with_history(answers: Answers, past: Past) -> Answers:
    """The answers, completed by the kept history where the person said that nothing has changed."""
    if not answers.history_unchanged or past.history is None:
        return answers
    agreed = tuple(dict.fromkeys((*answers.clinician_agrees, *past.history.agreed)))
    return answers.model_copy(update={"history": dict(past.history.answers), "clinician_agrees": agreed})


def missing(answers: Answers, past: Past) -> list[str]:
    """What must be answered and is not, as keys of the answers file, in the order in which it is asked."""
    questions = questionnaire()
    pain = answers.pain
    found: list[str] = []
    if answers.history_unchanged is None and past.history is not None and not answers.history:
        found.append("history_unchanged")
    elif not answers.history_unchanged or past.history is None:
        found += [f"history.{name}" for name in questions.history if name not in answers.history]
    if not past.experience and answers.experience is None:
        found.append("experience")
    if not answers.region:
        found.append("pain.where")
    if pain.kind is None:
        found.append("pain.kind")
    elif pain.kind != "none":
        found += [f"pain.{key}" for key in ("score", "often", "size", "new") if getattr(pain, key) is None]
    if answers.region:
        found += [f"today.{name}" for name in questions.today_for(*answers.places) if name not in answers.today]
    return found + (["goal"] if answers.goal is None else [])


def check(answers: Answers, past: Past) -> Screening:
    """The verdict on the answers that are there. NoSessionError, with every reason, when there can be no session."""
    verdict = screen(answers.yes, answers.clinician_agrees, answers.region)
    refusals = [*verdict.refusals, *_not_healed(answers, past)]
    if refusals:
        raise NoSessionError("no session:\n" + "\n".join(f"  - {text}" for text in refusals), fix=TOLD)
    return verdict


def _not_healed(answers: Answers, past: Past) -> list[str]:
    """What the follow-up of the last session says about a session on the same region today."""
    told = answers.follow_up
    if told is None or not past.due or told.gone is not False or told.saw_doctor:
        return []
    before = past.due[-1].before
    if before.region != answers.region:
        return []
    return [
        f"What you felt after {signs.day(before.started_at)} at the {title(before.region)} was not gone after 48 hours:"
        " no session there, because it has not settled. See a doctor, and leave it alone until it has."
    ]


def keep_follow_up(told: object, past: Past, journal: Journal | None, now: datetime) -> None:
    """Write the follow-up of the last session, if one was due and answered: also when there is no session today.

    told: the section of the answers; a wrong one is left alone, for it is refused with everything else that is wrong.
    """
    if journal is None or not past.due or not isinstance(told, dict):
        return
    try:
        said = FollowUpAnswers.model_validate(told)
    except ValidationError:
        return
    journal.follow_up(past.due[-1].id, FollowUp(now, said.soreness, said.bruise, said.gone, saw_doctor=said.saw_doctor))


def situation(answers: Answers, past: Past, lately: SessionRecord | None, now: datetime) -> Situation:
    """What the plan looks at. lately: the last real session on this region, if any. The answers must be complete."""
    pain = answers.pain
    now_known = Situation(
        region=answers.region,
        goal=answers.goal or "relax",
        kind=pain.kind or "none",
        first_time=(past.experience or answers.experience) == "none",
        sessions=past.sessions,
        minutes_left=past.minutes_left,
    )
    if lately is not None and now - lately.ended_at < LATELY:
        now_known = replace(now_known, hours_since=max((now - lately.ended_at).total_seconds() / 3600, 0.0))
    if now_known.kind == "none":
        return now_known
    return replace(
        now_known,
        often=pain.often or "never",
        score=pain.score or 0,
        size=pain.size or "hand",
        new=bool(pain.new),
    )


def for_journal(answers: Answers, past: Past) -> dict[str, bool | str]:
    """The answers as the journal keeps them, so that the history need only be confirmed the next time."""
    kept: dict[str, bool | str] = {**answers.history, **answers.today}
    kept |= {AGREES + name: True for name in answers.clinician_agrees if answers.history.get(name)}
    kept[EXPERIENCE] = past.experience or answers.experience or "none"
    return kept
