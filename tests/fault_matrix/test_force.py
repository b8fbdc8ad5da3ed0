"""Cases 1 to 12: pressing too hard, and a force sensor that lies."""

from collections.abc import Callable
from itertools import pairwise
from math import cos, pi, sin

import pytest

from host_tools.bench_probe import Tap
from host_tools.virtual_board import VirtualBoard

from .marks import SIM, TURN, VIRTUAL, running
from .proof import Proof
from .worlds import SimWorld, VirtualWorld, World, made_plant

Sim = Callable[..., SimWorld]
LIMIT_N = 50.0
FULL_Q16 = 65536
LEARNT_PERMILLE = 1180  # what calibration sets: 1.18 times what a sound sensor showed (docs/how-it-works.md)
BOXED_MS = 20.0  # until the main loop has met the fault and kept the ticks before it
ADC_KEY, ADC_READY = 0x4004C, 0x100  # on the emulator's bus; CS.READY


def at_the_cap(sim: Sim) -> SimWorld:
    """A session at full drive with the highest force limit that there is; its trip is 65 N."""
    world = sim()
    world.start(limit_mn=50_000)
    assert world.reg("trip_mn") == 65_000
    return world


def feel(world: SimWorld, force_n: Callable[[float], float]) -> None:
    """Let the sensor feel force_n(seconds from now on)."""
    start_s = world.plant.time_s

    def script(time_s: float) -> None:
        world.faults.force_override_n = force_n(time_s - start_s)

    world.plant.before_step = script


@running(SIM, VIRTUAL, linear=(SIM,))
def test_case_01_over_force_step(world: World, proof: Proof) -> None:
    world.to_the_worst_moment()
    at_ms = world.inject(force_override_n=80.0)
    proof.figure("off", world.off_after(at_ms, 1.0))
    world.pump(BOXED_MS)
    assert max(world.forces_n()) == pytest.approx(80.0, rel=0.1)
    assert (world.state, world.fault) == ("FAULT", "FORCE_TRIP")
    assert world.driven_for(50.0) == 0.0


def test_case_02_over_force_ramp(sim: Sim, proof: Proof) -> None:
    """4 N a second, from nothing to just below the trip."""
    world = at_the_cap(sim)
    feel(world, lambda since_s: 4.0 * since_s)
    left = []
    scales = []
    for newton in range(1, 63):
        while world.plant.faults.force_override_n is None or world.plant.faults.force_override_n < newton:
            world.advance(0.5)
            if world.reg("force_mn") >= LIMIT_N * 1000:
                world.advance(0.5)
                left.append(world.plant.duty)
        scales.append(100 * world.reg("scale_q16") / FULL_Q16)
    assert scales[0] == 100.0, "no drive is taken away before the foldback begins"
    assert 20.0 < scales[39] < 80.0, "half-way through the foldback at 40 N, give or take the sensor"
    assert len(left) > 1000, "the device felt the limit"
    assert (world.state, world.fault) == ("BACKOFF", "")
    proof.figure("rise", max(0.0, *(later - earlier for earlier, later in pairwise(scales))))
    proof.figure("left", 100 * max(left))


def test_case_03_force_around_the_limit(sim: Sim, proof: Proof) -> None:
    world = at_the_cap(sim)
    feel(world, lambda since_s: LIMIT_N + 2.0 * sin(2 * pi * since_s))
    forces = []
    switched_on = 0
    seconds = 10
    world.advance(1000.0)
    for _ in range(seconds * 2000):
        before = world.plant.duty
        world.advance(0.5)
        switched_on += world.plant.duty > 0.0 and before == 0.0
        forces.append(world.reg("force_mn") / 1000)
    assert min(forces) < LIMIT_N - 0.5 < LIMIT_N + 0.5 < max(forces), "the device felt both sides of its limit"
    proof.figure("chatter", switched_on / seconds)
    world.inject(force_override_n=15.0)
    world.plant.before_step = lambda time_s: None
    world.advance(3000.0)
    assert (world.state, world.fault) == ("RUNNING", ""), "it comes back for a hand that eases"
    assert world.motor.driven


