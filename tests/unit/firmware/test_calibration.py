"""The calibration: bounded, kept across restarts, and never half in force."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import calibration, faults, storage, waves
from tests.unit.firmware.bench import Bench

BOUNDS = [(-1, 1000), (5001, 1000), (0, 699), (0, 1301), (0, 0), (65535, 65535)]


def stored(bench: Bench, payload: bytes) -> None:
    assert bench.app.calibration.slots.save(payload)


def held(bench: Bench) -> tuple[int, int]:
    return bench.app.calibration.zero_mn, bench.app.calibration.gain_permille


def table(bench: Bench) -> list[int]:
    return list(bench.hal.wave[waves.FORCE : waves.FORCE + 65])


def test_without_one_the_boards_own_table_and_zero_hold(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    assert table(bench) == bench.board["force_table"]
    assert held(bench) == (bench.board["force_zero_mn"], 1000)
    assert bench.app.session.held == 0


def test_it_holds_at_once_and_after_a_restart(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.plant.press(20_000)
    bench.run(100)
    plain = bench.app.calibration.plain_mn()
    assert plain == pytest.approx(20_000, abs=600)
    assert bench.app.keeper.calibrate(800, 1200, bench.hal.now_ms())
    bench.run(100)
    assert bench["force_mn"] == pytest.approx(plain * 1.2 - 800, abs=300)
    bench.plant.press(0)
    again = Bench(tmp_path)
    assert (held(again), again["force_zero_mn"]) == ((800, 1200), 800)
    assert table(again) == [min(value * 1200 // 1000, 0xFFFF) for value in again.board["force_table"]]


@given(st.integers(0, 5000), st.integers(700, 1300))
def test_every_calibration_within_the_bounds_is_valid(zero_mn: int, gain: int) -> None:
    assert calibration.valid(zero_mn, gain)


@pytest.mark.parametrize(("zero_mn", "gain"), BOUNDS)
def test_out_of_bounds_is_refused_and_changes_nothing(tmp_path: Path, zero_mn: int, gain: int) -> None:
    bench = Bench(tmp_path)
    before = table(bench), held(bench)
    assert not bench.app.keeper.calibrate(zero_mn, gain, bench.hal.now_ms())
    assert (table(bench), held(bench)) == before
    assert bench.app.calibration.slots.load() is None


@pytest.mark.parametrize(
    "payload", [struct.pack("<HH", 5001, 1000), struct.pack("<HH", 0, 5000), b"", b"abc", b"a" * 20]
)
def test_stored_nonsense_with_a_good_checksum_holds_the_motor_until_a_save(tmp_path: Path, payload: bytes) -> None:
    stored(Bench(tmp_path), payload)
    bench = Bench(tmp_path)
    assert table(bench) == bench.board["force_table"]
    assert bench.app.session.held == 1 << faults.SETTINGS_CRC
    assert bench.app.arm(False, bench.hal.now_ms()) & 0x100
    assert bench.app.keeper.save_settings(bench.hal.now_ms())
    again = Bench(tmp_path)
    assert (again.app.session.held, again.app.calibration.slots.state) == (0, storage.INTACT)
    assert held(again) == (again.board["force_zero_mn"], 1000)


def test_a_damaged_one_holds_the_motor_and_a_new_one_mends_it(tmp_path: Path) -> None:
    (tmp_path / "calibration.a").write_bytes(b"rot")
    bench = Bench(tmp_path)
    assert bench.app.session.held == 1 << faults.SETTINGS_CRC
    assert bench.app.keeper.calibrate(100, 900, bench.hal.now_ms())
    again = Bench(tmp_path)
    assert (again.app.session.held, held(again)) == (0, (100, 900))


def test_no_calibration_while_a_session_lives(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.start()
    before = table(bench)
    assert not bench.app.keeper.calibrate(100, 900, bench.hal.now_ms())
    assert (table(bench), bench["force_zero_mn"]) == (before, bench.board["force_zero_mn"])
