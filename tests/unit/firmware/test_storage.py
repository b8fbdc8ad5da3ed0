"""Two slots: what was stored or what was there before, whole; and always clear which of the two, and why."""

import os
import struct
from binascii import crc32
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import storage
from tapote.storage import ABSENT, DAMAGED, FOREIGN, HALF, INTACT, NEWER, SETTINGS, Slots

BOARD = "pico_mosfet_fsr"
SMALL = b"ten saves."


def slots(root: Path, *, schema: int = 1, kind: int = SETTINGS, owner: str = BOARD, size: int = 64) -> Slots:
    return Slots(f"{root}/s", kind, schema, owner, size, {1: lambda old: old + b"!", 2: lambda old: old[::-1]})


def sealed(body: bytes) -> bytes:
    """A body with the checksum it needs."""
    return body + struct.pack("<I", crc32(body))


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.fixture
def store(tmp_path: Path) -> Slots:
    return slots(tmp_path)


# -- what must never change -----------------------------------------------------------------------------------------


def test_a_record_of_the_first_version_is_still_read(tmp_path: Path) -> None:
    """Boards keep their records for years: magic, kind 1, schema 1, sequence 0, owner, length 3, "abc", CRC-32."""
    owner = crc32(b"pico_mosfet_fsr").to_bytes(4, "little")
    body = b"TPT" + b"\x01\x01" + b"\x00\x00" + owner + b"\x03\x00" + b"abc"
    (tmp_path / "s.a").write_bytes(body + crc32(body).to_bytes(4, "little"))
    store = slots(tmp_path)
    assert store.load() == b"abc"
    assert (storage.SETTINGS, storage.CALIBRATION, storage.PROGRAM, storage.USAGE) == (1, 2, 3, 4)


def test_the_states_of_a_store_are_all_different(tmp_path: Path) -> None:
    assert len({ABSENT, INTACT, HALF, DAMAGED, NEWER, FOREIGN}) == 6
    assert slots(tmp_path).state == ABSENT, "before the first look"


def test_the_largest_payload_is_stored_and_one_byte_more_is_not(tmp_path: Path) -> None:
    store = slots(tmp_path, size=64)
    assert store.save(bytes(range(64)))
    assert not store.save(bytes(65))
    assert slots(tmp_path, size=64).load() == bytes(range(64))


@pytest.mark.parametrize(("ahead", "held"), [(0, b"a"), (1, b"b"), (0x7FFF, b"b"), (0x8000, b"a"), (0xFFFF, b"a")])
def test_the_later_of_two_numbers_stands_and_the_first_slot_in_doubt(tmp_path: Path, ahead: int, held: bytes) -> None:
    """Numbers go round at 2**16, so half of them are later than any."""
    store = slots(tmp_path)
    (tmp_path / "s.a").write_bytes(store.pack(0xFFF0, b"a"))
    (tmp_path / "s.b").write_bytes(store.pack(0xFFF0 + ahead, b"b"))
    assert store.load() == held


# -- the bytes of one slot ---------------------------------------------------------------------------------------------


@given(st.binary(max_size=64), st.integers(0, 0xFFFF))
def test_a_slot_reads_back_as_it_was_packed(payload: bytes, seq: int) -> None:
    store = slots(Path())
    assert store.unpack(store.pack(seq, payload)) == (INTACT, 1, seq, payload)


@given(st.binary(max_size=200))
def test_random_bytes_are_no_record(data: bytes) -> None:
    assert slots(Path()).unpack(data)[0] == DAMAGED


def test_every_single_bit_counts() -> None:
    store = slots(Path())
    data = store.pack(7, SMALL)
    found = [store.unpack(flipped(data, bit)) for bit in range(8 * len(data))]
    assert len(found) == 8 * (13 + len(SMALL) + 4)
    assert found == [(DAMAGED, 0, 0, None)] * len(found)


def test_every_truncation_and_every_added_byte_is_found() -> None:
    store = slots(Path())
    data = store.pack(7, SMALL)
    assert {store.unpack(data[:size])[0] for size in range(len(data))} == {DAMAGED}
    assert {store.unpack(data + bytes([byte]))[0] for byte in range(256)} == {DAMAGED}


