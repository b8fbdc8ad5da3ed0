"""Answers given as options of the command, joined to those of a file. Where both say something, they must agree."""

from collections.abc import Mapping, Sequence
from typing import Any

from host_tools import problems
from host_tools.guide.questions import questionnaire
from host_tools.problems import Problem

NONE = "none"  # --has none: none of the questions applies


def joined(file: Mapping[str, Any], flags: Mapping[str, object], has: Sequence[str]) -> dict[str, Any]:
    """The table of answers. flags: key of the answers file ("pain.score") -> value, None where the option was not
    given; has: names of the yes/no questions that apply. UsageError with every disagreement."""
    raw: dict[str, Any] = {key: dict(value) if isinstance(value, Mapping) else value for key, value in file.items()}
    found: list[Problem] = []
    given = {key: value for key, value in flags.items() if value is not None and value != []}
    for key, value in (given | _yes_no(has, given.get("history_unchanged") is True, found)).items():
        section, _, name = key.rpartition(".")
        table = raw.setdefault(section, {}) if section else raw
        if not isinstance(table, dict):
            continue  # the file's own mistake, which is told when it is checked
        said = list(value) if isinstance(value, tuple | list) else value
        if name in table and table[name] != said:
            what = f"{problems.show(table[name])} in the file, {problems.show(said)} as an option."
            found.append(Problem(key, what, "Keep one of them."))
        table[name] = said
    if found:
        raise problems.refuse("the answers", found, "Correct the options and try again; nothing has moved.")
    return raw


def _yes_no(has: Sequence[str], unchanged: bool, found: list[Problem]) -> dict[str, bool]:
    """Every yes/no question answered by --has; with --unchanged those of the history only where one is named."""
    if not has:
        return {}
    known = questionnaire()
    for name in has:
        if name != NONE and name not in known.all:
            fix = problems.nearest(name, known.all) or "tapote session --questions lists them."
            found.append(Problem(f"--has {problems.show(name)}", "there is no such question.", fix))
    if NONE in has and len(set(has)) > 1:
        found.append(Problem("--has", "none, and something else as well.", "Leave one of them out."))
    wanted = {f"today.{name}": name in has for name in known.today}
    if not unchanged or any(name in has for name in known.history):
        wanted |= {f"history.{name}": name in has for name in known.history}
    return wanted
