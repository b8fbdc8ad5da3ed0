"""What the journal keeps of a session, as frozen records that are checked when they are made.

A session is written in the order in which it happens: `Before` at its start, an `Event` for each thing that happens,
a `DeviceSummary` from what the device measured, `After` at its end and a `FollowUp` two days later. Any of them but the
first may be missing: a computer dies, a device is unplugged, nobody answers. All times are aware datetimes.

Ratings go from 0 to 10: pain 0 none, 10 the worst imaginable; comfort 0 unbearable, 10 could not be better.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from host_tools import caps
from host_tools.journal.checking import Checks

PAIN_KINDS = ("none", "dull", "tight", "sore", "throbbing", "sharp", "burning", "radiating", "tingling", "other")
PAIN_OFTEN = ("never", "monthly", "weekly", "daily", "constant")
EVENT_KINDS = ("too_much", "move", "phase", "pause", "fault", "comfort", "stop", "note", "device_lost")
FORCE_BIN_N = 5.0
FORCE_BINS = 14  # 0 to 70 N: the device stops and latches at 65 N at the latest; the last bin takes all above
RATING_MAX = 10
PLANNED_MAX_S = float(caps.SESSION_MAX_S)
FORCE_MAX_N = caps.FORCE_LIMIT_MAX_MN / 1000
MEASURED_MAX_N = 1000.0  # no sensor of ours reads more
RUN_MAX_S = 86_400.0


@dataclass(frozen=True)
class Measure:
    """A range of motion: value in `unit` ("cm", "degrees"), `name` of the measure ("fingertips to floor").

    better: "more" or "less", which way is an improvement (fingertips to floor: less).
    """

    value: float
    unit: str
    name: str
    better: str = "more"

    def __post_init__(self) -> None:
        checks = Checks("range of motion")
        checks.number("value", self.value, -1000, 1000)
        checks.text("unit", self.unit, 20)
        checks.text("name", self.name, 100)
        checks.one_of("better", self.better, ("more", "less"))
        checks.done()


@dataclass(frozen=True)
class Before:
    """The start of a session: where, with what, why, and what the person answered.

    device: its URL, "" on paper; profile_hash: of the profile's file; planned_s: s, limit_n: N, drive_pct: %, None on
    paper; answers: contraindication question -> yes/no or text.
    """

    started_at: datetime
    region: str
    device: str = ""
    simulated: bool = False
    board: str = ""
    goal: str = ""
    pain_kind: str = "none"
    pain_often: str = "never"
    pain_0_10: int | None = None
    pain_areas: tuple[str, ...] = ()
    profile: str = ""
    profile_hash: str = ""
    technique: str = ""
    planned_s: float = 0.0
    limit_n: float | None = None
    drive_pct: float | None = None
    answers: Mapping[str, bool | str] = field(default_factory=dict)
    range_of_motion: Measure | None = None

    def __post_init__(self) -> None:
        checks = Checks("the start of a session")
        checks.time("started_at", self.started_at)
        checks.flag("simulated", self.simulated)
        for name in ("device", "board", "profile", "profile_hash", "technique"):
            checks.text(name, getattr(self, name), 300)
        checks.text("region", self.region, 60, empty=False)
        checks.text("goal", self.goal, 500)
        checks.one_of("pain_kind", self.pain_kind, PAIN_KINDS)
        checks.one_of("pain_often", self.pain_often, PAIN_OFTEN)
        checks.whole("pain_0_10", self.pain_0_10, 0, RATING_MAX, missing=True)
        checks.texts("pain_areas", self.pain_areas, 60)
        checks.number("planned_s", self.planned_s, 0, PLANNED_MAX_S, "s")
        checks.number("limit_n", self.limit_n, 0, FORCE_MAX_N, "N", missing=True)
        checks.number("drive_pct", self.drive_pct, 0, 100, "%", missing=True)
        checks.answers("answers", self.answers)
        checks.done()


@dataclass(frozen=True)
class Event:
    """Something that happened at_s seconds into the session. value: the comfort rating (0 to 10), else as the kind
    needs one."""

    at_s: float
    kind: str
    detail: str = ""
    value: float | None = None

    def __post_init__(self) -> None:
        checks = Checks("an event")
        checks.number("at_s", self.at_s, 0, RUN_MAX_S, "s")
        checks.one_of("kind", self.kind, EVENT_KINDS)
        checks.text("detail", self.detail, 2000)
        if self.kind == "comfort":
            checks.number("value", self.value, 0, RATING_MAX)
        else:
            checks.number("value", self.value, -1e9, 1e9, missing=True)
        checks.done()


@dataclass(frozen=True)
class DeviceSummary:
    """What the device measured.

    over_limit_ms: ms with the force above the limit; force_histogram_s: s that the peak of the strokes spent in each
    bin of 5 N from 0 N, while the head worked (see `force_histogram`); end_state: the state last heard of.
    """

    run_s: float
    strokes: int = 0
    peak_force_n: float = 0.0
    backoff_s: float = 0.0
    over_limit_ms: float = 0.0
    too_much: int = 0
    faults: tuple[str, ...] = ()
    force_histogram_s: tuple[float, ...] = (0.0,) * FORCE_BINS
    end_state: str = ""

    def __post_init__(self) -> None:
        checks = Checks("the device's summary")
        checks.number("run_s", self.run_s, 0, RUN_MAX_S, "s")
        checks.whole("strokes", self.strokes, 0, 10_000_000)
        checks.number("peak_force_n", self.peak_force_n, 0, MEASURED_MAX_N, "N")
        checks.number("backoff_s", self.backoff_s, 0, RUN_MAX_S, "s")
        checks.number("over_limit_ms", self.over_limit_ms, 0, RUN_MAX_S * 1000, "ms")
        checks.whole("too_much", self.too_much, 0, 10_000)
        checks.texts("faults", self.faults, 60)
        checks.text("end_state", self.end_state, 60)
        checks.bins("force_histogram_s", self.force_histogram_s, FORCE_BINS, RUN_MAX_S)
        checks.done()


@dataclass(frozen=True)
class After:
    """The end of a session. completed: it ran as long as planned and nobody stopped it."""

    ended_at: datetime
    completed: bool
    pain_0_10: int | None = None
    comfort_0_10: int | None = None
    range_of_motion: Measure | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        checks = Checks("the end of a session")
        checks.time("ended_at", self.ended_at)
        checks.flag("completed", self.completed)
        checks.whole("pain_0_10", self.pain_0_10, 0, RATING_MAX, missing=True)
        checks.whole("comfort_0_10", self.comfort_0_10, 0, RATING_MAX, missing=True)
        checks.text("notes", self.notes, 5000)
        checks.done()


@dataclass(frozen=True)
class FollowUp:
    """How it was two days later. gone_within_48h: whether soreness and bruise were gone; None when there was none, or
    the person does not know."""

    at: datetime
    soreness_0_10: int
    bruise: bool = False
    gone_within_48h: bool | None = None
    saw_doctor: bool = False
    notes: str = ""

    def __post_init__(self) -> None:
        checks = Checks("the follow-up")
        checks.time("at", self.at)
        checks.whole("soreness_0_10", self.soreness_0_10, 0, RATING_MAX)
        checks.flag("bruise", self.bruise)
        checks.flag("gone_within_48h", self.gone_within_48h, missing=True)
        checks.flag("saw_doctor", self.saw_doctor)
        checks.text("notes", self.notes, 5000)
        checks.done()


@dataclass(frozen=True)
class SessionRecord:
    """Everything that the journal knows of one session."""

    id: int
    before: Before
    events: tuple[Event, ...] = ()
    device: DeviceSummary | None = None
    after: After | None = None
    follow_up: FollowUp | None = None

    @property
    def seconds(self) -> float:
        """How long the head worked, s: as the device measured; else from start to end, at most as planned; else up to
        the last event."""
        if self.device is not None:
            return self.device.run_s
        if self.after is not None:
            took_s = (self.after.ended_at - self.before.started_at).total_seconds()
            return max(0.0, min(took_s, self.before.planned_s))
        return max((event.at_s for event in self.events), default=0.0)

    @property
    def ended_at(self) -> datetime:
        """When it ended, as far as is known; never before its start, though a clock may be set back meanwhile."""
        if self.after is not None:
            return max(self.after.ended_at, self.before.started_at)
        return self.before.started_at + timedelta(seconds=self.seconds)

    @property
    def too_much(self) -> int:
        """How often "too much" was said: by the device's count or the events', whichever is higher."""
        counted = self.device.too_much if self.device is not None else 0
        return max(counted, sum(event.kind == "too_much" for event in self.events))


def force_histogram(readings: Iterable[tuple[float, float]]) -> tuple[float, ...]:
    """Seconds in each bin of 5 N, from pairs (force in N, for how long in s). Below 0 N counts as 0 N."""
    bins = [0.0] * FORCE_BINS
    for force_n, lasted_s in readings:
        bins[min(max(int(force_n // FORCE_BIN_N), 0), FORCE_BINS - 1)] += lasted_s
    return tuple(bins)
