"""Cases 24 to 32: software that fails."""

import os
import struct
import subprocess
import sys

import pytest

from host_tools import messages
from host_tools.device import DeviceError
from host_tools.emulator.repl import run_code
from host_tools.links.virtual import BOOT_S
from host_tools.messages import fault_name
from tapote import wire
from tests.served import DEADLINE_S, served

from .breakable import BreakableWorld
from .marks import SIM, VIRTUAL, breakable, idle, running
from .proof import Proof
from .worlds import QUIET_MS, VirtualWorld, World

UNREAD_S = 60.0 if os.environ.get("SAFETY_CASE_LONG") else 2.0
MOTOR_CONTROL = 0x40014004 + 8 * 14


@breakable()
def test_case_24_exception_in_the_main_loop(world: BreakableWorld, proof: Proof) -> None:
    at_ms = world.break_down("raise_in_loop")
    proof.figure("loop", world.off_after(at_ms, 1.0))
    assert (world.state, world.fault) == ("FAULT", "EXCEPTION")
    proof.figure("named", world.now_ms - at_ms)
    assert world.driven_for(50.0) == 0.0


@breakable()
def test_case_24_exception_in_the_tick(world: BreakableWorld, proof: Proof) -> None:
    at_ms = world.break_down("raise_in_tick")
    proof.figure("tick", world.off_after(at_ms, 1.0))
    world.advance(60.0)
    assert b"Uncaught exception in IRQ callback handler" in world.link.read()
    assert world.driven_for(50.0) == 0.0
    assert (world.state, world.fault) == ("FAULT", "TICK_LOST")


@breakable()
def test_case_24_exception_in_a_message_handler(world: BreakableWorld, proof: Proof) -> None:
    world.order("raise_in_handler")
    world.pump(30.0)
    assert world.motor.driven
    with pytest.raises(DeviceError, match="does not answer"):
        world.device.too_much()
    assert world.mark_ms > 0.0, "the handler was called, and raised"
    proof.figure("handler", world.off_after(world.mark_ms, 1.0))
    assert (world.state, world.fault) == ("FAULT", "EXCEPTION")


def watchdog_bites(world: BreakableWorld, within_ms: float = 1100.0) -> tuple[float, float]:
    """Wait for the reset and for the firmware after it. When it was, and when the device first told its cause, ms. The
    motor stays off all the while."""
    board = world.link.rig.board
    driven_ms = world.motor.driven_ms
    while not board.resets:
        world.advance(10.0)
        assert world.now_ms - world.mark_ms < within_ms + 500.0, "no watchdog reset"
    reset_s, cause = board.resets[0]
    assert cause == "watchdog"
    # Questions before it listens would pile up, and delay what is measured.
    hello = wire.encode(wire.HELLO, 1, struct.pack(wire.MESSAGES[wire.HELLO], *wire.PROTOCOL))
    decoder = wire.Decoder()
    told = ""
    while not told:
        world.advance(10.0)
        assert board.now_s - reset_s < 3 * BOOT_S, "it does not come back"
        if board.connected:
            world.link.write(hello)
        for kind, _, payload in decoder.feed(world.link.read()):
            if kind == wire.HELLO_REPLY and messages.hello(payload).fault:
                told = fault_name(messages.hello(payload).fault)
    named_ms = world.now_ms
    assert told == "WATCHDOG_RESET"
    assert world.motor.driven_ms == driven_ms
    world.reconnect()
    assert (world.state, world.fault) == ("FAULT", "WATCHDOG_RESET")
    assert world.device.hello().reset_cause == 1
    return reset_s * 1000, named_ms


def acknowledged(world: VirtualWorld) -> None:
    """A person takes note of the watchdog's reset. After that no soft reset tells of it again."""
    assert soft_reset(world) == 1, "nobody has taken note of it yet"
    assert (world.state, world.fault) == ("FAULT", "WATCHDOG_RESET")
    assert world.device.clear()
    assert world.driven_for(50.0) == 0.0
    assert world.state == "IDLE"
    assert soft_reset(world) == 2
    assert (world.state, world.fault) == ("IDLE", "")


def soft_reset(world: VirtualWorld) -> int:
    """Ctrl-C and Ctrl-D; why it started then, as it tells it."""
    world.link.write(b"\x03")
    world.advance(60.0)
    world.link.read()
    world.link.write(b"\x04")
    world.advance(BOOT_S * 1000)
    assert b"soft reboot" in world.link.read()
    world.reconnect()
    return world.device.hello().reset_cause


