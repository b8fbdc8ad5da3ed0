"""How long is enough: counted over programs and pauses, given back by rest alone."""

from pathlib import Path

from tapote import dose, faults, states
from tapote.dose import Dose
from tests.unit.firmware.bench import PHASE, Bench


def worked(dose: Dose, seconds: int, now_s: int, *, moving: bool = True) -> int:
    """Let seconds pass in steps of 100 ms; when it is then, in s."""
    for step in range(seconds * 10):
        dose.step(moving, now_s * 1000 + step * 100 + 100)
    return now_s + seconds


def test_only_rest_gives_time_back() -> None:
    dose = Dose(0)
    now_s = worked(dose, 500, 0)
    now_s = worked(dose, 299, now_s, moving=False)
    now_s = worked(dose, 99, now_s)
    assert dose.rest_s(600) == 0
    now_s = worked(dose, 2, now_s)
    assert dose.rest_s(600) == 300, "what is left would be no session"
    assert not dose.over(600), "a program that fills the time may end"
    now_s = worked(dose, 1, now_s)
    assert dose.over(600)
    assert dose.rest_s(600) == 300
    now_s = worked(dose, 299, now_s, moving=False)
    assert dose.rest_s(600) == 1
    now_s = worked(dose, 1, now_s, moving=False)
    assert (dose.over(600), dose.rest_s(600), dose.worked_ms) == (False, 0, 0)


def test_two_minutes_on_one_area_are_told_for_ten_seconds() -> None:
    dose = Dose(0)
    now_s = worked(dose, 119, 0)
    assert not dose.move_on()
    now_s = worked(dose, 1, now_s)
    assert dose.move_on()
    now_s = worked(dose, 10, now_s)
    assert not dose.move_on()
    worked(dose, 110, now_s)
    assert dose.move_on()
    dose.begin()
    assert not dose.move_on()


def test_a_session_that_has_used_up_its_time_stops_and_wants_five_minutes(tmp_path: Path) -> None:
    """Case 42 on a device: session_s 30 of two programs of 20 s."""
    bench = Bench(tmp_path, session_max_s=30)
    long = (20_000, *PHASE[1:])
    bench.upload(long)
    for _ in range(2):
        assert bench.app.arm(False, bench.hal.now_ms()) == 0
        bench.press_for(100)
        bench.run(15_000)
        ended = bench.until(lambda: bench.state not in states.MOVING, 10_000)
        if bench.app.session.fault:
            break
        bench.run(1000)
    assert bench.app.session.fault == faults.SESSION_END
    assert ended < 5000
    bench.hal.run_ticks(1)
    assert bench.plant.duty == 0
    assert bench["rest_s"] > 290
    assert bench.app.arm(False, bench.hal.now_ms()) == 0x040 | 0x400
    bench.run(290_000)
    assert bench.state == states.FAULT
    bench.run(11_000)
    assert (bench.state, bench["rest_s"]) == (states.IDLE, 0)


def test_notes_tell_the_person_what_is_coming(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.run(100)
    assert bench["notes"] == 0
    bench.plant.set("battery_points", 3 * 3250)  # 120 mV of the pack's sag at 1 A is given back
    bench.plant.set("temp_points", 650)
    bench.run(200)
    assert bench["notes"] == dose.BATTERY_WARN | dose.WARM
    assert 600 <= bench["taper_permille"] <= 700  # (75 - 65) / (75 - 60) = 2/3


def test_a_program_longer_than_the_session_is_cut_and_one_that_fills_it_ends(tmp_path: Path) -> None:
    bench = Bench(tmp_path, session_max_s=30)
    bench.upload((30_000, *PHASE[1:]))
    assert bench.app.arm(False, bench.hal.now_ms()) == 0
    bench.press_for(100)
    bench.until(lambda: bench.state not in states.MOVING, 31_000)
    bench.run(500)
    assert (bench.state, bench.app.session.fault) == (states.IDLE, 0)
    assert bench.app.arm(False, bench.hal.now_ms()) == 0x400
    bench.run(301_000)
    bench.upload((40_000, *PHASE[1:]))
    assert bench.app.arm(False, bench.hal.now_ms()) == 0
    bench.press_for(100)
    assert 29_000 < bench.until(lambda: bench.state not in states.MOVING, 31_000) < 30_000
    assert bench.app.session.fault == faults.SESSION_END
    bench.run(500)
    assert bench.app.session.fault == faults.SESSION_END
