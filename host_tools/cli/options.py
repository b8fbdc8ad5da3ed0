"""Options that several commands have, each written and meant in one way.

A bare FILE is read. What is written is named by an option: --out (-o) for what the command makes, --plot for a picture
beside its words. A picture is drawn over an older one; any other file that is there needs --force.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from host_tools.cli import consent

Device = Annotated[
    str | None,
    typer.Option(help="serial:PORT, sim: or virtual:  [default: $TAPOTE_DEVICE, the only board plugged in, or sim:]"),
]
OnBoard = Annotated[str | None, typer.Option("--device", help="serial:PORT or virtual:  [default: the only board]")]
Run = Annotated[str | None, typer.Option("--run", metavar="PROFILE", help="Start a session with this profile first")]
Agreed = Annotated[bool, typer.Option("--yes", help=consent.YES_HELP)]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout and nothing else")]
Plot = Annotated[
    list[Path] | None,
    typer.Option("--plot", metavar="FILE", help="Draw it as well: .png or .svg; may be repeated"),
]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there")]


def out(help_text: str) -> Any:
    """The option for what a command makes."""
    return typer.Option("--out", "-o", metavar="FILE", help=help_text)