@breakable()
def test_case_25_endless_loop_in_the_main_loop(world: BreakableWorld, proof: Proof) -> None:
    at_ms = world.break_down("hang_in_loop")
    proof.figure("loop", world.off_after(at_ms, 101.5))
    reset_ms, named_ms = watchdog_bites(world)
    proof.figure("reset", reset_ms - at_ms)
    proof.figure("named", named_ms - at_ms)
    acknowledged(world)


@breakable()
def test_case_25_endless_loop_in_the_tick(world: BreakableWorld, proof: Proof) -> None:
    at_ms = world.break_down("hang_in_tick")
    proof.figure("tick", world.off_after(at_ms, 1.0))
    reset_ms, named_ms = watchdog_bites(world)
    proof.figure("reset", reset_ms - at_ms)
    proof.figure("named", named_ms - at_ms)


@breakable()
def test_case_26_interrupts_off(world: BreakableWorld, proof: Proof) -> None:
    at_ms = world.break_down("interrupts_off")
    proof.figure("off", world.off_after(at_ms, 1.0))
    world.advance(450.0)
    assert world.marked_until_ms - at_ms == pytest.approx(400.0, abs=1.0), "they were off"
    assert world.motor.last_on_ms < at_ms + QUIET_MS
    assert world.fault in {"TICK_LOST", "CLOCK"}
    proof.figure("named", world.now_ms - at_ms)
    assert not world.device.clear()
    assert world.driven_for(50.0) == 0.0


@running(VIRTUAL)
def test_case_27_interrupted_by_ctrl_c(world: VirtualWorld, proof: Proof) -> None:
    world.link.read()
    at_ms = world.now_ms
    world.link.write(b"\x03")
    proof.figure("ctrl_c", world.off_after(at_ms, 1.0))
    world.advance(60.0)
    said = world.link.read()
    assert b"KeyboardInterrupt" in said
    assert said.endswith(b">>> ")
    at_ms = world.now_ms
    world.link.write(b"\x04")
    proof.figure("ctrl_d", world.driven_for(BOOT_S * 1000, world.advance))
    assert b"soft reboot" in world.link.read()
    world.reconnect()
    assert (world.state, world.fault) == ("IDLE", "")
    assert world.device.hello().reset_cause == 2, "it says that software restarted it"
    proof.figure("named", world.now_ms - at_ms)


@running(VIRTUAL)
def test_case_27_interrupted_by_mpremote(world: VirtualWorld, proof: Proof) -> None:
    """The real mpremote, in a process of its own, by way of the board's socket."""
    with served(world.link) as board:
        code = f"import machine; print(hex(machine.mem32[{MOTOR_CONTROL}]))"
        command = [sys.executable, "-m", "mpremote", "connect", board.bridge.socket_url, "exec", code]
        done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
        assert done.returncode == 0, done.stderr
        at_ms = board.do(lambda: world.now_ms)
        board.press()
        board.until(lambda: world.now_ms > at_ms + 300.0)
    proof.figure("mpremote", max(world.motor.last_on_ms - at_ms, 0.0))
    assert int(done.stdout, 16) & 0x300 == 0x200, "the chip's output override holds the pin low"


@running(VIRTUAL)
def test_case_27_interrupted_by_the_raw_prompt(world: VirtualWorld, proof: Proof) -> None:
    at_ms = world.now_ms
    assert run_code(world.link.rig.board, "print(6 * 7)").strip() == "42"
    proof.figure("ctrl_c", max(world.motor.last_on_ms - at_ms, 0.0))
    assert world.driven_for(50.0, world.advance) == 0.0


@breakable()
def test_case_28_garbage_in_each_turn(world: BreakableWorld, proof: Proof) -> None:
    before = world.get("loops")
    start_ms = world.now_ms
    world.break_down("garbage")
    world.pump(500.0)
    turns = world.get("loops") - before
    assert turns < 0.7 * (world.now_ms - start_ms) / 10, "the garbage slows the main loop down"
    assert world.motor.driven
    assert (world.state, world.fault) == ("RUNNING", "")
    proof.figure("late", world.get("late_max_us"))


