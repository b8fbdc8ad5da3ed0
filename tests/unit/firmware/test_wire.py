"""Framing: whatever bytes arrive, cut wherever, nothing raises, nothing false gets through, and the next frame does."""

import struct
from binascii import crc32

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tapote import field_names, wire

Frame = tuple[int, int, bytes]
KINDS = st.sampled_from(sorted(wire.MESSAGES))
CHUNKS = st.lists(st.integers(1, 40), min_size=1, max_size=20)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    kind = draw(KINDS)
    size = wire.payload_size(kind)
    special = st.sampled_from([wire.FLAG, wire.ESC, wire.CTRL_C, wire.FLAG ^ 0x20, wire.ESC ^ 0x20, wire.CTRL_C ^ 0x20])
    payload = draw(st.one_of(st.binary(min_size=size, max_size=size), st.lists(special, min_size=size, max_size=size)))
    return kind, draw(st.integers(0, 255)), bytes(payload)


def feed(decoder: wire.Decoder, data: bytes, cuts: list[int]) -> list[Frame]:
    """Feed data in chunks of these sizes, over and over."""
    found: list[Frame] = []
    at = turn = 0
    while at < len(data):
        size = cuts[turn % len(cuts)]
        found += decoder.feed(data[at : at + size])
        at += size
        turn += 1
    return found


@given(st.lists(frames(), max_size=8), CHUNKS)
def test_frames_come_back_in_order_however_the_stream_is_cut(sent: list[Frame], cuts: list[int]) -> None:
    decoder = wire.Decoder()
    assert feed(decoder, b"".join(wire.encode(*frame) for frame in sent), cuts) == sent
    assert decoder.bad == 0


@given(frames())
def test_ctrl_c_and_the_two_marks_never_stand_inside_a_frame(frame: Frame) -> None:
    data = wire.encode(*frame)
    assert data[0] == data[-1] == wire.FLAG
    assert wire.FLAG not in data[1:-1]
    assert wire.CTRL_C not in data
    assert all(data[at + 1] ^ 0x20 in (wire.FLAG, wire.ESC, wire.CTRL_C) for at in escapes(data))


def escapes(data: bytes) -> list[int]:
    return [at for at, byte in enumerate(data) if byte == wire.ESC]


@given(st.lists(st.one_of(st.binary(max_size=300), frames()), max_size=8), CHUNKS)
def test_garbage_never_raises_and_never_yields_what_was_not_sent(pieces: list[bytes | Frame], cuts: list[int]) -> None:
    sent = [piece for piece in pieces if isinstance(piece, tuple)]
    data = b"".join(wire.encode(*piece) if isinstance(piece, tuple) else piece for piece in pieces)
    for frame in feed(wire.Decoder(), data, cuts):
        assert frame in sent


@given(st.binary(max_size=400), frames(), CHUNKS)
@example(b"\x7e\x7d", (wire.STOP, 1, b""), [1])
@example(b"\x7d", (wire.STOP, 1, b""), [1])
@example(b"\x7e" + bytes(166), (wire.STOP, 1, b""), [1])
@example(b"\x03", (wire.STOP, 1, b""), [1])
def test_after_any_garbage_the_next_whole_frame_is_heard(garbage: bytes, frame: Frame, cuts: list[int]) -> None:
    assert feed(wire.Decoder(), garbage + wire.encode(*frame), cuts)[-1] == frame


@given(frames(), st.data())
def test_a_changed_frame_is_dropped_and_counted(frame: Frame, data: st.DataObject) -> None:
    """One byte: a burst of 8 bits, which CRC-32 finds for certain."""
    clean = bytearray(wire.encode(*frame))
    at = data.draw(st.integers(1, len(clean) - 2))
    clean[at] ^= data.draw(st.integers(1, 255))
    decoder = wire.Decoder()
    assert decoder.feed(bytes(clean)) == []
    assert decoder.bad >= 1
    assert decoder.feed(wire.encode(*frame)) == [frame], "and nothing is lost behind it"


@given(frames(), st.data())
def test_a_frame_cut_short_is_dropped(frame: Frame, data: st.DataObject) -> None:
    whole = wire.encode(*frame)
    decoder = wire.Decoder()
    assert decoder.feed(whole[: data.draw(st.integers(0, len(whole) - 2))]) == []
    assert decoder.feed(whole) == [frame]


@given(KINDS, st.integers(0, 255), st.data())
def test_a_good_checksum_does_not_make_a_message_of_a_wrong_size_or_kind(
    kind: int, seq: int, data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, wire.PAYLOAD_MAX).filter(lambda size: size != wire.payload_size(kind)))
    decoder = wire.Decoder()
    assert decoder.feed(wire.encode(kind, seq, bytes(size))) == []
    assert decoder.feed(wire.encode(0x7F, seq, b"")) == []
    assert decoder.bad == 2


