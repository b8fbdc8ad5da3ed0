"""Settings across restarts: kept by name, cut to their range with a word about it, never taken from damage."""

import struct
from binascii import crc32
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import faults, params, settings, storage
from tests.unit.firmware.bench import Bench

BOARD = "pico_mosfet_fsr"
INT32 = st.integers(-(1 << 31), (1 << 31) - 1)
GOOD = {slot: params.PARAMS[slot][3] for slot in params.settings()}
FORCE_LIMIT, SESSION = params.slot("force_limit_mn"), params.slot("session_s")


def stored(root: Path, values: dict[int, int]) -> None:
    assert settings.slots(f"{root}/", BOARD).save(settings.pack(values))


def files(root: Path) -> list[Path]:
    return sorted(root.glob("settings.?"))


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), INT32))
def test_what_is_read_is_within_its_range_and_what_was_not_is_named(values: dict[int, int]) -> None:
    back, clamped = settings.unpack(settings.pack(values))
    assert back == {slot: params.within(slot, value) for slot, value in values.items()}
    assert clamped == [slot for slot in sorted(values) if back[slot] != values[slot]]


@given(st.binary(max_size=300))
def test_any_payload_gives_settings_within_their_ranges(payload: bytes) -> None:
    values, _ = settings.unpack(payload)
    assert all(slot in GOOD and params.within(slot, value) == value for slot, value in values.items())


def test_no_two_names_have_the_same_hash() -> None:
    assert len({crc32(name.encode()) for name in params.SLOTS}) == len(params.SLOTS)


def test_settings_are_found_by_name_in_a_table_that_grew(monkeypatch: pytest.MonkeyPatch) -> None:
    payload = settings.pack(GOOD | {SESSION: 240})
    gone = struct.pack("<Ii", crc32(b"a_setting_of_old"), 5)
    grown = (("new_one", 0, 9, 4, "host"), *params.PARAMS)
    monkeypatch.setattr(params, "PARAMS", grown)
    monkeypatch.setattr(params, "SLOTS", tuple(row[0] for row in grown))
    values, clamped = settings.unpack(gone + payload)
    assert values == {slot + 1: value for slot, value in (GOOD | {SESSION: 240}).items()}
    assert clamped == []


def test_settings_outlive_a_restart(tmp_path: Path) -> None:
    first = Bench(tmp_path)
    assert first.app.settings.intact, "nothing stored is fine"
    first.hal.regs[SESSION] = 240
    assert first.app.settings.save()
    second = Bench(tmp_path)
    assert (second["session_s"], second.app.settings.stored[SESSION]) == (240, 240)


def test_damaged_settings_hold_the_motor_until_they_are_saved_anew(tmp_path: Path) -> None:
    stored(tmp_path, GOOD | {SESSION: 240})
    stored(tmp_path, GOOD | {SESSION: 300})
    for file in files(tmp_path):
        file.write_bytes(file.read_bytes()[:-1])
    assert len(files(tmp_path)) == 2
    bench = Bench(tmp_path)
    assert bench["session_s"] == 600, "the board's own"
    held_until_saved(bench, faults.SETTINGS_CRC)
    again = Bench(tmp_path)
    again.upload()
    assert again.app.arm(False, again.hal.now_ms()) == 0


def held_until_saved(bench: Bench, fault: int, *, saves: bool = True) -> None:
    """A fault of the settings: neither a person nor a program lifts it, a save and a restart do."""
    app, now_ms = bench.app, bench.hal.now_ms()
    assert app.session.fault == fault
    assert app.session.held == 1 << fault
    assert app.arm(False, now_ms) == 0x100 | 0x040 | 0x020
    assert not app.clear(now_ms)
    assert app.keeper.save_settings(now_ms) == saves, "the one thing that is allowed, for it mends them"
    assert app.session.fault == fault, "until it has been started with them"


def test_one_damaged_slot_is_worked_around_reported_and_healed(tmp_path: Path) -> None:
    stored(tmp_path, GOOD | {SESSION: 240})
    stored(tmp_path, GOOD | {SESSION: 300})
    (tmp_path / "settings.b").write_bytes(b"rot")
    bench = Bench(tmp_path)
    bench.upload()
    assert (bench["session_s"], bench.app.settings.slots.state) == (240, storage.HALF)
    assert bench.app.settings.save()
    assert bench.app.settings.slots.state == storage.INTACT
    assert bench.app.arm(False, bench.hal.now_ms()) == 0


def test_a_limit_above_its_cap_with_a_valid_checksum_is_cut_and_holds_the_motor(tmp_path: Path) -> None:
    stored(tmp_path, GOOD | {FORCE_LIMIT: 90_000})
    bench = Bench(tmp_path)
    assert (bench["force_limit_mn"], bench.app.settings.clamped) == (50_000, [FORCE_LIMIT])
    held_until_saved(bench, faults.SETTINGS_RANGE)
    again = Bench(tmp_path)
    again.upload()
    assert again.app.arm(False, again.hal.now_ms()) == 0
    assert (again["force_limit_mn"], again.app.settings.intact) == (50_000, True)


def test_settings_of_a_newer_firmware_or_another_board_hold_the_motor(tmp_path: Path) -> None:
    for name, schema, owner in (("newer", 2, BOARD), ("foreign", 1, "picow_drv8871_linear")):
        root = tmp_path / name
        root.mkdir()
        assert storage.Slots(f"{root}/settings", storage.SETTINGS, schema, owner, 200).save(settings.pack(GOOD))
        held_until_saved(Bench(root), faults.SETTINGS_CRC, saves=name == "foreign")


def test_a_stored_limit_above_the_boards_has_no_effect(tmp_path: Path) -> None:
    stored(tmp_path, {FORCE_LIMIT: 50_000, params.slot("trip_limit_mn"): 65_000, SESSION: 900})
    bench = Bench(tmp_path, force_limit_mn=30_000, trip_mn=40_000)
    bench.upload()
    assert bench.app.arm(False, bench.hal.now_ms()) == 0
    assert (bench["limit_mn"], bench["hard_mn"], bench["trip_mn"]) == (30_000, 30_000, 40_000)


def test_the_app_says_when_it_cannot_store(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    (tmp_path / "settings.a").mkdir()
    assert not bench.app.settings.save()
