"""Read a TOML file that a person wrote: syntax errors come back with the line and a caret, never as a traceback.

Boards and profiles are data and may come from anywhere, so size and nesting are bounded before anything else looks.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from host_tools.errors import UsageError

SIZE_MAX_BYTES = 256 * 1024
POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_toml(path: Path) -> dict[str, Any]:
    """The top table of the file. Raises UsageError: unreadable, larger than 256 KiB, not UTF-8, or not TOML."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error}).", fix="Check the path.") from None
    if len(raw) > SIZE_MAX_BYTES:
        raise UsageError(
            f"{path}: {len(raw)} bytes; allowed at most {SIZE_MAX_BYTES}.", fix="This does not look like a Tapote file."
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: byte {error.start} is not UTF-8 text.", fix="Save the file as UTF-8 in your editor."
        ) from None
    return parse_toml(text, str(path))


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """Parse TOML text; `where` names it in the message. Raises UsageError with line, column and the line itself."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_syntax_message(str(error), text, where), fix="Correct that line; it must be TOML.") from None
    except (RecursionError, ValueError) as error:  # nested without end, or a number longer than Python converts
        raise UsageError(
            f"{where}: not readable as TOML ({type(error).__name__}).", fix="Remove the extreme nesting or number."
        ) from None


def _syntax_message(reason: str, text: str, where: str) -> str:
    """The parser's reason with the offending line and a caret under the column."""
    found = POSITION.search(reason)
    lines = text.splitlines()
    if found is None or not lines:  # "at end of document" has no position: show the last line
        line_number, column = max(len(lines), 1), len(lines[-1]) + 1 if lines else 1
    else:
        line_number, column = int(found[1]), int(found[2])
    reason = POSITION.sub("", reason).strip()
    shown = lines[line_number - 1] if line_number <= len(lines) else ""
    return f"{where}: line {line_number}: {reason}\n  {shown[:200]}\n  {' ' * min(column - 1, 200)}^"
