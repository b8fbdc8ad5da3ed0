"""Every message over the wire, refusals included; telemetry that never waits."""

import struct
from itertools import pairwise
from pathlib import Path

import pytest

from tapote import faults, field_names, params, states, wire
from tests.unit.firmware.bench import PHASE
from tests.unit.firmware.bench_wire import Wired


@pytest.fixture
def device(tmp_path: Path) -> Wired:
    return Wired(tmp_path)


def run_tethered(device: Wired) -> None:
    device.load()
    assert device.ack(wire.ARM, 0)[0] == wire.OK
    device.press_for(100)
    assert device.state == states.RUNNING


def test_hello_says_who_answers(device: Wired) -> None:
    reply = dict(zip(field_names.FIELDS[wire.HELLO_REPLY], device.ask(wire.HELLO, *wire.PROTOCOL), strict=True))
    assert (reply["major"], reply["minor"]) == wire.PROTOCOL
    assert (reply["fw_major"], reply["fw_minor"], reply["fw_patch"]) == wire.FIRMWARE
    assert reply["board"] == b"pico_mosfet_fsr".ljust(24, b"\0")
    assert (reply["table"], reply["tick_hz"]) == (params.table_hash(), 2000)
    assert (reply["state"], reply["fault"], reply["reset"]) == (states.IDLE, 0, 0)


def test_a_host_of_another_protocol_may_only_stop(device: Wired) -> None:
    run_tethered(device)
    device.ask(wire.HELLO, wire.PROTOCOL[0] + 1, 0)
    assert device.ack(wire.SET, params.slot("session_s"), 60)[0] == wire.REFUSED
    assert device.ack(wire.CLEAR)[0] == wire.REFUSED
    assert device.ack(wire.TOO_MUCH) == (wire.OK, 1)
    assert device.ack(wire.STOP)[0] == wire.OK
    assert device.state == states.STOPPING
    device.ask(wire.HELLO, *wire.PROTOCOL)
    assert device.ack(wire.SET, params.slot("session_s"), 60)[0] == wire.OK


def test_get_and_set(device: Wired) -> None:
    slot = params.slot("session_s")
    assert device.ack(wire.GET, slot) == (wire.OK, 600)
    assert device.ack(wire.SET, slot, 300) == (wire.OK, 300)
    assert device.ack(wire.SET, slot, 99999) == (wire.CLAMPED, 900)
    assert device.ack(wire.SET, slot, -5) == (wire.CLAMPED, 30)
    assert device["session_s"] == 30
    assert device.ack(wire.GET, len(params.PARAMS)) == (wire.UNKNOWN, 0)
    assert device.ack(wire.SET, 0xFFFF, 1) == (wire.UNKNOWN, 0)


@pytest.mark.parametrize("name", ["enable", "trip_mn", "hard_mn", "trips", "clear_asked", "top", "heartbeat_limit_us"])
def test_what_is_no_setting_cannot_be_set(device: Wired, name: str) -> None:
    before = device[name]
    assert device.ack(wire.SET, params.slot(name), 1) == (wire.REFUSED, before)
    assert device[name] == before


@pytest.mark.parametrize(
    "name",
    ["force_limit_mn", "trip_limit_mn", "rate_max_spm", "drive_max_permille", "session_s", "felt_limit_permille"],
)
def test_a_running_session_takes_lower_limits_and_no_higher_ones(device: Wired, name: str) -> None:
    run_tethered(device)
    slot = params.slot(name)
    now = device[name]
    low = (now + params.PARAMS[slot][1]) // 2
    assert device.ack(wire.SET, slot, low) == (wire.OK, low)
    assert device.ack(wire.SET, slot, now) == (wire.CLAMPED, low)


def test_a_program_by_wire(device: Wired) -> None:
    assert device.ack(wire.PROGRAM, 2, b"two phases") == (wire.OK, 0)
    assert device.ack(wire.PHASE, 0, *PHASE) == (wire.OK, 0)
    assert device.ack(wire.PHASE, 1, *PHASE[:10], 99000, 1) == (wire.CLAMPED, 1)
    assert device.ack(wire.PHASE, 3, *PHASE) == (wire.REFUSED, 3)
    samples = struct.pack("<32H", *range(100, 132))
    assert device.ack(wire.WAVE, 2, samples) == (wire.OK, 2)
    assert list(device.hal.wave[64:96]) == list(range(100, 132))
    assert device.ack(wire.WAVE, 8, samples) == (wire.BAD, 8)
    assert device.ack(wire.COMMIT) == (wire.OK, 1), "one phase was cut"
    assert device.app.program.name == "two phases"


@pytest.mark.parametrize("name", [b"\xc3" * 24, b"\xff\xfe", b"", b"\x03\x7e\x7d", "häßlich".encode()])
def test_any_bytes_are_a_name(device: Wired, name: bytes) -> None:
    assert device.ack(wire.PROGRAM, 1, name)[0] == wire.OK
    assert device.app.program.name.isascii()
    assert device.state == states.IDLE


def test_refused_arming_carries_every_reason(device: Wired) -> None:
    device.plant.set("battery_points", 9600)
    device.plant.press(8000)
    device.run(500)
    assert device.ack(wire.ARM, 1) == (wire.REFUSED, 0x002 | 0x008 | 0x020)
    assert not device.app.session.tethered


