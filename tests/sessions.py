"""Programs for whole sessions in tests."""

from dataclasses import replace

from host_tools.boards import Board
from host_tools.profiles.compile import stroke_wave
from host_tools.profiles.program import UNTIL_DURATION, Program, ProgramPhase


def program(board: Board, seconds: float, **fields: int) -> Program:
    """One steady phase of so many seconds at 1800 strokes/min and 60 % drive; fields: of ProgramPhase, to differ."""
    steady = ProgramPhase(
        duration_ms=round(seconds * 1000),
        rate_from_spm=1800,
        rate_to_spm=1800,
        drive_from_permille=600,
        drive_to_permille=600,
        ease=0,
        rhythm=0,
        period_ms=1000,
        depth_permille=0,
        on_permille=1000,
        limit_mn=40_000,
        until=UNTIL_DURATION,
    )
    return Program(
        name="steady",
        technique="deep-tissue",
        region="glutes",
        board=board.name,
        phases=(replace(steady, **fields),),
        wave=stroke_wave(None, board),
        limits=(),
        notes=(),
        session_max_s=board.limits.session_max_s,
    )
