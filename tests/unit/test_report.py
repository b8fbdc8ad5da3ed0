"""Finding in the telemetry what a person would tell of a session."""

from dataclasses import fields
from typing import Any

import pytest

from host_tools import report
from host_tools.messages import Telemetry
from tapote import states

STEP_MS = 20


def record(time_ms: int, **values: Any) -> Telemetry:
    """A record of a running device with full drive left; all else 0."""
    zeros: dict[str, Any] = {field.name: 0 for field in fields(Telemetry)}
    usual = {"state": states.RUNNING, "scale_permille": 1000, "limit_mn": 50_000, "host_s": time_ms / 1000}
    return Telemetry(**(zeros | usual | {"time_ms": time_ms & report.CLOCK_MASK} | values))


def line(*stretches: tuple[float, dict[str, Any]], start_ms: int = 0) -> report.Timeline:
    """A timeline of stretches (length s, values of the records)."""
    records: list[Telemetry] = []
    for length_s, values in stretches:
        for _ in range(round(length_s * 1000 / STEP_MS)):
            records.append(record(start_ms + STEP_MS * len(records), **values))
    return report.timeline_of(records)


BACKOFF = {"state": states.BACKOFF, "scale_permille": 200, "peak_mn": 45_000}
SOFTER = {"state": states.BACKOFF, "scale_permille": 700, "peak_mn": 33_000}


def test_time_starts_with_the_motor_and_survives_the_clock_s_wrap() -> None:
    start_ms = report.CLOCK_MASK - 200
    found = line((0.1, {"state": states.ARMED}), (1.0, {}), start_ms=start_ms)
    assert found.times_s[0] == 0.0
    assert found.end_s == pytest.approx(0.98)
    assert list(found.times_s) == sorted(found.times_s)


def test_a_span_has_its_times_its_peak_and_what_was_left() -> None:
    (span,) = report.cut_back(line((2, {}), (3, BACKOFF), (2, {})))
    assert (span.start_s, span.end_s) == pytest.approx((2.0, 4.98))
    assert (span.peak_mn, span.scale_permille, span.to_the_end) == (45_000, 200, False)


def test_strokes_that_come_and_go_are_one_span() -> None:
    flicker = [(0.4, BACKOFF), (0.5, {})] * 5
    spans = report.cut_back(line((1, {}), *flicker, (4, {}), (1, BACKOFF), (1, {})))
    assert [round(span.start_s, 1) for span in spans] == [1.0, 9.5]


def test_a_blink_is_no_span() -> None:
    assert report.cut_back(line((2, {}), (0.1, BACKOFF), (5, {}))) == []


def test_a_span_that_lasts_to_the_end_says_so() -> None:
    (span,) = report.cut_back(line((2, {}), (3, BACKOFF), (0.3, {"state": states.STOPPING})))
    assert span.to_the_end


def test_what_was_only_softened_is_summed_up() -> None:
    found = line((2, SOFTER), (3, {}), (2, BACKOFF), (2, {}), (1, SOFTER))
    cut = report.cut_back(found)
    rest = report.softened(found, cut)
    assert rest is not None
    assert rest.length_s == pytest.approx(3.0, abs=0.05)
    assert (rest.peak_mn, rest.scale_permille) == (33_000, 700)
    assert report.softened(line((5, {})), []) is None


def test_stretches_of_a_field_follow_each_other_without_gaps() -> None:
    found = line((1, {}), (2, {"phase": 1}), (1, {"phase": 2}))
    stretches = list(found.runs("phase"))
    assert [value for value, _, _ in stretches] == [0, 1, 2]
    assert [start for _, start, _ in stretches[1:]] == [end for _, _, end in stretches[:-1]]


def test_too_much_is_found_when_it_was_said() -> None:
    assert line((1, {}), (1, {"too_much": 1}), (1, {"too_much": 2})).said_s() == pytest.approx([1.0, 2.0])