@breakable()
def test_case_28_full_heap(world: BreakableWorld, proof: Proof) -> None:
    at_ms = world.break_down("full_heap", within_ms=2000.0)
    proof.figure("off", world.off_after(at_ms, 1.0))
    world.advance(300.0)
    assert b"MemoryError" in world.link.read() or world.fault == "EXCEPTION"
    assert world.driven_for(50.0, world.advance) == 0.0


@running(VIRTUAL)
def test_case_29_host_does_not_read(world: VirtualWorld, proof: Proof) -> None:
    world.device.stream(5)
    world.pump(50.0)
    turns, ticks = world.get("loops"), world.get("ticks")
    start_ms = world.now_ms
    world.link.rig.board.port.reading = False
    world.advance(UNREAD_S * 1000)
    world.link.rig.board.port.reading = True
    world.pump(100.0)
    assert world.motor.driven
    assert (world.state, world.fault) == ("RUNNING", "")
    assert world.get("ticks") - ticks == pytest.approx((world.now_ms - start_ms) * 2, rel=0.01)
    passed_ms = world.now_ms - start_ms
    proof.figure("turns", 100 * max(1 - (world.get("loops") - turns) * 10 / passed_ms, 0.0))
    proof.figure("late", world.get("late_max_us"))
    proof.figure("window", UNREAD_S)
    assert world.get("lost_ticks") == 0


@breakable()
def test_case_30_one_loop_alive_ticks_dead(world: BreakableWorld, proof: Proof) -> None:
    """The main loop, which feeds the watchdog, goes on, and tells what is wrong. It stores the fault first, with time
    for that, so the reset comes later than case 25's; the motor has been off since the first millisecond."""
    at_ms = world.break_down("stop_ticks")
    proof.figure("ticks", world.off_after(at_ms, 1.0))
    loops = world.get("loops")
    world.pump(100.0)
    assert world.get("loops") > loops, "the main loop lives"
    assert world.fault == "TICK_LOST"
    assert world.driven_for(50.0) == 0.0
    reset_ms, _ = watchdog_bites(world, 2000.0)
    proof.figure("ticks_reset", reset_ms - at_ms)


@breakable()
def test_case_30_one_loop_alive_main_loop_dead(world: BreakableWorld, proof: Proof) -> None:
    """The ticks, seen on the chip's bus, go on."""
    at_ms = world.break_down("hang_in_loop")
    proof.figure("loop", world.off_after(at_ms, 101.5))
    world.probe.clear()
    world.advance(10.0)
    assert len(world.probe.ticks) >= 19
    assert world.link.rig.board.resets == []
    reset_ms, _ = watchdog_bites(world)
    proof.figure("loop_reset", reset_ms - at_ms)


def near_the_wrap(world: World) -> None:
    """Switch the board on again when its clock is 5 s before 2**30 ms, where the microseconds wrap as well."""
    world.power_cycle((1 << 30) / 1000 - 5.0)


@idle(SIM, VIRTUAL)
def test_case_31_clock_wrap(world: World, proof: Proof) -> None:
    near_the_wrap(world)
    before_us = world.get("now_us")
    assert before_us > (1 << 30) - 5_000_000
    world.start()
    rate = world.get("rate_spm")
    assert rate > 1000
    while world.get("now_us") > 1 << 29:
        rate = world.get("rate_spm")
        assert world.driven_for(50.0) > 0.0
    assert world.get("now_us") < 200_000, "it has wrapped"
    rates = []
    for _ in range(10):
        assert world.driven_for(50.0) > 0.0
        rates.append(world.get("rate_spm"))
    proof.figure("rate", 100 * max(abs(one - rate) for one in rates) / rate)
    if world.name == VIRTUAL:
        proof.figure("late", world.get("late_max_us"))
    assert world.get("lost_ticks") == 0
    assert (world.state, world.fault) == ("RUNNING", "")


@breakable()
def test_case_32_reset_with_the_button_held(world: BreakableWorld, proof: Proof) -> None:
    at_ms = world.break_down("hang_in_loop")
    world.off_after(at_ms, 101.5)
    world.button(True)
    before_ms = world.motor.driven_ms
    watchdog_bites(world)
    world.pump(100.0)
    world.button(False)
    world.pump(100.0)
    assert (world.state, world.fault) == ("FAULT", "WATCHDOG_RESET"), "letting go is no acknowledgement"
    world.press()
    assert world.state == "IDLE", "a press is, and no more than that"
    world.press()
    assert world.state == "IDLE"
    proof.figure("driven", world.motor.driven_ms - before_ms)
