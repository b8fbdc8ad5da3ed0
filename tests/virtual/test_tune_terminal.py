"""`tapote tune` as a person has it: a process in a terminal, a serial port, and a virtual board at its other end."""

import pytest

from host_tools.device import Device
from host_tools.links.ports import UsbPort
from host_tools.links.serial import SerialLink
from host_tools.links.virtual import VirtualLink
from tests.served import Served
from tests.terminal import Terminal
from tests.virtual.served_board import Board

pytestmark = pytest.mark.virtual

LOST_S = 0.53  # half a second of silence, a turn of the main loop, and a slice of the bridge
PAGE_DOWN = "\x1b[6~"
NUMBER = "E6614C311B462A39"


def tune(served: Served[VirtualLink], *words: str) -> Terminal:
    """`tapote tune` in a terminal, on a board that is plugged in."""
    served.do(served.bridge.plug)
    served.rest()
    return Terminal("tune", "--device", f"serial:{served.bridge.pty_path}?simulated=1", *words, columns=110)


def started(board: Board) -> Terminal:
    """A session under way, begun by the board's own button when the screen asked for it."""
    served, motor = board
    terminal = tune(served, "--run", "deep_tissue")
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
    terminal.type(" ")
    terminal.until("IDLE", "STOP")
    off_s = served.do(served.link.now_s)
    assert motor.quiet_s(off_s) <= 0
    terminal.type("s")
    terminal.until("Save to the device?", "force_limit_mn  50 N -> 40 N")
    terminal.type("n")
    terminal.until("Not saved.")
    terminal.type("q")
    said = terminal.rest()
    assert "force_limit_mn 50 N -> 40 N" in said
    assert "keep them: tapote save" in said
    assert terminal.process.returncode == 0


def test_leaving_by_q_stops_the_motor(board: Board) -> None:
    served, motor = board
    terminal = started(board)
    terminal.type("q")
    terminal.rest()
    assert terminal.process.returncode == 0
    assert motor.quiet_s(served.do(served.link.now_s)) <= 0


def test_q_while_the_button_is_waited_for_leaves_and_the_button_does_nothing(board: Board) -> None:
    served, motor = board
    terminal = tune(served, "--run", "deep_tissue")
    terminal.until("ARMED", "press the button on the device")
    terminal.type("q")
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
    served.press_twice(device, 1.0)
    assert motor.last_on_s < back_s
    assert device.hello().state == "IDLE"
    assert link.name == f"serial:id:{NUMBER}"
    assert first.startswith("/dev/")
    link.close()

    again = tune(served)
    again.until("IDLE")
    served.press()
    assert motor.quiet_s(served.do(served.link.now_s)) <= 0
    again.type("q")
    again.rest()
    assert again.process.returncode == 0
