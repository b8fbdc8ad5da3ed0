"""Pictures as files: checked before the work that they show, and never left half written."""

import os
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.errors import TapoteError, UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg")
DPI = 100


def check(paths: Sequence[Path], *, named: str = "--plot") -> None:
    """Whether pictures can be written there, so that no session runs for nothing. named: what the person typed.

    Raises UsageError: another suffix than .png or .svg, no such folder, a folder of that name, not writable.
    TapoteError: matplotlib is not installed.
    """
    for path in paths:
        if path.suffix.lower() not in FORMATS:
            raise UsageError(
                f"{named} {path}: the suffix must be one of {', '.join(FORMATS)}.", fix="For example: session.png"
            )
        trial = _beside(path)
        try:
            if path.is_dir():
                raise UsageError(f"{named} {path}: this is a folder.", fix="Name a file in it.")
            if not path.parent.is_dir():
                raise UsageError(f"{named} {path}: there is no folder {path.parent}.", fix=f"mkdir -p {path.parent}")
            trial.touch()
            trial.unlink()
        except OSError as error:
            raise _not_writable(path, error, named) from None
    if find_spec("matplotlib") is None:
        raise TapoteError(
            "matplotlib, which draws the pictures, is not installed.", fix='make setup (or: pip install "tapote[plot]")'
        )


def write(figure: "Figure", paths: Sequence[Path], description: str = "") -> None:
    """Write the figure to each path, in the format of its suffix. UsageError where that fails; no part is left.

    description: kept in the file as its description, for whoever wants to know what it was drawn from.
    """
    import matplotlib

    # Text stays text in SVG, so that it can be searched and read aloud; no date and no random ids, so that the same
    # session gives the same bytes.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tapote"}):
        for path in paths:
            kind = path.suffix.lower()[1:]
            part = _beside(path)
            try:
                metadata: dict[str, str | None] = {"Date": None} if kind == "svg" else {}
                if description:
                    metadata["Description"] = description
                figure.savefig(part, format=kind, dpi=DPI, metadata=metadata)
                os.replace(part, path)
            except OSError as error:
                raise _not_writable(path, error) from None
            finally:
                with suppress(OSError):
                    part.unlink()


def _beside(path: Path) -> Path:
    """A temporary name in the same folder, so that the last step is one rename."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _not_writable(path: Path, error: OSError, named: str = "--plot") -> UsageError:
    return UsageError(
        f"{named} {path}: cannot be written ({error.strerror or error}).", fix="Name a file in a folder that is yours."
    )
