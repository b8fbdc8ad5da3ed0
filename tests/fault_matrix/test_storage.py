"""Cases 39 to 44: settings, profiles and sessions. Case 38 is in tests/virtual, with the flash it cuts."""

import os
from collections.abc import Callable
from dataclasses import astuple, replace

import pytest

from host_tools.device import DeviceError
from host_tools.safety_matrix import BOARD
from tapote import params, programs, settings, storage, wire

from ..sessions import program
from .marks import SIM, VIRTUAL, idle, running
from .proof import Proof
from .worlds import SimWorld, VirtualWorld, World

Sim = Callable[..., SimWorld]
LONG = bool(os.environ.get("SAFETY_CASE_LONG"))
CELLS = 3


def stored(limit_mn: int) -> dict[str, bytes]:
    """The files of a board that has saved this force limit twice, with their valid checksums."""
    slots = settings.slots("", BOARD)
    values = {params.slot("force_limit_mn"): limit_mn}
    return {f"settings{suffix}": slots.pack(seq, settings.pack(values)) for seq, suffix in enumerate(storage.SUFFIXES)}


@idle(SIM, VIRTUAL)
def test_case_39_settings_unreadable(world: World, proof: Proof) -> None:
    factory_mn = world.get("force_limit_mn")
    spoiled = {name: data[:-5] + bytes((data[-5] ^ 1,)) + data[-4:] for name, data in stored(20_000).items()}
    world.power_cycle(files=spoiled)
    assert world.get("force_limit_mn") == factory_mn, "the damaged 20 N are not guessed"
    assert world.fault == "SETTINGS_CRC"
    assert {"FAULT", "SETTINGS"} <= {reason.split(":")[0] for reason in world.arm()}
    world.press()
    driven_ms = world.driven_for(200.0)
    world.device.save()
    assert world.fault == "SETTINGS_CRC", "until it is started with what was saved"
    world.power_cycle()
    assert (world.state, world.fault) == ("IDLE", "")
    proof.figure("driven", driven_ms + world.motor.driven_ms)
    world.load()
    assert world.arm() == [], "the factory settings were offered, and taken"


@idle(SIM, VIRTUAL)
def test_case_41_limit_above_the_cap(world: World, proof: Proof) -> None:
    world.power_cycle(files=stored(90_000))
    assert world.get("force_limit_mn") == params.FORCE_CAP_MN
    assert world.fault == "SETTINGS_RANGE"
    assert {"FAULT", "SETTINGS"} <= {reason.split(":")[0] for reason in world.arm()}
    assert world.driven_for(100.0) == 0.0
    proof.figure("limit", max(world.get("force_limit_mn"), world.get("hard_mn")) / 1000)


def test_case_41_limit_below_the_cap_holds(sim: Sim, proof: Proof) -> None:
    """The same files with an allowed value are taken as they are: it was the value that was refused."""
    world = sim()
    world.power_cycle(files=stored(20_000))
    assert (world.state, world.fault, world.get("force_limit_mn")) == ("IDLE", "", 20_000)
    world.start(limit_mn=50_000)
    proof.figure("limit", world.get("hard_mn") / 1000)


