"""Profile + board + region -> Program: the integers that go over the wire, with a record of which limit won.

Nothing here can make a session stronger than any of its four parents: the limit of a phase is the lowest of what
profile, region, board and compiled cap allow, and rates and drives are cut to what the board may do. The device cuts
once more.
"""

from itertools import pairwise

from host_tools import caps
from host_tools.boards import Board
from host_tools.profiles.model import Burst, Drive, Phase, Profile, Rate, Stroke, Swell
from host_tools.profiles.program import (
    UNTIL_DURATION,
    UNTIL_TOO_MUCH,
    LimitRecord,
    Program,
    ProgramPhase,
    Winner,
    scaled,
)
from host_tools.profiles.verdicts import verdicts
from host_tools.regions import Region
from tapote import waves

__all__ = ["LimitRecord", "Program", "ProgramPhase", "Winner", "compile_profile"]

WAVE_SAMPLES = 256
WAVE_ZERO = 32_768
WAVE_FULL = 32_767  # full push is WAVE_ZERO + WAVE_FULL


def compile_profile(profile: Profile, board: Board, region: Region) -> Program:
    """The program of a profile on this board and region. Never raises; what was cut and whose limit counts: `notes`."""
    notes: list[str] = []
    phases: list[ProgramPhase] = []
    limits: list[LimitRecord] = []
    for phase in profile.phase:
        limit_mn, won_by = force_limit(phase, board, region)
        limits.append(LimitRecord(phase.name, limit_mn, won_by))
        phases.append(_phase(phase, board, region, limit_mn, notes))
    kept = _within_session(phases, board.limits.session_max_s * 1000, notes)
    return Program(
        name=profile.name,
        technique=profile.technique,
        region=region.name,
        board=board.name,
        phases=tuple(kept),
        wave=stroke_wave(profile.stroke, board),
        limits=tuple(limits[: len(kept)]),
        notes=tuple(dict.fromkeys([*notes, *(verdict.text for verdict in verdicts(profile, board, region))])),
        session_max_s=board.limits.session_max_s,
        spot_s=region.time_s,
    )


def steady_program(
    board: Board, seconds: float, name: str = "steady", *, rate_spm: int = 1800, limit_mn: int = 40_000
) -> Program:
    """Even strokes at 60 % drive, without a profile: for measuring."""
    steady = ProgramPhase(
        duration_ms=round(seconds * 1000),
        rate_from_spm=rate_spm,
        rate_to_spm=rate_spm,
        drive_from_permille=600,
        drive_to_permille=600,
        ease=0,
        rhythm=0,
        period_ms=1000,
        depth_permille=0,
        on_permille=1000,
        limit_mn=limit_mn,
        until=UNTIL_DURATION,
    )
    return Program(
        name=name,
        technique="deep-tissue",
        region="glutes",
        board=board.name,
        phases=(steady,),
        wave=stroke_wave(None, board),
        limits=(),
        notes=(),
        session_max_s=board.limits.session_max_s,
    )


def force_limit(phase: Phase, board: Board, region: Region) -> tuple[int, Winner]:
    """The lowest limit in mN and whose it is. On a tie the first of profile, region, board, cap is named."""
    offers: list[tuple[int, Winner]] = [
        (region.force_mn, "region"),
        (board.limits.force_mn, "board"),
        (caps.FORCE_LIMIT_MAX_MN, "cap"),
    ]
    if phase.limit is not None:
        offers.insert(0, (round(phase.limit.force_n * 1000), "profile"))
    return min(offers, key=lambda offer: offer[0])


def drive_cap_permille(board: Board, region: Region) -> int:
    """Highest drive of board and region."""
    return min(board.limits.drive_max_permille, region.drive_pct * 10)


def stroke_wave(stroke: Stroke | None, board: Board) -> tuple[int, ...]:
    """256 samples of one stroke. Without points, and on cranks (which ignore it): a smooth push and release.

    An output that can only push has its pulling half cut to no drive.
    """
    if stroke is None or board.motor.kind == "crank":
        return tuple(waves.default_stroke())
    samples = [WAVE_ZERO + round(_at(stroke.points, i / WAVE_SAMPLES) * WAVE_FULL) for i in range(WAVE_SAMPLES)]
    return tuple(samples if board.bipolar else (max(sample, WAVE_ZERO) for sample in samples))


def _phase(phase: Phase, board: Board, region: Region, limit_mn: int, notes: list[str]) -> ProgramPhase:
    low_spm, high_spm = board.limits.rate_min_spm, board.limits.rate_max_spm
    cap_permille = drive_cap_permille(board, region)

    def rate(value: float) -> int:
        cut = max(low_spm, min(high_spm, round(value)))
        if cut != round(value):
            notes.append(f'phase "{phase.name}": rate {value:g} cut to {cut} strokes/min, the reach of {board.name}')
        return cut

    def drive(value: float) -> int:
        return min(round(value * 10), cap_permille)

    rhythm, period_s, depth_pct, on_pct = waves.STEADY, 1.0, 0.0, 100.0
    if isinstance(phase.rhythm, Swell):
        rhythm, period_s, depth_pct = waves.SWELL_KIND, phase.rhythm.period_s, phase.rhythm.depth_pct
    elif isinstance(phase.rhythm, Burst):
        rhythm, period_s, depth_pct = waves.BURST, phase.rhythm.period_s, phase.rhythm.depth_pct
        on_pct = phase.rhythm.on_pct
    until = UNTIL_DURATION
    if "too_much" in phase.until.any:
        until |= UNTIL_TOO_MUCH
    return ProgramPhase(
        duration_ms=round(phase.duration_s * 1000),
        rate_from_spm=rate(phase.rate_spm.start),
        rate_to_spm=rate(phase.rate_spm.end),
        drive_from_permille=drive(phase.drive_pct.start),
        drive_to_permille=drive(phase.drive_pct.end),
        ease=int(_is_smooth(phase.rate_spm) or _is_smooth(phase.drive_pct)),
        rhythm=rhythm,
        period_ms=round(period_s * 1000),
        depth_permille=round(depth_pct * 10),
        on_permille=round(on_pct * 10),
        limit_mn=limit_mn,
        until=until,
    )


def _is_smooth(ends: Rate | Drive) -> bool:
    return ends.ease == "smooth"


def _within_session(phases: list[ProgramPhase], longest_ms: int, notes: list[str]) -> list[ProgramPhase]:
    """The phases that fit into the board's longest session, all shortened alike so that the end stays an end."""
    total_ms = sum(phase.duration_ms for phase in phases)
    if total_ms <= longest_ms:
        return phases
    notes.append(f"session of {total_ms / 1000:g} s shortened to {longest_ms / 1000:g} s, the longest of the board")
    return scaled(phases, longest_ms)


def _at(points: tuple[tuple[float, float], ...], x: float) -> float:
    """Straight lines through the points; x within 0..1, as the points are."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]
