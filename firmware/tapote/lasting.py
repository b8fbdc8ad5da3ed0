"""How long something has been so."""

from tapote.units import elapsed


class Lasting:
    """A condition that must hold for `limit_ms` without a break.

    `since_ms`: when it began to hold, -1 while it does not. Who knows that it does not may set that: it costs a
    tenth of a call.
    """

    def __init__(self, limit_ms: int) -> None:
        self._limit_ms = limit_ms
        self.since_ms = -1

    def __call__(self, holds: bool, now_ms: int) -> bool:
        """Feed the condition; True once it has held for the limit."""
        if not holds:
            self.since_ms = -1
            return False
        if self.since_ms < 0:
            self.since_ms = now_ms
        return elapsed(now_ms, self.since_ms) >= self._limit_ms
