"""Made-up sessions, and Hypothesis strategies for every record of the journal."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from host_tools.journal import records
from host_tools.journal.records import After, Before, DeviceSummary, Event, FollowUp, Measure, SessionRecord

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
EXAMPLES = settings(max_examples=40)  # of whole histories: each is long

ratings = st.integers(0, 10)
maybe_ratings = st.none() | ratings
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
times = st.datetimes(datetime(1971, 1, 1), datetime(8999, 1, 1), timezones=st.timezones() | st.just(UTC))
seconds = st.floats(0, records.RUN_MAX_S)
measures = st.builds(
    Measure,
    value=st.floats(-1000, 1000),
    unit=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    name=texts,
    better=st.sampled_from(["more", "less"]),
)
befores = st.builds(
    Before,
    started_at=times,
    region=texts.filter(lambda text: bool(text.strip())),
    device=texts,
    simulated=st.booleans(),
    board=texts,
    goal=texts,
    pain_kind=st.sampled_from(records.PAIN_KINDS),
    pain_often=st.sampled_from(records.PAIN_OFTEN),
    pain_0_10=maybe_ratings,
    pain_areas=st.lists(texts, max_size=4).map(tuple),
    profile=texts,
    profile_hash=texts,
    technique=texts,
    planned_s=st.floats(0, records.PLANNED_MAX_S),
    limit_n=st.none() | st.floats(0, records.FORCE_MAX_N),
    drive_pct=st.none() | st.floats(0, 100),
    answers=st.dictionaries(texts, st.booleans() | texts, max_size=4),
    range_of_motion=st.none() | measures,
)
events = st.one_of(
    st.builds(
        Event,
        at_s=seconds,
        kind=st.sampled_from([kind for kind in records.EVENT_KINDS if kind != "comfort"]),
        detail=texts,
        value=st.none() | st.floats(-1e9, 1e9),
    ),
    st.builds(Event, at_s=seconds, kind=st.just("comfort"), detail=texts, value=st.floats(0, 10)),
)
summaries = st.builds(
    DeviceSummary,
    run_s=seconds,
    strokes=st.integers(0, 10_000_000),
    peak_force_n=st.floats(0, records.MEASURED_MAX_N),
    backoff_s=seconds,
    over_limit_ms=seconds,
    too_much=st.integers(0, 10_000),
    faults=st.lists(texts, max_size=3).map(tuple),
    force_histogram_s=st.lists(seconds, min_size=records.FORCE_BINS, max_size=records.FORCE_BINS).map(tuple),
    end_state=texts,
)
afters = st.builds(
    After,
    ended_at=times,
    completed=st.booleans(),
    pain_0_10=maybe_ratings,
    comfort_0_10=maybe_ratings,
    range_of_motion=st.none() | measures,
    notes=texts,
)
follow_ups = st.builds(
    FollowUp,
    at=times,
    soreness_0_10=ratings,
    bruise=st.booleans(),
    gone_within_48h=st.none() | st.booleans(),
    saw_doctor=st.booleans(),
    notes=texts,
)


def bins(**at_n: float) -> tuple[float, ...]:
    """A histogram with so many seconds at these forces: bins(n12=60.0) for 60 s at 12 N."""
    return records.force_histogram((float(name[1:]), lasted_s) for name, lasted_s in at_n.items())


def good(
    number: int = 1,
    at: datetime = NOON,
    *,
    region: str = "calf",
    profile: str = "swedish",
    pain: tuple[int | None, int | None] = (5, 3),
    often: str = "weekly",
    kind: str = "tight",
    comfort: int | None = 8,
    too_much: int = 0,
    run_s: float = 240.0,
    completed: bool = True,
    histogram: tuple[float, ...] = (0.0,) * records.FORCE_BINS,
    faults: tuple[str, ...] = (),
    follow_up: FollowUp | None = None,
    simulated: bool = False,
) -> SessionRecord:
    """A session of four minutes that went well, unless something else is said."""
    before = Before(
        at,
        region,
        simulated=simulated,
        profile=profile,
        pain_0_10=pain[0],
        pain_often=often,
        pain_kind=kind,
        planned_s=240.0,
        limit_n=40.0,
        drive_pct=60.0,
    )
    device = DeviceSummary(run_s, too_much=too_much, faults=faults, force_histogram_s=histogram)
    after = After(at + timedelta(seconds=run_s), completed, pain[1], comfort)
    return SessionRecord(number, before, (), device, after, follow_up)


def two_days_later(soreness: int = 0, *, bruise: bool = False, gone: bool | None = None) -> FollowUp:
    """A follow-up to a session at NOON."""
    return FollowUp(NOON + 2 * DAY, soreness, bruise, gone)
