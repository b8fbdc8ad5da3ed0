"""The usage counters: what they count, and that counting writes the flash once a session at most."""

from array import array
from pathlib import Path

import pytest

from tapote import faults, states, storage, usage
from tapote.usage import FAULTS, RESETS, RUN_S, SAVES, SESSIONS, STROKES, TOO_MUCH, Usage
from tests.unit.firmware.bench import Bench

BOARD = "pico_mosfet_fsr"


def session(bench: Bench, ms: int) -> None:
    bench.start(settle_ms=ms)
    bench.app.stop(bench.hal.now_ms())
    bench.run(400)
    assert bench.state == states.IDLE


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("usage.?"))


def test_a_session_is_counted_at_its_end_and_stored_after_a_rest(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    counts = bench.app.usage.counts
    bench.start(settle_ms=5000)
    bench.app.too_much()
    assert counts[SESSIONS] == 0
    strokes = bench["strokes"]
    bench.app.stop(bench.hal.now_ms())
    bench.run(1500)
    assert (counts[SESSIONS], counts[RUN_S], counts[TOO_MUCH]) == (1, 5, 1)
    assert counts[STROKES] == pytest.approx(strokes, abs=10)
    assert strokes > 20
    assert files(tmp_path) == [], "not yet: the host is reading how it went"
    bench.run(1000)
    assert files(tmp_path) == ["usage.a"]
    assert bench.state == states.IDLE
    again = Bench(tmp_path).app.usage.counts
    assert list(again[:RESETS]) == list(counts[:RESETS])
    assert again[RESETS] == 2


def test_the_flash_is_written_once_a_session_and_never_without_one(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.run(5000)
    assert files(tmp_path) == []
    for number in range(1, 4):
        session(bench, 1000)
        bench.run(6000)
        assert bench.app.usage.counts[SAVES] == number
        stored = Usage(f"{tmp_path}/", BOARD, 0)
        assert stored.counts[SESSIONS] == number


def test_a_session_that_begins_soon_after_another_puts_the_save_off(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    session(bench, 1000)
    session(bench, 3000)
    assert files(tmp_path) == []
    bench.run(2500)
    assert (bench.app.usage.counts[SESSIONS], bench.app.usage.counts[SAVES]) == (2, 1)


def test_faults_and_restarts_are_counted_each_when_it_comes(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    now_ms = bench.hal.now_ms()
    for _ in range(3):
        bench.app._fail(faults.bit(faults.STALL), now_ms)
    bench.app._fail(faults.bit(faults.STALL) | faults.bit(faults.OVERCURRENT), now_ms)
    counts = bench.app.usage.counts
    assert {number: counts[FAULTS + number] for number in range(32) if counts[FAULTS + number]} == {
        faults.STALL: 1,
        faults.OVERCURRENT: 1,
    }
    for cause, expected in ((0, [1, 0, 0]), (1, [0, 1, 0]), (2, [0, 0, 1]), (9, [0, 0, 0])):
        assert list(Usage(f"{tmp_path}/", BOARD, cause).counts[RESETS:FAULTS]) == expected


def test_counters_stop_at_their_end_and_records_of_any_length_are_read(tmp_path: Path) -> None:
    slots = storage.Slots(f"{tmp_path}/usage", storage.USAGE, usage.SCHEMA, BOARD)
    for payload in (b"", b"\1", b"\xff" * 7, b"\xff" * 4 * usage.WORDS, b"\xff" * 400):
        assert slots.save(payload)
        counts = Usage(f"{tmp_path}/", BOARD, 0).counts
        assert len(counts) == usage.WORDS
        assert max(counts) <= 0x3FFFFFFF
        assert counts[SESSIONS] == (0x3FFFFFFF if len(payload) > 3 else 0)
        assert counts[RESETS] == (0x3FFFFFFF if len(payload) > 40 else 1)
    fields = Usage(f"{tmp_path}/", BOARD, 0).fields()
    assert fields[-1] == b"\xff" * 64


def test_a_flash_that_fails_is_not_tried_over_and_over(tmp_path: Path) -> None:
    (tmp_path / "usage.a").mkdir()
    bench = Bench(tmp_path)
    session(bench, 1000)
    bench.run(6000)
    assert bench.app.usage.counts[SAVES] == 1
    assert bench.state == states.IDLE


def test_the_words_are_little_endian_on_both_sides() -> None:
    assert bytes(array("I", [1])) == b"\1\0\0\0"