def test_arm_pause_stop_clear_answer_with_what_was_done(device: Wired) -> None:
    assert device.ack(wire.PAUSE) == (wire.REFUSED, states.IDLE)
    run_tethered(device)
    assert device.ack(wire.PAUSE) == (wire.OK, states.ARMED)
    assert device.ack(wire.STOP) == (wire.OK, states.STOPPING)
    device.run(400)
    assert device.ack(wire.CLEAR) == (wire.REFUSED, 0), "nothing to clear"
    device.app.session.fail(faults.bit(faults.STALL), device.hal.now_ms())
    device.run(20)
    assert device.ack(wire.CLEAR) == (wire.OK, 0)
    assert device.state == states.IDLE


def test_too_much_in_idle_says_nothing(device: Wired) -> None:
    assert device.ack(wire.TOO_MUCH) == (wire.OK, 0)


def test_save_only_while_idle(device: Wired) -> None:
    assert device.ack(wire.SAVE) == (wire.OK, 0)
    run_tethered(device)
    assert device.ack(wire.SAVE)[0] == wire.REFUSED


def test_what_the_device_itself_says_is_an_echo_and_no_host(device: Wired) -> None:
    before = device.app.server.heard_ms
    device.send(wire.ACK, wire.STOP, 0, 0)
    device.run(100)
    assert device.answers() == []
    assert device.app.server.heard_ms == before


def test_telemetry_comes_at_its_period_and_stops(device: Wired) -> None:
    device.ack(wire.STREAM, 50)
    device.run(500)
    records = device.answers()
    assert [kind for kind, _, _ in records] == [wire.TELEMETRY] * 10
    assert {seq for _, seq, _ in records} == {0}
    names = field_names.FIELDS[wire.TELEMETRY]
    times = [int(fields[names.index("time_ms")]) for _, _, fields in records]
    assert {after - before for before, after in pairwise(times)} == {50}
    device.ack(wire.STREAM, 0)
    device.run(500)
    assert device.answers() == []


def test_telemetry_that_the_host_does_not_read_is_dropped_and_counted(device: Wired) -> None:
    device.ack(wire.STREAM, 10)
    device.hal.room_bytes = 0
    loops = device["loops"]
    device.run(3000)
    assert device["loops"] - loops == 300, "the main loop never waits"
    device.answers()
    device.hal.room_bytes = 1 << 20
    device.run(100)
    dropped = [fields[field_names.FIELDS[wire.TELEMETRY].index("dropped")] for _, _, fields in device.answers()]
    assert dropped[-1] == pytest.approx(290, abs=15)


def test_telemetry_that_waits_leaves_room_for_answers(device: Wired) -> None:
    device.ack(wire.STREAM, 10)
    device.hal.room_bytes = 0
    device.run(1000)
    device.answers()
    device.send(wire.GET, params.slot("tick_us"), seq=77)
    device.run(20)
    device.hal.room_bytes = 1 << 20
    device.run(50)
    assert (wire.ACK, 77, (wire.GET, wire.OK, 500)) in device.answers()


def test_more_questions_than_room_for_answers_are_dropped_and_counted(device: Wired) -> None:
    device.hal.room_bytes = 0
    for seq in range(100):
        device.send(wire.STATS, seq=seq)
    device.run(1000)
    assert device.app.server.dropped > 50
    assert device.app.error == ""


def test_bytes_go_in_whole_packets(device: Wired) -> None:
    device.send(wire.GET, 1)
    device.run(20)
    assert len(device.hal.to_host) % 64 == 0
    device.send(wire.STATS)
    device.run(20)
    assert len(device.answers()) == 2


def test_the_ring_by_wire_and_its_hold(device: Wired) -> None:
    first, records = device.ask(wire.RING, 252, 1)
    assert first == 252
    assert isinstance(records, bytes)
    newest = struct.unpack("<8i", records[-32:])
    assert newest[0] == device.hal.regs[params.RING + 8 * device["ring_at"]], "record 255 is the newest"
    at = device["ring_at"]
    device.run(100)
    assert device["ring_at"] == at
    device.ask(wire.RING, 0, 0)
    device.run(10)
    assert device["ring_at"] != at


def test_a_host_that_holds_the_ring_and_has_gone_holds_it_no_more(device: Wired) -> None:
    device.ask(wire.RING, 0, 1)
    device.run(1500)
    device.ask(wire.RING, 4, 1)
    device.run(1900)
    assert device["ring_hold"] == 1
    device.run(200)
    assert device["ring_hold"] == 0


def test_a_fault_under_a_held_ring_shows_no_ticks_of_another_time(device: Wired) -> None:
    run_tethered(device)
    device.ask(wire.RING, 0, 1)
    device.plant.press(70_000)
    device.run(20)
    assert device.app.blackbox.held()
    assert set(device.hal.regs[params.RING :]) == {0}


def test_too_much_can_be_asked_for(device: Wired) -> None:
    run_tethered(device)
    device.ask(wire.TOO_MUCH)
    device.ask(wire.TOO_MUCH)
    assert device["too_much"] == 2


def test_a_setting_holds_at_once_at_rest(device: Wired) -> None:
    device.ack(wire.SET, params.slot("force_limit_mn"), 30_000)
    assert (device["limit_mn"], device["hard_mn"], device["trip_mn"]) == (30_000, 30_000, 55_000)


def test_a_session_records_its_ticks_even_if_a_host_left_the_ring_held(device: Wired) -> None:
    device.ask(wire.RING, 0, 1)
    run_tethered(device)
    assert device["ring_hold"] == 0


@pytest.mark.parametrize("first", [253, 255])
def test_ring_reads_beyond_the_end_wrap(device: Wired, first: int) -> None:
    assert len(device.ask(wire.RING, first, 0)) == 2
