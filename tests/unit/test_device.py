"""The device client: on a link that plays dead or lies, and on the simulated board for what it asks and does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from host_tools.boards import load_board
from host_tools.device import BEAT_S, REPLY_TIMEOUT_S, Device, DeviceError
from host_tools.links.factory import open_link
from host_tools.links.link import Link
from host_tools.links.url import parse
from host_tools.messages import Telemetry
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import get_profile
from host_tools.profiles.program import Program
from host_tools.regions import get_region
from tapote import params, wire
from tests.unit.fake_link import FakeLink, ack, hello_reply


def program() -> Program:
    return compile_profile(get_profile("deep_tissue"), load_board("pico_mosfet_fsr"), get_region("calf"))


@pytest.fixture
def sim() -> Iterator[Link]:
    link = open_link(parse("sim:"))
    yield link
    link.close()


CALLS: list[Callable[[Device], object]] = [
    lambda device: device.hello(),
    lambda device: device.get("session_s"),
    lambda device: device.set("session_s", 60),
    lambda device: device.save(),
    lambda device: device.stats(),
    lambda device: device.ring(),
    lambda device: device.stream(20),
    lambda device: device.upload(program()),
    lambda device: device.arm(tethered=True),
    lambda device: device.stop(),
    lambda device: device.pause(),
    lambda device: device.too_much(),
    lambda device: device.clear(),
]


@pytest.mark.parametrize("call", CALLS)
def test_a_dead_link_is_an_error_after_a_second_of_its_time(call: Callable[[Device], object]) -> None:
    link = FakeLink()
    with pytest.raises(DeviceError, match="fake: does not answer") as error:
        call(Device(link))
    assert "tapote devices" in error.value.fix
    assert REPLY_TIMEOUT_S <= link.time_s - 100 <= 2 * REPLY_TIMEOUT_S + 0.1


@pytest.mark.parametrize("call", CALLS)
def test_an_answer_of_another_kind_is_an_error_with_a_fix(call: Callable[[Device], object]) -> None:
    size = wire.payload_size(wire.STATS_REPLY)
    link = FakeLink(lambda _, seq, __: wire.encode(wire.STATS_REPLY, seq, bytes(size)))
    if call is CALLS[4]:  # stats() asks for just that
        link.answer = ack()
    with pytest.raises(DeviceError, match="unexpected kind") as error:
        call(Device(link))
    assert "Deploy" in error.value.fix


@pytest.mark.parametrize("call", [*CALLS[:6], CALLS[7]])
def test_a_device_that_does_not_know_the_question_is_no_answer(call: Callable[[Device], object]) -> None:
    with pytest.raises(DeviceError):
        call(Device(FakeLink(ack(wire.UNKNOWN))))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"major": wire.PROTOCOL[0] + 1}, "speaks protocol 2, these tools speak 1"),
        ({"table": params.table_hash() ^ 1}, "parameter table"),
    ],
)
def test_a_device_of_another_version_is_refused_with_the_way_out(changes: dict[str, int], message: str) -> None:
    with pytest.raises(DeviceError, match=message) as error:
        Device(FakeLink(hello_reply(**changes))).hello()
    assert "Deploy" in error.value.fix


def test_a_newer_minor_version_is_fine() -> None:
    assert Device(FakeLink(hello_reply())).hello().protocol == (1, 99)


def test_a_late_answer_is_not_taken_for_that_to_another_question() -> None:
    link = FakeLink(ack(value=7), delay_s=1.5)
    device = Device(link)
    with pytest.raises(DeviceError):
        device.get("session_s")
    link.answer, link.delay_s = ack(value=8), 0.6
    assert device.get("session_s") == 8


def test_damaged_answers_are_counted_and_dropped() -> None:
    good = ack(value=5)

    def noisy(kind: int, seq: int, payload: bytes) -> bytes:
        whole = good(kind, seq, payload)
        return whole[:4] + b"\x55" + whole[5:] + b"Traceback (most recent call last)\r\n" + whole

    device = Device(FakeLink(noisy))
    assert device.get("session_s") == 5
    assert device.bad_frames == 2


def test_sequence_numbers_leave_out_the_one_of_telemetry() -> None:
    link = FakeLink(ack())
    device = Device(link)
    for _ in range(300):
        device.stop()
    numbers = [seq for _, seq, _ in link.sent]
    assert 0 not in numbers
    assert numbers[:2] == [1, 2]
    assert numbers[253:257] == [254, 255, 1, 2]


def test_the_heartbeat_goes_out_while_tethered_only() -> None:
    link = FakeLink(ack())
    device = Device(link)
    device.pump(1.0)
    assert link.sent == []
    assert device.arm(tethered=True) == []
    link.sent.clear()
    device.pump(1.0)
    beats = [kind for kind, _, _ in link.sent]
    assert set(beats) == {wire.BEAT}
    assert len(beats) == pytest.approx(1 / BEAT_S, abs=2)


def test_refused_arming_lists_every_reason_and_does_not_tether() -> None:
    device = Device(FakeLink(ack(wire.REFUSED, 0x003)))
    reasons = device.arm(tethered=True)
    assert [reason.split(":")[0] for reason in reasons] == ["BUTTON", "HEAD_LOADED"]
    assert not device.tethered


@pytest.mark.parametrize("status", [wire.REFUSED, wire.BAD, wire.UNKNOWN])
@pytest.mark.parametrize("kind", [wire.PROGRAM, wire.PHASE, wire.WAVE, wire.COMMIT])
def test_a_refused_part_of_a_program_ends_the_upload(kind: int, status: int) -> None:
    def refuse(sent: int, seq: int, payload: bytes) -> bytes:
        return ack(status if sent == kind else wire.OK)(sent, seq, payload)

    link = FakeLink(refuse)
    with pytest.raises(DeviceError, match=wire.ACK_STATUS[status]) as error:
        Device(link).upload(program())
    assert error.value.fix
    assert link.sent[-1][0] == kind, "nothing is sent after the refusal"


def test_unknown_names_and_what_cannot_be_set(sim: Link) -> None:
    device = Device(sim)
    with pytest.raises(DeviceError, match="no parameter 'speed'") as error:
        device.get("speed")
    assert error.value.exit_code == 2
    assert "session_s" in error.value.fix
    with pytest.raises(DeviceError, match="no parameter 'speed'"):
        device.set("speed", 1)
    with pytest.raises(DeviceError, match="enable is measured or fixed"):
        device.set("enable", 1)


def test_set_says_what_was_really_applied(sim: Link) -> None:
    device = Device(sim)
    assert device.set("session_s", 300) == device.get("session_s") == 300
    assert device.set("force_limit_mn", 10**12) == 50000
    assert device.set("force_limit_mn", -(10**12)) == 5000
    device.save()


def test_a_session_by_its_client(sim: Link) -> None:
    device = Device(sim)
    hello = device.hello()
    assert (hello.board, hello.state, hello.fault) == ("pico_mosfet_fsr", "IDLE", 0)
    records: list[Telemetry] = []
    device.on_telemetry = records.append
    assert device.upload(program()) == 0
    device.stream(50)
    device.pump(0.5)
    assert device.arm(tethered=True) == []
    sim.press_button()
    device.pump(3.0)
    assert records[-1].state_name == "RUNNING"
    assert not device.clear()
    with pytest.raises(DeviceError, match="did not store"):
        device.save()
    with pytest.raises(DeviceError, match="did not take a program: refused"):
        device.upload(program())
    assert device.too_much() == 1
    ticks = device.ring()
    assert len(ticks) == 256
    assert {after.now_us - before.now_us for before, after in pairwise(ticks)} == {500}
    assert device.get("ring_hold") == 0
    assert device.pause()
    assert not device.pause()
    device.stop()
    device.pump(0.5)
    assert records[-1].state_name == "IDLE"
    stats = device.stats()
    assert stats.strokes > 30
    assert (stats.too_much, stats.fault_names) == (1, [])
    assert device.bad_frames == 0


def test_long_and_foreign_names_reach_the_device(sim: Link) -> None:
    assert Device(sim).upload(replace(program(), name="Füße " * 20)) == 0
