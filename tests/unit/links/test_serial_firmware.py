"""The firmware behind a real serial port (a pty, a socket): sessions over it, and everything that breaks on the way."""

import os
from collections.abc import Callable

import pytest

from host_tools import runner
from host_tools.boards import load_board
from host_tools.device import Device, DeviceError
from host_tools.links.link import LinkError
from host_tools.links.probe import Kind, probe
from host_tools.links.serial import SerialLink
from host_tools.links.sim import SimLink
from host_tools.messages import Telemetry
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.fit import fit_seconds
from host_tools.profiles.library import get_profile
from host_tools.profiles.program import Program
from host_tools.regions import get_region
from tapote import states
from tests.served import Served
from tests.sessions import simulated
from tests.unit.links.conftest import FakePort

Board = Served[SimLink]


@pytest.fixture(scope="module")
def program() -> Program:
    profile = get_profile("swedish")
    return fit_seconds(compile_profile(profile, load_board("pico_mosfet_fsr"), get_region(profile.regions[0])), 2)


def state(board: Board) -> int:
    return board.link.app.session.state


def moving(board: Board) -> bool:
    return state(board) in states.MOVING


def run_until(board: Board, program: Program, stop: Callable[[Telemetry], None]) -> None:
    """A session on the pty whose records go to `stop`, which is to raise."""
    link = SerialLink(board.bridge.pty_path)
    try:
        runner.run_session(link, program, on_record=stop, on_ready=board.press)
    finally:
        link.close()


@pytest.mark.parametrize("way", ["pty_path", "socket_url"])
def test_a_session_runs_over_it_once_a_person_pressed_the_button(board: Board, program: Program, way: str) -> None:
    link = SerialLink(getattr(board.bridge, way))
    ready = []

    def press() -> None:
        ready.append(board.do(lambda: state(board)))
        board.press()

    done = runner.run_session(link, program, on_ready=press)
    link.close()
    assert ready == [states.ARMED]
    assert (done.end_state, done.end_fault, done.stats.faults) == ("IDLE", 0, 0)
    assert done.stats.run_ms == pytest.approx(2000, abs=50)
    assert done.truth == []
    assert not done.simulated


def test_only_one_program_may_have_the_port(board: Board) -> None:
    link = SerialLink(board.bridge.pty_path)
    with pytest.raises(LinkError, match="another program") as caught:
        SerialLink(board.bridge.pty_path)
    assert caught.value.cause == "busy"
    assert Device(link).hello().board == "pico_mosfet_fsr"  # the first is not disturbed
    link.close()
    SerialLink(board.bridge.pty_path).close()


def test_garbage_on_the_port_is_overheard(board: Board) -> None:
    link = SerialLink(board.bridge.pty_path)
    device = Device(link)
    board.do(lambda: board.link.hal.to_host.extend(b"\x7e\x7dTraceback (most recent call last):\r\n\x00\xff\x7e" * 20))
    link.write(bytes(range(4, 256)) * 4)
    assert device.hello().state == "IDLE"
    assert device.bad_frames > 0
    link.close()


def test_a_port_that_only_talks_garbage() -> None:
    port = FakePort(on_write=lambda data: b"\x7e\x80\x00garbage\x7e" * 10)
    link = SerialLink("/dev/x", opener=lambda device: port, list_ports=list, stale_s=0)
    with pytest.raises(DeviceError, match="does not answer"):
        Device(link).hello()
    assert probe(link, 0.1).kind is Kind.GARBAGE
    link.close()


def test_a_port_that_never_answers() -> None:
    link = SerialLink("/dev/x", opener=lambda device: FakePort(), list_ports=list, stale_s=0)
    with pytest.raises(DeviceError, match="does not answer") as caught:
        Device(link).hello()
    assert "tapote devices" in caught.value.fix
    assert probe(link, 0.1).kind is Kind.SILENT
    link.close()


# -- losing the host ---------------------------------------------------------------------------------------------------


def silence_s(board: Board, lose: Callable[[], None]) -> float:
    """Lose the host of a board that moves: how long it moved on, s of the board's time."""
    lost_s = board.do(board.link.now_s)
    board.do(lose)
    return board.until(lambda: not moving(board)) - lost_s


