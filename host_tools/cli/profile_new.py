"""`tapote profile new`: a first profile of one's own, from a few answers."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from host_tools.cli import screen
from host_tools.cli.options import AsJson, out
from host_tools.errors import UsageError

if TYPE_CHECKING:
    from host_tools.profiles.draft import Answers
    from host_tools.regions import Region

DEFAULT_NAME, DEFAULT_TECHNIQUE, DEFAULT_STRENGTH, DEFAULT_S = "My massage", "swedish", "medium", 90
Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=str)


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("new")(new)


def new(
    name: Annotated[str | None, typer.Option(help="Name for people, at most 24 characters  [default: My massage]")] = (
        None
    ),
    technique: Annotated[str | None, typer.Option(help="Kind of massage  [default: swedish]")] = None,
    region: Annotated[
        list[str] | None, typer.Option(help="Part of the body; may be repeated  [default: the first that suits]")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Length in s, 15 to 900  [default: 90, or the region's]")] = (
        None
    ),
    strength: Annotated[str | None, typer.Option(help="gentle, medium or firm  [default: medium]")] = None,
    rhythm: Annotated[str | None, typer.Option(help="steady, swell or burst  [default: the technique's]")] = None,
    author: Annotated[str, typer.Option(help="Your name, as it shall stand in the file")] = "",
    output: Annotated[Path | None, out("Where to  [default: your profile folder]")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: take the defaults for what is not given")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a profile of your own: answer a few questions, get a commented TOML file to change as you like.

    Every question is also an option. The numbers stay within what the regions allow; an existing file is never
    overwritten.
    """
    from host_tools.profiles.draft import draft
    from host_tools.profiles.library import taken_by
    from host_tools.profiles.lint import lint
    from host_tools.profiles.own import plain_name, target, write_new

    given = (name, technique, region, seconds, strength, rhythm)
    ask = Asker(yes, all(value is not None for value in given))
    if output is not None and not output.is_dir():
        target("", output, taken_by)  # refuses a file that is there already, before any question

    def named(text: str) -> tuple[str, Path]:
        """The name and where that goes; a name that is taken is asked for again."""
        title = _name(text)
        return title, target(plain_name(title), output, taken_by)

    called, path = ask("What shall it be called?", name, DEFAULT_NAME, named)
    answers = _answers(ask, called, technique, region, seconds, strength, rhythm, author)
    profile, text = draft(answers)
    write_new(path, text)
    hints = lint(profile)
    if as_json:
        screen.document({"file": str(path), "name": called, "hints": [str(hint) for hint in hints]})
        return
    screen.show(f"Written: {path}")
    for hint in hints:
        screen.show(screen.wrapped(f"  - hint: {hint}", 4))
    called_by = str(path) if output is not None else path.stem
    screen.show(f"Look at it: tapote profile show {called_by}     Run it: tapote run {called_by}")


class Asker:
    """Asks for what was not given as an option, on the terminal; a wrong answer is explained and asked again."""

    def __init__(self, yes: bool, nothing_to_ask: bool) -> None:
        self._asks = not yes and not nothing_to_ask
        if self._asks and not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError(
                "there is no terminal to ask the questions on.",
                fix="Give the answers as options (tapote profile new --help lists them), or --yes for the defaults.",
            )

    def __call__(
        self,
        question: str,
        given: str | None,
        default: str,
        read: Callable[[str], Value],
        choices: Mapping[Choice, str] | None = None,
    ) -> Value:
        """The answer as `read` understands it. given: the option; read raises UsageError for what is not allowed."""
        if given is not None or not self._asks:
            return read(given if given is not None else default)
        if choices:
            width = max(len(choice) for choice in choices)
            screen.note("")
            for choice, meaning in choices.items():
                screen.note(screen.wrapped(f"  {choice:<{width}}  {meaning}", width + 4))

        def checked(text: str) -> Value:
            try:
                return read(text)
            except UsageError as error:
                raise typer.BadParameter(f"{error.message} {error.fix}") from None

        answer: Value = typer.prompt(question, default=default, value_proc=checked, err=True)
        # typer does not convert a default that was taken as it is.
        return read(answer) if isinstance(answer, str) else answer


