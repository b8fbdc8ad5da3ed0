"""The host is lost while the motor runs: real processes, a real serial port, real MicroPython.

The board stops within 500 ms of its own time, counted from the last beat; nothing starts when the host is back.
"""

import signal
import subprocess

import pytest

from host_tools.device import Device
from host_tools.links.serial import SerialLink
from host_tools.links.virtual import VirtualLink
from tests.served import DEADLINE_S, Served
from tests.terminal import TAPOTE, Terminal
from tests.virtual.served_board import Board

pytestmark = pytest.mark.virtual

STOP_S = 0.5  # what SAFETY.md promises
GRAIN_S = 0.03  # a turn of the main loop, and a slice of the bridge


def run(served: Served[VirtualLink]) -> list[str]:
    """What runs a session on it."""
    served.do(served.bridge.plug)
    served.rest()
    return ["run", "swedish", "--seconds", "60", "--device", f"serial:{served.bridge.pty_path}?simulated=1"]


def start(board: Board) -> "subprocess.Popen[bytes]":
    """A process that runs a session, with the motor turning."""
    served, motor = board
    process = subprocess.Popen(
        [*TAPOTE, *run(served)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    assert process.stderr is not None
    for line in process.stderr:
        if b"press the button" in line:
            break
    served.press()
    motor.until_on()
    return process


def end(process: "subprocess.Popen[bytes]") -> bytes:
    """Let it end; what it still had to say on stderr."""
    _, said = process.communicate(timeout=DEADLINE_S)
    return said


def test_a_killed_process_stops_the_motor(board: Board) -> None:
    served, motor = board
    process = start(board)
    lost_s = served.do(served.link.now_s)
    process.kill()
    assert motor.quiet_s(lost_s) <= STOP_S + GRAIN_S
    end(process)
    assert process.returncode == -signal.SIGKILL


def test_a_process_that_hangs_stops_the_motor(board: Board) -> None:
    served, motor = board
    process = start(board)
    lost_s = served.do(served.link.now_s)
    process.send_signal(signal.SIGSTOP)
    assert motor.quiet_s(lost_s) <= STOP_S + GRAIN_S
    process.send_signal(signal.SIGCONT)  # it goes on to beat, and the motor stays off
    assert motor.quiet_s(served.do(served.link.now_s)) <= 0
    process.kill()
    end(process)


def test_ctrl_c_stops_the_motor_at_once(board: Board) -> None:
    served, motor = board
    process = start(board)
    lost_s = served.do(served.link.now_s)
    process.send_signal(signal.SIGINT)
    assert motor.quiet_s(lost_s) <= STOP_S + GRAIN_S
    end(process)
    assert process.returncode == 130


def test_a_closed_terminal_stops_the_motor(board: Board) -> None:
    served, motor = board
    terminal = Terminal(*run(served))
    terminal.until("press the button")
    served.press()
    motor.until_on()
    lost_s = served.do(served.link.now_s)
    terminal.close()
    assert motor.quiet_s(lost_s) <= STOP_S + GRAIN_S
    assert terminal.process.returncode != 0


def test_a_pulled_cable_stops_the_motor_and_plugging_it_in_again_starts_nothing(board: Board) -> None:
    """The command says what to do. The host is back, asks, streams and beats, and somebody presses the button twice."""
    served, motor = board
    process = start(board)
    lost_s = served.do(served.link.now_s)
    served.do(served.bridge.unplug)
    assert motor.quiet_s(lost_s) <= STOP_S + GRAIN_S
    said = end(process)
    assert process.returncode == 1
    assert b"has gone" in said
    assert b"Plug it in again" in said
    assert b"Traceback" not in said
    served.do(served.bridge.plug)
    back_s = served.do(served.link.now_s)
    link = SerialLink(served.bridge.pty_path)
    device = Device(link)
    assert device.hello().state in {"FAULT", "IDLE"}
    device.stream(50)
    served.press_twice(device, 1.0)
    assert motor.last_on_s < back_s
    assert device.hello().state == "IDLE"
    link.close()
