"""The real mpremote, as a process of its own, on the virtual board's TCP bridge and on its serial port.

mpremote knows the board as socket://127.0.0.1:PORT, or as the path of a pty. Its patience is measured in wall time,
which the board does not know of: interrupts and file copies work at any speed of the emulation.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from host_tools.device import Device
from host_tools.links.serial import SerialLink
from host_tools.links.virtual import BOOT_S
from tests.served import DEADLINE_S
from tests.virtual.served_board import Board

pytestmark = pytest.mark.virtual


def mpremote(board: Board, *words: str, port: str = "") -> str:
    """Run it on a port, the TCP one unless told; what it printed. It must succeed."""
    command = [sys.executable, "-m", "mpremote", "connect", port or board[0].bridge.socket_url, *words]
    board[0].rest()
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def boot_firmware(board: Board) -> Device:
    """Reset the board the way mpremote does, and talk to the firmware when it is up."""
    served, _ = board
    mpremote(board, "reset")
    reset_s = served.do(served.link.now_s)
    served.until(lambda: served.link.now_s() > reset_s + BOOT_S + 0.2)
    return Device(SerialLink(served.bridge.socket_url))


def test_files_go_there_and_back(board: Board, tmp_path: Path) -> None:
    there, back = tmp_path / "there.bin", tmp_path / "back.bin"
    there.write_bytes(bytes(range(256)) * 8)
    assert "main.py" in mpremote(board, "fs", "ls")
    mpremote(board, "fs", "cp", str(there), ":copied.bin")
    mpremote(board, "fs", "cp", ":copied.bin", str(back))
    assert back.read_bytes() == there.read_bytes()
    assert board[0].do(board[0].link.rig.board.files)["copied.bin"] == there.read_bytes()
    mpremote(board, "fs", "rm", ":copied.bin")


def test_code_runs(board: Board) -> None:
    assert mpremote(board, "exec", "import sys; print(sys.implementation.name, 6 * 7)").strip() == "micropython 42"


def test_the_serial_port_serves_as_well_and_so_does_a_link_to_it(board: Board, tmp_path: Path) -> None:
    """A link is how Thonny takes it: under a name like a board's."""
    path = board[0].bridge.pty_path
    link = tmp_path / "ttyACM99"
    link.symlink_to(path)
    assert "main.py" in mpremote(board, "fs", "ls", port=path)
    assert (
        mpremote(board, "fs", "cat", ":boot.py", port=str(link)).encode()
        == board[0].do(board[0].link.rig.board.files)["boot.py"]
    )


def test_reset_starts_the_firmware_again(board: Board) -> None:
    resets = len(board[0].link.rig.board.resets)
    device = boot_firmware(board)
    assert device.hello().state == "IDLE"
    assert len(board[0].link.rig.board.resets) > resets
    device.link.close()
