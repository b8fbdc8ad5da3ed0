"""What the stream costs on real MicroPython, in emulated time: no late tick, whoever reads or does not."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from host_tools.links.url import parse
from host_tools.links.virtual import VirtualLink
from host_tools.messages import Telemetry
from host_tools.stage import Stage, prepare
from tapote import faults, states
from tests.virtual.served_board import virtual_link

pytestmark = pytest.mark.virtual

LATE_MAX_US = 10
ROUND_TRIP_MS = 5.0
DEAF_S = 3.0
COLLECTION_MS = 17.0


@pytest.fixture(scope="module")
def running(_firmware_image: None) -> Iterator[Stage]:
    """A session that has just begun. Each test has its own copy, in a fork."""
    stage = Stage(virtual_link())
    stage.start(prepare("deep_tissue", parse("virtual:"), "pico_mosfet_fsr").program)
    yield stage
    stage.link.close()


def test_200_records_a_second_delay_no_tick_of_a_session_that_runs(running: Stage) -> None:
    stage = running
    records: list[Telemetry] = []
    stage.on_record = records.append
    stage.device.stream(5)
    stage.pump(0.1)
    records.clear()
    stage.device.pump(1.0)
    assert 199 <= len(records) <= 201
    assert records[-1].dropped == records[0].dropped
    assert all(0 < after.time_ms - before.time_ms <= 40 for before, after in pairwise(records))
    assert all(record.state in states.MOVING for record in records)
    stats = stage.device.stats()
    assert stats.late_max_us <= LATE_MAX_US
    assert stats.lost_ticks == 0
    assert stage.device.bad_frames == 0


def round_trips_ms(stage: Stage, count: int) -> list[float]:
    """So many commands beside 100 records a second, at every moment of a turn; the quickest first."""
    stage.device.stream(10)
    took_ms = []
    for turn in range(count):
        start_s = stage.link.now_s()
        seq = stage.device._send(0x12, 5)
        while seq not in stage.device._replies:
            stage.link.advance(0.0001)
            stage.device._receive()
        took_ms.append((stage.link.now_s() - start_s) * 1000)
        stage.device.pump(0.0021 + 0.0003 * (turn % 7))
    return sorted(took_ms)


def test_a_command_is_answered_within_5_ms_beside_100_records_a_second(booted: VirtualLink) -> None:
    assert round_trips_ms(Stage(booted), 50)[-1] <= ROUND_TRIP_MS


def test_the_same_in_a_session_where_garbage_collected_keeps_one_of_a_hundred_waiting(running: Stage) -> None:
    """For 17 ms more at most."""
    running.pump(0.3)
    *quick, slowest = round_trips_ms(running, 100)
    assert quick[-1] <= ROUND_TRIP_MS, quick[-5:]
    assert slowest <= ROUND_TRIP_MS + COLLECTION_MS


def test_a_host_that_beats_but_does_not_read_delays_no_tick_of_a_session_and_learns_what_it_missed(
    running: Stage,
) -> None:
    """For DEAF_S; docs/deploy-and-tune.md has the figures of a whole minute. The outbox is full after a few records:
    from then on every second is like the one before it."""
    stage, link = running, running.link
    assert isinstance(link, VirtualLink)
    stage.device.stream(5)
    stage.pump(0.3)
    assert stage.last is not None
    before = stage.last
    ticks, loops = stage.device.get("ticks"), stage.device.get("loops")
    start_s = link.now_s()
    link.rig.board.port.reading = False
    records: list[Telemetry] = []
    stage.on_record = records.append
    stage.device.pump(DEAF_S)  # beats ten times a second
    link.rig.board.port.reading = True
    assert len(records) == 0
    stage.pump(0.3)
    passed_s = link.now_s() - start_s
    assert stage.last.state in states.MOVING
    assert stage.last.fault == 0
    stats = stage.device.stats()
    assert stats.late_max_us <= LATE_MAX_US
    assert stats.lost_ticks == 0
    assert stage.device.get("ticks") - ticks == pytest.approx(2000 * passed_s, rel=0.02)
    assert stage.device.get("loops") - loops == pytest.approx(100 * passed_s, rel=0.05), "no write ever waited"
    assert DEAF_S * 200 - 60 <= stage.last.dropped - before.dropped <= DEAF_S * 200
    assert len(records) + stage.last.dropped - before.dropped == pytest.approx(200 * passed_s, abs=8), "all accounted"
    assert stage.device.bad_frames == 0


def test_the_black_box_holds_what_led_to_a_fault(running: Stage) -> None:
    stage = running
    stage.pump(0.5)
    assert stage.link.plant is not None
    stage.link.plant.faults.force_open = True
    stage.pump(0.3)
    box = stage.device.black_box()
    assert (box.held, box.fault) == (1, faults.FORCE_OPEN)
    assert box.state in states.MOVING
    ring = stage.device.ring()
    assert len(ring) == 256
    assert all(480 <= after.now_us - before.now_us <= 520 for before, after in pairwise(ring))
    open_ticks = sum(tick.force_mn == 0 for tick in ring)
    assert 10 <= open_ticks <= 60, "5 to 30 ms from the broken wire to the verdict: a rail has no noise"
    assert stage.device.ring() == ring
    assert stage.device.black_box(release=True) == box
    assert stage.device.black_box().held == 0