def _answers(
    ask: Asker,
    called: str,
    technique: str | None,
    region: list[str] | None,
    seconds: float | None,
    strength: str | None,
    rhythm: str | None,
    author: str,
) -> "Answers":
    """Every question in its order; the default of each follows from the answers before."""
    from host_tools.profiles.draft import RHYTHMS, STRENGTHS, Answers
    from host_tools.profiles.techniques import techniques
    from host_tools.regions import body

    kinds = {kind: facts.what for kind, facts in techniques().items()}
    kind = ask("Which technique?", technique, DEFAULT_TECHNIQUE, _known(kinds, "technique"), kinds)
    suiting = {name: place for name, place in body().regions.items() if kind in place.techniques}
    places = ask(
        "Where? One region, or several with commas.",
        ",".join(region) if region else None,
        next(iter(suiting or body().regions)),
        _regions,
        {name: place.title for name, place in (suiting or body().regions).items()},
    )
    shortest_s = min(place.time_s for place in places)
    length_s = ask(
        f"How long, in seconds? On one spot: at most {shortest_s} s.",
        None if seconds is None else f"{seconds:g}",
        str(min(DEFAULT_S, shortest_s)),
        _seconds,
    )
    levels = {level: meaning for level, (_, meaning) in STRENGTHS.items()}
    level = ask("How strong?", strength, DEFAULT_STRENGTH, _known(levels, "strength"), levels)
    beat = ask("Which rhythm?", rhythm, techniques()[kind].rhythm, _known(RHYTHMS, "rhythm"), RHYTHMS)
    return Answers(called, kind, places, length_s, level, beat, author)


def _name(text: str) -> str:
    """A name that fits on the wire and gives a file name."""
    from host_tools.profiles.checks import NAME_MAX_BYTES
    from host_tools.profiles.own import plain_name

    name = " ".join(text.split())
    if not name.isprintable() or not plain_name(name):
        raise UsageError(f"{name[:60]!r} is no name.", fix="Use letters and figures that can be seen.")
    if len(name.encode()) > NAME_MAX_BYTES:
        raise UsageError(f'"{name[:60]}" is longer than {NAME_MAX_BYTES} bytes.', fix="Shorten it.")
    return name


def _known(choices: Mapping[Choice, str], what: str) -> Callable[[str], Choice]:
    """A reader that takes one of the choices, or the beginning of one."""

    def read(text: str) -> Choice:
        word = "-".join(text.lower().replace("_", " ").replace("-", " ").split())
        near = [choice for choice in choices if word and choice.startswith(word)]
        if len(near) == 1:  # no choice is the beginning of another
            return near[0]
        raise UsageError(f'{what} "{text[:60]}" is unknown.', fix=f"Choose one of: {', '.join(choices)}.")

    return read


def _regions(text: str) -> "tuple[Region, ...]":
    from host_tools.regions import get_region

    places = {place.name: place for place in map(get_region, filter(None, map(str.strip, text.split(","))))}
    if not places:
        raise UsageError("no region was named.", fix="Name at least one.")
    return tuple(places.values())


def _seconds(text: str) -> float:
    from host_tools.profiles.draft import SECONDS_MAX, SECONDS_MIN

    try:
        seconds = float(text.strip().removesuffix("s"))
    except ValueError:
        raise UsageError(f'"{text[:60]}" is not a number of seconds.', fix="For example: 90") from None
    if not SECONDS_MIN <= seconds <= SECONDS_MAX:
        raise UsageError(
            f"{seconds:g} s is out of range; allowed {SECONDS_MIN} to {SECONDS_MAX} s.", fix="For example: 90"
        )
    return round(seconds, 1)
