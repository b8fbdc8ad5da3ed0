"""Switch on the device's second opinion on the press: compare once what the motor feels with what the sensor reads.

The data sheet says how much a motor's current ripples with the press (firmware/tapote/ripple.py), but machines differ
by some ten per cent, so a device judges nothing until its own figure is known. The sensor must have been calibrated
before: the comparison is only as good as it.
"""

from collections.abc import Callable

from host_tools.board_compile import compile_board
from host_tools.boards import Board
from host_tools.device import Device
from host_tools.errors import TapoteError
from host_tools.profiles.compile import steady_program
from host_tools.profiles.program import Program
from host_tools.runner import run_session

SECONDS = 30.0
RATE_SPM, RATE_MIN_SPM = 1800, 900  # slower strokes ripple too little
LIMIT_MN = 40_000
MEASURE_ONLY = 4999  # of felt_limit_permille: above 2000 nothing is judged, at 5000 nothing is measured either
OFF_PERMILLE = 200  # felt and read may differ by so much on a machine that is what its board file says
MARGIN_PERMILLE = 1180  # felt varies by 7 % from tissue to tissue and hand to hand; a gain lost by 30 % makes 143 %
LIMIT_LEAST, LIMIT_MOST = 1000, 2000
LIMIT = "felt_limit_permille"


def program(board: Board) -> Program:
    """Steady strokes for SECONDS."""
    rate_spm = min(RATE_SPM, board.limits.rate_max_spm)
    limit_mn = min(LIMIT_MN, board.limits.force_mn)
    return steady_program(board, SECONDS, "Cross-check", rate_spm=rate_spm, limit_mn=limit_mn)


def limit_for(felt_permille: int) -> int:
    """felt_limit_permille for a device whose motor feels so much of what its sensor reads.

    TapoteError, saying what to do, when there was no measurement or the two are too far apart.
    """
    if felt_permille == 0:
        raise TapoteError(
            "the motor felt too little to compare",
            fix="Nothing was stored. Press steadily for the whole half minute, 8 to 15 N, but so that the device does"
            " not back off, and try again.",
        )
    if abs(felt_permille - 1000) > OFF_PERMILLE:
        raise TapoteError(
            f"the motor feels {felt_permille / 10:.0f} % of what the force sensor reads: more than 20 % off",
            fix="Nothing was stored. Calibrate the sensor first (tapote calibrate). If it was, the board file's motor,"
            " stroke, gear, inertia or current sensor is not what you built.",
        )
    return min(max(felt_permille * MARGIN_PERMILLE // 1000, LIMIT_LEAST), LIMIT_MOST)


def cross_check(device: Device, board: Board, on_ready: Callable[[], None] = lambda: None) -> tuple[int, int]:
    """Run the session and store the limit; (felt, limit) in permille. on_ready: tells the person to press the button.

    Whatever goes wrong, the device judges as before. TapoteError, DeviceError, LinkError as their messages say.
    """
    if not compile_board(board)["ripple_points"] or board.limits.rate_max_spm < RATE_MIN_SPM:
        raise TapoteError(
            f"{board.name} cannot compare force and current",
            fix="It takes a crank with a current sensor, a tachometer of eight pulses a stroke or more, and 900"
            " strokes/min.",
        )
    before = device.get(LIMIT)
    device.set(LIMIT, MEASURE_ONLY)
    try:
        run = run_session(device.link, program(board), on_ready=on_ready)
        if run.stats.faults:
            raise TapoteError(
                f"the session ended early: {', '.join(run.stats.fault_names)}",
                fix="Nothing was stored. Look into it (tapote blackbox), then try again.",
            )
        felt = device.get("felt_permille")
        limit = limit_for(felt)
    except BaseException:
        device.set(LIMIT, before)
        raise
    device.set(LIMIT, limit)
    device.save()
    return felt, limit
