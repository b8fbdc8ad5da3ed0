"""What a person answers before, during and after a session, as a file that scripts write (`--answers`) or as flags.

Everything may be left out: what is missing is asked, or listed where nobody can be asked (missing.py). What is there
must be right, and every mistake is told at once.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from host_tools import caps, files, problems
from host_tools.errors import UsageError
from host_tools.fields import StrictModel, note, quantity
from host_tools.guide.questions import questionnaire
from host_tools.problems import Problem
from host_tools.regions import body, no_go, normal
from host_tools.toml_read import SIZE_MAX_BYTES, read_toml, refuse_extremes

REFUSED = 3  # exit code: no session, for the person's sake
FIX = "Correct the answers and try again; nothing has moved. A template: tapote session --write-answers FILE"

Kind = Literal["none", "dull", "tight", "sore", "throbbing", "sharp", "burning", "radiating", "tingling", "other"]
Often = Literal["never", "monthly", "weekly", "daily", "constant"]
Size = Literal["point", "hand", "large"]
Goal = Literal["loosen", "relax", "warm-up", "recover", "desk-break"]
Warmth = Literal["warm", "cold", "none"]


class Pain(StrictModel):
    """What hurts. The first place of `where` that Tapote may work on is where the session goes, unless `choose.region`
    says otherwise."""

    where: Annotated[
        tuple[str, ...], Field(strict=False, max_length=10, description="places of the body map, the worst first")
    ] = ()
    kind: Annotated[Kind | None, note("what it feels like")] = None
    often: Annotated[Often | None, note("how often it is there")] = None
    score: Annotated[int | None, quantity("", 0, 10, "how strong now: 0 none, 10 the worst imaginable")] = None
    size: Annotated[Size | None, note("one point, as large as a hand, or larger")] = None
    new: Annotated[bool | None, note("true: it began within the last two days")] = None


class FollowUpAnswers(StrictModel):
    """How the last session was two days later."""

    soreness: Annotated[int, quantity("", 0, 10, "soreness since then: 0 none, 10 the worst imaginable")]
    bruise: Annotated[bool, note("whether there was a bruise")] = False
    gone: Annotated[bool | None, note("whether soreness and bruise were gone after 48 hours")] = None
    saw_doctor: Annotated[bool, note("whether a doctor has seen it")] = False


class Choice(StrictModel):
    """What the person wants instead of what the guide plans."""

    region: Annotated[str | None, note("region")] = None
    profile: Annotated[str | None, note("profile of the library, or a .toml file")] = None
    seconds: Annotated[float | None, quantity("s", 1, caps.SESSION_MAX_S, "length")] = None


class During(StrictModel):
    """What a script says while the session runs."""

    too_much_at_s: Annotated[
        tuple[Annotated[float, Field(ge=0, le=caps.SESSION_MAX_S)], ...],
        Field(strict=False, max_length=10, description='moments of "too much", s from the first stroke'),
    ] = ()
    comfort: Annotated[int | None, quantity("", 0, 10, "comfort half-way: 0 unbearable, 10 could not be better")] = None


class AfterAnswers(StrictModel):
    """How it is afterwards."""

    pain: Annotated[int | None, quantity("", 0, 10, "pain now: 0 none, 10 the worst imaginable")] = None
    comfort: Annotated[int | None, quantity("", 0, 10, "0 unbearable, 10 could not be better")] = None
    range: Annotated[float | None, quantity("", -60, 180, "range of motion again, in the region's unit")] = None
    warmth: Annotated[Warmth | None, note("what you take now")] = None
    notes: Annotated[str, Field(max_length=2000, description="anything else worth keeping")] = ""


class Answers(StrictModel):
    """All answers of one session."""

    schema_version: Annotated[Literal[1], Field(alias="schema", description="version of this file format")] = 1
    history: Annotated[dict[str, bool], note("question of the history -> whether it applies")] = Field(
        default_factory=dict
    )
    history_unchanged: Annotated[
        bool | None, note("true: nothing has changed since the last session; instead of [history]")
    ] = None
    today: Annotated[dict[str, bool], note("question of today -> whether it applies")] = Field(default_factory=dict)
    clinician_agrees: Annotated[
        tuple[str, ...], Field(strict=False, description="conditions for which a clinician who knows of it agreed")
    ] = ()
    experience: Annotated[Literal["none", "some"] | None, note("with massage devices; asked once")] = None
    goal: Annotated[Goal | None, note("what the session is for")] = None
    range: Annotated[
        float | None, quantity("", -60, 180, "range of motion before, in the region's unit; may be left out")
    ] = None
    pain: Pain = Pain()
    choose: Choice = Choice()
    follow_up: FollowUpAnswers | None = None
    during: During = During()
    after: AfterAnswers = AfterAnswers()

    @property
    def region(self) -> str:
        """Where the session goes, in its known spelling; "" while nobody has said it."""
        places = [self.choose.region] if self.choose.region is not None else list(self.pain.where)
        return next((name for name in map(normal, places) if name in body().regions), "")

    @property
    def places(self) -> tuple[str, ...]:
        """Where the session goes and everything that hurts, in their known spelling."""
        named = [self.choose.region or "", *self.pain.where]
        return tuple(dict.fromkeys(normal(name) for name in named if name))

    @property
    def yes(self) -> frozenset[str]:
        """Names of the questions answered with yes."""
        return frozenset(name for name, answer in (self.history | self.today).items() if answer)


def load_answers(path: Path) -> dict[str, Any]:
    """The top table of an answers file, .toml or .json. UsageError: unreadable or not that format."""
    if path.suffix.lower() != ".json":
        return read_toml(path)
    try:
        table = json.loads(files.read(path, SIZE_MAX_BYTES).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: no JSON: {str(error)[:200]}", fix="Correct it; it must be JSON.") from None
    if not isinstance(table, dict):
        raise UsageError(f"{path}: holds no table of answers.", fix="Write one object, as in { ... }.")
    refuse_extremes(table, str(path))
    return table


def parse_answers(raw: Mapping[str, Any], where: str) -> Answers:
    """The answers of a table. UsageError with every mistake; its exit code is REFUSED when a no-go region is among
    them."""
    found: list[Problem] = []
    answers: Answers | None = None
    try:
        answers = Answers.model_validate(dict(raw))
    except ValidationError as error:
        found += problems.from_validation(error, Answers)
    names, refused = _questions(raw), _regions(raw)
    found += names + [problem for problem, _ in refused]
    if answers is None or found:
        refusal = problems.refuse(where, found, FIX)
        if any(never for _, never in refused):
            refusal.exit_code = REFUSED
        raise refusal
    return answers


def _questions(raw: Mapping[str, Any]) -> list[Problem]:
    """Names of questions that do not exist; a clinician's yes to what is no such condition; both kinds of history."""
    known = questionnaire()
    found: list[Problem] = []
    for group, questions in (("history", known.history), ("today", known.today)):
        for name in problems.any_table(raw.get(group)):
            if name not in questions:
                fix = problems.nearest(str(name), questions) or "tapote session --questions lists them."
                found.append(Problem(f"{group}.{name}", "there is no such question.", fix))
    agrees = raw.get("clinician_agrees")
    for name in agrees if isinstance(agrees, list | tuple) else ():
        question = known.all.get(name) if isinstance(name, str) else None
        if question is None or question.consequence != "clinician":
            allowed = [key for key, one in known.all.items() if one.consequence == "clinician"]
            what = "a clinician's yes does not lift this" if question else "there is no such condition"
            found.append(Problem(f"clinician_agrees {problems.show(name)}", f"{what}; allowed: {', '.join(allowed)}."))
    if raw.get("history_unchanged") is True and raw.get("history"):
        found.append(Problem("history_unchanged", "true, and [history] is there as well.", "Keep one of them."))
    return found


def _regions(raw: Mapping[str, Any]) -> list[tuple[Problem, bool]]:
    """Places that are none, or where no session can be; each with whether the device is never used there."""
    known = body()
    chosen = problems.any_table(raw.get("choose")).get("region")
    places = problems.any_table(raw.get("pain")).get("where")
    named = [("choose.region", chosen)] if isinstance(chosen, str) else []
    listed = places if isinstance(places, list | tuple) else ()
    named += [(f"pain.where[{at}]", name) for at, name in enumerate(listed, 1) if isinstance(name, str)]
    elsewhere = isinstance(chosen, str) or any(normal(str(name)) in known.regions for name in listed)
    allowed = ", ".join(known.regions)
    found = []
    for path, name in named:
        never = no_go(name)
        if normal(name) in known.regions or (never and elsewhere and path != "choose.region"):
            continue  # pain at a place that is never treated is worth knowing, when the session goes elsewhere
        what = never or f"{problems.show(name)} is no place that is known; allowed: {allowed}."
        fix = f"Tapote works on: {allowed}." if never else problems.nearest(normal(name), known.regions)
        found.append((Problem(path, what, fix), bool(never)))
    return found
