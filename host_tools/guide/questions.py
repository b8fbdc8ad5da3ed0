"""The yes/no questions before a session (questions.toml): what is asked, of whom, and what a yes means."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from host_tools import problems
from host_tools.fields import StrictModel, note
from host_tools.paths import PACKAGE_DIR
from host_tools.regions import body
from host_tools.toml_read import read_toml

Consequence = Literal["refuse", "clinician", "hint"]
Group = Literal["history", "today"]


class Question(StrictModel):
    """One question. A yes to it has the consequence."""

    text: Annotated[str, note("the question itself")]
    short: Annotated[str, note("in two or three words")]
    consequence: Annotated[Consequence, note("what a yes means")]
    why: Annotated[str, note("the reason, completing 'because ...'")]
    advice: Annotated[str, note("what to do, in whole sentences")]
    places: tuple[str, ...] = Field(
        (), strict=False, description="asked only where one of these is named; empty: always"
    )
    name: str = ""
    group: Group = "today"

    def concerns(self, places: Collection[str]) -> bool:
        """Whether it is asked of somebody who names these places, for the session or for their pain."""
        return not self.places or not set(self.places).isdisjoint(places)


class _QuestionFile(StrictModel):
    history: dict[str, Question]
    today: dict[str, Question]


@dataclass(frozen=True)
class Questionnaire:
    """All questions, in the order of the file. history: kept and only confirmed; today: asked every time."""

    history: dict[str, Question]
    today: dict[str, Question]

    @property
    def all(self) -> dict[str, Question]:
        """Every question by its name; a name is never used twice."""
        return self.history | self.today

    def today_for(self, *places: str) -> dict[str, Question]:
        """The questions of today that are asked of somebody who names these places."""
        return {name: question for name, question in self.today.items() if question.concerns(places)}


@lru_cache(maxsize=1)
def questionnaire() -> Questionnaire:
    """The content of questions.toml, read once."""
    path = PACKAGE_DIR / "guide" / "questions.toml"
    try:
        content = _QuestionFile.model_validate(read_toml(path))
    except ValidationError as error:
        found = problems.from_validation(error, _QuestionFile)
        raise problems.refuse("questions.toml", found, "Restore the file from the repository.") from None
    known = {*body().regions, *body().never}
    for group in (content.history, content.today):
        for name, question in group.items():
            if unknown := set(question.places) - known:
                raise problems.refuse(
                    "questions.toml",
                    [problems.Problem(f"{name}.places", f"{', '.join(sorted(unknown))} is no place.")],
                    "Restore the file from the repository.",
                )
    return Questionnaire(_named(content.history, "history"), _named(content.today, "today"))


def _named(group: dict[str, Question], kind: Group) -> dict[str, Question]:
    return {name: question.model_copy(update={"name": name, "group": kind}) for name, question in group.items()}
