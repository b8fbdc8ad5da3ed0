"""Cases 33 to 37: people, computers and cables."""

import os
import struct
from dataclasses import astuple, replace
from functools import partial
from random import Random

import pytest

from host_tools.device import DeviceError
from host_tools.safety_matrix import BOARD
from tapote import params, wire

from .. import forked
from ..fuzz.noise import Frame, Noise, answered, answers
from ..sessions import program
from .marks import SIM, TURN_MS, VIRTUAL, idle, running
from .proof import Proof
from .worlds import VirtualWorld, World

LONG = bool(os.environ.get("SAFETY_CASE_LONG"))
NOISE_BYTES = 4096  # a kilobyte takes 1.4 s of a computer's time; the megabyte is that of `make fuzz`
NOISES = 9  # ways of Noise
# (down, ms): a contact that bounces when it closes and when it opens, once for longer than from look to look (10 ms).
CLOSING = [(True, 2), (False, 1), (True, 1), (False, 2), (True, 12), (False, 11), (True, 60)]
OPENING = [(True, 30), (False, 1), (True, 2), (False, 11), (True, 12), (False, 60)]


def touch(world: World, contact: list[tuple[bool, int]]) -> int:
    """The contact of the button, as it closes or opens; how often the motor began to turn meanwhile."""
    starts = 0
    was = world.motor.driven
    for down, ms in contact:
        world.button(down)
        for _ in range(ms):
            world.pump(1.0)
            starts += world.motor.driven and not was
            was = world.motor.driven
    return starts


@idle(SIM, VIRTUAL)
def test_case_33_button_bounce_and_stuck(world: World, proof: Proof) -> None:
    """One bouncing press starts once and does not say "too much" besides; the next one, while it runs, says it once."""
    world.load()
    assert world.arm() == []
    proof.figure("starts", touch(world, [*CLOSING, *OPENING, (False, 1000)]))
    assert world.motor.driven
    assert (world.state, world.device.stats().too_much) == ("RUNNING", 0)
    at_ms = world.now_ms
    touch(world, CLOSING)
    proof.figure("yield", world.off_after(at_ms, 60.0))
    touch(world, OPENING)
    world.pump(100.0)
    assert (world.state, world.device.stats().too_much) == ("RUNNING", 1)


@idle(SIM, VIRTUAL)
def test_case_33_button_down_since_power_on(world: World, proof: Proof) -> None:
    world.button(True)
    world.power_cycle()
    world.load()
    assert [reason.split(":")[0] for reason in world.arm()] == ["BUTTON"]
    world.button(False)
    world.pump(600.0)
    assert world.arm() == [], "let go for half a second, it is a button again"
    assert world.driven_for(100.0) == 0.0


@running(SIM, *((VIRTUAL,) if LONG else ()))
def test_case_33_button_stuck(world: World, proof: Proof) -> None:
    """Pressed while it runs, and never let go: no drive from then on; after ten seconds a fault that names the button,
    until it has been up for a second. On `virtual:` that takes long, so only `make safety-case` does it there."""
    world.button(True)
    at_ms = world.now_ms
    world.pump(100.0)
    driven_ms = world.driven_for(9700.0)
    assert world.fault == ""
    driven_ms += world.driven_for(300.0)
    assert (world.state, world.fault) == ("FAULT", "BUTTON_STUCK")
    assert world.now_ms - at_ms < 10_500.0
    assert not world.device.clear()
    world.button(False)
    driven_ms += world.driven_for(900.0)
    assert world.fault == "BUTTON_STUCK", "a worn contact may open for a moment"
    driven_ms += world.driven_for(250.0)
    assert (world.state, world.fault) == ("IDLE", "")
    proof.figure("stuck", driven_ms)


def damaged(frame: bytes, random: Random) -> bytes:
    """The frame with bits flipped, bytes lost, doubled or swapped; never whole, and never with a Ctrl-C in it, which is
    no damage to MicroPython but an order to stop."""
    while True:
        made = bytearray(frame)
        how = random.randrange(4)
        at = random.randrange(1, len(made) - 2)
        if how == 0:
            for _ in range(random.randrange(1, 9)):
                made[random.randrange(len(made))] ^= 1 << random.randrange(8)
        elif how == 1:
            del made[at : at + random.randrange(1, len(made) - at)]
        elif how == 2:
            made.insert(at, made[at])
        else:
            made[at], made[at + 1] = made[at + 1], made[at]
        if made.strip(b"\x7e") != frame.strip(b"\x7e") and wire.CTRL_C not in made:
            return bytes(made)


@running(SIM, VIRTUAL)
def test_case_35_damaged_bytes(world: World, proof: Proof) -> None:
    """Damaged orders of every kind that would change something; then whole ones, doubled."""
    random = Random(35)
    limit = world.get("force_limit_mn")
    orders = [
        (wire.SET, (params.slot("force_limit_mn"), 20_000)),
        (wire.STOP, ()),
        (wire.PAUSE, ()),
        (wire.TOO_MUCH, ()),
        (wire.GET, (5,)),
        (wire.STREAM, (5,)),
    ]
    world.link.read()
    decoder = wire.Decoder()
    answers = 0
    for number in range(2000 if world.name == SIM else 200):
        kind, fields = orders[number % len(orders)]
        frame = wire.encode(kind, 1 + number % 255, struct.pack(wire.MESSAGES[kind], *fields))
        world.link.write(damaged(frame, random) + b"\x7e")
        if number % 20 == 19:
            world.advance(30.0)
            answers += len(decoder.feed(world.link.read()))
    world.advance(100.0)
    answers += len(decoder.feed(world.link.read()))
    proof.figure("accepted", answers)
    assert (world.state, world.fault) == ("RUNNING", "")
    assert world.get("force_limit_mn") == limit
    assert world.device.stats().too_much == 0
    assert world.motor.driven
    if world.name == VIRTUAL:
        proof.figure("late", world.get("late_max_us"))
    frame = wire.encode(wire.GET, 77, struct.pack("<H", params.slot("tick_us")))
    world.link.write(frame * 3)
    world.advance(50.0)
    assert [seq for _, seq, _ in decoder.feed(world.link.read())] == [77] * 3, "doubled, it is answered each time"


