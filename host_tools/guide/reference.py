"""The parts of docs/session-guide.md that are made: tables of questions and rules, a transcript, and its picture.

`python -m host_tools.guide.reference --write` brings page and picture up to date.
"""

import io
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

from host_tools import reference
from host_tools.guide.questions import Question, questionnaire
from host_tools.guide.rules import RULES
from host_tools.paths import REPO_DIR, repo_or_data

PAGE = "docs/session-guide.md"
PICTURE = "docs/img/session.svg"
COLUMNS = "100"
DATE = re.compile(r"not before \d+ [A-Z][a-z]+")  # the only thing that changes from day to day
FONT = re.compile(r"\s*@font-face {.*?}", re.DOTALL)  # fetched from elsewhere; any monospaced font will do
YES = {"refuse": "no session today", "clinician": "no session, unless a clinician agrees", "hint": "a hint"}
ANSWERS = (
    "--has none --experience some --where calf --pain-kind tight --pain-often weekly --pain 4 --pain-size hand"
    " --pain-old --goal loosen --range-before 8"
)
COMMAND = f"session --device sim: {ANSWERS} --seconds 30 --too-much-at 18 --pain-after 2 --range-after 9.5 --comfort 8"


def questions(group: Mapping[str, Question]) -> str:
    """The yes/no questions of a group as a table."""
    rows = [
        [f"`{name}`", question.text, YES[question.consequence], ", ".join(question.places) or "every place"]
        for name, question in group.items()
    ]
    return "\n".join(reference.markdown_table(["name", "question", "a yes means", "asked when you name"], rows))


def rules() -> str:
    """The plan's table."""
    rows = [
        [str(at), rule.because, ", ".join(f"`{name}`" for name in rule.profiles), "yes" if rule.gentle else ""]
        for at, rule in enumerate(RULES, 1)
    ]
    return "\n".join(reference.markdown_table(["", "what you are told", "profiles", "gentle only"], rows))


def transcript() -> str:
    """The command of this page and what it prints, without the date of the next session."""
    from host_tools.cli import main

    kept = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = COLUMNS
    try:
        with redirect_stdout(io.StringIO()) as shown:
            main([*COMMAND.split(), "--no-journal"])
    finally:
        os.environ.pop("COLUMNS")
        if kept is not None:
            os.environ["COLUMNS"] = kept
    return f"```\n{DATE.sub('not before tomorrow', shown.getvalue().strip())}\n```"


def command() -> str:
    """The command of the transcript, broken to lines."""
    words = f"tapote {COMMAND}".replace(" --pain-kind", " \\\n    --pain-kind").replace(" --goal", " \\\n    --goal")
    return f"```\n{words.replace(' --pain-after', ' ' + chr(92) + chr(10) + '    --pain-after')}\n```"


def picture(path: Path, at_s: float = 47.0) -> None:
    """The live screen of the same session, at_s seconds in, as SVG."""
    from rich.console import Console

    from host_tools.boards import DEFAULT_BOARD, load_board
    from host_tools.cli import session_play
    from host_tools.guide import during_screen, ready
    from host_tools.guide.answers import parse_answers
    from host_tools.guide.before import Past
    from host_tools.guide.guided import Script
    from host_tools.links.url import parse

    pain = {"where": ["calf"], "kind": "tight", "often": "weekly", "score": 4, "size": "hand", "new": False}
    answers = parse_answers({"pain": pain, "goal": "loosen", "experience": "some"}, "the picture")
    plan = ready.make(answers, Past(), load_board(DEFAULT_BOARD), None, datetime.now(UTC), adapt=False)
    keys = session_play.NoKeys()
    url = parse("sim:?person=heavy")
    with session_play.opened(url, plan.plan, plan.program, Script(), lambda event: None, keys) as guided:
        guided.start()
        while guided.course.run_s < at_s:
            guided.work(0.1)
        guided.key("8")
        console = Console(record=True, width=92, file=io.StringIO(), force_terminal=True)
        console.print(during_screen.render(guided))
        drawn = console.export_svg(title="tapote session", unique_id="session")
        path.write_text(FONT.sub("", drawn), encoding="utf-8")


BLOCKS: dict[str, Callable[[], str]] = {
    "history": lambda: questions(questionnaire().history),
    "today": lambda: questions(questionnaire().today),
    "rules": rules,
    "command": command,
    "transcript": transcript,
}

if __name__ == "__main__":
    if "--write" in sys.argv:
        picture(REPO_DIR / PICTURE)
    sys.exit(reference.main(repo_or_data(PAGE), BLOCKS, sys.argv[1:]))
