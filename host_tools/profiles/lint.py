"""What is allowed in a profile but probably not meant, or will not be felt as written: hints, never errors."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from host_tools import caps
from host_tools.board_compile import full_rate_spm
from host_tools.boards import Board
from host_tools.problems import path_text
from host_tools.profiles.model import Phase, Profile, Steady
from host_tools.regions import Region, get_region

STEP_TOLERATED_PCT = 5.0  # a small step between phases is not felt as a jump
RATE_RESERVE_PERMILLE = 900  # above 90 % of the no-load speed a pressed crank cannot keep up


@dataclass(frozen=True)
class Hint:
    """One remark. path: "phase[2].drive_pct"; text: what will happen, and what to write instead."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def lint(profile: Profile, board: Board | None = None, region: Region | None = None) -> list[Hint]:
    """Hints on a valid profile. board: also what it cannot reach; region: default all regions the profile names."""
    hints = list(_phases(profile))
    for place in [region] if region is not None else [get_region(name) for name in profile.regions]:
        hints += _place(profile, place)
    if region is not None and region.name not in {get_region(name).name for name in profile.regions}:
        named = ", ".join(profile.regions)
        hints.append(Hint("regions", f"{region.name} is not among the regions of this profile ({named})."))
    if board is not None:
        hints += _board(profile, board)
    return list(dict.fromkeys(hints))


def _phases(profile: Profile) -> Iterator[Hint]:
    for index, phase in enumerate(profile.phase):
        path = path_text(("phase", index))
        if phase.drive_pct.start == 0 and phase.drive_pct.end == 0:
            yield Hint(f"{path}.drive_pct", "0 % throughout: the head stands still. Leave the phase out or raise it.")
        rise_pct_s = (phase.drive_pct.end - phase.drive_pct.start) / phase.duration_s
        if rise_pct_s > caps.DRIVE_RISE_MAX_PCT_PER_S:
            yield Hint(
                f"{path}.drive_pct",
                f"rises {rise_pct_s:.0f} %/s; the device rises at most {caps.DRIVE_RISE_MAX_PCT_PER_S} %/s."
                " Lengthen the phase.",
            )
        if not isinstance(phase.rhythm, Steady) and phase.rhythm.period_s > phase.duration_s:
            yield Hint(
                f"{path}.rhythm.period_s",
                f"{phase.rhythm.period_s:g} s is longer than the phase ({phase.duration_s:g} s):"
                " not one whole wave is felt.",
            )
    for index, (before, after) in enumerate(pairwise(profile.phase), start=1):
        yield from _joint(path_text(("phase", index)), before, after)
    last = profile.phase[-1]
    if last.drive_pct.end > 50:
        yield Hint(
            "phase", f"the session ends at {last.drive_pct.end:g} % drive; let the last phase ease out below 50 %."
        )
    points = profile.stroke.points if profile.stroke is not None else ()
    if points and not math.isclose(points[0][1], points[-1][1], abs_tol=0.02):
        yield Hint("stroke.points", "the drive at time 1 differs from that at time 0: each stroke begins with a knock.")


def _joint(path: str, before: Phase, after: Phase) -> Iterator[Hint]:
    step_pct = after.drive_pct.start - before.drive_pct.end
    if step_pct > STEP_TOLERATED_PCT:
        took_s = step_pct / caps.DRIVE_RISE_MAX_PCT_PER_S
        yield Hint(
            f"{path}.drive_pct.from",
            f"jumps from {before.drive_pct.end:g} to {after.drive_pct.start:g} %; the device takes"
            f" {took_s:.1f} s for it ({caps.DRIVE_RISE_MAX_PCT_PER_S} %/s). Start where the phase before ended.",
        )


def unsuited(profile: Profile, region: Region) -> str:
    """Why the profile's technique is not one for this region, as a sentence; "" when it is.

    No refusal: the limits of the region hold whatever the profile says, and the person may have a reason.
    """
    if profile.technique in region.techniques:
        return ""
    return (
        f"{profile.technique} is no technique for the {region.title}. {region.techniques_why}"
        f" Better there: {', '.join(region.techniques)}."
    )