def test_a_bare_ctrl_c_breaks_the_frame_it_stands_in() -> None:
    """The same bytes with 0x03 escaped are a frame; bare it is a real Ctrl-C, and MicroPython has been stopped."""
    whole = wire.encode(wire.STOP, 3, b"")
    bare = whole.replace(b"\x7d\x23", b"\x03")
    assert len(bare) == len(whole) - 1
    decoder = wire.Decoder()
    assert decoder.feed(bare) == []
    assert decoder.feed(b"\x03\x7e") == []
    assert decoder.bad == 2
    assert decoder.feed(whole) == [(wire.STOP, 3, b"")]


def test_an_escape_before_what_needs_none_breaks_the_frame() -> None:
    whole = wire.encode(wire.STOP, 5, b"")
    odd = whole.replace(b"\x19\x05", b"\x7d\x39\x05")
    decoder = wire.Decoder()
    assert decoder.feed(odd) == []
    assert decoder.bad == 1


def test_flags_without_a_frame_between_them_are_filling() -> None:
    decoder = wire.Decoder()
    assert decoder.feed(b"\x7e" * 100) == []
    assert decoder.bad == 0


def test_what_never_ends_takes_no_memory() -> None:
    decoder = wire.Decoder()
    for _ in range(100):
        decoder.feed(bytes(1000))
        assert len(decoder._raw) <= 2 * (wire.PAYLOAD_MAX + 6), "a frame of nothing but stuffing"
    assert decoder.feed(b"\x7e") == []
    assert decoder.bad == 1, "however long, it is one"


def random_fields(data: st.DataObject, layout: str) -> list[int | bytes]:
    """A value for each field of a struct."""
    found: list[int | bytes] = []
    for size, code in wire_codes(layout):
        if code == "s":
            found.append(data.draw(st.binary(min_size=size, max_size=size)))
        else:
            bits = 8 * struct.calcsize("<" + code)
            low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if code.islower() else (0, (1 << bits) - 1)
            found.append(data.draw(st.integers(low, high)))
    return found


def wire_codes(layout: str) -> list[tuple[int, str]]:
    """'<B24s' as [(1, 'B'), (24, 's')]."""
    found: list[tuple[int, str]] = []
    number = ""
    for char in layout.lstrip("<"):
        if char.isdigit():
            number += char
        else:
            found.append((int(number or 1), char))
            number = ""
    return found


@pytest.mark.parametrize("kind", sorted(wire.MESSAGES))
@given(data=st.data(), seq=st.integers(0, 1000))
def test_every_message_comes_back_with_its_fields(kind: int, data: st.DataObject, seq: int) -> None:
    layout, names = wire.MESSAGES[kind], field_names.FIELDS[kind]
    fields = random_fields(data, layout)
    assert len(fields) == len(names), "a name for each field"
    [(kind_back, seq_back, payload)] = wire.Decoder().feed(wire.encode(kind, seq, struct.pack(layout, *fields)))
    assert (kind_back, seq_back) == (kind, seq & 0xFF)
    assert list(struct.unpack(layout, payload)) == fields


def test_the_largest_message_fits_and_a_larger_one_is_refused() -> None:
    assert max(wire.payload_size(kind) for kind in wire.MESSAGES) <= wire.PAYLOAD_MAX
    assert len(wire.encode(0x7F, 0, bytes([wire.FLAG]) * wire.PAYLOAD_MAX)) >= 2 * wire.PAYLOAD_MAX
    with pytest.raises(ValueError, match="too long"):
        wire.encode(wire.HELLO, 0, bytes(wire.PAYLOAD_MAX + 1))


def test_a_frame_byte_by_byte() -> None:
    """STOP, number 3, which must be escaped: 7E 19 7D 23 <CRC-32 of 19 03, little-endian, escaped> 7E."""
    crc = struct.pack("<I", crc32(b"\x19\x03"))
    assert not {wire.FLAG, wire.ESC, wire.CTRL_C} & set(crc)
    assert wire.encode(wire.STOP, 3, b"") == b"\x7e\x19\x7d\x23" + crc + b"\x7e"


def test_messages_of_host_and_device_do_not_share_numbers() -> None:
    names = [name for name in vars(wire) if name.isupper() and isinstance(getattr(wire, name), int)]
    kinds = [getattr(wire, name) for name in names if getattr(wire, name) in wire.MESSAGES and name != "ESC"]
    assert len(kinds) == len(set(kinds)) == len(wire.MESSAGES)
