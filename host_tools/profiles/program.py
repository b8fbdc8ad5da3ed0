"""A compiled session program: the integers of the wire, and beside them what a person wants to know about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from host_tools import caps

UNTIL_DURATION = 1  # bits of ProgramPhase.until
UNTIL_TOO_MUCH = 2

Winner = Literal["profile", "region", "board", "cap"]


@dataclass(frozen=True)
class ProgramPhase:
    """One phase as the wire carries it; the fields stand in the order of `wire.PHASE` after its index."""

    duration_ms: int
    rate_from_spm: int
    rate_to_spm: int
    drive_from_permille: int
    drive_to_permille: int
    ease: int  # 0 linear, 1 smooth
    rhythm: int  # 0 steady, 1 swell, 2 burst
    period_ms: int
    depth_permille: int
    on_permille: int
    limit_mn: int
    until: int  # bit 0 duration, bit 1 too much


@dataclass(frozen=True)
class LimitRecord:
    """Where the force limit of a phase comes from."""

    phase: str
    limit_mn: int
    won_by: Winner


@dataclass(frozen=True)
class Program:
    """A compiled session.

    wave: 256 samples, 32768 = no drive, 65535 = full push, 0 = full pull. notes: what was cut, and whose limits count,
    one sentence each without its full stop. spot_s: time on one spot before the cue to move.
    """

    name: str
    technique: str
    region: str
    board: str
    phases: tuple[ProgramPhase, ...]
    wave: tuple[int, ...]
    limits: tuple[LimitRecord, ...]
    notes: tuple[str, ...]
    session_max_s: int  # of the board
    spot_s: int = caps.AREA_TIME_S

    @property
    def duration_ms(self) -> int:
        """Length of the whole program."""
        return sum(phase.duration_ms for phase in self.phases)

    @property
    def limit_mn(self) -> int:
        """The highest force limit of any phase."""
        return max(phase.limit_mn for phase in self.phases)


def scaled(phases: Sequence[ProgramPhase], total_ms: int) -> list[ProgramPhase]:
    """The phases with durations in the same proportions, total_ms together; each at least 1 ms.

    total_ms must be at least the number of phases.
    """
    old_total_ms = sum(phase.duration_ms for phase in phases)
    result: list[ProgramPhase] = []
    passed_ms = given_ms = 0
    for index, phase in enumerate(phases):
        passed_ms += phase.duration_ms
        still_to_come = len(phases) - 1 - index
        end_ms = min(max(passed_ms * total_ms // old_total_ms, given_ms + 1), total_ms - still_to_come)
        result.append(replace(phase, duration_ms=end_ms - given_ms))
        given_ms = end_ms
    return result
