"""How long the motor has worked since the person last rested, and what follows: move on, stop, rest.

Evidence on dose is thin, so the limits are careful ones: two minutes on one area, ten minutes (at most fifteen) in all,
then five minutes of rest. Programs and pauses do not reset the count; only rest does. It is kept in memory: switching
the power off forgets it, which is why the README and the session guide state the daily limit too.
"""

from tapote.units import elapsed

AREA_MS = 120000
REST_MS = 300000


class Dose:
    """Times in ms modulo 2**30; call `step` several times a second."""

    def __init__(self, now_ms: int) -> None:
        self.worked_ms = 0  # since the last rest
        self.area_ms = 0  # since the last start
        self._rested_ms = 0
        self._step_ms = now_ms

    def begin(self) -> None:
        """A session is armed: another area, as far as anybody can tell."""
        self.area_ms = 0

    def step(self, moving: bool, now_ms: int) -> None:
        """Let time pass, with the motor allowed to turn or not."""
        passed_ms = elapsed(now_ms, self._step_ms)
        self._step_ms = now_ms
        if moving:
            self.worked_ms += passed_ms
            self.area_ms += passed_ms
            self._rested_ms = 0
        elif self.worked_ms:
            self._rested_ms += passed_ms
            if self._rested_ms >= REST_MS:
                self.worked_ms = 0

    def over(self, limit_s: int) -> bool:
        """Whether the motor has worked for longer than a session of limit_s, several starts taken together. A second
        more is none: a program that fills the time may end by itself."""
        return self.worked_ms > limit_s * 1000 + 1000

    def rest_s(self, limit_s: int) -> int:
        """Rest that is still due before the next start, rounded up to whole seconds; 0 when none is. A second less than
        limit_s is enough to need it: what is left would be no session."""
        if self.worked_ms <= limit_s * 1000 - 1000:
            return 0
        return (REST_MS - self._rested_ms + 999) // 1000

    def move_on(self) -> bool:
        """Whether two minutes on one area are over: for ten seconds after each two minutes."""
        return self.area_ms >= AREA_MS and self.area_ms % AREA_MS < 10000