@idle(SIM, VIRTUAL)
def test_case_40_hostile_phases(world: World, proof: Proof) -> None:
    """What a host without manners may send as a program: refused, or cut to the device's own caps."""
    phase = program(world.board, 10.0).phases[0]
    hostile = [
        replace(phase, duration_ms=0),
        replace(phase, duration_ms=0xFFFFFFFF),
        replace(phase, ease=255),
        replace(phase, rhythm=255),
        replace(phase, until=0),
    ]
    greedy = replace(
        phase,
        rate_from_spm=65535,
        rate_to_spm=65535,
        drive_from_permille=65535,
        drive_to_permille=65535,
        period_ms=0,
        depth_permille=65535,
        on_permille=65535,
        limit_mn=0xFFFFFFFF,
    )
    taken = []
    for bad in hostile:
        assert world.device._ack(wire.PROGRAM, 1, b"hostile")[0] == wire.OK
        taken.append(world.device._ack(wire.PHASE, 0, *astuple(bad))[0] != wire.BAD)
        taken.append(world.device._ack(wire.COMMIT)[0] != wire.BAD)
    taken.append(world.device._ack(wire.PROGRAM, 200, b"far too many")[0] in (wire.OK, wire.CLAMPED))
    assert world.device._ack(wire.PROGRAM, 1, b"\xff\x00\x1b[31m`rm`")[0] == wire.OK, "a name is only a name"
    taken.append(world.device._ack(wire.PHASE, 0, *astuple(greedy))[0] != wire.CLAMPED)
    assert world.device._ack(wire.COMMIT)[0] == wire.OK
    world.pump(600.0)
    assert world.arm() == []
    taken.append(world.get("hard_mn") > params.FORCE_CAP_MN)
    taken.append(world.get("trip_mn") > params.TRIP_CAP_MN)
    taken.append(world.get("rate_target_spm") > params.RATE_CAP_SPM)
    taken.append(world.get("drive_target_q12") > 4096)
    proof.figure("taken", sum(taken))


def test_case_42_session_too_long(sim: Sim, proof: Proof) -> None:
    """The device's own limit ends a program that would go on; rest follows; a power cycle evades it."""
    world = sim()
    assert world.device.set("session_s", 100_000) <= params.SESSION_CAP_S
    limit_s = world.device.set("session_s", 600 if LONG else 30)
    world.load(seconds=900.0)
    assert world.arm() == []
    world.link.press_button()
    world.pump(100.0)
    start_ms = world.now_ms - 100.0
    while world.motor.driven or world.now_ms < start_ms + 3000.0:
        world.advance(1000.0)
        assert world.now_ms - start_ms < limit_s * 1000 + 2000.0
    worked_s = (world.motor.last_on_ms - start_ms) / 1000
    assert worked_s == pytest.approx(limit_s, abs=1.0)
    world.advance(1000.0)
    assert world.seen == {"SESSION_END"}
    proof.figure("length", worked_s)
    assert worked_s <= limit_s + 2.0
    assert world.fault == "SESSION_END"
    assert world.arm() != [], "rest is due"
    assert world.get("rest_s") > 290
    world.press()
    assert world.driven_for(1000.0) == 0.0
    if LONG:
        world.advance(301_000.0)
        assert world.get("rest_s") == 0
        world.restart()
    world.power_cycle()
    assert (world.state, world.get("rest_s")) == ("IDLE", 0), "without a clock of its own it cannot know"


@running(SIM, VIRTUAL, linear=(SIM,))
def test_case_43_two_faults_at_once(world: World, proof: Proof) -> None:
    at_ms = world.inject(battery_v_override=2.5 * CELLS)
    world.pump(at_ms + 50.0 - world.now_ms)
    assert world.motor.driven
    world.to_the_worst_moment()
    at_ms = world.inject(force_override_n=80.0)
    proof.figure("off", world.off_after(at_ms, 1.0))
    world.pump(300.0)
    assert world.seen == {"FORCE_TRIP", "BATTERY_CUT"}
    assert world.fault == "FORCE_TRIP"
    world.inject(force_override_n=None)
    assert not world.device.clear(), "one of them is still there"
    assert world.driven_for(50.0) == 0.0


@running(VIRTUAL)
def test_case_44_save_while_running(world: VirtualWorld, proof: Proof) -> None:
    chip = world.link.rig.board.flash_chip
    before = chip.operations
    for _ in range(3):
        with pytest.raises(DeviceError, match="did not store"):
            world.device.save()
        with pytest.raises(DeviceError):
            world.device.ask(wire.SHELF, programs.STORE, 0, 0, reply=wire.SHELF_REPLY)
        with pytest.raises(DeviceError):
            world.device.ask(wire.SHELF, programs.ERASE, 0, 0, reply=wire.SHELF_REPLY)
    assert world.driven_for(50.0) > 0.0
    proof.figure("writes", chip.operations - before)
    proof.figure("late", world.get("late_max_us"))
    assert (world.state, world.fault) == ("RUNNING", "")
    world.device.stop()
    world.pump(500.0)
    world.device.save()
    assert chip.operations > before, "at rest it does write"