@given(st.binary(max_size=60), st.sampled_from([storage.MAGIC, b"TPX"]), st.integers(0, 9), st.integers(0, 70))
def test_a_good_checksum_alone_makes_no_record(payload: bytes, magic: bytes, kind: int, length: int) -> None:
    head = struct.pack("<3sBBHIH", magic, kind, 1, 5, crc32(BOARD.encode()), length)
    whole = magic == storage.MAGIC and kind == SETTINGS and length == len(payload)
    assert slots(Path()).unpack(sealed(head + payload)) == ((INTACT, 1, 5, payload) if whole else (DAMAGED, 0, 0, None))


def test_a_record_that_is_too_long_is_neither_written_nor_taken(store: Slots, tmp_path: Path) -> None:
    assert not store.save(bytes(65))
    assert store.state == ABSENT
    (tmp_path / "s.a").write_bytes(store.pack(1, bytes(65)))
    assert (store.load(), store.state) == (None, DAMAGED)
    assert slots(tmp_path, size=65).load() == bytes(65)


# -- which slot holds --------------------------------------------------------------------------------------------------


def test_nothing_stored_is_no_damage(store: Slots) -> None:
    assert (store.load(), store.state) == (None, ABSENT)


def test_saves_take_turns_and_the_last_one_holds(store: Slots, tmp_path: Path) -> None:
    for number in range(10):
        other = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert store.save(b"%d" % number)
        assert (store.load(), store.state) == (b"%d" % number, INTACT)
        written = {path.name for path in tmp_path.iterdir() if other.get(path.name) != path.read_bytes()}
        assert written == {"s.a" if number % 2 == 0 else "s.b"}


