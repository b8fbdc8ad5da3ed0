"""Everything that is wrong with a file, at once: path, value, what is allowed with its unit, and what to do.

A maker who gets one error per run gives up; so structure errors (pydantic's) and errors that need two sections (pin
clashes, a divider too small for the pack) are collected into one list and one TapoteError.
"""

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from host_tools import fields
from host_tools.errors import UsageError

SHOWN_VALUE_CHARS = 60
WANTED = {  # pydantic's error type -> what the value should have been
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "tuple_type": "a list; write it as [...]",
    "model_type": "a table; write it as [section] or { key = value }",
    "model_attributes_type": "a table; write it as [section] or { key = value }",
    "dict_type": "a table; write it as [section] or { key = value }",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. path: "output.pin"; what: sentence with value and allowed range; fix: next step."""

    path: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.what}" + (f" Fix: {self.fix}" if self.fix else "")


def refuse(title: str, problems: Iterable[Problem], fix: str) -> UsageError:
    """The one error that carries all problems, one per line, each once, in a stable order."""
    lines = list(dict.fromkeys(str(problem) for problem in problems))
    count = f"{len(lines)} problem" + ("s" if len(lines) != 1 else "")
    return UsageError(f"{title}: {count}\n" + "\n".join(f"  - {line}" for line in lines), fix=fix)


def from_validation(
    error: ValidationError, model: type[BaseModel], fixes: dict[str, tuple[str, str]] | None = None
) -> list[Problem]:
    """pydantic's errors in the words of this project. fixes: path -> (what, fix) for keys that need a longer answer."""
    details = [detail for detail in error.errors(include_url=False) if not _is_echo(detail)]
    return [_explain(detail, model, fixes or {}) for detail in details]


def show(value: object) -> str:
    """A value as it may stand in a message: short, on one line, TOML's spelling of true and false."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, dict):
        text = "a table"
    else:
        text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_VALUE_CHARS else text[:SHOWN_VALUE_CHARS] + "..."


def path_text(steps: Sequence[str | int]) -> str:
    """("phase", 0, "rate_spm") -> "phase[1].rate_spm": people count from one."""
    text = ""
    for step in steps:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "file"


def nearest(word: str, known: Iterable[str]) -> str:
    """' Did you mean "x"?' or ''."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"?' if close else ""


def _is_echo(detail: ErrorDetails) -> bool:
    """pydantic also calls a list too short when some of its entries are wrong; those are reported by themselves."""
    value, least = detail["input"], detail.get("ctx", {}).get("min_length")
    return detail["type"] == "too_short" and isinstance(value, list) and least is not None and len(value) >= least


def _explain(detail: ErrorDetails, model: type[BaseModel], fixes: dict[str, tuple[str, str]]) -> Problem:
    steps = _without_tags(detail["loc"], model)
    path, doc = path_text(steps), fields.find(model, detail["loc"])
    allowed = doc.range_text() if doc is not None else ""
    kind, value = detail["type"], detail["input"]
    if kind == "missing" and path in fixes:
        return Problem(path, *fixes[path])
    if kind == "missing":
        effect = f" ({doc.effect})" if doc is not None and doc.effect else ""
        return Problem(path, f"missing{effect}.", f"Add it{'; allowed ' + allowed if allowed else ''}.")
    if kind == "extra_forbidden":
        known = fields.keys_at(model, detail["loc"][:-1])
        hint = nearest(str(steps[-1]), known)
        return Problem(path, "unknown key.", hint or "Remove it. Known keys here: " + ", ".join(known) + ".")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        given = show(any_table(value).get("kind")) if kind == "union_tag_invalid" else "missing"
        choices = ", ".join(f'"{tag}"' for tag in fields.kinds_at(model, detail["loc"]))
        return Problem(f"{path}.kind", f"{given}; allowed {choices}.")
    if kind == "finite_number" or (isinstance(value, float) and not math.isfinite(value)):
        return Problem(path, f"{show(value)} is not a finite number; allowed {allowed or 'a finite number'}.")
    return Problem(path, _value_text(detail, allowed))


def _value_text(detail: ErrorDetails, allowed: str) -> str:
    """The sentence for a value of the wrong type or outside its range."""
    kind, value, context = detail["type"], show(detail["input"]), detail.get("ctx", {})
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = f"at least {context['ge']}" if "ge" in context else f"at most {context.get('le')}"
        return f"{value} is out of range; allowed {allowed or bound}."
    if kind == "literal_error":
        return f"{value} is not one of the allowed values: {str(context.get('expected')).replace(chr(39), chr(34))}."
    if kind == "value_error":
        return str(context.get("error", detail["msg"]))
    if kind in WANTED:
        return f"{value} is not {WANTED[kind]}{'; allowed ' + allowed if allowed else ''}."
    for bound, words in (("min_length", "at least"), ("max_length", "at most")):
        if bound in context:
            unit = "characters" if isinstance(detail["input"], str) else "entries"
            length = len(detail["input"]) if isinstance(detail["input"], str | list) else 0
            return f"{value} has {length} {unit}; allowed {words} {context[bound]}."
    return f"{value}: {detail['msg'][0].lower()}{detail['msg'][1:]}{'; allowed ' + allowed if allowed else ''}."


def _without_tags(loc: tuple[int | str, ...], model: type[BaseModel]) -> list[int | str]:
    """pydantic puts the chosen kind of a union into the location; a maker has not written it there."""
    return [
        step
        for at, step in enumerate(loc)
        if at == 0 or isinstance(step, int) or at == len(loc) - 1 or fields.find_key(model, loc[:at], step)
    ]


def any_table(value: Any) -> dict[str, Any]:
    """The value when it is a table, else an empty one: lets cross checks look at files that are partly wrong."""
    return value if isinstance(value, dict) else {}
