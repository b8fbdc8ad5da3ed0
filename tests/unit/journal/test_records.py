"""Records: nothing wrong can be made into one, and everything wrong is said at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.errors import UsageError
from host_tools.journal.records import (
    FORCE_BINS,
    After,
    Before,
    DeviceSummary,
    Event,
    FollowUp,
    Measure,
    SessionRecord,
    force_histogram,
)
from tests.unit.journal.made import NOON, good

NAN = float("nan")


def test_all_that_is_wrong_is_said_at_once() -> None:
    answers: Any = {"dvt": 3}  # what a broken answers file could hold
    with pytest.raises(UsageError) as caught:
        Before(
            datetime(2026, 1, 1),
            " ",
            goal="x" * 501,
            pain_kind="awful",
            pain_often="often",
            pain_0_10=11,
            pain_areas=("ok", "\ud800"),
            planned_s=901,
            limit_n=NAN,
            drive_pct=-1,
            answers=answers,
        )
    text = str(caught.value)
    assert text.startswith("the start of a session: 11 problems")
    for words in (
        "started_at: datetime.datetime(2026, 1, 1, 0, 0); allowed a date and time with a time zone",
        "region: empty",
        "goal: 501 characters; allowed at most 500",
        "pain_kind: 'awful'; allowed none, dull, tight",
        "pain_often: 'often'; allowed never, monthly",
        "pain_0_10: 11; allowed whole numbers from 0 to 10",
        "pain_areas[2]: '\\ud800'; allowed text",
        "planned_s: 901; allowed 0 to 900 s",
        "limit_n: nan; allowed 0 to 50 N",
        "drive_pct: -1; allowed 0 to 100 %",
        "answers.dvt: 3; allowed text",
    ):
        assert words in text
    assert caught.value.fix


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Event(1, "sneeze"), "kind: 'sneeze'; allowed too_much"),
        (lambda: Event(-1, "note"), "at_s: -1"),
        (lambda: Event(1, "comfort"), "value: None; allowed 0 to 10"),
        (lambda: Event(1, "comfort", value=10.5), "value: 10.5; allowed 0 to 10"),
        (lambda: Event(1, "note", value=NAN), "value: nan"),
        (lambda: Event(1, "note", "\udc80"), "detail: '\\udc80'"),
        (lambda: DeviceSummary(NAN), "run_s: nan"),
        (lambda: DeviceSummary(1, strokes=-1), "strokes: -1"),
        (lambda: DeviceSummary(1, strokes=2**70), "strokes: 1180591620717411303424"),
        (lambda: DeviceSummary(1, force_histogram_s=(1.0,)), "force_histogram_s: (1.0,); allowed 14 numbers"),
        (lambda: DeviceSummary(1, force_histogram_s=(NAN,) * FORCE_BINS), "force_histogram_s[14]: nan"),
        (lambda: After(NOON, True, pain_0_10=-1), "pain_0_10: -1"),
        (lambda: After(NOON, True, comfort_0_10=True), "comfort_0_10: True"),
        (lambda: After(datetime(1000, 1, 1).astimezone(), True), "allowed the years 1970 to 9000"),
        (lambda: FollowUp(NOON, 12), "soreness_0_10: 12"),
        (lambda: Measure(float("inf"), "cm", "x"), "value: inf"),
        (lambda: Measure(1, "cm", "x", "faster"), "better: 'faster'; allowed more, less"),
    ],
)
def test_no_record_holds_a_wrong_value(make: Callable[[], object], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        make()
    assert words in str(caught.value)


@given(st.lists(st.tuples(st.floats(-10, 500), st.floats(0, 10)), max_size=30))
def test_a_histogram_loses_no_time(readings: list[tuple[float, float]]) -> None:
    assert sum(force_histogram(readings)) == pytest.approx(sum(lasted_s for _, lasted_s in readings))


def test_bins_are_5_n_wide_and_the_last_takes_the_rest() -> None:
    found = force_histogram([(-1, 1), (4.99, 2), (5, 4), (69.9, 8), (70, 16), (400, 32)])
    assert found == (3, 4, *[0] * 11, 56)  # 0..5 N: 1 + 2; 5..10 N: 4; 65 N and above: 8 + 16 + 32


def test_how_long_it_took_is_measured_or_taken_from_what_is_known() -> None:
    before = Before(NOON, "calf", planned_s=120)
    assert SessionRecord(1, before).seconds == 0
    assert SessionRecord(1, before, (Event(5, "note"), Event(40, "stop"))).seconds == 40
    late = After(NOON + timedelta(minutes=9), True)
    assert SessionRecord(1, before, after=late).seconds == 120  # nobody was massaged while they answered questions
    assert SessionRecord(1, before, after=After(NOON + timedelta(seconds=30), False)).seconds == 30
    assert SessionRecord(1, before, after=late, device=DeviceSummary(77)).seconds == 77


def test_a_clock_set_back_during_a_session_gives_no_negative_time() -> None:
    record = SessionRecord(1, Before(NOON, "calf", planned_s=120), after=After(NOON - timedelta(hours=1), True))
    assert (record.seconds, record.ended_at) == (0, NOON)


def test_too_much_is_what_device_or_person_counted_higher() -> None:
    said = tuple(Event(at_s, "too_much") for at_s in (1, 2, 3))
    assert good(too_much=1).too_much == 1
    assert SessionRecord(1, Before(NOON, "calf"), said, DeviceSummary(1, too_much=2)).too_much == 3
