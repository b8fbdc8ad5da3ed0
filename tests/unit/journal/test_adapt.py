"""The next session starts from what the last ones taught: gentler after any complaint, never above what is written."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.journal import adapt
from host_tools.journal.adapt import suggest
from host_tools.journal.records import After, DeviceSummary, Event, SessionRecord
from tests.unit.journal.made import DAY, EXAMPLES, NOON, bins, good, ratings, two_days_later

follow_ups = st.none() | st.builds(two_days_later, ratings, bruise=st.booleans(), gone=st.none() | st.booleans())
histograms = st.sampled_from([bins(n12=60), bins(n12=60, n36=30), bins(n33=10, n50=40), bins()])
sessions = st.builds(
    good,
    st.integers(1, 50),
    st.integers(0, 40).map(lambda days: NOON + days * DAY),
    profile=st.sampled_from(["swedish", "deep_tissue"]),
    pain=st.tuples(st.none() | ratings, st.none() | ratings),
    comfort=st.none() | ratings,
    too_much=st.integers(0, 5),
    completed=st.booleans(),
    histogram=histograms,
    faults=st.sampled_from([(), ("STALL",), ("FORCE_TRIP",)]),
    follow_up=follow_ups,
)
histories = st.lists(sessions, max_size=12)


def scales(history: list[SessionRecord]) -> tuple[float, float]:
    found = suggest(history, "calf", "swedish")
    return found.limit_scale, found.drive_scale


def worse(record: SessionRecord, how: str) -> SessionRecord:
    """The same session with one complaint more."""
    device, after, follow_up = record.device, record.after, record.follow_up
    assert isinstance(device, DeviceSummary)
    assert isinstance(after, After)
    match how:
        case "too much":
            return replace(record, device=replace(device, too_much=device.too_much + 1))
        case "too much by event":
            return replace(record, events=(*record.events, *[Event(1, "too_much")] * (record.too_much + 1)))
        case "comfort":
            return replace(record, after=replace(after, comfort_0_10=max(0, (after.comfort_0_10 or 0) - 3)))
        case "comfort during":
            return replace(record, events=(*record.events, Event(1, "comfort", value=1.0)))
        case "pain":
            return replace(record, before=replace(record.before, pain_0_10=0), after=replace(after, pain_0_10=9))
        case "sore":
            soreness = 10 if follow_up is None else min(10, follow_up.soreness_0_10 + 4)
            return replace(record, follow_up=replace(follow_up or two_days_later(), soreness_0_10=soreness))
        case "lasting":
            return replace(record, follow_up=replace(follow_up or two_days_later(), gone_within_48h=False))
        case "pressed":
            return replace(record, device=replace(device, force_histogram_s=bins(n48=60)))
        case "tripped":
            return replace(record, device=replace(device, faults=("FORCE_TRIP",)))
        case _:
            return replace(record, after=replace(after, completed=False))


COMPLAINTS = (
    "too much",
    "too much by event",
    "comfort",
    "comfort during",
    "pain",
    "sore",
    "lasting",
    "pressed",
    "tripped",
)


@EXAMPLES
@given(histories)
def test_scales_stay_within_their_bounds_and_are_explained(history: list[SessionRecord]) -> None:
    found = suggest(history, "calf", "swedish")
    assert 0.4 <= found.limit_scale <= 1.0
    assert 0.4 <= found.drive_scale <= 1.0
    assert found.changes == bool(found.reasons)
    assert found.sentence.endswith(".")
    assert found.sentence.count(". ") == 0, "one sentence"
    assert ("less" in found.sentence) == found.changes


@EXAMPLES
@given(histories.filter(bool), st.data())
def test_one_complaint_more_never_gives_more(history: list[SessionRecord], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(history) - 1))
    other = list(history)
    other[at] = worse(history[at], data.draw(st.sampled_from([*COMPLAINTS, "stopped"])))
    assert all(new <= old for new, old in zip(scales(other), scales(history), strict=True))


@EXAMPLES
@given(histories, sessions, st.sampled_from(COMPLAINTS))
def test_one_bad_session_more_never_gives_more(history: list[SessionRecord], one: SessionRecord, how: str) -> None:
    bad = worse(one, how)
    if list(adapt.complaints(bad)):
        assert all(new <= old for new, old in zip(scales([*history, bad]), scales(history), strict=True))


@EXAMPLES
@given(histories, sessions)
def test_no_session_gives_back_more_than_a_tenth(history: list[SessionRecord], one: SessionRecord) -> None:
    latest = replace(one, before=replace(one.before, started_at=NOON + 50 * DAY))
    for new, old in zip(scales([*history, latest]), scales(history), strict=True):
        assert new <= old * 1.1 + 0.005  # half of what rounding to 2 digits may add
        if latest.too_much or (latest.follow_up is not None and latest.follow_up.soreness_0_10 > 2):
            assert new <= old


@EXAMPLES
@given(histories, sessions)
def test_simulated_sessions_and_other_regions_teach_nothing(history: list[SessionRecord], one: SessionRecord) -> None:
    unreal = replace(one, before=replace(one.before, simulated=True))
    elsewhere = replace(one, before=replace(one.before, region="thigh"))
    assert suggest([*history, unreal, elsewhere], "calf", "swedish") == suggest(history, "calf", "swedish")


def test_nothing_known_changes_nothing() -> None:
    found = suggest([], "calf", "swedish")
    assert (found.limit_scale, found.drive_scale, found.reasons) == (1.0, 1.0, ())
    assert found.sentence == "The massage on the calf starts as it is written: there is no session there yet."


@pytest.mark.parametrize(
    ("record", "limit", "drive", "reason"),
    [
        (good(too_much=1), 0.9, 0.9, 'you said "too much" once on 2 November'),
        (good(too_much=2), 0.8, 0.8, 'you said "too much" twice on 2 November'),
        (good(too_much=9), 0.7, 0.7, 'you said "too much" 9 times on 2 November'),  # 30 % at most
        (good(comfort=3), 0.9, 0.9, "you rated the comfort 3 of 10 on 2 November"),
        (good(comfort=4), 0.95, 0.95, "you rated the comfort 4 of 10 on 2 November"),
        (good(comfort=5), 0.95, 0.95, "you rated the comfort 5 of 10 on 2 November"),
        (good(pain=(3, 5)), 0.9, 0.9, "your pain rose by 2 points on 2 November"),
        (good(follow_up=two_days_later(4)), 0.9, 0.9, "you were sore or bruised after the session on 2 November"),
        (good(follow_up=two_days_later(0, bruise=True)), 0.9, 0.9, "you were sore or bruised after the session"),
        (
            good(follow_up=two_days_later(1, gone=False)),
            0.8,
            0.8,
            "soreness or a bruise from 2 November lasted over",
        ),
        (good(faults=("FORCE_TRIP",)), 0.9, 0.9, "the force rose up to the emergency stop"),
        # limit 40 N: bins from 35 N on lie above 80 % of it
        (good(histogram=bins(n12=74, n36=26)), 1.0, 0.9, "the force was near its limit for much of the session"),
        (good(profile="deep_tissue", too_much=2), 0.9, 0.9, 'you said "too much" twice'),  # another massage: half
    ],
)
def test_what_each_complaint_takes(record: SessionRecord, limit: float, drive: float, reason: str) -> None:
    found = suggest([record], "calf", "swedish")
    assert found.changes
    assert (found.limit_scale, found.drive_scale) == (limit, drive)
    assert found.reasons[0].startswith(reason)
    assert reason in found.sentence


@pytest.mark.parametrize(
    "record",
    [
        good(),
        good(comfort=None),
        good(comfort=6),
        good(pain=(3, 4)),
        good(histogram=bins(n12=75, n36=25)),  # a quarter of the time, and not more
        good(follow_up=two_days_later(3)),
    ],
)
def test_what_is_no_complaint(record: SessionRecord) -> None:
    assert not suggest([record], "calf", "swedish").changes


def test_it_comes_back_slowly_and_only_when_nothing_speaks_against_it() -> None:
    history = [good(1, too_much=2)]
    for days, (record, expected) in enumerate(
        [
            (good(follow_up=two_days_later(0)), 0.84),  # 0.8 * 1.05
            (good(comfort=7), 0.86),  # 0.84 * 1.02 = 0.8568: nobody has asked yet
            (good(comfort=6), 0.86),
            (good(pain=(3, 4)), 0.86),  # a little more pain
            (good(completed=False), 0.86),
            (replace(good(), device=None), 0.86),  # on paper: nobody felt this device
            (good(faults=("STALL",)), 0.86),
            (good(follow_up=two_days_later(3)), 0.86),  # sore, if not much
            (good(profile="reflexology"), 0.86),  # another massage, perhaps a gentler one
            (good(pain=(4, 4)), 0.87),  # 0.8568 * 1.02 = 0.8739
            (good(too_much=1), 0.79),  # 0.8739 * 0.9 = 0.7865
        ],
        start=1,
    ):
        history.append(replace(record, id=days, before=replace(record.before, started_at=NOON + days * DAY)))
        assert scales(history) == (expected, expected)
    found = suggest(history, "calf", "swedish")
    assert found.sentence == (
        'The massage on the calf starts with 21 % less force and drive, because you said "too much" once on'
        ' 13 November and you said "too much" twice on 2 November.'
    )
    many = [replace(good(9), before=replace(good().before, started_at=NOON + (20 + at) * DAY)) for at in range(40)]
    found = suggest([*history, *many], "calf", "swedish")
    assert (found.changes, found.reasons) == (False, ())
    assert "nothing in your last sessions there speaks against it" in found.sentence


def test_what_has_healed_is_no_reason_any_more() -> None:
    fine = two_days_later(0)
    history = [good(1, comfort=5), good(2, NOON + DAY, follow_up=fine)]
    found = suggest(history, "calf", "swedish")
    assert (found.limit_scale, found.reasons) == (1.0, ())  # 0.95 * 1.05 = 0.9975
    history += [good(3, NOON + 2 * DAY, follow_up=fine), good(4, NOON + 3 * DAY, too_much=1)]
    found = suggest(history, "calf", "swedish")
    assert (found.limit_scale, found.reasons) == (0.9, ('you said "too much" once on 5 November',))


def test_it_never_falls_below_two_fifths() -> None:
    history = [good(at, NOON + at * DAY, too_much=3) for at in range(9)]
    assert scales(history[:3]) == (0.4, 0.4)  # 0.7 * 0.7 * 0.7 = 0.343
    assert scales(history) == (0.4, 0.4)
    assert scales([*history, good(9, NOON + 9 * DAY)]) == (0.41, 0.41)  # and comes back from there: 0.4 * 1.02


def test_what_only_the_drive_pays_for_is_said_of_the_drive() -> None:
    found = suggest([good(histogram=bins(n48=60))], "calf", "swedish")
    assert found.sentence.startswith("The massage on the calf starts with 10 % less drive, because the force was near")
    found = suggest([good(histogram=bins(n48=60), too_much=1, comfort=5)], "calf", "swedish")
    assert "starts with 15 % less force and 25 % less drive, because" in found.sentence
    assert found.sentence.endswith("(and 1 more reason).")


def test_more_reasons_are_counted() -> None:
    found = suggest([good(too_much=1, comfort=2, pain=(1, 5), histogram=bins(n48=9))], "calf", "swedish")
    assert (found.limit_scale, found.drive_scale) == (0.7, 0.7)  # 0.1 each, 0.3 at most
    assert found.sentence.endswith("(and 2 more reasons).")
    assert "2 more" not in found.reasons
