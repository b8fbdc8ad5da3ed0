"""What the device finds out about itself at start, one broken part at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tapote import faults, selftest, states, words
from tests.unit.firmware.bench import Bench


def booted(root: Path, spoil: Callable[[Bench], None] = lambda bench: None, **board: int) -> Bench:
    """A device that was spoilt before it began to test itself."""
    bench = Bench(root, boot=False, **board)
    spoil(bench)
    bench.run(300)
    return bench


def test_a_whole_device_passes_every_part(tmp_path: Path) -> None:
    bench = booted(tmp_path)
    assert bench.app.tested == (selftest.ALL, 0)
    assert bench.state == states.IDLE
    assert len(words.SELFTESTS) == selftest.ALL.bit_length()


def spoil_pin(bench: Bench) -> None:
    bench.hal.pin_shorted = True


def spoil_firmware(bench: Bench) -> None:
    bench.app.damage = "kernel.mpy is missing"


def spoil_settings(bench: Bench) -> None:
    bench.app.settings.damaged = True


def press_button(bench: Bench) -> None:
    bench.hal.pressed = True


def spoil_clock(bench: Bench) -> None:
    bench.app._boot_ms -= 40  # ticks that fell behind the clock by 40 ms of 140


SPOILT: list[tuple[str, Callable[[Bench], None], int]] = [
    ("OUTPUT", spoil_pin, faults.DRIVER_ON),
    ("TICK", spoil_clock, faults.CLOCK),
    ("FORCE_RANGE", lambda bench: setattr(bench.plant, "force_raw", 0), faults.FORCE_OPEN),
    ("FORCE_ZERO", lambda bench: bench.plant.press(10_000), 0),
    ("CURRENT_ZERO", lambda bench: setattr(bench.plant, "idle_counts", 1000), faults.CURRENT_SENSOR),
    ("BATTERY", lambda bench: bench.plant.set("battery_points", 4 * 3800), faults.CELL_COUNT),
    ("TEMPERATURE", lambda bench: setattr(bench.plant, "temp_counts", 4000), 0),
    ("BUTTON", press_button, 0),
    ("SETTINGS", spoil_settings, faults.SETTINGS_CRC),
    ("FIRMWARE", spoil_firmware, 0),
]


@pytest.mark.parametrize(("name", "spoil", "fault"), SPOILT, ids=[name for name, _, _ in SPOILT])
def test_each_part_finds_what_is_wrong_with_it(
    tmp_path: Path, name: str, spoil: Callable[[Bench], None], fault: int
) -> None:
    bench = booted(tmp_path, spoil)
    done, failed = bench.app.tested
    assert done == selftest.ALL
    assert [part[0] for index, part in enumerate(words.SELFTESTS) if failed >> index & 1] == [name]
    if fault:
        assert bench.app.session.held & faults.bit(fault)
    bench.run(500)
    assert bench.app.reasons(bench.hal.now_ms()) & ~0x020, "and it cannot be armed, even with a program"


def test_a_turn_that_came_late_for_a_hosts_questions_does_not_fail_the_clock(tmp_path: Path) -> None:
    bench = Bench(tmp_path, boot=False)
    for _ in range(20):
        bench.hal.run_ticks(20)
        bench.app.turn(bench.hal.now_ms() - 8)
    assert bench.app.tested == (selftest.ALL, 0)


@pytest.mark.parametrize(("behind_ms", "failed"), [(8, 0), (9, selftest.TICK), (-8, 0), (-9, selftest.TICK)])
def test_ticks_may_be_off_by_a_twentieth_and_the_grain_of_the_clock(
    tmp_path: Path, behind_ms: int, failed: int
) -> None:
    """140 ms: 7 ms, and one."""
    bench = Bench(tmp_path)
    now = bench["ticks"]
    tested = selftest.run(bench.app, now - 2 * (140 - behind_ms), 140)
    assert tested[1] & selftest.TICK == failed


def test_every_part_is_spoilt_here() -> None:
    assert [name for name, _, _ in SPOILT] == [part[0] for part in words.SELFTESTS]


def test_a_board_without_sensors_has_no_test_of_them(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.app.board = bench.app.board | {"current_points": [], "battery_points": [], "temp_points": []}
    done, failed = selftest.run(bench.app, bench.app._boot_ticks, bench.hal.now_ms() - bench.app._boot_ms)
    assert done == selftest.ALL & ~(selftest.CURRENT_ZERO | selftest.BATTERY | selftest.TEMPERATURE)
    assert failed == 0