class HostGoneError(Exception):
    """The program that follows the session ends here."""


def test_a_program_that_hangs_stops_the_motor(board: Board, program: Program) -> None:
    """It keeps the port open and says no more, as one that is stopped by a debugger."""
    took_s = []

    def hang(record: Telemetry) -> None:
        if record.state in states.MOVING and record.out_permille:
            took_s.append(silence_s(board, lambda: None))
            raise HostGoneError

    with pytest.raises(HostGoneError):
        run_until(board, program, hang)
    assert took_s[0] <= 0.52
    assert board.do(lambda: board.link.hal.connected) is False


def test_a_pulled_cable_stops_the_motor_and_is_told(board: Board, program: Program) -> None:
    took_s = []

    def pull(record: Telemetry) -> None:
        if record.state in states.MOVING and record.out_permille:
            took_s.append(silence_s(board, board.bridge.unplug))

    with pytest.raises(LinkError, match="has gone") as caught:
        run_until(board, program, pull)
    assert took_s[0] <= 0.52
    assert "Nothing starts by itself" in caught.value.fix


def test_a_command_that_fails_tells_the_device_to_stop(board: Board, program: Program) -> None:
    def fail(record: Telemetry) -> None:
        if record.state in states.MOVING:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_until(board, program, fail)
    assert board.do(lambda: state(board)) in {states.STOPPING, states.IDLE}
    assert board.do(lambda: board.link.app.session.fault) == 0


def test_coming_back_starts_nothing(board: Board, program: Program) -> None:
    """After the loss the host returns, asks, beats and streams, and somebody presses the button: still no motion."""
    with pytest.raises(LinkError):
        run_until(board, program, lambda record: board.bridge.unplug() if record.state in states.MOVING else None)
    board.until(lambda: not moving(board))
    moved = []
    board.watch(lambda: moved.append(True) if moving(board) else None)
    link = SerialLink(board.bridge.socket_url)
    device = Device(link)
    assert device.hello().state in {"FAULT", "IDLE"}
    device.stream(20)
    board.press_twice(device, 0.3)
    link.close()
    assert not moved


class CutPort(FakePort):
    """The simulated board on a port whose cable breaks after so many writes. Its time passes with each write only."""

    def __init__(self, sim: SimLink, last: int) -> None:
        super().__init__(self._answer)
        self.sim = sim
        self.last = last

    def _answer(self, data: bytes) -> bytes:
        if len(self.written) > self.last:
            self.unplug()
            return b""
        self.sim.write(data)
        self.sim.advance(0.05)
        return self.sim.read()


@pytest.mark.parametrize("last", [*range(8), *range(12, 24)])  # hello, program and waves; commit, arm, beats in motion
def test_unplugging_at_every_step_of_a_session(program: Program, last: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever message is the last that gets through: one clear error, no hang, and a board that comes to rest."""
    monkeypatch.setattr(runner, "SETTLE_S", 0.02)
    sim = simulated()
    port = CutPort(sim, last)
    link = SerialLink("/dev/x", opener=lambda device: port, list_ports=list, stale_s=0)
    with pytest.raises(LinkError) as caught:
        runner.run_session(link, program, on_ready=sim.press_button)
    link.close()
    assert caught.value.cause == "lost"
    assert "Plug it in again" in caught.value.fix
    assert len(port.written) == last + 1
    was_moving = sim.app.session.state in states.MOVING
    assert was_moving == (last >= 17)
    sim.advance(0.6)
    assert sim.app.session.state not in states.MOVING
    assert sim.hal.connected == (sim.app.session.state == states.ARMED)
    sim.close()


def test_a_board_that_nobody_reads_from_goes_on(board: Board) -> None:
    """A host that has the port open and does not read: the board answers the next one who does."""
    reader = os.open(board.bridge.pty_path, os.O_RDWR | os.O_NOCTTY)
    writer = SerialLink(board.bridge.socket_url)
    Device(writer).stream(10)
    start_s = board.do(board.link.now_s)
    board.until(lambda: board.link.now_s() > start_s + 1.5)
    writer.close()
    os.close(reader)
    link = SerialLink(board.bridge.pty_path)
    assert Device(link).hello().board == "pico_mosfet_fsr"
    link.close()
