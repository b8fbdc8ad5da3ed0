"""Files that nobody should write: values of every kind and size, shipped files spoiled in some places, spoiled text."""

import copy
import datetime
import math
import os
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import event
from hypothesis import strategies as st

from host_tools.errors import TapoteError
from host_tools.toml_read import HIDDEN
from tests.fuzz.toml_text import Verbatim

Tree = dict[str, Any]
Model = TypeVar("Model")
Slot = tuple[Any, Any]  # a table or list, and the key or index in it

CANARY = "TAPOTE_WAS_EXECUTED"
CODE = (
    f"__import__('os').environ.__setitem__('{CANARY}', '1')",
    f"${{{CANARY}}}",
    "{0.__class__.__mro__[1]}",
    "{self.__init__.__globals__}",
    "%(name)s%n%n",
    "!!python/object/apply:os.system ['true']",
    "$(touch tapote-was-executed)",
    "../../../../../../etc/passwd",
    "'; DROP TABLE sessions; --",
    "[bold red]markup[/bold red] [link=file:///]x[/link]",
)
ODD_TEXT = (
    "",
    " ",
    "a" * 5000,
    "\x00",
    "\x1b]0;t\x07",
    "\u202egnol",
    "\ud7ff\ue000",
    "e\u0301\u200d\U0001f9d1",
    "\r\n\t",
)
NUMBERS = (0, -1, 1, 255, 256, 1 << 31, -(1 << 31), (1 << 63) - 1, -(1 << 63), 1 << 64, -(1 << 64))
VERBATIM = (
    "0x" + "f" * 6000,  # more digits than Python prints
    "9" * 5000,
    "[" * 450 + "]" * 450,
    "{ a = " * 200 + "1" + " }" * 200,
    "[" * 90_000,
    "{ a = 1, a = 2 }",
    "{ " + ".".join(["a"] * 9000) + " = 1 }",
    "1e999",
    "+nan",
    "0b" + "1" * 70,
    "'''" + "\n" * 400 + "'''",
)
FLOATS = (math.nan, math.inf, -math.inf, -0.0, 1e308, -1e308, 5e-324, 0.1, 1e16)
MOMENTS = (
    datetime.datetime(1979, 5, 27, 7, 32, tzinfo=datetime.UTC),
    datetime.date(1, 1, 1),
    datetime.time(23, 59, 59, 999999),
)


def leaves() -> st.SearchStrategy[Any]:
    """A value that TOML can hold and that is no list or table."""
    return st.one_of(
        st.sampled_from(CODE + ODD_TEXT),
        st.sampled_from(NUMBERS),
        st.sampled_from(FLOATS),
        st.sampled_from(MOMENTS),
        st.sampled_from([Verbatim(text) for text in VERBATIM]),
        st.integers(-(1 << 70), 1 << 70),
        st.floats(),
        st.booleans(),
        shown(0, 30),
    )


def shown(least: int, most: int) -> st.SearchStrategy[str]:
    """Text of characters that can be seen."""
    return st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=least, max_size=most)


def keys() -> st.SearchStrategy[str]:
    """Keys: those that Python itself gives a meaning, and any."""
    special = ("__import__", "__class__", "model_config", "schema", "kind", "name", "", "a.b", "x" * 300, "\x07")
    return st.one_of(st.sampled_from(special), shown(0, 12))


def values() -> st.SearchStrategy[Any]:
    """Any value that TOML can hold."""
    return st.recursive(
        leaves(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys(), inner, max_size=4),
        max_leaves=8,
    )


def trees() -> st.SearchStrategy[Tree]:
    """A whole file of anything."""
    return st.dictionaries(keys(), values(), max_size=5)


def slots(tree: Any) -> Iterator[Slot]:
    """Every place of a tree that holds a value."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in pairs:
        yield tree, key
        yield from slots(value)


def near(number: float) -> st.SearchStrategy[Any]:
    """Numbers about a good one: its neighbours, its decades, its opposite, the same as another type."""
    whole = int(number) if math.isfinite(number) else 0
    return st.sampled_from([whole - 1, whole + 1, whole * 10, whole // 10, -whole, float(number), whole, str(number)])


@st.composite
def spoiled(draw: st.DrawFn, good: Tree) -> Tree:
    """A good file with one to four places changed, dropped, doubled, renamed or swapped."""
    tree = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 4))):
        places = list(slots(tree))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        action = draw(st.sampled_from(("near", "value", "drop", "double", "rename", "add", "swap")))
        if action == "near" and isinstance(holder[key], int | float):
            holder[key] = draw(near(holder[key]))
        elif action == "drop":
            del holder[key]
        elif action == "double" and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif action == "rename" and isinstance(holder, dict):
            holder[draw(keys())] = holder.pop(key)
        elif action == "add" and isinstance(holder, dict):
            holder[draw(keys())] = draw(values())
        elif action == "swap":
            other, at = draw(st.sampled_from(places))
            holder[key] = copy.deepcopy(other[at])
        else:
            holder[key] = draw(values())
    return tree


@st.composite
def spoiled_bytes(draw: st.DrawFn, text: bytes) -> bytes:
    """Text with lines doubled, dropped and swapped, cut short, bytes flipped and put in: duplicate keys among it."""
    data = text
    for _ in range(draw(st.integers(1, 4))):
        lines = data.split(b"\n")
        at, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        cut = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(("double", "drop", "swap", "cut", "flip", "insert"))):
            case "double":
                lines.insert(other, lines[at])
                data = b"\n".join(lines)
            case "drop":
                data = b"\n".join(lines[:at] + lines[at + 1 :])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
                data = b"\n".join(lines)
            case "cut":
                data = data[:cut]
            case "flip":
                flipped = bytes(byte ^ draw(st.integers(1, 255)) for byte in data[cut : cut + 1])
                data = data[:cut] + flipped + data[cut + 1 :]
            case "insert":
                data = data[:cut] + draw(st.binary(min_size=1, max_size=8)) + data[cut:]
    return data


def judged(load: Callable[[Path], Model], path: Path, data: bytes) -> Model | None:
    """The model of a file, or None when it was refused by a clear error. Any other exception is a defect."""
    path.write_bytes(data)
    model: Model | None = None
    refusal: TapoteError | None = None
    try:
        model = load(path)
    except TapoteError as error:
        refusal = error
    assert CANARY not in os.environ, "something in the file was executed"
    if refusal is not None:
        lines = f"{refusal.message}\n{refusal.fix}".split("\n")
        assert refusal.fix
        assert refusal.exit_code == 2
        assert str(path) in refusal.message
        assert not any(unicodedata.category(char) in HIDDEN for line in lines for char in line), "a terminal obeys it"
        assert all(len(line) < 800 for line in lines), "nobody reads that"
        assert "Traceback" not in refusal.message
    return model


def refused_or(must: Callable[[Model], None], load: Callable[[Path], Model], path: Path, data: bytes) -> None:
    """The file is refused by a clear error, or its model keeps what it must."""
    model = judged(load, path, data)
    event("refused" if model is None else "accepted")
    if model is not None:
        must(model)