def test_what_is_stored_already_costs_no_write(store: Slots, tmp_path: Path) -> None:
    assert store.save(SMALL)
    assert store.save(SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["s.a"]


@pytest.mark.parametrize("start", [0, 1, 0x7FFF, 0x8000, 0xFFFD, 0xFFFE, 0xFFFF])
def test_the_sequence_number_wraps(store: Slots, tmp_path: Path, start: int) -> None:
    (tmp_path / "s.a").write_bytes(store.pack(start, b"start"))
    (tmp_path / "s.b").write_bytes(store.pack(start - 1, b"before"))
    assert store.load() == b"start"
    for number in range(5):
        assert store.save(b"%d" % number)
        assert slots(tmp_path).load() == b"%d" % number
    seqs = {store.unpack((tmp_path / name).read_bytes())[2] for name in ("s.a", "s.b")}
    assert seqs == {(start + 4) & 0xFFFF, (start + 5) & 0xFFFF}


@given(st.integers(0, 0xFFFF), st.integers(1, 0x7FFF))
def test_the_higher_number_holds_in_whichever_slot(tmp_path_factory: pytest.TempPathFactory, seq: int, on: int) -> None:
    root = tmp_path_factory.mktemp("slots")
    store = slots(root)
    for newer, older in ((".a", ".b"), (".b", ".a")):
        (root / f"s{newer}").write_bytes(store.pack(seq + on, b"new"))
        (root / f"s{older}").write_bytes(store.pack(seq, b"old"))
        assert store.load() == b"new"


# -- damage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damaged", ["s.a", "s.b"])
def test_one_damaged_slot_leaves_the_other_and_the_next_save_heals(store: Slots, tmp_path: Path, damaged: str) -> None:
    store.save(b"one")
    store.save(b"two")
    size = (tmp_path / damaged).stat().st_size
    left = b"two" if damaged == "s.a" else b"one"
    for bit in range(8 * size):
        whole = (tmp_path / damaged).read_bytes()
        (tmp_path / damaged).write_bytes(flipped(whole, bit))
        assert (store.load(), store.state) == (left, HALF)
        (tmp_path / damaged).write_bytes(whole)
    (tmp_path / damaged).write_bytes(bytes(size))
    assert store.save(left), "the same again is no reason not to heal"
    assert (store.state, slots(tmp_path).load()) == (INTACT, left)


def test_two_damaged_slots_are_told_from_none_and_two_saves_heal(store: Slots, tmp_path: Path) -> None:
    (tmp_path / "s.a").write_bytes(b"rot")
    assert (store.load(), store.state) == (None, DAMAGED)
    (tmp_path / "s.b").write_bytes(b"rot too")
    assert (store.load(), store.state) == (None, DAMAGED)
    assert store.save(SMALL)
    assert store.state == HALF
    assert store.save(SMALL)
    assert (store.state, store.load()) == (INTACT, SMALL)


def test_a_first_save_cut_after_its_file_was_made_is_no_damage_but_two_empty_files_are(
    store: Slots, tmp_path: Path
) -> None:
    (tmp_path / "s.a").write_bytes(b"")
    assert (store.load(), store.state) == (None, ABSENT)
    (tmp_path / "s.b").write_bytes(b"")
    assert (store.load(), store.state) == (None, DAMAGED)
    (tmp_path / "s.a").write_bytes(store.pack(3, SMALL))
    assert (store.load(), store.state) == (SMALL, INTACT)


def test_a_slot_that_cannot_be_read_is_damaged(store: Slots, tmp_path: Path) -> None:
    (tmp_path / "s.a").mkdir()
    assert (store.load(), store.state) == (None, DAMAGED)
    assert not store.save(SMALL), "nor can it be written"


def test_a_save_that_the_file_system_refuses_leaves_what_held(store: Slots, tmp_path: Path) -> None:
    store.save(SMALL)
    (tmp_path / "s.b").mkdir()
    assert not store.save(b"new")
    assert store.load() == SMALL


def test_a_save_that_does_not_read_back_does_not_count(
    store: Slots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(SMALL)
    worn = []

    class Worn:
        """A file whose flash keeps one bit wrong."""

        def __init__(self, path: str) -> None:
            self._path = path

        def __enter__(self) -> "Worn":
            return self

        def __exit__(self, *what: object) -> None:
            return None

        def write(self, data: bytes) -> None:
            worn.append(self._path)
            Path(self._path).write_bytes(flipped(data, 100))

    opened = open
    monkeypatch.setattr(storage, "open", lambda p, m: Worn(p) if m == "wb" else opened(p, m), raising=False)
    assert not store.save(b"new")
    assert worn == [f"{tmp_path}/s.b"]
    assert (store.load(), store.state) == (SMALL, INTACT)
    assert os.listdir(tmp_path) == ["s.a"]


# -- other owners, other schemas ---------------------------------------------------------------------------------------


def test_another_boards_record_is_not_taken_over_until_a_save(store: Slots, tmp_path: Path) -> None:
    slots(tmp_path, owner="other").save(b"theirs")
    assert (store.load(), store.state) == (None, FOREIGN)
    assert store.save(SMALL)
    assert (store.load(), store.state) == (SMALL, INTACT)


def test_an_older_schema_is_migrated_step_by_step_and_written_with_the_next_save(tmp_path: Path) -> None:
    assert slots(tmp_path).save(b"abc")
    before = (tmp_path / "s.a").read_bytes()
    newer = slots(tmp_path, schema=3)
    assert (newer.load(), newer.state) == (b"!cba", INTACT)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before], "looking writes nothing"
    assert newer.save(b"!cba")
    assert newer.unpack((tmp_path / "s.b").read_bytes()) == (INTACT, 3, 1, b"!cba")
    assert slots(tmp_path, schema=3).load() == b"!cba"


def test_a_schema_without_a_way_from_it_or_whose_migration_refuses_is_damage(tmp_path: Path) -> None:
    slots(tmp_path).save(SMALL)
    for migrations in ({}, {2: lambda old: old}, {1: lambda old: None, 2: lambda old: old}):
        store = Slots(f"{tmp_path}/s", SETTINGS, 3, BOARD, 64, migrations)
        assert (store.load(), store.state) == (None, DAMAGED)


def test_a_newer_schema_is_neither_read_nor_written_over(store: Slots, tmp_path: Path) -> None:
    store.save(b"old")
    slots(tmp_path, schema=2).save(b"newer")
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(files) == 2
    assert (store.load(), store.state) == (None, NEWER)
    assert not store.save(b"mine")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files
    assert slots(tmp_path, schema=2).load() == b"newer"


# -- erasing -----------------------------------------------------------------------------------------------------------


def test_erasing_takes_the_older_record_first(store: Slots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    removed: list[str] = []
    remove = os.remove

    def removes(path: str) -> None:
        removed.append(path[-3:])
        remove(path)

    monkeypatch.setattr(os, "remove", removes)
    for number, order in ((1, ["s.b", "s.a"]), (2, ["s.a", "s.b"])):
        for at in range(number):
            store.save(b"%d" % at)
        assert store.erase()
        assert removed == order
        assert (store.load(), store.state, os.listdir(tmp_path)) == (None, ABSENT, [])
        removed.clear()


def test_what_cannot_be_erased_is_told(store: Slots, tmp_path: Path) -> None:
    (tmp_path / "s.a").mkdir()
    assert not store.erase()
