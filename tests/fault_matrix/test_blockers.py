"""Case 34: each set of reasons not to arm is told whole, and any of them keeps the motor off."""

from collections.abc import Callable, Iterable
from itertools import chain, combinations, product

import pytest

from tapote import wire

from .marks import VIRTUAL, idle
from .proof import Proof
from .worlds import SimWorld, World

Sim = Callable[..., SimWorld]
CELLS = 3
# Those that can be brought about one by one; FAULT comes with each fault, FORCE_SENSOR brings one.
ALONE = ("BUTTON", "HEAD_LOADED", "BATTERY", "TEMPERATURE", "NO_PROGRAM")


def bring_about(world: World, names: Iterable[str]) -> None:
    """These reasons, and none of the others."""
    names = set(names)
    world.button("BUTTON" in names)
    both = {"HEAD_LOADED", "FORCE_SENSOR"} <= names
    world.inject(
        force_override_n=8.0 if "HEAD_LOADED" in names else None,
        force_open="FORCE_SENSOR" in names and not both,
        force_short=both,
        battery_v_override=CELLS * (3.2 if "BATTERY" in names else 3.8),
        temp_c_override=70.0 if "TEMPERATURE" in names else 25.0,
    )
    if "NO_PROGRAM" in names:
        assert world.device._ack(wire.PROGRAM, 1, b"begun, never whole")[0] == wire.OK


def told(world: World) -> set[str]:
    """The reasons that the device tells: when it is asked, and when it refuses to be armed."""
    asked = {reason.split(":")[0] for reason in world.device.reasons()}
    refused = {reason.split(":")[0] for reason in world.arm()}
    assert asked == refused
    return refused


def subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(names, count) for count in range(len(names) + 1)))


def test_case_34_arming_blockers_every_subset(sim: Sim, proof: Proof) -> None:
    """All 32 of those that can be brought about alone, on one device, back and forth."""
    world = sim()
    tried = subsets(ALONE)
    for names in tried:
        bring_about(world, ())
        world.load()
        bring_about(world, names)
        world.pump(700.0)
        assert told(world) == set(names)
        if not names:
            assert {reason.split(":")[0] for reason in world.arm()} == {"BUSY"}
            world.device.stop()
        else:
            world.press()
        world.pump(700.0)
    assert world.motor.driven_ms == 0.0
    proof.figure("sets", len(tried))


@pytest.mark.parametrize("program", [True, False])
def test_case_34_arming_blockers_beside_a_fault(sim: Sim, proof: Proof, program: bool) -> None:
    """In FAULT the force sensor's own reason stands alone too: with the head's, without it, alone."""
    world = sim()
    if program:
        world.load()
    world.link.app.failed(RuntimeError("asked for by the test"))
    assert world.fault == "EXCEPTION"
    tried = [
        (*slow, *force)
        for slow, force in product(
            subsets(("BUTTON", "BATTERY", "TEMPERATURE")), subsets(("HEAD_LOADED", "FORCE_SENSOR"))
        )
    ]
    for names in tried:
        bring_about(world, names)
        world.pump(700.0)
        assert told(world) == {"FAULT", *names, *(() if program else ("NO_PROGRAM",))}
    assert world.motor.driven_ms == 0.0
    proof.figure("sets", len(tried))


@idle(VIRTUAL)
def test_case_34_arming_blockers(world: World, proof: Proof) -> None:
    """Each alone, and all of them. The button is last: it must have been up for half a second to be no reason."""
    world.load()
    tried: list[tuple[str, ...]] = [("HEAD_LOADED",), ("BATTERY",), ("TEMPERATURE",), ("BUTTON",), ALONE]
    for names in tried:
        bring_about(world, names)
        world.pump(150.0)
        assert told(world) == set(names)
    world.button(False)
    bring_about(world, ("NO_PROGRAM",))
    world.pump(700.0)
    assert told(world) == {"NO_PROGRAM"}
    world.load()
    bring_about(world, ())
    world.pump(150.0)
    assert told(world) == set()
    proof.figure("sets", len(tried) + 2)
    assert world.motor.driven_ms == 0.0
