"""Read a TOML file that a person wrote: syntax errors come back with the line and a caret, never as a traceback.

Boards and profiles are data and may come from anywhere, so size and nesting are bounded before anything else looks.
"""

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

from host_tools import files
from host_tools.errors import UsageError

SIZE_MAX_BYTES = 256 * 1024
DEPTH_MAX = 16  # tables in tables; ours go to 4
KEY_MAX_CHARS = 80
INTEGER_MAX = 2**63 - 1  # TOML 1.0: 64 bits. Python reads more, and then refuses to print it
HIDDEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")  # Unicode categories of what is not shown, but maybe obeyed
POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_toml(path: Path) -> dict[str, Any]:
    """The top table of the file. Raises UsageError: unreadable, larger than 256 KiB, not UTF-8, or not TOML."""
    return parse_toml(read_text(path), str(path))


def read_text(path: Path) -> str:
    """The file's text as it is. Raises UsageError: unreadable, larger than 256 KiB, or not UTF-8."""
    try:
        return files.read(path, SIZE_MAX_BYTES).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: byte {error.start} is not UTF-8 text.", fix="Save the file as UTF-8 in your editor."
        ) from None


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """Parse TOML text; `where` names it in the message. Raises UsageError with line, column and the line itself, or
    with the path of what no later message could show: endless nesting or numbers, hidden characters, giant keys."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_syntax_message(str(error), text, where), fix="Correct that line; it must be TOML.") from None
    except (RecursionError, ValueError) as error:  # nested without end, or a number longer than Python converts
        raise UsageError(
            f"{where}: not readable as TOML ({type(error).__name__}).", fix="Remove the extreme nesting or number."
        ) from None
    refuse_extremes(table, where)
    return table


def refuse_extremes(table: dict[str, Any], where: str) -> None:
    """Raise UsageError for the first value or key that cannot be looked at, compared or printed safely."""
    waiting: list[tuple[str, Any, int]] = [("", table, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > DEPTH_MAX:
            raise UsageError(f"{where}: {path[:200]}: nested deeper than {DEPTH_MAX} levels.", fix="Flatten it.")
        if isinstance(value, dict):
            for key, entry in value.items():
                if len(key) > KEY_MAX_CHARS or _hidden(key):
                    fix = f"Use plain keys of at most {KEY_MAX_CHARS} characters."
                    raise UsageError(f'{where}: unusable key "{_plain(key[:KEY_MAX_CHARS])}".', fix=fix)
                waiting.append((f"{path}.{key}" if path else key, entry, depth + 1))
        elif isinstance(value, list):
            waiting += [(f"{path}[{number}]", entry, depth + 1) for number, entry in enumerate(value, 1)]
        elif isinstance(value, int) and abs(value) > INTEGER_MAX:
            raise UsageError(f"{where}: {path}: a number of more than 64 bits.", fix="Write a smaller number.")
        elif isinstance(value, str) and _hidden(value):
            shown = _plain(value[:60])
            raise UsageError(f'{where}: {path}: "{shown}" holds hidden control characters.', fix="Remove them.")


def _hidden(text: str) -> bool:
    """Whether a part of it cannot be seen; spaces of all kinds, line breaks and tabs are fine."""
    return not text.isprintable() and any(unicodedata.category(c) in HIDDEN and c not in "\n\t" for c in text)


def _plain(text: str) -> str:
    """The text with a question mark for whatever does not print."""
    return "".join(char if char.isprintable() else " " if char == "\t" else "?" for char in text)


def _syntax_message(reason: str, text: str, where: str) -> str:
    """The parser's reason with the offending line and a caret under the column."""
    found = POSITION.search(reason)
    lines = text.removesuffix("\n").split("\n")  # as the parser counts them; str.splitlines knows more line ends
    if found is None:  # "at end of document" has no position: show the last line
        line_number, column = len(lines), len(lines[-1]) + 1
    else:
        line_number, column = int(found[1]), int(found[2])
    reason = POSITION.sub("", reason).strip()
    shown = _plain(lines[line_number - 1].rstrip()[:200]) if line_number <= len(lines) else ""
    return f"{where}: line {line_number}: {_plain(reason)[:200]}\n  {shown}\n  {' ' * min(column - 1, 200)}^"
