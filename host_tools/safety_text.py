"""What a person must have read before the first flash and before the first run on a real board.

The README's safety section says the same; a test holds the two together, sentence by sentence. That the person agreed
is kept in their config folder together with a fingerprint of the text: when the text changes, it is shown again.
"""

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from host_tools.errors import TapoteError, UsageError

TITLE = "Before anything else: your safety"
INTRO = (
    "Tapote is experimental.",
    "It is not a medical device, it is certified to nothing, and it makes no medical claim.",
    "Whoever builds a device with it is its manufacturer.",
)
POINTS = (
    "Build in what software cannot do: a switch that cuts the battery by itself, a pack with its own protection"
    " circuit, a pull-down resistor at the driver's input.",
    "Test on a kitchen scale before a body. Set your force limit low and raise it slowly.",
    "Never on head, face, neck, spine, kidneys, belly, chest, groin, bones and joints, implants or wounds.",
    "Not with deep vein thrombosis or blood thinners, a fracture, open wounds, a tumour, severe varicose veins,"
    " osteoporosis, pregnancy, a pacemaker, neuropathy or numb skin, or recent surgery, unless a clinician agrees.",
    "Stop on pain, numbness, dizziness or dark urine. Tenderness or bruising should be gone within 48 hours; if not,"
    " see a doctor.",
    "At most two minutes on one area, 10 minutes a session, 30 minutes a day.",
)
QUESTION = "Have you read this, and do you go on at your own risk?"
FILE_NAME = "safety-accepted.json"

Show = Callable[[str], None]
Ask = Callable[[str], bool]


def paragraphs() -> list[str]:
    """The whole text, one paragraph an item, without line breaks."""
    return [TITLE, " ".join(INTRO), *(f"- {point}" for point in POINTS)]


def fingerprint() -> str:
    """Changes with every change of the text."""
    return hashlib.sha256("\n".join(paragraphs()).encode()).hexdigest()


def config_dir() -> Path:
    """Where choices of the user are kept: $TAPOTE_CONFIG, or the user's config folder."""
    chosen = os.environ.get("TAPOTE_CONFIG")
    return Path(chosen) if chosen else Path(platformdirs.user_config_dir("tapote"))


def accepted(folder: Path | None = None) -> bool:
    """Whether this user has agreed to this very text. An unreadable or damaged file counts as no."""
    try:
        kept = json.loads(((folder or config_dir()) / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(kept, dict) and kept.get("text") == fingerprint()


def require_acceptance(*, yes: bool, show: Show, ask: Ask | None, folder: Path | None = None) -> None:
    """Return when the person has agreed, now or earlier; raise TapoteError otherwise.

    yes: a script answers for a person who has read the text; nothing is remembered, so that the next person on this
    computer still gets to see it. ask: puts a yes/no question to the person; None where nobody can answer.
    """
    where = folder or config_dir()
    if accepted(where):
        return
    for paragraph in paragraphs():
        show(paragraph)
    if yes:
        return
    if ask is None:
        raise UsageError(
            "nobody is here to confirm the safety text: this is no terminal",
            fix="Read it (above, and in README.md), then repeat the command with --yes.",
        )
    if not ask(QUESTION):
        raise TapoteError("not confirmed, so nothing was done", fix="Read the text again when you are ready.")
    _remember(where, show)


def _remember(folder: Path, show: Show) -> None:
    """A folder that cannot be written is no reason to stop: the question comes again next time."""
    record = {"text": fingerprint(), "accepted": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE_NAME).write_text(json.dumps(record) + "\n", encoding="utf-8")
    except OSError as error:
        show(f"(Your answer could not be kept, so you will be asked again: {error})")
