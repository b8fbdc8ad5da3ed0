"""A compiled program made gentler: by what earlier sessions taught, and by today's cap. Nothing here raises a limit."""

from dataclasses import dataclass, replace

from host_tools import caps
from host_tools.profiles.program import Program, ProgramPhase


@dataclass(frozen=True)
class Gentler:
    """limit_scale, drive_scale: factors on force limit and drive, taken as 1 when above. limit_cap_mn and
    drive_cap_permille: never more than that; None for no cap of its own."""

    limit_scale: float = 1.0
    drive_scale: float = 1.0
    limit_cap_mn: int | None = None
    drive_cap_permille: int | None = None


def lowered(program: Program, gentler: Gentler) -> Program:
    """The program with every phase's limit and drive brought down. A limit does not fall below the least that the
    device takes (5 N), unless it was lower already."""
    phases = tuple(_phase(phase, gentler) for phase in program.phases)
    limits = tuple(
        replace(record, limit_mn=min(record.limit_mn, phase.limit_mn))
        for record, phase in zip(program.limits, phases, strict=True)
    )
    return replace(program, phases=phases, limits=limits)


def _phase(phase: ProgramPhase, gentler: Gentler) -> ProgramPhase:
    limit_mn = _down(phase.limit_mn, gentler.limit_scale, gentler.limit_cap_mn)
    return replace(
        phase,
        limit_mn=min(max(limit_mn, caps.FORCE_LIMIT_MIN_MN), phase.limit_mn),
        drive_from_permille=_down(phase.drive_from_permille, gentler.drive_scale, gentler.drive_cap_permille),
        drive_to_permille=_down(phase.drive_to_permille, gentler.drive_scale, gentler.drive_cap_permille),
    )


def _down(value: int, scale: float, cap: int | None) -> int:
    """value * scale, rounded down, at least 0, never above value nor cap. A scale of 1 or more, or none, is 1."""
    lower = int(value * max(scale, 0.0)) if scale < 1.0 else value
    return lower if cap is None else min(lower, cap)
