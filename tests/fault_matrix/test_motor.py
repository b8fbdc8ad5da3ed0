"""Cases 13 to 19: motor, driver and heat."""

from collections.abc import Callable
from math import exp
from typing import Any

import pytest

from .marks import SIM, VIRTUAL, running
from .proof import Proof
from .worlds import SimWorld, World

Sim = Callable[..., SimWorld]


def jam(world: World) -> float:
    """Lock the crank; how long after it the motor was driven for the last time, ms."""
    strokes = world.plant.strokes
    at_ms = world.inject(rotor_locked=True)
    off_ms = world.off_after(at_ms, 300.0)
    assert world.plant.rate_spm == 0.0
    assert world.plant.strokes - strokes < 0.5
    return off_ms


@pytest.mark.parametrize("rate_spm", [800, 1800, 2800])
@pytest.mark.parametrize("drive_pct", [20, 40, 60, 80, 100])
def test_case_13_rotor_locked_at_any_drive(sim: Sim, proof: Proof, drive_pct: int, rate_spm: int) -> None:
    world = sim()
    drive = 10 * drive_pct
    world.start(drive_from_permille=drive, drive_to_permille=drive, rate_from_spm=rate_spm, rate_to_spm=rate_spm)
    assert world.motor.driven
    proof.figure("off", jam(world))
    assert world.seen <= {"STALL", "OVERCURRENT"}
    assert world.fault
    assert world.driven_for(1000.0) == 0.0


def held(world: SimWorld, at_ms: float, within_ms: float) -> tuple[float, float]:
    """Wait for the fault of a jam that a hand presses; how long it took, and for how long the motor was driven, ms.

    Each try is a soft start of its own: in its first half second the duty is below a quarter."""
    begun_ms, driven_ms = at_ms, world.motor.driven_ms
    off_ms = world.now_ms
    while not world.fault:
        world.pump(5.0)
        assert world.now_ms - at_ms < within_ms * 1.2
        if not world.motor.driven:
            off_ms = begun_ms = world.now_ms
        elif off_ms > at_ms and world.now_ms - begun_ms < 500.0:
            assert world.plant.duty <= 0.27
    return world.now_ms - at_ms, world.motor.driven_ms - driven_ms


@pytest.mark.parametrize("press_n", [15.0, 25.0, 35.0])
@pytest.mark.parametrize("drive_pct", [20, 100])
def test_case_13_rotor_locked_under_a_press(sim: Sim, proof: Proof, drive_pct: int, press_n: float) -> None:
    """A press could be what holds the crank. So it rests and tries again; a jam gives no pulse and ends as a fault."""
    world = sim()
    drive = 10 * drive_pct
    world.start(drive_from_permille=drive, drive_to_permille=drive)
    assert world.motor.driven
    at_ms = world.inject(rotor_locked=True, forced_force_n=press_n)
    strong = world.plant.duty >= 0.4
    off_ms = world.off_after(at_ms, 2800.0)
    if strong and press_n < 30.0:
        proof.figure("off", off_ms)
    proof.figure("pressed_off", off_ms)
    found_ms, driven_ms = held(world, at_ms, 15_000.0)
    proof.figure("pressed_found", found_ms)
    proof.figure("pressed_driven", driven_ms)
    assert world.plant.rate_spm == 0.0
    assert world.seen <= {"STALL", "OVERCURRENT"}
    assert world.driven_for(1000.0) == 0.0


@pytest.mark.parametrize(("press_n", "figure"), [(0.0, "started"), (2.0, "started"), (15.0, "pressed_found")])
@pytest.mark.parametrize("drive_pct", [20, 60, 100])
def test_case_13_started_against_a_jam(sim: Sim, proof: Proof, drive_pct: int, press_n: float, figure: str) -> None:
    """The soft start takes two seconds, and a crank in its dead centre may stand for a part of that."""
    world = sim()
    drive = 10 * drive_pct
    world.load(drive_from_permille=drive, drive_to_permille=drive)
    world.inject(rotor_locked=True)
    assert world.arm() == []
    world.link.press_button()
    while not world.motor.driven:
        world.pump(5.0)
    at_ms = world.now_ms
    world.inject(forced_force_n=press_n)
    while not world.fault:
        world.pump(5.0)
        assert world.now_ms - at_ms < 18_000.0
    proof.figure(figure, world.now_ms - at_ms)
    assert world.plant.strokes < 0.5
    assert world.seen <= {"STALL", "OVERCURRENT"}
    assert world.driven_for(1000.0) == 0.0


@pytest.mark.parametrize("drive_permille", [200, 1000])
@running(VIRTUAL)
def test_case_13_rotor_locked(world: World, proof: Proof, drive_permille: int) -> None:
    world.device.set("drive_max_permille", drive_permille)
    world.pump(100.0)
    assert world.motor.driven
    proof.figure("off", jam(world))
    assert world.fault == "STALL"
    assert world.driven_for(50.0) == 0.0


def test_case_14_three_stalls(sim: Sim, proof: Proof) -> None:
    world = sim()
    world.start()
    stalls = 0
    while stalls < 4:
        jam(world)
        assert world.fault == "STALL"
        stalls += 1
        world.inject(rotor_locked=False)
        world.pump(1000.0)
        if not world.device.clear():
            break
        world.restart()
    assert world.now_ms < 60_000.0, "all within a minute"
    proof.figure("stalls", stalls)
    world.pump(60_000.0)
    assert not world.device.clear(), "waiting does not help, only a restart"
    world.press()
    assert world.driven_for(1000.0) == 0.0


