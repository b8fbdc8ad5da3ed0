"""Sums over the records of a session, for the time when the device does not answer any more."""

from host_tools.journal.records import DeviceSummary, force_histogram
from host_tools.messages import Stats, Telemetry, fault_name
from host_tools.report import CLOCK_MASK
from tapote import states


class Measured:
    """Give it every record; run_ms is the time that the motor was allowed to turn."""

    def __init__(self) -> None:
        self.run_ms = 0
        self._readings: list[tuple[float, float]] = []
        self._peak_mn = self._backoff_ms = self._over_ms = self._strokes = self._too_much = 0
        self._faults: dict[str, None] = {}
        self._before_ms: int | None = None
        self._state = ""

    def take(self, record: Telemetry) -> None:
        """One record; it stands for the time since the one before."""
        self._state = record.state_name
        if record.fault:
            self._faults[fault_name(record.fault)] = None
        if record.state not in states.MOVING:
            self._before_ms = None
            return
        passed_ms = 0 if self._before_ms is None else record.time_ms - self._before_ms & CLOCK_MASK
        self._before_ms = record.time_ms
        force_mn = max(record.peak_mn, record.force_mn)
        self.run_ms += passed_ms
        self._readings.append((force_mn / 1000, passed_ms / 1000))
        self._peak_mn = max(self._peak_mn, force_mn)
        self._backoff_ms += passed_ms if record.state == states.BACKOFF else 0
        self._over_ms += passed_ms if record.force_mn > record.limit_mn else 0
        self._strokes, self._too_much = record.strokes, record.too_much

    def summary(self, stats: Stats | None) -> DeviceSummary:
        """The session so far. stats: the device's own count, which wins; None where it does not answer."""
        bins = force_histogram(self._readings)
        if stats is None:
            return DeviceSummary(
                run_s=self.run_ms / 1000,
                strokes=self._strokes,
                peak_force_n=self._peak_mn / 1000,
                backoff_s=self._backoff_ms / 1000,
                over_limit_ms=float(self._over_ms),
                too_much=self._too_much,
                faults=tuple(self._faults),
                force_histogram_s=bins,
                end_state=self._state,
            )
        return DeviceSummary(
            run_s=stats.run_ms / 1000,
            strokes=stats.strokes,
            peak_force_n=stats.peak_mn / 1000,
            backoff_s=stats.backoff_ms / 1000,
            over_limit_ms=stats.over_us / 1000,
            too_much=stats.too_much,
            faults=tuple(stats.fault_names),
            force_histogram_s=bins,
            end_state=self._state,
        )
