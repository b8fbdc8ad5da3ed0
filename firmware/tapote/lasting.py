"""How long something has been so."""

from tapote.units import elapsed


class Lasting:
    """A condition that must hold for `limit_ms` without a break."""

    def __init__(self, limit_ms: int) -> None:
        self._limit_ms = limit_ms
        self._since_ms = -1

    def __call__(self, holds: bool, now_ms: int) -> bool:
        """Feed the condition; True once it has held for the limit."""
        if not holds:
            self._since_ms = -1
            return False
        if self._since_ms < 0:
            self._since_ms = now_ms
        return elapsed(now_ms, self._since_ms) >= self._limit_ms
