"""Noise, floods and every well-formed message with any content: the loop goes on, and nothing starts."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tapote import params, states, wire
from tests.unit.firmware.bench_wire import Wired


@pytest.fixture
def device(tmp_path: Path) -> Wired:
    return Wired(tmp_path)


@given(st.lists(st.binary(max_size=64), max_size=20))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_noise_on_the_line_changes_nothing(device: Wired, noise: list[bytes]) -> None:
    """The same device takes all of it: nothing of it may add up either."""
    before = (device.state, device["session_s"], device.app.session.held)
    for data in noise:
        device.hal.to_device += data
        device.run(10)
    device.run(20)
    device.answers()
    assert (device.state, device["session_s"], device.app.session.held) == before
    assert device.ack(wire.GET, params.slot("tick_us")) == (wire.OK, 500)


@given(kind=st.sampled_from(sorted(wire.MESSAGES)), data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_well_formed_message_breaks_the_loop_or_starts_the_motor(
    device: Wired, kind: int, data: st.DataObject
) -> None:
    device.send(wire.HELLO, *wire.PROTOCOL)  # one that was told another protocol refuses most
    size = wire.payload_size(kind)
    device.hal.to_device += wire.encode(kind, 7, data.draw(st.binary(min_size=size, max_size=size)))
    device.run(10)
    device.answers()
    assert device.app.error == ""
    assert device.state in (states.IDLE, states.ARMED, states.STOPPING)
    assert device.plant.duty == 0


def test_messages_that_take_long_wait_for_the_next_turn(device: Wired, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight of 16 ms each in one chunk would be 128 ms, and 100 without a turn of the main loop stop the motor."""
    device.start()
    device.answers()
    acted: list[int] = []

    def slow() -> int:
        device.hal.run_ticks(32)
        acted.append(device["loops"])
        return 100_000

    monkeypatch.setattr(device.hal, "heap_free", slow)
    for _ in range(8):
        device.send(wire.STATS)
    device.run(300)
    assert len(acted) == len(device.answers()) == 8
    assert len(set(acted)) >= 4, "turns came between"
    assert device.app.session.held == 0
    assert device.plant.duty > 0


def test_a_flood_of_bytes_does_not_keep_the_loop_from_its_turns(device: Wired) -> None:
    device.hal.to_device += b"\x7e" * 100_000
    loops = device["loops"]
    device.run(1000)
    assert device["loops"] - loops == 100
    assert device.app.session.held == 0
