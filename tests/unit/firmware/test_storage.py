"""Settings on flash: the old or the new ones, whole, or none; and never a value outside its range."""

import struct
from binascii import crc32
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import faults, params, storage
from tests.unit.firmware.bench import Bench

BOARD = "pico_mosfet_fsr"
INT32 = st.integers(-(1 << 31), (1 << 31) - 1)
GOOD = {slot: params.PARAMS[slot][3] for slot in params.settings()}


def within(values: dict[int, int]) -> bool:
    return all(slot in GOOD and params.within(slot, value) == value for slot, value in values.items())


def sealed(body: bytes) -> bytes:
    """A body with the checksum it needs."""
    return body + struct.pack("<I", crc32(body))


@given(st.dictionaries(st.one_of(st.sampled_from(sorted(GOOD)), st.integers(0, 0xFFFF)), INT32, max_size=40))
def test_what_is_read_is_a_setting_and_within_its_range_whatever_was_written(values: dict[int, int]) -> None:
    back = storage.unpack(storage.pack(values, BOARD), BOARD)
    assert back == {slot: params.within(slot, value) for slot, value in values.items() if slot in GOOD}


@given(st.binary(max_size=1200))
def test_random_bytes_are_no_settings(data: bytes) -> None:
    assert storage.unpack(data, BOARD) is None


@given(st.integers(0, 8 * len(storage.pack(GOOD, BOARD)) - 1))
def test_every_flipped_bit_is_found(bit: int) -> None:
    data = bytearray(storage.pack(GOOD, BOARD))
    data[bit // 8] ^= 1 << bit % 8
    assert storage.unpack(bytes(data), BOARD) is None


@given(st.integers(0, len(storage.pack(GOOD, BOARD)) - 1))
def test_every_truncation_is_found(size: int) -> None:
    assert storage.unpack(storage.pack(GOOD, BOARD)[:size], BOARD) is None


@given(st.binary(max_size=300), st.booleans())
def test_a_good_checksum_alone_makes_no_settings(body: bytes, headed: bool) -> None:
    head = storage.pack({}, BOARD)[:-4] if headed else b""
    values = storage.unpack(sealed(head + body), BOARD)
    assert values is None or within(values)
    if headed and body:
        assert values is None, "the count in the head says that nothing follows"


def test_settings_of_another_board_table_or_schema_are_not_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    data = storage.pack(GOOD, BOARD)
    assert storage.unpack(data, "picow_drv8871_linear") is None
    assert storage.unpack(sealed(data[:3] + b"\x02" + data[4:-4]), BOARD) is None
    monkeypatch.setattr(params, "table_hash", lambda: 1)
    assert storage.unpack(data, BOARD) is None


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    (tmp_path / storage.NAME).write_bytes(sealed(bytes(5000)))
    assert storage.Storage(f"{tmp_path}/", BOARD).load() == ({}, False)


def test_no_file_is_no_damage(tmp_path: Path) -> None:
    assert storage.Storage(f"{tmp_path}/", BOARD).load() == ({}, True)


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    store = storage.Storage(f"{tmp_path}/", BOARD)
    store.save(GOOD)
    (tmp_path / (storage.NAME + ".new")).mkdir()  # no file can be written there
    with pytest.raises(OSError, match="directory"):
        store.save({})
    assert store.load() == (GOOD, True)


def test_a_half_written_new_file_is_never_looked_at(tmp_path: Path) -> None:
    store = storage.Storage(f"{tmp_path}/", BOARD)
    store.save(GOOD)
    (tmp_path / (storage.NAME + ".new")).write_bytes(storage.pack({}, BOARD)[:5])
    assert store.load() == (GOOD, True)
    changed = GOOD | {params.slot("session_s"): 300}
    store.save(changed)
    assert store.load() == (changed, True)
    assert [path.name for path in tmp_path.iterdir()] == [storage.NAME]


def test_settings_outlive_a_restart_and_damaged_ones_hold_the_motor(tmp_path: Path) -> None:
    slot = params.slot("session_s")
    first = Bench(tmp_path)
    first.hal.regs[slot] = 240
    assert first.app.settings.save()
    second = Bench(tmp_path)
    assert second["session_s"] == 240
    file = tmp_path / storage.NAME
    file.write_bytes(file.read_bytes()[:-1])
    third = Bench(tmp_path)
    assert third["session_s"] == 600, "the board's own"
    assert third.app.session.fault == faults.SETTINGS_CRC
    assert third.app.arm(False, third.hal.now_ms()) == 0x100 | 0x040 | 0x020
    assert not third.app.clear(third.hal.now_ms())
    assert third.app.save(third.hal.now_ms()), "the one thing that is allowed: it mends them"
    assert third.app.session.fault == faults.SETTINGS_CRC, "until it has been started with them"
    fourth = Bench(tmp_path)
    fourth.upload()
    assert fourth.app.arm(False, fourth.hal.now_ms()) == 0


def test_a_stored_limit_above_the_boards_has_no_effect(tmp_path: Path) -> None:
    high = {params.slot("force_limit_mn"): 50000, params.slot("trip_limit_mn"): 65000, params.slot("session_s"): 900}
    storage.Storage(f"{tmp_path}/", BOARD).save(high)
    bench = Bench(tmp_path, force_limit_mn=30000, trip_mn=40000)
    bench.upload()
    assert bench.app.arm(False, bench.hal.now_ms()) == 0
    assert (bench["limit_mn"], bench["hard_mn"], bench["trip_mn"]) == (30000, 30000, 40000)


def test_the_app_says_when_it_cannot_store(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    (tmp_path / (storage.NAME + ".new")).mkdir()
    assert not bench.app.settings.save()
