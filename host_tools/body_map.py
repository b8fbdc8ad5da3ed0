"""The body as numbers: a map for the terminal, and lists to pick a region or a place that hurts from.

The allowed regions have the first numbers, in the order of regions.toml; the places where Tapote is never used follow.
Those can be marked as painful, never chosen for a session. The picture is in plot_body.py.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

from host_tools.errors import UsageError
from host_tools.regions import WORDS_SEPARATED_BY, body, no_go, region_names

FRONT = r"""
                .----.
               | he   |
               | fa   |
                \    /
             .--'ne  '--.
         .--'            '--.
        /        ch          \
       |    .            .    |
       |AR  |            |AR  |
       |    |    be      |    |
       |el  |            |el  |
       |    |            |    |
      /FO  / |          | \FO  \
     /    /  |   gr     |  \    \
    /    /   |          |   \    \
   |HA  |  .'            '.  |HA  |
    '--'   |TH   it   TH  |   '--'
           |      /\      |
           |     |  |     |
           |kn   |  | kn  |
            |    |  |    |
            |si  |  |si  |
            |    |  |    |
            |an  |  |an  |
           /     |  |     \
           '-----'  '-----'
"""
BACK = r"""
                .----.
               |      |
               | he   |
                \    /
             .--'ne  '--.
         .--' SH    SH   '--.
        /                    \
       |    .BU  sp  BU  .    |
       |AR  |            |AR  |
       |    |ki  sp  ki  |    |
       |el  |            |el  |
       |    |BL  sp  BL  |    |
      /FO  / |          | \FO  \
     /    /  |          |  \    \
    /wr  /   |GL    GL  |   \wr  \
   |    |  .'hi      hi  '.  |    |
    '--'   |TH        TH  |   '--'
           |      /\      |
           |     |  |     |
           |kn   |  | kn  |
            |    |  |    |
            |CA  |  |CA  |
            |    |  |    |
            |an  |  |an  |
           /     |  |     \
           '-----'  '-----'
            FT   (sole)
"""
CODES = {
    "back_upper": "BU",
    "back_lower": "BL",
    "shoulder": "SH",
    "arm": "AR",
    "forearm": "FO",
    "hand": "HA",
    "glutes": "GL",
    "thigh": "TH",
    "calf": "CA",
    "foot": "FT",
    "head": "he",
    "face": "fa",
    "neck": "ne",
    "spine": "sp",
    "kidneys": "ki",
    "belly": "be",
    "chest": "ch",
    "groin": "gr",
    "inner_thigh": "it",
    "elbow": "el",
    "wrist": "wr",
    "hip": "hi",
    "knee": "kn",
    "shin": "si",
    "ankle": "an",
}
CELL = re.compile("|".join(rf"{code}  " for code in CODES.values()))  # two letters and two spaces
FRONT_COLUMNS = 40
NEVER_MARK = "××"


@dataclass(frozen=True)
class PainArea:
    """A place that a person may mark as painful.

    number: in the list and on the map. name: of the region, or the word for a place that is never allowed.
    reason: why Tapote is never used there, "" where it may be. see: what to do there instead, "" where it may be used.
    """

    number: int
    name: str
    title: str
    allowed: bool
    reason: str = ""
    see: str = ""


@lru_cache(maxsize=1)
def pain_areas() -> tuple[PainArea, ...]:
    """Everything that may be marked: the regions first, then the places where Tapote is never used."""
    known = body()
    areas = [PainArea(0, region.name, region.title, True) for region in known.regions.values()]
    for entry in dict.fromkeys(known.never.values()):
        for word in entry.pain:
            title = word.replace(WORDS_SEPARATED_BY, " ")
            areas.append(PainArea(0, word, title, False, no_go(word), entry.see))
    return tuple(replace(area, number=number) for number, area in enumerate(areas, 1))


def pick(number: int) -> str:
    """Name of the region with this number. UsageError: no such number, or a place where Tapote is never used."""
    area = pick_pain(number)
    if not area.allowed:
        raise UsageError(area.reason, fix=f"Choose a number from 1 to {len(region_names())}.")
    return area.name


def pick_pain(number: int) -> PainArea:
    """The place with this number, allowed or not. UsageError: no such number."""
    areas = pain_areas()
    if not 1 <= number <= len(areas):
        raise UsageError(
            f"there is no place number {number}; allowed 1 to {len(areas)}.",
            fix=f"1 to {len(region_names())} are the regions for a session; the others can only be marked as painful.",
        )
    return areas[number - 1]


def terminal_map(selected: str | Iterable[str] = (), *, pain: bool = False) -> list[str]:
    """The body from both sides with the numbers of its places, and a list of them below; at most 78 columns.

    selected: names of places to show in brackets, "" or nothing for none. pain: also number the places where Tapote is
    never used, which otherwise are crossed out.
    """
    chosen = {selected} - {""} if isinstance(selected, str) else set(selected)
    by_code = {CODES[area.name]: area for area in pain_areas()}

    def cell(found: re.Match[str]) -> str:
        area = by_code[found[0].strip()]
        if not area.allowed and not pain:
            return f" {NEVER_MARK} "
        return _number(area, area.name in chosen).ljust(4)

    lines = [f"{'FRONT':^{FRONT_COLUMNS}}{'BACK':^{FRONT_COLUMNS}}".rstrip(), ""]
    for front, back in zip_longest(FRONT.strip("\n").split("\n"), BACK.strip("\n").split("\n"), fillvalue=""):
        lines.append(f"{CELL.sub(cell, front + '  '):<{FRONT_COLUMNS}}{CELL.sub(cell, back + '  ')}".rstrip())
    return [*lines, "", *_legend(chosen, pain)]


def _legend(chosen: set[str], pain: bool) -> list[str]:
    """The list below the map."""
    areas = [area for area in pain_areas() if area.allowed or pain]
    columns = 3 if pain else 2
    rows = -(-len(areas) // columns)
    lines = []
    for row in range(rows):
        cells = [
            f"{_number(area, area.name in chosen):>4} {area.title}{'' if area.allowed else ' ××'}".ljust(26)
            for area in areas[row::rows]
        ]
        lines.append("".join(cells).rstrip())
    marks = f"{NEVER_MARK} Tapote is never used there."
    return [*lines, "", f"[ ] chosen.  {marks}" if chosen else marks]


def _number(area: PainArea, chosen: bool) -> str:
    return f"[{area.number}]" if chosen else f" {area.number} "
