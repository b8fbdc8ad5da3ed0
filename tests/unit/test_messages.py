"""Wire messages as host objects, and words for numbers, known or not."""

import struct
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from host_tools import messages
from tapote import faults, field_names, params, states, wire


def test_objects_have_the_fields_of_the_wire_in_its_order() -> None:
    telemetry = [field.name for field in fields(messages.Telemetry)]
    assert telemetry == ["host_s", *field_names.FIELDS[wire.TELEMETRY]]
    assert [field.name for field in fields(messages.Stats)] == list(field_names.FIELDS[wire.STATS_REPLY])
    assert [field.name for field in fields(messages.Tick)] == list(params.RING_FIELDS)


@given(st.binary(min_size=wire.payload_size(wire.HELLO_REPLY), max_size=wire.payload_size(wire.HELLO_REPLY)))
def test_any_hello_can_be_shown(payload: bytes) -> None:
    hello = messages.hello(payload)
    assert hello.firmware.count(".") == 2
    assert "\0" not in hello.board
    assert hello.state


def test_hello() -> None:
    payload = struct.pack(wire.MESSAGES[wire.HELLO_REPLY], 1, 2, 3, 4, 5, b"board", 77, 2000, 4, 5, 1)
    assert messages.hello(payload) == messages.Hello((1, 2), "3.4.5", "board", 77, 2000, "RUNNING", 5, 1)


@given(st.binary(min_size=wire.payload_size(wire.TELEMETRY), max_size=wire.payload_size(wire.TELEMETRY)))
def test_any_telemetry_can_be_shown(payload: bytes) -> None:
    record = messages.telemetry(payload, 1.5)
    assert record.host_s == 1.5
    assert record.state_name


def test_the_ring_comes_four_at_a_time() -> None:
    payload = struct.pack("<B32i", 8, *range(-5, 27))
    ticks = messages.ticks(payload)
    assert len(ticks) == 4
    assert (ticks[0].now_us, ticks[3].flags) == (-5, 26)


def test_names_of_states_and_faults() -> None:
    assert [messages.state_name(number) for number in (states.IDLE, states.FAULT, 200)] == [
        "IDLE",
        "FAULT",
        "state 200",
    ]
    assert messages.fault_name(faults.STALL) == "STALL"
    assert messages.fault_name(99) == "fault 99"
    assert "Free the head" in messages.fault_advice(faults.STALL)
    assert "Clears: clear;" in messages.fault_advice(faults.STALL)
    assert "update the host tools" in messages.fault_advice(99)


def test_stats_name_the_faults_met() -> None:
    values = [0] * len(field_names.FIELDS[wire.STATS_REPLY])
    values[8] = faults.bit(faults.STALL) | faults.bit(faults.LINK_LOST) | 1
    assert messages.stats(struct.pack(wire.MESSAGES[wire.STATS_REPLY], *values)).fault_names == [
        "STALL",
        "LINK_LOST",
    ]


def test_every_reason_has_its_words() -> None:
    assert messages.reason_texts(0) == []
    assert len(messages.reason_texts((1 << len(faults.REASONS)) - 1)) == len(faults.REASONS)
    assert messages.reason_texts(0x020) == ["NO_PROGRAM: Send a program first."]
