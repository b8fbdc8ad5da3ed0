"""The yes/no questions before a session (questions.toml): what is asked, of whom, and what a yes means."""

from collections.abc import Collection
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from host_tools.fields import StrictModel, note
from host_tools.own_data import broken, named, own_data
from host_tools.problems import Problem
from host_tools.regions import body

Consequence = Literal["refuse", "clinician", "hint"]
Group = Literal["history", "today"]
FILE = "guide/questions.toml"


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


class Questionnaire(StrictModel):
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
    content = own_data(FILE, Questionnaire)
    known = {*body().regions, *body().never}
    nowhere = [
        Problem(f"{name}.places", f"{', '.join(sorted(unknown))} is no place.")
        for name, question in content.all.items()
        if (unknown := set(question.places) - known)
    ]
    if nowhere:
        raise broken(FILE, nowhere)
    return Questionnaire(history=named(content.history, group="history"), today=named(content.today, group="today"))
