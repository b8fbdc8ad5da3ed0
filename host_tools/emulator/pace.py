"""Keeping emulated time from running ahead of the clock on the wall, for people who watch."""

import time
from collections.abc import Callable

_FORGIVEN_S = 0.5


class Pacer:
    """Sleeps whenever emulated time is ahead. A computer that is too slow is not punished: lost time is forgiven."""

    def __init__(
        self,
        speed: float = 1.0,
        *,
        slice_us: float = 5000.0,
        wall_s: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """speed: emulated seconds per wall second (> 0). slice_us: emulated time between two looks at the clock."""
        if speed <= 0:
            raise ValueError(f"speed {speed} must be > 0")
        self.slice_us = slice_us
        self._speed = speed
        self._wall_s = wall_s
        self._sleep = sleep
        self._origin: tuple[float, float] | None = None

    def keep_up(self, emulated_s: float) -> None:
        """Sleep until the wall clock has reached `emulated_s`; the first call sets the zero of both."""
        wall_s = self._wall_s()
        if self._origin is None:
            self._origin = (emulated_s, wall_s)
        ahead_s = (emulated_s - self._origin[0]) / self._speed - (wall_s - self._origin[1])
        if ahead_s > 0:
            self._sleep(ahead_s)
        elif ahead_s < -_FORGIVEN_S:
            self._origin = (emulated_s, wall_s)
