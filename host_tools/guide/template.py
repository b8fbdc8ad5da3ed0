"""The answers file to fill in (`--write-answers`), made from the questions and the model, so that it cannot be stale.

Every line is a comment: an answer that nobody gave must not look like one.
"""

import textwrap
from pathlib import Path

from host_tools import fields, files
from host_tools.errors import UsageError
from host_tools.guide.answers import Answers
from host_tools.guide.questions import Question, questionnaire

HEAD = """\
# Answers for `tapote session --answers FILE`. Take the # away in front of what you answer; true is yes.
# What is not answered is asked on a terminal; a script is told what is missing. `tapote session --questions` says more.

schema = 1
"""
EXAMPLES = {
    "clinician_agrees": '["pregnancy"]',
    "experience": '"some"',
    "goal": '"loosen"',
    "range": "12.5",
    "pain.where": '["back_upper"]',
    "pain.kind": '"tight"',
    "pain.often": '"weekly"',
    "pain.score": "4",
    "pain.size": '"hand"',
    "pain.new": "false",
    "choose.region": '"back_upper"',
    "choose.profile": '"swedish"',
    "choose.seconds": "90",
    "follow_up.soreness": "2",
    "follow_up.bruise": "false",
    "follow_up.gone": "true",
    "follow_up.saw_doctor": "false",
    "during.too_much_at_s": "[30, 60]",
    "during.comfort": "8",
    "after.pain": "3",
    "after.comfort": "8",
    "after.range": "10",
    "after.warmth": '"warm"',
    "after.notes": '"evening, after work"',
}


def template() -> str:
    """The text of the file."""
    docs = {doc.path: doc for doc in fields.walk(Answers)}
    lines = [HEAD]
    top = [path for path in EXAMPLES if "." not in path]
    lines += [_line(path, docs[path]) for path in top]
    lines += ["", "# Instead of [history] when nothing has changed since your last session: history_unchanged = true"]
    for group, questions in (("history", questionnaire().history), ("today", questionnaire().today)):
        lines += ["", f"[{group}]", *(_question(name, question) for name, question in questions.items())]
    for section in dict.fromkeys(path.partition(".")[0] for path in EXAMPLES if "." in path):
        # an empty [follow_up] would be an answer that lacks its soreness
        lines += ["", f"# [{section}]" if section == "follow_up" else f"[{section}]"]
        lines += [_line(path, docs[path]) for path in EXAMPLES if path.startswith(f"{section}.")]
    return "\n".join(lines) + "\n"


def write(path: Path) -> None:
    """Write the file. UsageError when it is there already, is no .toml, or cannot be written."""
    if path.suffix != ".toml":
        raise UsageError(f"{path}: the template is TOML; name a .toml file.", fix="A .json with the same keys is read.")
    files.check(path, force=False, fix="Name another file, or delete it first.")
    files.write(path, template().encode())


def _line(path: str, doc: fields.FieldDoc) -> str:
    """A key with an example, and what it means above it."""
    name = path.rpartition(".")[2]
    range_text = doc.range_text().replace("one of: ", "one of ")
    meaning = f"{doc.effect}{': ' + range_text if range_text else ''}"
    return f"{_comment(meaning)}\n# {name} = {EXAMPLES[path]}"


def _question(name: str, question: Question) -> str:
    where = f" (only for: {', '.join(question.places)})" if question.places else ""
    return f"{_comment(question.text + where)}\n# {name} = false"


def _comment(text: str) -> str:
    return textwrap.fill(text, 118, initial_indent="## ", subsequent_indent="## ", break_on_hyphens=False)
