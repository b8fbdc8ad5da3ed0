"""What goes to the host: the frames of the host's own encoder, in whole USB packets, dropped when there is no room."""

import struct
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from host_tools.messages import Telemetry
from tapote import wire
from tapote.outbox import CHUNK, SIZE, Outbox
from tests.unit.watching.conftest import Sim
from tests.unit.watching.test_stream import client

seqs = st.integers(0, 255)
values = st.integers(-(2**31), 2**31 - 1)


class Link:
    """A HAL of which only `write` is there: it takes `room` bytes in all."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.writes: list[bytes] = []

    def write(self, data: memoryview) -> int:
        if self.room < len(data):
            return 0
        self.room -= len(data)
        self.writes.append(bytes(data))
        return len(data)


def outbox_on(link: Link) -> Outbox:
    hal: Any = link
    return Outbox(hal)


@given(seq=seqs, value=values, status=st.integers(0, 255))
def test_its_frames_are_those_of_the_encoder(seq: int, value: int, status: int) -> None:
    link = Link(1 << 20)
    outbox = outbox_on(link)
    assert outbox.add(wire.ACK, seq, (wire.GET, status, value))
    outbox.flush()
    sent = b"".join(link.writes)
    frame = wire.encode(wire.ACK, seq, struct.pack("<BBi", wire.GET, status, value))
    assert sent[: len(frame)] == frame
    assert set(sent[len(frame) :]) <= {wire.FLAG}
    assert all(len(part) == CHUNK for part in link.writes)
    assert wire.Decoder().feed(sent) == [(wire.ACK, seq, struct.pack("<BBi", wire.GET, status, value))]


@given(st.lists(st.integers(0, 3), max_size=60))
def test_no_frame_is_cut_however_little_the_link_takes(rooms: list[int]) -> None:
    link = Link(0)
    outbox = outbox_on(link)
    taken = []
    for number, room in enumerate(rooms):
        if outbox.add(wire.ACK, number, (wire.GET, 0, number)):
            taken.append(number)
        link.room += room * CHUNK
        outbox.flush()
    link.room = 2 * SIZE
    outbox.flush()
    decoder = wire.Decoder()
    assert [seq for _, seq, _ in decoder.feed(b"".join(link.writes))] == taken
    assert decoder.bad == 0


def test_a_full_box_refuses_whole_frames_and_says_so() -> None:
    outbox = outbox_on(Link(0))
    count = 0
    while outbox.add(wire.ACK, 1, (wire.GET, 0, count)):
        count += 1
    assert SIZE - 40 < outbox.waiting() <= SIZE


def test_answers_find_room_when_nobody_reads_the_stream(sim: Sim) -> None:
    link = sim()
    records: list[Telemetry] = []
    device = client(link, records)
    device.stream(5)
    link.hal.room_bytes = len(link.hal.to_host)  # the host's end is full from now on
    link.advance(60.0)
    link.hal.room_bytes = 1 << 20
    device.pump(0.1)
    dropped = records[-1].dropped - records[0].dropped
    assert 12_000 - 40 <= dropped <= 12_000
    assert device.bad_frames == 0
    assert records[-1].state_name == "IDLE"
