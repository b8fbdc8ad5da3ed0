"""The safety text on the screen: before the first flash and the first run on a real board."""

import sys

import typer

from host_tools.cli import screen

YES_HELP = "For scripts: I have read the safety text; do not ask"


def agree(yes: bool) -> None:
    """Show the safety text and ask, unless this person has agreed before. TapoteError when the answer is not yes."""
    from host_tools.safety_text import require_acceptance

    asks = sys.stdin.isatty() and sys.stderr.isatty()
    require_acceptance(
        yes=yes,
        show=lambda text: screen.note(screen.wrapped(text, 2)),
        ask=(lambda question: typer.confirm(question, err=True)) if asks else None,
    )
