"""The second shipped board, `picow_drv8871_linear`, where its parts differ: a thermistor on wires (case 19), and no
sensor that would see a motor jam or a driver stay on.

What is alike on both boards is asked of both by `running(..., linear=...)` where the case stands.
"""

from collections.abc import Callable
from functools import partial

import pytest

from host_tools.safety_matrix import LINEAR

from .. import forked
from . import test_force, test_people
from .marks import SIM, VIRTUAL, running
from .proof import Proof
from .worlds import SimWorld, World

BROKEN = pytest.mark.parametrize("broken", ["temp_open", "temp_short"])


Case = Callable[[World, Proof], None]
ON_REAL_MICROPYTHON: dict[int, Case] = {
    1: test_force.test_case_01_over_force_step,
    7: test_force.test_case_07_force_sensor_shorted_to_the_supply,
    36: test_people.test_case_36_computer_falls_silent,
}


def proved(world: World, number: int) -> None:
    """The case on this board, its figures kept."""
    case = ON_REAL_MICROPYTHON[number]
    proof = Proof(number, VIRTUAL, f"{case.__name__}-virtual-linear", LINEAR)
    case(world, proof)
    proof.keep()


@running(linear=(VIRTUAL,))
def test_the_two_pins_of_the_bridge(world: World) -> None:
    """Three cases in one test, so that this board boots only once, whichever process of pytest it falls to."""
    for number in ON_REAL_MICROPYTHON:
        told = forked.run(partial(proved, world, number))
        assert not told, told


@BROKEN
@running(linear=(SIM,))
def test_case_19_thermistor_broken(world: World, proof: Proof, broken: str) -> None:
    """Open it looks cold, so nothing tapers; shorted it looks hot, and the taper is quicker than the fault."""
    at_ms = world.inject(**{broken: True})
    proof.figure("off", world.off_after(at_ms, 1000.0))
    while not world.fault:
        world.advance(20.0)
    proof.figure("found", world.now_ms - at_ms)
    assert world.fault == "TEMP_SENSOR"
    raw = world.get("slow_q4_2") >> 4
    assert raw > 4000 if broken == "temp_open" else raw < 100
    world.inject(**{broken: False})
    assert world.driven_for(100.0) == 0.0
    assert not world.device.clear()


@BROKEN
def test_a_thermistor_that_breaks_at_rest_keeps_the_device_from_arming(broken: str) -> None:
    world = SimWorld(board=LINEAR)
    world.load()
    world.inject(**{broken: True})
    world.pump(1000.0)
    assert world.fault == "TEMP_SENSOR"
    assert {reason.split(":")[0] for reason in world.arm()} == {"FAULT", "TEMPERATURE"}
    world.close()


@pytest.mark.parametrize("broken", ["rotor_locked", "driver_stuck_on", "current_dead"])
@running(linear=(SIM,))
def test_what_the_safety_case_calls_not_found_is_not_found(world: World, broken: str) -> None:
    """Nothing stops the motor, and nothing is said: whoever builds this board must know."""
    world.inject(**{broken: True})
    assert world.driven_for(10_000.0) > 9000.0
    assert (world.state, world.fault) == ("RUNNING", "")