def test_case_04_peak_not_mean(sim: Sim, proof: Proof) -> None:
    world = at_the_cap(sim)
    start_s = world.plant.time_s
    feel(world, lambda since_s: 55.0 * ((1 - cos(2 * pi * 50.0 * since_s)) / 2) ** 2)
    forces = []
    peak_ms = 0.0
    for _ in range(2000):
        world.advance(0.5)
        forces.append(world.reg("force_mn") / 1000)
        if peak_ms == 0.0 and forces[-1] >= LIMIT_N:
            peak_ms = world.now_ms
            off_ms = world.off_after(peak_ms, 1.0)
        elif peak_ms:
            assert not world.motor.driven
    assert max(forces) == pytest.approx(55.0, rel=0.1)
    assert sum(forces) / len(forces) == pytest.approx(20.0, rel=0.15)
    assert world.plant.time_s - start_s > 0.9
    assert (world.state, world.fault) == ("BACKOFF", "")
    proof.figure("off", off_ms)
    proof.figure("left", 100 * world.plant.duty)


def test_case_05_slow_return(sim: Sim, proof: Proof) -> None:
    world = at_the_cap(sim)
    world.inject(force_override_n=60.0)
    world.advance(1000.0)
    assert world.reg("force_mn") > LIMIT_N * 1000
    assert not world.motor.driven
    world.inject(force_override_n=20.0)
    scales = []
    duties = []
    while world.reg("scale_q16") < FULL_Q16:
        world.advance(100.0)
        scales.append(world.reg("scale_q16") / FULL_Q16)
        duties.append(world.plant.duty)
        assert len(scales) < 60
    assert duties[0] < 0.2 < max(duties), "the motor came back"
    assert len(scales) >= 20, "half of it after a second at the earliest"
    proof.figure("rise", 1000 * max(later - earlier for earlier, later in pairwise(scales)))


@running(SIM, VIRTUAL, linear=(SIM,))
def test_case_06_force_sensor_open(world: World, proof: Proof) -> None:
    at_ms = world.inject(force_open=True)
    proof.figure("off", world.off_after(at_ms, 100.0))
    assert world.fault == "FORCE_OPEN"
    assert world.get("force_raw") == 0
    assert world.driven_for(50.0) == 0.0
    world.inject(force_open=False)
    world.pump(50.0)
    assert not world.device.clear(), "a wire that broke once needs a person with a screwdriver"


@pytest.mark.parametrize("press_n", [10.0, 30.0])
@running(SIM, VIRTUAL, linear=(SIM,))
def test_case_06_force_sensor_with_a_loose_contact(world: World, proof: Proof, press_n: float) -> None:
    """Under a steady press the wire opens and closes every 3 ms: never long enough for a broken one."""
    world.inject(force_override_n=press_n)
    world.pump(100.0)
    assert world.motor.driven
    start_s = world.plant.time_s

    def loose(time_s: float) -> None:
        world.faults.force_open = int((time_s - start_s) / 0.003) % 2 == 0

    at_ms = world.now_ms
    world.plant.before_step = loose
    proof.figure("loose", world.off_after(at_ms, 100.0))
    assert world.fault in {"FORCE_OPEN", "FORCE_RATE"}
    forces = world.forces_n()
    assert sum(force_n < 1.0 for force_n in forces) > 20
    assert sum(force_n > 0.8 * press_n for force_n in forces) > 20
    assert not world.device.clear()


@running(SIM, VIRTUAL, linear=(SIM,))
def test_case_07_force_sensor_shorted_to_the_supply(world: World, proof: Proof) -> None:
    world.to_the_worst_moment()
    at_ms = world.inject(force_short=True)
    proof.figure("high", world.off_after(at_ms, 20.0))
    world.pump(50.0)
    assert world.get("force_raw") == 4095
    assert "FORCE_SHORT" in world.seen
    world.inject(force_short=False)
    assert world.driven_for(50.0) == 0.0
    assert not world.device.clear()


@TURN
@running(SIM, VIRTUAL, linear=(SIM,))
def test_case_07_force_sensor_shorted_to_ground(world: World, proof: Proof, phase_ms: float) -> None:
    world.advance(phase_ms)
    at_ms = world.inject(force_open=True)
    proof.figure("low", world.off_after(at_ms, 20.0))
    assert world.get("force_raw") == 0
    assert world.seen == {"FORCE_OPEN"}, "0 V is below the sensor's range, whatever the cause"