def test_case_15_long_heavy_load(sim: Sim, proof: Proof) -> None:
    """A brake on the shaft that takes 90 % of the current which the winding stands for ever; two minutes of it.

    The model is the textbook's: heat follows the square of the current, with one time constant.
    """
    world = sim()
    world.start()
    board = world.link.hal.board
    limit_a = board["i2t_ma"] / 1000
    mechanism: Any = world.plant.mechanism
    numbers = list(mechanism._coefficients)
    numbers[6] = numbers[5] * 0.9 * limit_a  # dry friction = torque per ampere x current
    mechanism._coefficients = tuple(numbers)
    world.advance(5000.0)
    start = world.reg("heat_permille") / 1000
    square = 0.0
    for _ in range(12_000):
        world.advance(10.0)
        square += world.plant.current_a**2 / 12_000
    assert square**0.5 == pytest.approx(0.9 * limit_a, rel=0.05), "the load was there"
    decay = exp(-120 / board["i2t_tau_s"])
    model = start * decay + square / limit_a**2 * (1 - decay)
    heat = world.reg("heat_permille") / 1000
    assert heat > start + 0.05
    assert (world.state, world.fault) == ("RUNNING", "")
    proof.figure("error", 100 * abs(heat - model) / model)


@running(SIM, VIRTUAL)
def test_case_16_current_sensor_dead(world: World, proof: Proof) -> None:
    assert world.get("current_ma") > 300
    at_ms = world.inject(current_dead=True)
    proof.figure("off", world.off_after(at_ms, 100.0))
    assert world.fault == "CURRENT_SENSOR"
    assert world.get("current_ma") < 100
    assert not world.device.clear()
    assert world.driven_for(50.0) == 0.0


def test_case_17_driver_stuck_on_when_told_to_stop(sim: Sim, proof: Proof) -> None:
    world = sim()
    world.start()
    world.inject(driver_stuck_on=True)
    world.pump(50.0)
    at_ms = world.now_ms
    world.device.stop()
    proof.figure("found", alarm(world, at_ms))
    assert world.plant.supply_a > 0.5, "nothing but a switch in the battery lead stops it"


@pytest.mark.parametrize("jammed", [False, True])
def test_case_17_driver_stuck_on_at_rest(sim: Sim, proof: Proof, jammed: bool) -> None:
    world = sim()
    world.pump(500.0)
    at_ms = world.inject(driver_stuck_on=True, rotor_locked=jammed)
    proof.figure("found", alarm(world, at_ms))
    assert world.plant.supply_a > 0.5
    assert not world.device.clear()
    assert any(reason.startswith("FAULT") for reason in world.arm())


def alarm(world: SimWorld, since_ms: float) -> float:
    """Wait for DRIVER_ON; after how long it was there, ms. The LED blinks its number."""
    while "DRIVER_ON" not in world.fault:
        world.advance(5.0)
        assert world.now_ms - since_ms < 2000.0, world.fault
    found_ms = world.now_ms - since_ms
    lit = set()
    for _ in range(100):
        world.advance(10.0)
        lit.add(world.link.hal.led_permille)
    assert lit == {1000, 0}
    return found_ms


def test_case_18_overheating(sim: Sim, proof: Proof) -> None:
    """A degree every two seconds, seen by the sensor; what the motor still gets at each of them."""
    world = sim()
    world.start(drive_from_permille=1000, drive_to_permille=1000)
    at_full = world.reg("drive_q16")
    drives = {}
    for temp_c in (*range(55, 67), 67.5, *range(68, 81)):
        world.inject(temp_c_override=float(temp_c))
        world.pump(2000.0)
        drives[temp_c] = world.reg("drive_q16") / at_full
        if not world.motor.driven:
            break
    assert world.reg("temperature_dc") == pytest.approx(10 * temp_c, abs=15)
    assert world.fault == "OVERTEMP"
    proof.figure("half", 100 * drives[67.5])
    proof.figure("off_at", float(temp_c))
    assert drives[57] == 1.0, "no drive is taken away below 60 C"
    falling = [drives[temp_c] for temp_c in sorted(drives)]
    assert falling == sorted(falling, reverse=True)
    world.inject(temp_c_override=68.0)
    assert world.driven_for(3000.0) == 0.0
    assert world.fault == "OVERTEMP", "not yet 10 C cooler"
    world.inject(temp_c_override=60.0)
    assert world.driven_for(3000.0) == 0.0
    assert (world.state, world.fault) == ("IDLE", ""), "cool, and waiting for a person"


@pytest.mark.parametrize("broken", ["temp_open", "temp_short"])
@running(SIM, VIRTUAL)
def test_case_19_temperature_sensor_broken(world: World, proof: Proof, broken: str) -> None:
    at_ms = world.inject(**{broken: True})
    proof.figure("off", world.off_after(at_ms, 1000.0))
    while not world.fault:  # a shorted one looks hot: the taper has taken the drive away before
        world.advance(20.0)
    proof.figure("found", world.now_ms - at_ms)
    raw = world.get("slow_q4_2") >> 4
    assert raw > 4000 if broken == "temp_open" else raw < 100
    assert world.fault == "TEMP_SENSOR"
    world.inject(**{broken: False})
    assert world.driven_for(100.0) == 0.0
    assert not world.device.clear()
