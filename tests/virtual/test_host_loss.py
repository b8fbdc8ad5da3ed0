"""The host is lost while the motor runs: real processes, a real serial port, real MicroPython.

The board stops within 500 ms of its own time, counted from the last beat; nothing starts when the host is back.
"""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from host_tools.device import Device
from host_tools.links.serial import SerialLink
from host_tools.links.virtual import VirtualLink
from tests.served import DEADLINE_S, Served
from tests.virtual.served_board import MotorWatch, virtual_board

pytestmark = pytest.mark.virtual

STOP_S = 0.5  # what SAFETY.md promises
GRAIN_S = 0.03  # a turn of the main loop, and a slice of the bridge

# Makes its stdin the terminal that its fate hangs on, as a terminal window does for a shell, then becomes the command.
IN_A_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""

Board = tuple[Served[VirtualLink], MotorWatch]


@pytest.fixture(scope="module")
def board(_firmware_image: None) -> Iterator[Board]:
    with virtual_board() as served:
        yield served


def command(served: Served[VirtualLink]) -> list[str]:
    """`tapote run` as a process of its own."""
    served.do(served.bridge.plug)
    url = f"serial:{served.bridge.pty_path}?simulated=1"
    main = "import sys; from host_tools.cli import main; sys.exit(main())"
    return [sys.executable, "-c", main, "run", "swedish", "--seconds", "60", "--device", url]


def start(board: Board) -> "subprocess.Popen[bytes]":
    """A process that runs a session, with the motor turning."""
    served, motor = board
    process = subprocess.Popen(
        command(served), stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
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
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", IN_A_TERMINAL, *command(served)], stdin=its_end, stdout=its_end, stderr=its_end
    )
    os.close(its_end)
    shown = b""
    while b"press the button" not in shown:
        shown += os.read(terminal, 4096)
    served.press()
    motor.until_on()
    lost_s = served.do(served.link.now_s)
    os.close(terminal)
    assert motor.quiet_s(lost_s) <= STOP_S + GRAIN_S
    assert process.wait(DEADLINE_S) != 0


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
    device.tethered = True
    for _ in range(2):
        device.pump(1.0)
        served.press()
        device.pump(1.0)
    assert motor.last_on_s < back_s
    assert device.hello().state == "IDLE"
    link.close()
