"""A session program on the device: what rate, drive, force limit and rhythm apply at a time.

A program is a list of phases as the wire carries them (`wire.PHASE` without the index). The host compiles profiles to
it; the device trusts none of its numbers and cuts each to its own caps.
"""

from micropython import const

from tapote import params
from tapote.units import clamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PHASES_MAX = const(32)
UNTIL_DURATION = const(1)
UNTIL_TOO_MUCH = const(2)

DURATION = const(0)
RATE_FROM = const(1)
RATE_TO = const(2)
DRIVE_FROM = const(3)
DRIVE_TO = const(4)
EASE = const(5)
RHYTHM = const(6)
PERIOD = const(7)
DEPTH = const(8)
ON = const(9)
LIMIT = const(10)
UNTIL = const(11)


def is_phase(fields: "tuple[int, ...]") -> bool:
    """Whether 12 integers in the order of the constants above are a phase at all. Those that are too much are cut."""
    lasts = 1 <= fields[DURATION] <= params.SESSION_CAP_S * 1000 and fields[UNTIL] & UNTIL_DURATION != 0
    return lasts and fields[EASE] <= 1 and fields[RHYTHM] <= 2


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
        self._length_ms = 0
        self.clamped = 0
        self.rewind()

    def add(self, fields: "tuple[int, ...]") -> bool:
        """Append a phase (12 integers in the order of the constants above), cut to the caps. False: not a phase."""
        if len(self.phases) >= PHASES_MAX or not is_phase(fields):
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
        self._length_ms += row[DURATION]
        return True

    def rewind(self) -> None:
        """Back to the start, no phase skipped."""
        self._skipped_ms = 0
        self._start_ms = self._end_ms = 0  # of the phase last asked for; none yet
        self._now: "tuple[int, ...]" = ()
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
        return self._length_ms

    def left_ms(self, time_ms: int) -> int:
        """How long it still lasts at time_ms since the start."""
        return self._length_ms - self._skipped_ms - time_ms

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
        time_ms += self._skipped_ms
        if not self._start_ms <= time_ms < self._end_ms and not self._enter(time_ms):
            self.drive_permille = 0
            return False
        now = self._now
        permille = (time_ms - self._start_ms) * 1000 // now[DURATION]
        if now[EASE]:  # 3 x**2 - 2 x**3
            permille = permille * permille // 1000 * (3000 - 2 * permille) // 1000
        self.rate_spm = now[RATE_FROM] + (now[RATE_TO] - now[RATE_FROM]) * permille // 1000
        self.drive_permille = now[DRIVE_FROM] + (now[DRIVE_TO] - now[DRIVE_FROM]) * permille // 1000
        return True

    def _enter(self, time_ms: int) -> bool:
        """Find the phase of a time, and what it fixes from beginning to end; False when there is none."""
        start = 0
        for index, phase in enumerate(self.phases):
            end = start + phase[DURATION]
            if time_ms < end:
                self._start_ms = start
                self._end_ms = end
                self._now = phase
                self.phase = index
                self.limit_mn = phase[LIMIT]
                self.rhythm = phase[RHYTHM]
                self.period_ms = phase[PERIOD]
                self.depth_permille = phase[DEPTH]
                self.on_permille = phase[ON]
                return True
            start = end
        return False
