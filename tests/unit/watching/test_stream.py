"""The stream of telemetry keeps its beat, counts what it leaves out, and never runs faster than the loop can."""

from itertools import pairwise

import pytest

from host_tools.device import Device, DeviceError
from host_tools.links.sim import SimLink
from host_tools.messages import Telemetry
from host_tools.silence import SILENT_S
from host_tools.stage import Stage
from tapote import server
from tests.unit.watching.conftest import Sim


def client(link: SimLink, records: list[Telemetry]) -> Device:
    device = Device(link)
    device.on_telemetry = records.append
    return device


@pytest.mark.parametrize(("asked_ms", "period_ms"), [(5, 5), (7, 7), (10, 10), (20, 20), (1, 5), (250, 250)])
def test_records_keep_the_beat_that_was_asked_for(sim: Sim, asked_ms: int, period_ms: int) -> None:
    records: list[Telemetry] = []
    device = client(sim(), records)
    device.stream(asked_ms)
    device.pump(1.0)
    records.clear()
    device.pump(2.0)
    assert abs(len(records) - 2000 / period_ms) <= 1
    gaps = {after.time_ms - before.time_ms for before, after in pairwise(records)}
    assert gaps == {period_ms}


def test_a_stream_that_ends_is_silent(sim: Sim) -> None:
    records: list[Telemetry] = []
    device = client(sim(), records)
    device.stream(5)
    device.pump(0.1)
    device.stream(0)
    records.clear()
    device.pump(1.0)
    assert not records


def test_records_missed_while_the_loop_stood_are_made_up_for_or_counted(sim: Sim) -> None:
    link = sim()
    records: list[Telemetry] = []
    device = client(link, records)
    device.stream(5)
    device.pump(0.1)
    before = records[-1].dropped
    link.hal.run_ticks(60)  # 30 ms: a collection of garbage
    device.pump(0.1)
    assert records[-1].dropped == before
    link.hal.run_ticks(180)  # 90 ms: beyond what is made up for
    device.pump(0.1)
    assert 90 // 5 - server._BEHIND <= records[-1].dropped - before <= 90 // 5


def test_the_linear_board_streams_as_well(sim: Sim) -> None:
    records: list[Telemetry] = []
    device = client(sim("?board=picow_drv8871_linear"), records)
    device.stream(5)
    device.pump(0.5)
    assert len(records) == 100


def test_a_device_that_falls_silent_is_told_to_whoever_watches(sim: Sim, monkeypatch: pytest.MonkeyPatch) -> None:
    """A firmware that hangs in the middle: the watcher is not left waiting for ever."""
    link = sim()
    stage = Stage(link)
    stage.pump(SILENT_S + 1)
    monkeypatch.setattr(link, "read", lambda: b"")
    stage.pump(SILENT_S - 0.1)
    with pytest.raises(DeviceError, match=r"has sent nothing for \d s") as caught:
        stage.pump(1.0)
    assert "tapote doctor" in caught.value.fix
