"""The one button on the whole firmware: start, "too much", stop; and what "too much" takes away."""

from pathlib import Path

import pytest

from tapote import states
from tests.unit.firmware.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def arm(bench: Bench) -> int:
    return bench.app.arm(False, bench.hal.now_ms())


def test_a_press_takes_the_drive_away_at_once_and_a_tap_means_too_much(bench: Bench) -> None:
    bench.start()
    limit_mn = bench["limit_mn"]
    bench.hal.pressed = True
    bench.run(40)
    assert bench.plant.duty == 0
    bench.run(60)
    bench.hal.pressed = False
    bench.run(50)
    assert (bench["limit_mn"], bench.app.setpoints.said) == (limit_mn * 8 // 10, 1)
    assert bench.state == states.RUNNING
    for ms in range(0, 3000, 100):
        bench.run(100)
        assert bench.plant.duty <= 0.01 + (ms + 200) / 2000, "softly, as from the start: half of all in a second"
    assert bench.plant.duty > 0, "it goes on, gentler"


def test_a_hold_means_stop(bench: Bench) -> None:
    bench.start()
    bench.press_for(450)
    assert bench.state == states.STOPPING
    assert bench.app.setpoints.said == 0
    bench.run(400)
    assert (bench.state, bench.hal.connected) == (states.IDLE, False)


def test_the_press_that_starts_is_neither_too_much_nor_stop(bench: Bench) -> None:
    bench.upload()
    arm(bench)
    bench.press_for(2000)
    assert (bench.state, bench.app.setpoints.said) == (states.RUNNING, 0)


def test_a_chattering_button_takes_the_drive_away_too(bench: Bench) -> None:
    bench.start()
    for pressed in (True, True, False) * 10:
        bench.hal.pressed = pressed
        bench.run(10)
    assert bench["drive_q16"] < 65536 // 20
    assert bench.app.setpoints.said == 0


def test_each_too_much_takes_a_fifth_of_limit_and_drive_and_nothing_gives_it_back(bench: Bench) -> None:
    bench.start()
    limits, drives = [bench["limit_mn"]], [bench["drive_target_q12"]]
    for _ in range(3):
        bench.app.too_much()
        bench.run(1000)
        limits.append(bench["limit_mn"])
        drives.append(bench["drive_target_q12"])
    assert limits == [40000, 32000, 25600, 20480]
    assert drives == [600 * 4096 // 1000, 480 * 4096 // 1000, 384 * 4096 // 1000, 307 * 4096 // 1000]
    assert bench["hard_mn"] == 20480
    assert bench["trip_mn"] == 45480
    bench.run(2000)
    assert bench["limit_mn"] == 20480


def test_the_next_session_starts_with_nothing_said(bench: Bench) -> None:
    bench.start()
    bench.app.too_much()
    bench.app.stop(bench.hal.now_ms())
    bench.run(1000)
    assert arm(bench) == 0
    assert bench["limit_mn"] == 40000