def _place(profile: Profile, region: Region) -> Iterator[Hint]:
    if remark := unsuited(profile, region):
        yield Hint("technique", f"{remark} It runs within the region's limits all the same.")
    if profile.duration_s > region.time_s:
        yield Hint(
            "phase",
            f"{profile.duration_s:g} s on the {region.title} is longer than {region.time_s} s on one spot:"
            " the person is told to move the head on.",
        )
    cap_n = region.force_mn / 1000
    if above := _above(profile, _force_n, cap_n):
        path, value = above
        yield Hint(f"{path}.limit.force_n", f"{value} N is above the {region.title}'s {cap_n:g} N: the region wins.")
    if above := _above(profile, _highest_drive_pct, region.drive_pct):
        path, value = above
        yield Hint(
            f"{path}.drive_pct", f"{value} % is above the {region.title}'s {region.drive_pct} %: the region wins."
        )


def _force_n(phase: Phase) -> float:
    return phase.limit.force_n if phase.limit is not None else 0.0


def _highest_drive_pct(phase: Phase) -> float:
    return max(phase.drive_pct.start, phase.drive_pct.end)


def _highest_spm(phase: Phase) -> float:
    return max(phase.rate_spm.start, phase.rate_spm.end)


def _above(profile: Profile, value: Callable[[Phase], float], cap: float) -> tuple[str, str] | None:
    """(path of the phases above a cap, "50" or "up to 50"): one hint for a cap, however many phases meet it."""
    found = {index: value(phase) for index, phase in enumerate(profile.phase, 1) if value(phase) > cap}
    if not found:
        return None
    up_to = "up to " if len(set(found.values())) > 1 else ""
    return f"phase[{_numbers(list(found))}]", f"{up_to}{max(found.values()):g}"


def _numbers(sorted_numbers: list[int]) -> str:
    """[1, 2, 3, 5] -> "1-3, 5"."""
    runs: list[list[int]] = []
    for number in sorted_numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _board(profile: Profile, board: Board) -> Iterator[Hint]:
    if profile.stroke is not None and board.motor.kind == "crank":
        yield Hint("stroke", f"ignored on {board.name}: a crank makes its own stroke.")
    elif profile.stroke is not None and not board.bipolar and any(drive < 0 for _, drive in profile.stroke.points):
        yield Hint("stroke.points", f"{board.name} can only push: drives below 0 become 0.")
    usable_spm = board.limits.rate_max_spm
    if board.motor.kind == "crank":
        usable_spm = min(usable_spm, full_rate_spm(board) * RATE_RESERVE_PERMILLE // 1000)
    if above := _above(profile, _highest_spm, usable_spm):
        path, value = above
        yield Hint(
            f"{path}.rate_spm",
            f"{value} strokes/min is above what {board.name} holds under load (some {usable_spm}).",
        )
    slowest_spm = board.limits.rate_min_spm
    lowest = {
        index: lowest_spm
        for index, phase in enumerate(profile.phase, 1)
        if (lowest_spm := min(phase.rate_spm.start, phase.rate_spm.end)) < slowest_spm
    }
    if lowest:
        yield Hint(
            f"phase[{_numbers(list(lowest))}].rate_spm",
            f"{min(lowest.values()):g} strokes/min is below {board.name}'s slowest, {slowest_spm}: it runs at that.",
        )
    cap_n = board.limits.force_mn / 1000
    if above := _above(profile, _force_n, cap_n):
        path, value = above
        yield Hint(f"{path}.limit.force_n", f"{value} N is above {board.name}'s {cap_n:g} N: the board wins.")
    if above := _above(profile, _highest_drive_pct, board.limits.drive_max_permille / 10):
        path, _ = above
        yield Hint(f"{path}.drive_pct", f"cut to {board.name}'s highest, {board.limits.drive_max_permille / 10:g} %.")
