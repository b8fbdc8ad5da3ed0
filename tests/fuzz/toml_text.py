"""A small writer of TOML, for files that no writer meant for people would write: any key, any number, any order."""

import datetime
import math
from typing import Any

BARE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class Verbatim(str):
    """Stands in a tree for text that goes into the file as it is, where a value would stand."""


def dumps(tree: dict[str, Any]) -> str:
    """TOML text of a tree; lists of tables become [[tables]] at the top, tables deeper down stand in line."""
    plain: list[str] = []
    tables: list[str] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            tables += [f"[{_key(key)}]", *_lines(value)]
        elif isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
            for entry in value:
                tables += [f"[[{_key(key)}]]", *_lines(entry)]
        else:
            plain.append(f"{_key(key)} = {_value(value)}")
    return "\n".join([*plain, *tables, ""])


def _lines(table: dict[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items()]


def _key(key: str) -> str:
    return key if key and set(key) <= BARE else _quoted(key)


def _quoted(text: str) -> str:
    """A basic string; what must not stand bare is written as an escape."""
    return '"' + "".join(_char(char) for char in text) + '"'


def _char(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if char.isprintable() else f"\\U{ord(char):08x}"


def _value(value: Any) -> str:
    if isinstance(value, Verbatim):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"{value:f}"
    if isinstance(value, dict):
        return "{ " + ", ".join(_lines(value)) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(entry) for entry in value) + "]"
    assert isinstance(value, datetime.datetime | datetime.date | datetime.time)
    return value.isoformat()
