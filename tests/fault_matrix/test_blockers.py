"""Case 34: each set of reasons not to arm is told whole, and any of them keeps the motor off.

Not every reason can stand beside every other. FORCE_SENSOR, SETTINGS and FIRMWARE bring a fault with them, the last two
from the start on, so that no program can be there. BUSY excludes FAULT, and what makes a new program. So there are
three groups; in each all sets are tried that can be brought about.
"""

from collections.abc import Callable, Collection, Iterator

import pytest

from tapote import wire

from .marks import VIRTUAL, idle
from .proof import Proof
from .worlds import SimWorld, World

Sim = Callable[..., SimWorld]
CELLS = 3
HAND = ("HEAD_LOADED", "BATTERY", "TEMPERATURE")  # what changes most often is seen soonest
SESSION_S = 30  # the shortest that may be set
LOOK_MS = 15.0
LOOKS = 10  # the slowest reading is seen after 110 ms
RESTED_MS = 700.0  # until the button has been up for long enough


def bring_about(world: World, names: Collection[str]) -> None:
    """These reasons, of those that a hand or a bench can bring about, and none of the others."""
    world.button("BUTTON" in names)
    both = {"HEAD_LOADED", "FORCE_SENSOR"} <= set(names)
    world.inject(
        force_override_n=8.0 if "HEAD_LOADED" in names else None,
        force_open="FORCE_SENSOR" in names and not both,
        force_short=both,
        battery_v_override=CELLS * (3.2 if "BATTERY" in names else 3.8),
        temp_c_override=70.0 if "TEMPERATURE" in names else 25.0,
    )


def named(reasons: list[str]) -> set[str]:
    """The names of reasons with their texts."""
    return {reason.split(":")[0] for reason in reasons}


def told(world: World, expected: set[str]) -> None:
    """Wait until the device tells these reasons; then it refuses to be armed for them, all of them and no other."""
    for _ in range(LOOKS):
        if named(world.device.reasons()) == expected:
            break
        world.pump(LOOK_MS)
    assert named(world.device.reasons()) == expected
    assert named(world.arm()) == expected


def sets(names: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Every subset, beginning with none; each differs from the one before by one name."""
    for index in range(1 << len(names)):
        yield tuple(name for place, name in enumerate(names) if (index ^ index >> 1) >> place & 1)


def button_last(names: Collection[str]) -> Iterator[tuple[str, ...]]:
    """The same, first without and then with the button: let go, it stays a reason for half a second."""
    for down in ((), ("BUTTON",)):
        for others in sets(names):
            yield *others, *down


def program_begun(world: World) -> None:
    """NO_PROGRAM: the last one is gone, and the next never becomes whole."""
    assert world.device._ack(wire.PROGRAM, 1, b"begun, never whole")[0] == wire.OK


def run_for(world: SimWorld, seconds: float) -> None:
    """Run a session of SESSION_S for so long; a second before its end, rest is due."""
    assert world.device.set("session_s", SESSION_S) == SESSION_S
    world.load(SESSION_S)
    assert world.arm() == []
    world.link.press_button()
    world.pump(1000 * seconds)


def told_at_rest(world: World, always: set[str]) -> int:
    """How many sets were told, beside those that hold anyway."""
    tried = 0
    for names in button_last(HAND):
        bring_about(world, names)
        told(world, always | set(names))
        if not always | set(names):
            told(world, {"BUSY"})  # it was armed
            world.device.stop()
            world.pump(350.0)
        tried += 1
    return tried


@pytest.mark.parametrize("rest", [False, True])
def test_case_34_arming_blockers_at_rest(sim: Sim, proof: Proof, rest: bool) -> None:
    world = sim()
    if rest:
        run_for(world, SESSION_S + 1.0)
        assert (world.state, world.fault) == ("IDLE", "")
    driven_ms = world.motor.driven_ms
    due = {"REST"} if rest else set()
    world.load()
    tried = told_at_rest(world, due)
    bring_about(world, ())
    program_begun(world)
    world.pump(RESTED_MS)
    tried += told_at_rest(world, due | {"NO_PROGRAM"})
    world.press()
    assert world.driven_for(1000.0) == 0.0
    assert world.motor.driven_ms == driven_ms
    proof.figure("idle", tried)


@idle(VIRTUAL)
def test_case_34_arming_blockers(world: World, proof: Proof) -> None:
    """The same, but for REST: half a minute of strokes takes too long here."""
    world.load()
    tried = told_at_rest(world, set())
    bring_about(world, ())
    program_begun(world)
    world.pump(RESTED_MS)
    tried += told_at_rest(world, {"NO_PROGRAM"})
    assert world.motor.driven_ms == 0.0
    proof.figure("idle", tried)


@pytest.mark.parametrize("rest", [False, True])
@pytest.mark.parametrize("program", [True, False])
def test_case_34_arming_blockers_beside_a_fault(sim: Sim, proof: Proof, program: bool, rest: bool) -> None:
    world = sim()
    if rest:
        run_for(world, SESSION_S + 1.0)
    if program:
        world.load()
    else:
        program_begun(world)
    world.link.app.failed(RuntimeError("asked for by the test"))
    assert world.fault == "EXCEPTION"
    always = {"FAULT", *(() if program else ("NO_PROGRAM",)), *(("REST",) if rest else ())}
    proof.figure("fault", told_in_a_fault(world, always))


@pytest.mark.parametrize("broken", [("SETTINGS",), ("FIRMWARE",), ("SETTINGS", "FIRMWARE")])
def test_case_34_arming_blockers_since_the_start(sim: Sim, proof: Proof, broken: tuple[str, ...]) -> None:
    world = sim()
    files = {"settings.a": b"no", "settings.b": b"settings"} if "SETTINGS" in broken else {}
    world.power_cycle(files=files, damage="a file is missing" if "FIRMWARE" in broken else "")
    assert world.fault == ("FIRMWARE_HASH" if "FIRMWARE" in broken else "SETTINGS_CRC")
    proof.figure("fault", told_in_a_fault(world, {"FAULT", "NO_PROGRAM", *broken}))


def told_in_a_fault(world: SimWorld, always: set[str]) -> int:
    """How many sets were told. In a fault the force sensor's own reason stands alone too."""
    driven_ms = world.motor.driven_ms
    world.pump(RESTED_MS)
    tried = 0
    for names in button_last((*HAND, "FORCE_SENSOR")):
        bring_about(world, names)
        told(world, always | set(names))
        tried += 1
    assert world.motor.driven_ms == driven_ms
    return tried


@pytest.mark.parametrize("rest", [False, True])
def test_case_34_arming_blockers_while_busy(sim: Sim, proof: Proof, rest: bool) -> None:
    """In a pause: that is BUSY, and time stands still for as long as each set takes to be seen."""
    world = sim()
    run_for(world, SESSION_S - 0.6 if rest else 2.0)
    always = {"BUSY", *(("REST",) if rest else ())}
    tried = 0
    for names in button_last(HAND):
        if world.state == "RUNNING":
            assert world.device.pause()
        assert world.state == "ARMED"
        world.button(False)
        world.pump(RESTED_MS)
        bring_about(world, [name for name in names if name != "BUTTON"])
        told(world, always | set(names) - {"BUTTON"})
        if "BUTTON" in names:
            driven_ms = world.motor.driven_ms
            world.button(True)
            world.pump(60.0)
            told(world, always | set(names))
            goes_on = not {"BATTERY", "TEMPERATURE"} & set(names)
            assert (world.motor.driven_ms > driven_ms) == goes_on, "after a pause the head may be on the body"
        tried += 1
    proof.figure("busy", tried)