@idle(SIM, VIRTUAL)
def test_case_35_reordered_messages(world: World, proof: Proof) -> None:
    """The parts of a program in a wrong order make no program."""
    phase = program(world.board, 10.0).phases[0]
    fields = [astuple(replace(phase, limit_mn=limit_mn)) for limit_mn in (20_000, 40_000)]
    world.pump(600.0)
    assert world.device._ack(wire.PROGRAM, 2, b"swapped")[0] == wire.OK
    swapped = world.device._ack(wire.PHASE, 1, *fields[1])[0]
    assert world.device._ack(wire.PHASE, 0, *fields[0])[0] == wire.OK
    doubled = world.device._ack(wire.PHASE, 0, *fields[0])[0]
    half = world.device._ack(wire.COMMIT)[0]
    proof.figure("accepted", sum(status in (wire.OK, wire.CLAMPED) for status in (swapped, doubled, half)))
    assert (swapped, doubled, half) == (wire.REFUSED, wire.REFUSED, wire.BAD)
    assert [reason.split(":")[0] for reason in world.arm()] == ["NO_PROGRAM"]


@running(VIRTUAL)
def test_case_35_noise_at_full_drive(world: VirtualWorld, proof: Proof) -> None:
    """Random bytes, halves of frames, old frames again: what is whole is answered, and each tick is on time."""
    noise = Noise(35, ctrl_c=False, without=(wire.STOP, wire.PAUSE, wire.TOO_MUCH))
    port, decoder = world.link.rig.board.port, wire.Decoder()
    world.probe.clear()
    world.link.read()
    start_ms = world.now_ms
    extra = whole = 0
    for data, frames in noise.pieces(NOISE_BYTES, 1024):
        world.link.write(data)
        found: list[Frame] = []
        quiet = 0
        while quiet < 3:  # what has left the queue still waits in MicroPython's own
            world.advance(30.0)
            more = answers(decoder, world.link.read())
            found += more
            quiet = 0 if port.queue or more else quiet + 1
            assert world.motor.driven
        extra += len([frame for frame in found if frame not in frames])
        assert found == answered(frames)
        whole += len(found)
    assert whole > 20
    assert len(noise.counts) == NOISES, "every kind of noise was there"
    proof.figure("accepted", extra)
    proof.figure("late", max(world.probe.lateness_us))
    proof.figure("lost", abs(round((world.now_ms - start_ms) * 2) - len(world.probe.ticks)))
    assert (world.state, world.fault) == ("RUNNING", "")


def silent_from(world: World, phase_ms: float) -> float:
    """The host says something, this long after now, and then nothing more: until the last drive, ms."""
    world.advance(phase_ms)
    world.device._send(wire.BEAT)
    return world.off_after(world.now_ms, 500.0)


@running(SIM, VIRTUAL, linear=(SIM,))
def test_case_36_computer_falls_silent(world: World, proof: Proof) -> None:
    """At several moments of the main loop's turn, each in a copy of the world; then what follows."""
    world.device.stop()
    world.pump(350.0)
    assert world.arm(tethered=True) == []
    world.link.press_button()
    world.pump(800.0)
    assert world.motor.driven
    for phase_ms in TURN_MS[1:] if world.board.name == BOARD else ():
        proof.figure("off", forked.value(partial(silent_from, world, phase_ms)))
    proof.figure("off", silent_from(world, TURN_MS[0]))
    assert world.driven_for(100.0, world.advance) == 0.0
    assert "LINK_LOST" in world.seen
    driven_ms = world.driven_for(100.0)
    world.press()
    assert world.driven_for(200.0) + driven_ms == 0.0
    assert world.state == "IDLE", "the link is back, and nothing has started"


@idle(SIM, VIRTUAL)
def test_case_37_another_version(world: World, proof: Proof) -> None:
    limit = world.get("force_limit_mn")
    world.load()
    world.device._send(wire.HELLO, wire.PROTOCOL[0] + 1, 0)
    world.advance(50.0)
    for kind, fields in (
        (wire.SET, (params.slot("force_limit_mn"), 20_000)),
        (wire.GET, (0,)),
        (wire.PROGRAM, (1, b"foreign")),
        (wire.ARM, (0,)),
        (wire.SAVE, ()),
    ):
        assert world.device._ack(kind, *fields)[0] == wire.REFUSED
    with pytest.raises(DeviceError):
        world.load()
    assert world.device._ack(wire.STOP)[0] == wire.OK, "stopping is understood in every version"
    world.press()
    proof.figure("driven", world.driven_for(300.0) + world.motor.driven_ms)
    assert world.device.hello().protocol == wire.PROTOCOL
    assert world.get("force_limit_mn") == limit


@running(SIM, VIRTUAL)
def test_case_37_another_version_can_still_stop(world: World, proof: Proof) -> None:
    world.device._send(wire.HELLO, wire.PROTOCOL[0] + 1, 0)
    world.advance(30.0)
    assert world.motor.driven
    at_ms = world.now_ms
    assert world.device._ack(wire.STOP)[0] == wire.OK
    assert world.off_after(at_ms, 30.0) < 30.0
    world.device.hello()
    proof.figure("driven", world.driven_for(300.0))
