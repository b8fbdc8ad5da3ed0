"""Pictures as files: checked before the work that they show, and never left half written."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools import files
from host_tools.errors import TapoteError, UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg")
DPI = 100


def check(paths: Sequence[Path], *, named: str = "--plot") -> None:
    """Whether pictures can be written there, so that no session runs for nothing. named: what the person typed.

    Raises UsageError: another suffix than .png or .svg; FileError: no file can be written there.
    TapoteError: matplotlib is not installed.
    """
    for path in paths:
        if path.suffix.lower() not in FORMATS:
            raise UsageError(
                f"{named} {path}: the suffix must be one of {', '.join(FORMATS)}.", fix="For example: session.png"
            )
        files.check(path, named=named)
    if find_spec("matplotlib") is None:
        raise TapoteError(
            "matplotlib, which draws the pictures, is not installed.", fix='make setup (or: pip install "tapote[plot]")'
        )


def write(figure: "Figure", paths: Sequence[Path], description: str = "") -> None:
    """Write the figure to each path, in the format of its suffix. FileError where that fails; no part is left.

    description: kept in the file as its description, for whoever wants to know what it was drawn from.
    """
    import matplotlib

    # Text stays text in SVG, so that it can be searched and read aloud; no date and no random ids, so that the same
    # session gives the same bytes.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tapote"}):
        for path in paths:
            kind = path.suffix.lower()[1:]
            metadata: dict[str, str | None] = {"Date": None} if kind == "svg" else {}
            if description:
                metadata["Description"] = description
            with files.part_of(path) as part:
                figure.savefig(part, format=kind, dpi=DPI, metadata=metadata)
