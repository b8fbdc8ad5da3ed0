"""Make a program last as long as the person asks (`tapote run --seconds`).

Shorter: every phase shrinks alike, so the session keeps its shape and still eases out at the end (cutting the end off
would leave it at full strength). Longer: the program is repeated as whole rounds, which then shrink alike to end on
the second. So no phase ever lasts longer than its author wrote, and force limits stay as they are. Rhythms keep
their period: a 6 s swell stays a 6 s swell.
"""

import math
from dataclasses import replace

from host_tools import caps
from host_tools.errors import UsageError
from host_tools.profiles.program import Program, scaled

SECONDS_MIN = 1


def fit_seconds(program: Program, seconds: float) -> Program:
    """The program, made to last `seconds` (1 to the board's longest session), to the millisecond.

    Raises UsageError: seconds out of range, or so long that the device could not keep all repeated phases.
    """
    if not math.isfinite(seconds) or not SECONDS_MIN <= seconds <= program.session_max_s:
        raise UsageError(
            f"--seconds {seconds:g} is out of range; allowed {SECONDS_MIN} to {program.session_max_s} s"
            f" on {program.board}.",
            fix="Rest for 5 minutes and start another session if you need longer."
            if seconds > SECONDS_MIN
            else "Leave it out for the profile's own length.",
        )
    wanted_ms = round(seconds * 1000)
    rounds = max(1, -(-wanted_ms // program.duration_ms))
    if rounds * len(program.phases) > caps.PHASES_MAX:
        longest_s = caps.PHASES_MAX // len(program.phases) * program.duration_ms // 1000
        raise UsageError(
            f"--seconds {seconds:g}: {rounds} rounds of {program.name} are {rounds * len(program.phases)} phases;"
            f" the device keeps {caps.PHASES_MAX}.",
            fix=f"Ask for at most {longest_s} s, or choose a longer profile.",
        )
    return replace(program, phases=tuple(scaled(program.phases * rounds, wanted_ms)), limits=program.limits * rounds)
