"""What the yes/no answers lead to: no session, a session with a clinician's yes, or hints. Final once given."""

from collections.abc import Collection
from dataclasses import dataclass

from host_tools.guide.questions import Question, questionnaire


@dataclass(frozen=True)
class Screening:
    """refusals: why there is no session, each with what to do; agreed: conditions that a clinician said yes to;
    hints: what to bear in mind. `allowed` is the only thing that lets a session begin."""

    refusals: tuple[str, ...]
    agreed: tuple[str, ...]
    hints: tuple[str, ...]
    refused_by: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether a session may be planned."""
        return not self.refusals


def screen(yes: Collection[str], clinician_agrees: Collection[str], region: str) -> Screening:
    """Judge the answers. yes: names of the questions answered with yes; clinician_agrees: names of those for which a
    clinician who knows about it agreed. A yes counts also where the question is not asked for the region: whoever
    mentions a warning sign is taken at their word. A clinician's yes never lifts a refusal."""
    known = questionnaire()
    refused: dict[str, str] = {}
    agreed: list[str] = []
    hints: list[str] = []
    for name, question in known.all.items():
        if name not in yes:
            continue
        if question.consequence == "hint":
            hints.append(f"{_capital(question.short)}: {question.why}. {question.advice}")
        elif question.consequence == "clinician" and name in clinician_agrees:
            agreed.append(name)
        else:
            refused[name] = sentence(question)
    return Screening(tuple(refused.values()), tuple(agreed), tuple(hints), tuple(refused))


def sentence(question: Question) -> str:
    """Why there is no session, and what to do."""
    unless = ", unless a clinician agrees" if question.consequence == "clinician" else " today"
    return f"{_capital(question.short)}: no session{unless}, because {question.why}. {question.advice}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
