"""Asking a person: one line at a time, what is allowed said before, and asked again until it is."""

import math
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from host_tools.errors import TapoteError

Answer = TypeVar("Answer")


class Talk(Protocol):
    """Where text goes and answers come from."""

    def say(self, text: str = "", indent: int = 0) -> None:
        """Show a paragraph; its second line and those after it start `indent` columns in."""
        ...

    def ask(self, prompt: str) -> str:
        """One line that the person typed, without spaces around it. NobodyThereError when nobody is there any more."""
        ...


class NobodyThereError(TapoteError):
    """The input ended before the questions did."""

    def __init__(self) -> None:
        super().__init__(
            "the answers ended before the questions did; nothing has moved",
            fix="Start again; or write a file with --write-answers and give it with --answers.",
        )


def yes_no(talk: Talk, text: str) -> bool:
    """A yes or no; nothing else will do, and there is no default."""
    return _until(talk, f"{text} (y/n) ", _as_yes_no, "Please type y for yes or n for no.")


def number(talk: Talk, text: str, low: float, high: float, *, whole: bool = True, skip: bool = False) -> float | None:
    """A number from low to high. skip: ENTER alone leaves it out and gives None."""

    def read(typed: str) -> tuple[float | None] | None:
        if skip and not typed:
            return (None,)
        try:
            value = float(typed.replace(",", "."))
        except ValueError:
            return None
        fits = math.isfinite(value) and low <= value <= high and (not whole or value.is_integer())
        return (value,) if fits else None

    allowed = f"{'a whole number' if whole else 'a number'} from {low:g} to {high:g}"
    hint = f"{low:g} to {high:g}{', or ENTER to leave it out' if skip else ''}"
    return _until(talk, f"{text} ({hint}) ", read, f"Please type {allowed}.")[0]


def choice(talk: Talk, text: str, options: Sequence[tuple[str, str]]) -> str:
    """One of the options, each (value, words), by its number."""
    talk.say()
    talk.say(text, 2)
    for at, (_, words) in enumerate(options, 1):
        talk.say(f"  {at:>2}  {words}", 6)

    def read(typed: str) -> str | None:
        if typed.isdecimal() and 1 <= int(typed) <= len(options):
            return options[int(typed) - 1][0]
        return next((value for value, words in options if typed.lower() in (value, words.lower())), None)

    return _until(talk, f"Number (1 to {len(options)}): ", read, f"Please type a number from 1 to {len(options)}.")


def several(talk: Talk, text: str, options: Sequence[str]) -> list[int]:
    """Places (from 0) of all options that apply, perhaps none. "None" has to be said: ENTER alone is no answer."""
    talk.say()
    talk.say(text, 2)
    for at, words in enumerate(options, 1):
        talk.say(f"  {at:>2}  {words}", 6)
    return numbers(talk, "Numbers of all that apply, 0 for none: ", len(options), zero=True)


def numbers(talk: Talk, prompt: str, most: int, *, zero: bool) -> list[int]:
    """Numbers from 1 to `most`, given back from 0; zero: a lone 0 means none of them."""

    def read(typed: str) -> list[int] | None:
        words = typed.replace(",", " ").split()
        if not words or not all(word.isdecimal() and int(word) <= most for word in words):
            return None
        found = list(dict.fromkeys(int(word) for word in words))
        if found == [0]:
            return [] if zero else None
        return None if 0 in found else [one - 1 for one in found]

    none = ", or 0 alone for none" if zero else ""
    return _until(talk, prompt, read, f"Please type numbers from 1 to {most} with spaces between{none}.")


def _as_yes_no(typed: str) -> bool | None:
    return {"y": True, "yes": True, "n": False, "no": False}.get(typed.lower())


def _until(talk: Talk, prompt: str, read: Callable[[str], Answer | None], hint: str) -> Answer:
    while (answer := read(talk.ask(prompt))) is None:
        talk.say(hint)
    return answer
