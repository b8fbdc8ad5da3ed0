"""A session program on the device: what rate, drive, force limit and rhythm apply at a time.

A program is a list of phases as the wire carries them (`wire.PHASE` without the index). The host compiles profiles to
it; the device trusts none of its numbers and cuts each to its own caps.
"""

from tapote import params
from tapote.units import clamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PHASES_MAX = 32
UNTIL_DURATION = 1
UNTIL_TOO_MUCH = 2

DURATION = 0
RATE_FROM = 1
RATE_TO = 2
DRIVE_FROM = 3
DRIVE_TO = 4
EASE = 5
RHYTHM = 6
PERIOD = 7
DEPTH = 8
ON = 9
LIMIT = 10
UNTIL = 11


class Program:
    """Phases, and the set-points at the time last asked for.

    rate_spm, drive_permille (0..1000), limit_mn, rhythm (0 steady, 1 swell, 2 burst), period_ms, depth_permille,
    on_permille and phase hold after `at`.
    """

    def __init__(self, caps: "Mapping[str, int]") -> None:
        """caps: rate_min_spm, rate_max_spm, drive_max_permille, force_limit_mn of the board."""
        self.caps = caps
        self.name = ""
        self.phases: "list[tuple[int, ...]]" = []
        self.clamped = 0
        self._skipped_ms = 0
        self.begin("")

    def begin(self, name: str) -> None:
        """Forget the old program; phases follow with `add`."""
        self.name = name
        self.phases = []
        self.clamped = 0
        self.rewind()

    def add(self, fields: "tuple[int, ...]") -> bool:
        """Append a phase (12 integers in the order of the constants above), cut to the caps. False: not a phase."""
        if len(self.phases) >= PHASES_MAX or fields[DURATION] < 1 or fields[EASE] > 1 or fields[RHYTHM] > 2:
            return False
        if fields[DURATION] > params.SESSION_CAP_S * 1000 or fields[UNTIL] & UNTIL_DURATION == 0:
            return False
        caps = self.caps
        row = list(fields)
        for index, low, high in (
            (RATE_FROM, caps["rate_min_spm"], caps["rate_max_spm"]),
            (RATE_TO, caps["rate_min_spm"], caps["rate_max_spm"]),
            (DRIVE_FROM, 0, caps["drive_max_permille"]),
            (DRIVE_TO, 0, caps["drive_max_permille"]),
            (PERIOD, 100, 60000),
            (DEPTH, 0, 1000),
            (ON, 0, 1000),
            (LIMIT, 5000, min(caps["force_limit_mn"], params.FORCE_CAP_MN)),
        ):
            row[index] = clamp(row[index], low, high)
        if tuple(row) != fields:
            self.clamped += 1
        self.phases.append(tuple(row))
        return True

    def rewind(self) -> None:
        """Back to the start, no phase skipped."""
        self._skipped_ms = 0
        self.phase = 0
        self.rate_spm = 0
        self.drive_permille = 0
        self.limit_mn = 0
        self.rhythm = 0
        self.period_ms = 0
        self.depth_permille = 0
        self.on_permille = 1000

    def length_ms(self) -> int:
        """Length of the whole program."""
        return sum([phase[DURATION] for phase in self.phases])

    def too_much(self, time_ms: int) -> None:
        """The person said "too much" at time_ms: a phase that says so ends now."""
        start = 0
        time_ms += self._skipped_ms
        for phase in self.phases:
            end = start + phase[DURATION]
            if time_ms < end:
                if phase[UNTIL] & UNTIL_TOO_MUCH:
                    self._skipped_ms += end - time_ms
                return
            start = end

    def at(self, time_ms: int) -> bool:
        """Set the set-points for time_ms since the start. False when the program is over (drive 0)."""
        start = 0
        time_ms += self._skipped_ms
        for index, phase in enumerate(self.phases):
            end = start + phase[DURATION]
            if time_ms < end:
                self._mix(phase, (time_ms - start) * 1000 // phase[DURATION])
                self.phase = index
                return True
            start = end
        self.drive_permille = 0
        return False

    def _mix(self, phase: "tuple[int, ...]", permille: int) -> None:
        if phase[EASE]:  # 3 x**2 - 2 x**3
            permille = permille * permille // 1000 * (3000 - 2 * permille) // 1000
        self.rate_spm = phase[RATE_FROM] + (phase[RATE_TO] - phase[RATE_FROM]) * permille // 1000
        self.drive_permille = phase[DRIVE_FROM] + (phase[DRIVE_TO] - phase[DRIVE_FROM]) * permille // 1000
        self.limit_mn = phase[LIMIT]
        self.rhythm = phase[RHYTHM]
        self.period_ms = phase[PERIOD]
        self.depth_permille = phase[DEPTH]
        self.on_permille = phase[ON]
