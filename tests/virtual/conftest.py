"""Boards for the tests on real MicroPython. A missing firmware image is fetched and checked; no test is left out.

A boot takes seconds of the computer's time. So the tests that begin with the usual board, booted and at rest, take
`booted`, and each of them has a copy of it: it runs in a fork of this process (tests/forked.py).
"""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from host_tools import uf2
from host_tools.board_compile import compile_board
from host_tools.emulator.pace import Pacer
from host_tools.firmware_image import board_files, compile_mpy
from host_tools.links.virtual import VirtualLink
from host_tools.paths import repo_or_data
from host_tools.virtual_board import VirtualBoard
from tests import forked
from tests.virtual.deploy_bench import NOTES, WIRED, Bench, changed_firmware, flash_with
from tests.virtual.served_board import Board, virtual_board, virtual_link

Boot = Callable[..., VirtualBoard]
SNAPSHOTS = {"booted", "running", "deployed"}  # fixtures with a board for all; time passes on it in forks only

# The motor output alone: the project's fed PWM at 20 kHz on GPIO 14, fed by a hard 2 kHz timer from `duty`.
FED_PWM = """
import array, machine, micropython, rp2, time
from machine import Pin, Timer
from tapote.fed_pwm import make_program
TOP = 312
sm = rp2.StateMachine(0, make_program(IDLE), freq=12_500_000, sideset_base=Pin(14))
sm.put(TOP); sm.exec("pull()"); sm.exec("mov(isr, osr)")
machine.mem32[0x502000CC] = machine.mem32[0x502000CC] & ~0x1F | 1
sm.active(1)
duty = array.array("i", [TOP // 3])
@micropython.viper
def feed(_):
    fifo = ptr32(0x50200000)
    level = ptr32(duty)
    fifo[4] = level[0]
timer = Timer(-1, freq=2000, callback=feed, hard=True)
"""


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test that was given one of the SNAPSHOTS runs in a fork."""
    if SNAPSHOTS.isdisjoint(pyfuncitem.fixturenames):
        return None
    forked.run_test(pyfuncitem)
    return True


@pytest.fixture(scope="session", autouse=True)
def _firmware_image() -> None:
    uf2.fetch()


@pytest.fixture(scope="session", autouse=True)
def _signals_count() -> None:
    """What a shell starts in the background ignores Ctrl-C, and under nohup a closed terminal too. So would the
    commands that these tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def booted(_firmware_image: None) -> Iterator[VirtualLink]:
    """`virtual:`, as it is opened for whoever asks for no more than that."""
    link = virtual_link()
    at_s = link.now_s()
    yield link
    assert link.now_s() == at_s, "time passed on it outside of a fork"
    link.close()


@pytest.fixture(scope="session")
def deployed(_firmware_image: None, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The firmware and NOTES on a board, booted."""
    return Bench(tmp_path_factory.mktemp("deployed"), flash_with(board_files(compile_board(WIRED)) | NOTES))


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Another firmware than the one that is deployed."""
    return changed_firmware(tmp_path_factory.mktemp("second") / "firmware")


@pytest.fixture(scope="module")
def board(_firmware_image: None) -> Iterator[Board]:
    """The firmware on one virtual board for the whole module, on a pty and a socket."""
    with virtual_board() as served:
        yield served


@pytest.fixture
def boot() -> Boot:
    """boot(main_py, **options of VirtualBoard) -> a board that has been switched on and enumerated."""

    def boot(main: str = "", *, flash_times: bool = True, pacer: Pacer | None = None) -> VirtualBoard:
        board = VirtualBoard({"main.py": main.encode()}, flash_times=flash_times, pacer=pacer).power_on()
        board.run_until(lambda: board.connected)
        return board

    return boot


@pytest.fixture
def fed_board() -> Boot:
    """fed_board(rest_of_main_py, idle=0, **options) -> a board that feeds a third of full duty to GPIO 14."""

    def boot(rest: str, idle: int = 0, *, exact_pio_steps: bool = False) -> VirtualBoard:
        firmware: Path = repo_or_data("firmware/tapote")
        files = {"main.py": (FED_PWM.replace("IDLE", str(idle)) + rest).encode()}
        for name in ("fed_pwm", "units"):
            files[f"tapote/{name}.mpy"] = compile_mpy(firmware / f"{name}.py", f"tapote/{name}.py")
        return VirtualBoard(files, exact_pio_steps=exact_pio_steps).power_on()

    return boot
