"""Reference pages that cannot go stale: the tables between two markers of a page are made from the models.

    <!-- generated: NAME -->
    ...
    <!-- end: NAME -->

What stands outside the markers is written by hand. A test fails when a page differs from what `update` would write.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import BaseModel

from host_tools.fields import FieldDoc, walk

BLOCK = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end: \2 -->)", re.DOTALL)


def field_tables(model: type[BaseModel], titles: Mapping[str, str] | None = None) -> str:
    """One Markdown table per section of a file format. titles: own heading for a section path."""
    sections: dict[str, list[FieldDoc]] = {}
    for doc in walk(model):
        section, _, _ = doc.path.rpartition(".")
        sections.setdefault(section, []).append(doc)
    parts: list[str] = []
    for section, docs in sections.items():
        heading = (titles or {}).get(section) or section_heading(section)
        parts += [f"### {heading}", "", *_table(docs), ""]
    return "\n".join(parts)


def section_heading(section: str) -> str:
    """ "motor(crank)" -> '`[motor]`, `kind = "crank"`'; "" -> "Top of the file"."""
    if not section:
        return "Top of the file"
    kind = re.search(r"\((.+?)\)", section)
    plain = re.sub(r"\(.+?\)", "", section)
    first, _, rest = plain.partition(".")
    table = f"[[{first.removesuffix('[]')}]]" if first.endswith("[]") else f"[{first}]"
    return f"`{table}`" + (f" `{rest}`" if rest else "") + (f', `kind = "{kind[1]}"`' if kind else "")


def markdown_table(header: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table; pipes inside cells are escaped."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]


def update(text: str, blocks: Mapping[str, Callable[[], str]]) -> str:
    """The page with each marked block made anew. KeyError for a marker without a generator."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{blocks[found[2]]().strip()}\n\n{found[3]}", text)


def main(page: Path, blocks: Mapping[str, Callable[[], str]], arguments: list[str]) -> int:
    """`--write` brings the page up to date; without it, say whether it is current (exit code 1: it is not)."""
    old = page.read_text(encoding="utf-8")
    new = update(old, blocks)
    if new == old:
        print(f"{page.name} is current.")
        return 0
    if "--write" in arguments:
        page.write_text(new, encoding="utf-8")
        print(f"{page.name} written.")
        return 0
    print(f"{page.name} is not current; run this again with --write.", file=sys.stderr)
    return 1


def _table(docs: list[FieldDoc]) -> list[str]:
    rows = [[f"`{doc.path.rpartition('.')[2]}`", _allowed(doc), _default(doc.default), doc.effect] for doc in docs]
    return markdown_table(["key", "allowed", "default", "effect"], rows)


def _allowed(doc: FieldDoc) -> str:
    if doc.low is not None:
        return doc.range_text().replace("GPIO", "").strip() if doc.unit == "GPIO" else doc.range_text()
    if doc.kind.startswith("one of: "):
        return " or ".join(f"`{choice}`" for choice in doc.kind.removeprefix("one of: ").split(", "))
    return doc.kind


def _default(default: str) -> str:
    return default if default in ("required", "absent") else f"`{default}`" if default else "empty"
