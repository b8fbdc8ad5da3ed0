"""Cut a profile that came from elsewhere to what a device or board may do, and say every change.

Running it would cut it too (compile.py, and the device once more). Doing it at the import shows before the first
session what is left of what the author wrote.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from host_tools import caps
from host_tools.boards import Board
from host_tools.profiles.model import Profile, parse_profile
from host_tools.profiles.write import number


@dataclass(frozen=True)
class Limits:
    """What is allowed, and whose limits these are ("board pico_mosfet_fsr")."""

    whose: str
    force_n: float
    rate_min_spm: int
    rate_max_spm: int
    drive_max_pct: float
    session_max_s: int


@dataclass(frozen=True)
class Change:
    """One value that was cut. path: "phase[2].limit.force_n"; before and after with the unit."""

    path: str
    before: str
    after: str
    unit: str
    whose: str

    def __str__(self) -> str:
        return f"{self.path}: {self.before} {self.unit} became {self.after} {self.unit}, the limit of {self.whose}"


def limits_of(board: Board) -> Limits:
    """What a board file allows."""
    limits = board.limits
    return Limits(
        f"board {board.name}",
        limits.force_mn / 1000,
        limits.rate_min_spm,
        limits.rate_max_spm,
        limits.drive_max_permille / 10,
        limits.session_max_s,
    )


def clamp(profile: Profile, limits: Limits) -> tuple[Profile, list[Change]]:
    """The profile within the limits, and what that took. The same profile when it took nothing."""
    raw = profile.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    changes: list[Change] = []

    def cut(table: dict[str, Any], key: str, path: str, unit: str, within: Callable[[float], float]) -> None:
        before = table[key]
        table[key] = within(before)
        if table[key] != before:
            changes.append(Change(path, number(before), number(table[key]), unit, limits.whose))

    def rate(spm: float) -> float:
        return min(max(spm, limits.rate_min_spm), limits.rate_max_spm)

    for index, phase in enumerate(raw["phase"], 1):
        path = f"phase[{index}]"
        for end in ("from", "to"):
            cut(phase["rate_spm"], end, f"{path}.rate_spm.{end}", "strokes/min", rate)
            cut(phase["drive_pct"], end, f"{path}.drive_pct.{end}", "%", lambda pct: min(pct, limits.drive_max_pct))
        if "limit" in phase:
            cut(phase["limit"], "force_n", f"{path}.limit.force_n", "N", lambda force: min(force, limits.force_n))
    if profile.duration_s > limits.session_max_s:
        # What each phase has above its least second shrinks alike, so that the end stays an end; down to tenths.
        count = len(profile.phase)
        share = (limits.session_max_s - count) / (profile.duration_s - count)
        for index, phase in enumerate(raw["phase"], 1):
            cut(phase, "duration_s", f"phase[{index}].duration_s", "s", lambda s: int((1 + (s - 1) * share) * 10) / 10)
    return (parse_profile(raw, where=profile.name), changes) if changes else (profile, [])


def beside(changes: list[Change]) -> dict[str, str]:
    """Comments for the file, by path of the key: what its author had written."""
    before: dict[str, dict[str, str]] = {}  # by the key whose line the comment stands beside, then by its end
    for change in changes:
        path, _, end = change.path.rpartition(".")
        key = path if end in ("from", "to", "force_n") else change.path
        before.setdefault(key, {})[end] = f"was {change.before} {change.unit}"
    return {key: f"{_said(ends)}; cut to {changes[0].whose}" for key, ends in before.items()}


def _said(ends: dict[str, str]) -> str:
    """ "from was 60 %, to was 75 %", or shortly where both ends or the only value were one number."""
    if len(set(ends.values())) == 1 and set(ends) not in ({"from"}, {"to"}):
        return next(iter(ends.values()))
    return ", ".join(f"{end} {text}" for end, text in ends.items())


CAPS = Limits(
    "every Tapote",
    caps.FORCE_LIMIT_MAX_MN / 1000,
    caps.RATE_MIN_SPM,
    caps.RATE_MAX_SPM,
    100.0,
    caps.SESSION_MAX_S,
)
