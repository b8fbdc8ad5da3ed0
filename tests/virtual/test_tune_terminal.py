"""`tapote tune` as a person has it: a process in a terminal, a serial port, and a virtual board at its other end."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from host_tools.device import Device
from host_tools.links.ports import UsbPort
from host_tools.links.serial import SerialLink
from host_tools.links.virtual import VirtualLink
from tests.served import DEADLINE_S, Served
from tests.virtual.served_board import MotorWatch, virtual_board

pytestmark = pytest.mark.virtual

LOST_S = 0.53  # half a second of silence, a turn of the main loop, and a slice of the bridge
PAGE_DOWN = b"\x1b[6~"
NUMBER = "E6614C311B462A39"
_ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")

Board = tuple[Served[VirtualLink], MotorWatch]


@pytest.fixture(scope="module")
def board(_firmware_image: None) -> Iterator[Board]:
    with virtual_board() as served:
        yield served


class Terminal:
    """`tapote tune` in a terminal of its own; what it shows, without the escape codes."""

    def __init__(self, served: Served[VirtualLink], *words: str) -> None:
        served.do(served.bridge.plug)
        self._ours, theirs = pty.openpty()
        url = f"serial:{served.bridge.pty_path}?simulated=1"
        main = "import sys; from host_tools.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", main, "tune", "--device", url, *words]
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "110", "LINES": "40"}
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
        os.close(theirs)
        self._shown = b""

    def until(self, *wanted: str) -> None:
        """Read until all of these have been shown since the last call."""
        while not all(word.encode() in self._shown for word in wanted):
            data = os.read(self._ours, 4096)
            self._shown = _ESCAPES.sub(b"", self._shown + data)
        self._shown = b""

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def rest(self) -> str:
        """What it still shows until it ends."""
        try:
            while data := os.read(self._ours, 4096):
                self._shown += data
        except OSError:  # how Linux says that the other side has closed
            pass
        os.close(self._ours)
        self.process.wait(DEADLINE_S)
        return _ESCAPES.sub(b"", self._shown).decode("utf-8", "replace")


def started(board: Board) -> Terminal:
    """A session under way, begun by the board's own button when the screen asked for it."""
    served, motor = board
    terminal = Terminal(served, "--run", "deep_tissue")
    terminal.until("ARMED", "press the button on the device")
    served.press()
    motor.until_on()
    terminal.until("RUNNING", "runs.")
    return terminal


def test_a_limit_goes_down_live_space_stops_and_what_is_not_saved_is_told(board: Board) -> None:
    served, motor = board
    terminal = started(board)
    terminal.type(PAGE_DOWN * 2)
    terminal.until("of 40 N", "1 unsaved")
    assert served.do(lambda: motor.on)
    terminal.type(b" ")
    terminal.until("IDLE", "STOP")
    off_s = served.do(served.link.now_s)
    assert motor.quiet_s(off_s) <= 0
    terminal.type(b"s")
    terminal.until("Save to the device?", "force_limit_mn  50 N -> 40 N")
    terminal.type(b"n")
    terminal.until("Not saved.")
    terminal.type(b"q")
    said = terminal.rest()
    assert "force_limit_mn  50 N -> 40 N" in said
    assert "keep them: tapote save" in said
    assert terminal.process.returncode == 0


def test_leaving_by_q_stops_the_motor(board: Board) -> None:
    served, motor = board
    terminal = started(board)
    terminal.type(b"q")
    terminal.rest()
    assert terminal.process.returncode == 0
    assert motor.quiet_s(served.do(served.link.now_s)) <= 0


def test_q_while_the_button_is_waited_for_leaves_and_the_button_does_nothing(board: Board) -> None:
    served, motor = board
    terminal = Terminal(served, "--run", "deep_tissue")
    terminal.until("ARMED", "press the button on the device")
    terminal.type(b"q")
    terminal.rest()
    assert terminal.process.returncode == 0
    left_s = served.do(served.link.now_s)
    served.press()
    assert motor.quiet_s(left_s) <= 0


def test_a_pulled_cable_ends_it_and_coming_back_by_serial_number_starts_nothing(board: Board) -> None:
    served, motor = board
    terminal = started(board)
    lost_s = served.do(served.link.now_s)
    served.do(served.bridge.unplug)
    assert motor.quiet_s(lost_s) <= LOST_S
    said = terminal.rest()
    assert terminal.process.returncode == 1
    assert "has gone" in said
    assert "Plug it in again" in said
    assert "Traceback" not in said

    served.do(served.bridge.plug)
    link = SerialLink(f"id:{NUMBER}", list_ports=lambda: [UsbPort(served.bridge.pty_path, 0x2E8A, 5, NUMBER)])
    first = link.device
    served.do(served.bridge.unplug)
    served.do(served.bridge.plug)
    back_s = served.do(served.link.now_s)
    link.reconnect()
    device = Device(link)
    assert device.hello().state in {"FAULT", "IDLE"}
    device.tethered = True
    for _ in range(2):
        device.pump(1.0)
        served.press()
        device.pump(1.0)
    assert motor.last_on_s < back_s
    assert device.hello().state == "IDLE"
    assert link.name == f"serial:id:{NUMBER}"
    assert first.startswith("/dev/")
    link.close()

    again = Terminal(served)
    again.until("IDLE")
    served.press()
    assert motor.quiet_s(served.do(served.link.now_s)) <= 0
    again.type(b"q")
    again.rest()
    assert again.process.returncode == 0
