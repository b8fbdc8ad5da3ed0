"""What the keys of a profile must agree on: regions that exist, lengths that fit, one ease, a stroke that goes round.

Works on the raw TOML, so that these come in the same list as wrong types and unknown keys.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from host_tools import caps, regions
from host_tools.errors import UsageError
from host_tools.problems import Problem, any_table, show

NAME_MAX_BYTES = 24  # of the name on the wire


def check_all(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Every disagreement; says nothing about keys that the model refuses anyway."""
    yield from _name(raw.get("name"))
    yield from _regions(raw.get("regions"))
    phases = raw.get("phase")
    if isinstance(phases, list):
        yield from _length(phases)
        for index, phase in enumerate(phases, start=1):
            yield from _phase(f"phase[{index}]", any_table(phase))
    points = any_table(raw.get("stroke")).get("points")
    if isinstance(points, list):
        yield from _points(points)


def _name(name: Any) -> Iterator[Problem]:
    if isinstance(name, str) and len(name) <= NAME_MAX_BYTES < len(name.encode()):
        yield Problem(
            "name", f"{show(name)} is {len(name.encode())} bytes long; allowed {NAME_MAX_BYTES}.", "Shorten it."
        )


def _regions(names: Any) -> Iterator[Problem]:
    if not isinstance(names, list):
        return
    seen: set[str] = set()
    for index, name in enumerate(names, start=1):
        if not isinstance(name, str):
            continue
        try:
            found = regions.get_region(name).name
        except UsageError as error:
            yield Problem(f"regions[{index}]", error.message, error.fix)
            continue
        if found in seen:
            yield Problem(f"regions[{index}]", f'"{found}" is there twice.', "Remove one.")
        seen.add(found)


def _length(phases: list[Any]) -> Iterator[Problem]:
    lengths = [number(any_table(phase).get("duration_s")) for phase in phases]
    total_s = sum(length for length in lengths if length is not None)
    if total_s > caps.SESSION_MAX_S:
        yield Problem(
            "phase",
            f"the phases last {total_s:g} s together; allowed {caps.SESSION_MAX_S} s, the longest session.",
            "Shorten phases; rest for 5 minutes between sessions.",
        )


def _phase(path: str, phase: dict[str, Any]) -> Iterator[Problem]:
    rate, drive = any_table(phase.get("rate_spm")), any_table(phase.get("drive_pct"))
    if isinstance(rate.get("ease"), str) and isinstance(drive.get("ease"), str) and rate["ease"] != drive["ease"]:
        yield Problem(
            f"{path}.drive_pct.ease",
            f'"{drive["ease"]}" differs from rate_spm.ease = "{rate["ease"]}"; a phase has one ease.',
            "Give it once, or make them the same.",
        )
    ends = any_table(phase.get("until")).get("any")
    if isinstance(ends, list) and ends and "duration" not in ends:
        yield Problem(
            f"{path}.until.any",
            f'{show(ends)} lacks "duration": a phase must end by itself too.',
            'Write any = ["duration", "too_much"].',
        )


def _points(points: list[Any]) -> Iterator[Problem]:
    last_time = -1.0
    for index, point in enumerate(points, start=1):
        path = f"stroke.points[{index}]"
        if not isinstance(point, list) or len(point) != 2:
            continue
        time, drive = number(point[0]), number(point[1])
        if time is None or drive is None:
            continue
        if not 0 <= time <= 1:
            yield Problem(path, f"time {time:g} is out of range; allowed 0 to 1 of the stroke.")
        elif time <= last_time:
            yield Problem(path, f"time {time:g} does not come after {last_time:g}; times must ascend.", "Sort them.")
        if not -1 <= drive <= 1:
            yield Problem(path, f"drive {drive:g} is out of range; allowed -1 (pull) to 1 (push).")
        last_time = max(last_time, time)
        if index == 1 and time != 0:
            yield Problem(path, f"the first time is {time:g}; it must be 0.", "Begin with [0, ...].")
        if index == len(points) and time != 1:
            yield Problem(path, f"the last time is {time:g}; it must be 1.", "End with [1, ...].")


def number(value: Any) -> float | None:
    """The value as a finite float; None for anything else (the model reports that)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        as_float = float(value)
    except OverflowError:  # TOML integers have no upper end in Python
        return None
    return as_float if math.isfinite(as_float) else None