@TURN
@running(SIM, VIRTUAL, linear=(SIM,))
def test_case_08_force_reading_frozen(world: World, proof: Proof, phase_ms: float) -> None:
    world.advance(phase_ms)
    world.to_the_worst_moment()
    at_ms = world.inject(force_frozen=True)
    proof.figure("off", world.off_after(at_ms, 100.0))
    assert world.fault == "FORCE_STUCK"
    assert len(set(world.forces_n()[-150:])) == 1
    assert world.driven_for(50.0) == 0.0


@running(VIRTUAL)
def test_case_08_converter_dead(world: VirtualWorld, proof: Proof) -> None:
    """The chip's converter never says that it is ready, and its result stands still."""
    world.to_the_worst_moment()
    at_ms = world.now_ms
    converter = DeadConverter(world.link.rig.board)
    proof.figure("dead", world.off_after(at_ms, 100.0))
    assert converter.asked > 100
    world.pump(30.0)
    assert world.fault == "ADC_DEAD"
    assert world.driven_for(50.0) == 0.0
    assert not world.device.clear()


class DeadConverter:
    """In the place of the ADC on the chip's bus: bit READY of its status is never set. asked: reads of it."""

    def __init__(self, board: VirtualBoard) -> None:
        self.asked = 0
        Tap(board, ADC_KEY, on_read=self._read)

    def _read(self, offset: int, value: int) -> int:
        if offset:
            return value
        self.asked += 1
        return value & ~ADC_READY


@running(SIM)
def test_case_09_single_spike(world: World, proof: Proof) -> None:
    at_ms = world.inject(force_override_n=80.0)
    world.advance(0.5)
    world.inject(force_override_n=None)
    proof.figure("off", world.off_after(at_ms, 1.0))
    world.pump(BOXED_MS)
    assert sum(force_n > 65.0 for force_n in world.forces_n()) == 1
    assert world.fault == "FORCE_TRIP"
    assert world.driven_for(1000.0) == 0.0


def pressed(sim: Sim, press_n: float, limit_mn: int = 40_000) -> SimWorld:
    """A session that works on a body for some seconds; the sensor was compared once, as calibration tells people to."""
    world = sim(made_plant(press_n=press_n))
    world.device.set("felt_limit_permille", LEARNT_PERMILLE)
    world.start(drive_from_permille=900, drive_to_permille=900, limit_mn=limit_mn)
    world.plant.begin_press()
    world.pump(4000.0)
    assert world.motor.driven
    return world


def test_case_10_force_gain_lost(sim: Sim, proof: Proof) -> None:
    """Felt and read force of a calibrated sensor are known; then the sensor tells 30 % less."""
    world = pressed(sim, press_n=14.0)
    world.pump(20_000.0)
    assert world.fault == "", "a sound sensor disagrees with nothing"
    assert world.driven_for(500.0) > 0.0
    before_n = sum(world.forces_n())
    at_ms = world.inject(force_gain=0.7)
    world.advance(128.0)
    assert sum(world.forces_n()) < 0.85 * before_n, "it tells less"
    while world.motor.driven:
        world.advance(50.0)
        assert world.now_ms - at_ms < 60_000.0
    assert world.seen == {"FORCE_DISAGREE"}
    proof.figure("found", (world.motor.last_on_ms - at_ms) / 1000)


def test_case_11_force_offset_at_power_on(sim: Sim, proof: Proof) -> None:
    plant = made_plant()
    plant.faults.force_offset_n = 10.0
    world = sim(plant)
    world.load()
    assert world.reg("force_mn") > 5000
    reasons = world.arm()
    assert any(reason.startswith("HEAD_LOADED") for reason in reasons)
    world.press()
    proof.figure("driven", world.driven_for(1000.0) + world.motor.driven_ms)


@pytest.mark.parametrize("after_ms", [0.0, 4.0, 8.0, 12.0, 16.0, 24.0, 30.0])
def test_case_12_force_low_current_high(sim: Sim, proof: Proof, after_ms: float) -> None:
    """Wherever in the stroke the sensor goes silent."""
    world = pressed(sim, press_n=19.0, limit_mn=50_000)
    world.advance(after_ms + 0.5)
    at_ms = world.inject(force_override_n=1.0)
    proof.figure("off", world.off_after(at_ms, 100.0))
    assert world.plant.pressing
    assert world.reg("force_mn") < 5000
    assert world.seen == {"FORCE_DISAGREE"}
    assert world.driven_for(1000.0) == 0.0
