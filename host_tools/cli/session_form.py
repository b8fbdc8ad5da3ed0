"""`tapote session`: the answers, asked for where somebody is there, checked where nobody is; the yes to the plan."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from host_tools.errors import TapoteError, UsageError
from host_tools.regions import get_region

if TYPE_CHECKING:
    from host_tools.guide.answers import AfterAnswers, Answers
    from host_tools.guide.before import Past
    from host_tools.guide.ready import Ready
    from host_tools.guide.talk import Talk

CHANGE = "ENTER begins, r another region, p another profile, s another length, q leaves: "
BULLET = "  - choose."  # how a problem of the answers is told
LEAVE = "q"


class Form:
    """raw: the answers so far, as in the answers file. asks: somebody is there to be asked."""

    def __init__(self, out: "Talk", raw: dict[str, Any], *, asks: bool) -> None:
        self.raw = raw
        self.asks = asks
        self._out = out
        self._measured_for = ""
        self._greeted = False

    def answers(self, past: "Past") -> "Answers":
        """Complete answers. NoSessionError when they allow no session; UsageError with all that is wrong or missing."""
        from host_tools.guide import before
        from host_tools.guide.ask import Questionnaire, measure

        form = Questionnaire(self._out, self.raw, past, greet=not self._greeted)
        self._greeted = True
        if not self.asks:
            answers = form.answers()
            before.check(answers, past)
            if left := before.missing(answers, past):
                raise _missing(left)
            return answers
        answers = form.fill()
        if "range" not in self.raw and self._measured_for != answers.region:
            self._measured_for = answers.region
            if (value := measure(self._out, get_region(answers.region), again=False)) is not None:
                self.raw["range"] = value
        return form.answers()

    def agreed(self, ready: "Ready") -> bool:
        """Whether the person begins; False after a change of what they want. Raises LeftError when they leave."""
        from host_tools.guide.plan import NoSessionError

        while True:
            typed = self._out.ask(CHANGE).lower()
            if typed in ("", LEAVE):
                if typed:
                    raise LeftError
                return True
            choose = self.raw.setdefault("choose", {})
            if typed == "r":
                choose["region"] = self._out.ask("Region: ")
            elif typed == "p":
                choose["profile"] = self._out.ask("Profile: ")
            elif typed == "s":
                choose["seconds"] = _number(self._out.ask("Seconds: "))
            else:
                self._out.say("Please type one of these letters, or ENTER alone.")
                continue
            try:
                self._try(ready)
            except NoSessionError:
                raise
            except TapoteError as error:
                choose.pop({"r": "region", "p": "profile", "s": "seconds"}[typed])
                self._out.say(_in_talk(error))
                continue
            if typed == "r":
                self.raw.pop("range", None)
            return False

    def _try(self, ready: "Ready") -> None:
        """Whether the changed choice can be. UsageError as for a file."""
        from dataclasses import replace

        from host_tools.guide.answers import parse_answers
        from host_tools.guide.plan import make_plan

        answers = parse_answers(self.raw, "your choice")
        make_plan(replace(ready.situation, region=answers.region), answers.choose)

    def after(self, ready: "Ready") -> "AfterAnswers":
        """How it is now: from the file, and asked where it is not there."""
        from host_tools.guide import talk
        from host_tools.guide.ask import measure

        told = ready.answers.after
        if not self.asks:
            return told
        changes: dict[str, object] = {}
        with suppress(talk.NobodyThereError):  # whoever has left by now has had the session, and it is kept
            if told.pain is None:
                changes["pain"] = _whole(talk.number(self._out, "Pain now? 0 none, 10 the worst", 0, 10, skip=True))
            if told.comfort is None:
                question = "How was it? 0 unbearable, 10 could not be better"
                changes["comfort"] = _whole(talk.number(self._out, question, 0, 10, skip=True))
            if told.range is None and ready.answers.range is not None:
                changes["range"] = measure(self._out, ready.plan.region, again=True)
        return told.model_copy(update=changes)


def _in_talk(error: TapoteError) -> str:
    """What is wrong with the one thing that was just typed, without what only a file of answers needs."""
    bullets = [line.removeprefix(BULLET) for line in error.message.splitlines() if line.startswith(BULLET)]
    return "\n".join(line.partition(": ")[2] for line in bullets) or f"{error.message} {error.fix}".strip()


class LeftError(TapoteError):
    """The person left before anything moved: exit code 0."""

    def __init__(self) -> None:
        super().__init__("left; nothing has moved", exit_code=0)


def _missing(left: list[str]) -> UsageError:
    count = "1 answer is" if len(left) == 1 else f"{len(left)} answers are"
    return UsageError(
        f"{count} missing, and nobody is here to be asked:\n  - " + "\n  - ".join(left),
        fix="Write them into a file (tapote session --write-answers FILE, then --answers FILE) or use options; --has"
        " none answers every yes/no question with no. Nothing has moved.",
    )


def _number(text: str) -> float | str:
    """The number, or the text itself, which the check then refuses with its range."""
    try:
        return float(text)
    except ValueError:
        return text


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
