"""The deployed firmware on real MicroPython: it boots to IDLE, runs, and every way out leaves the motor pin low."""

import hashlib
from dataclasses import dataclass, field

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import list_boards, load_board
from host_tools.device import Device
from host_tools.emulator.repl import run_code
from host_tools.emulator.rig import VirtualRig
from host_tools.firmware_image import board_files
from host_tools.links.virtual import VirtualLink
from host_tools.messages import Hello, Telemetry
from host_tools.plant.build import build_plant
from host_tools.plant.plant import Plant
from host_tools.runner import run_session
from tapote import params, states, wire

from .. import forked
from ..sessions import program
from .served_board import virtual_link

pytestmark = [pytest.mark.virtual, pytest.mark.slow]

Edge = tuple[str, float, bool | None]  # when in the story, seconds since then, level


@dataclass
class Story:
    """What happened to one board: boot, session, Ctrl-C in the middle of it, a look at the prompt, Ctrl-D."""

    name: str
    pins: list[int]
    hello: Hello
    after: str = "boot"
    since_s: float = 0.0
    records: list[Telemetry] = field(default_factory=list)
    duty: dict[str, float] = field(default_factory=dict)  # the highest of all motor pins, by what came before
    edges: list[Edge] = field(default_factory=list)
    printed: dict[str, str] = field(default_factory=dict)
    hello_again: Hello | None = None

    def happens(self, link: VirtualLink, what: str) -> None:
        self.after, self.since_s = what, link.now_s()

    def look(self, link: VirtualLink) -> None:
        self.duty[self.after] = max(link.rig.motor_duty())

    def watch(self, link: VirtualLink) -> None:
        for pin in self.pins:
            link.rig.pins.on_edge(pin, lambda at_s, level: self.edges.append((self.after, at_s - self.since_s, level)))


def tell(name: str, link: VirtualLink) -> Story:
    """Of a board that has just booted."""
    board = load_board(name)
    printed = {"boot": link.read().decode(errors="replace")}
    device = Device(link)
    pins = [pin for pin in (board.output.pin, board.output.pin_b) if pin is not None]
    story = Story(name, pins, device.hello(), printed=printed)
    device.on_telemetry = story.records.append
    story.look(link)
    device.upload(program(board, 60.0))
    device.stream(20)
    device.pump(0.6)
    assert device.arm(tethered=True) == []
    story.happens(link, "arming")
    device.pump(0.05)
    story.look(link)
    link.press_button()
    device.pump(0.6)
    story.happens(link, "running")
    story.look(link)

    story.watch(link)
    device.pump(0.02)
    link.read()
    story.happens(link, "Ctrl-C")
    link.write(b"\x03")
    link.advance(0.1)
    story.look(link)
    story.printed["Ctrl-C"] = link.read().decode(errors="replace")  # the rest of a frame stands before the traceback
    story.printed["prompt"] = run_code(link.rig.board, "print(6 * 7)")

    story.happens(link, "Ctrl-D")
    link.write(b"\x04")
    link.advance(1.0)  # as long as a board may take from power-on
    story.look(link)
    story.printed["Ctrl-D"] = link.read().decode(errors="replace")
    device.tethered = False
    story.hello_again = device.hello()
    link.close()
    return story


@pytest.fixture(scope="module", params=list_boards())
def story(request: pytest.FixtureRequest, booted: VirtualLink) -> Story:
    name: str = request.param
    board = load_board(name)
    if board == load_board():  # what `virtual:` is without more words
        return forked.value(lambda: tell(name, booted))
    return tell(name, VirtualLink(compile_board(board), build_plant(board)))


def test_the_board_boots_to_idle_and_says_who_it_is(story: Story) -> None:
    assert story.hello == Hello(
        protocol=(wire.PROTOCOL[0], wire.PROTOCOL[1]),
        firmware="{}.{}.{}".format(*wire.FIRMWARE),
        board=story.name,
        table_hash=params.table_hash(),
        tick_hz=2000,
        state="IDLE",
        fault=0,
        reset_cause=0,
    )
    assert story.duty["boot"] == 0.0
    assert "Traceback" not in story.printed["boot"]


def test_a_session_runs_after_arming_and_the_button(story: Story) -> None:
    seen = [record.state for record in story.records]
    assert [state for index, state in enumerate(seen) if index == 0 or seen[index - 1] != state][:3] == [
        states.IDLE,
        states.ARMED,
        states.RUNNING,
    ]
    assert story.duty["arming"] == 0.0
    assert story.duty["running"] > 0.05
    assert any(level for after, _, level in story.edges if after == "running")


def test_ctrl_c_drops_the_pin_within_a_millisecond_and_gives_the_prompt(story: Story) -> None:
    high_s = [since_s for after, since_s, level in story.edges if after == "Ctrl-C" and level]
    assert max(high_s, default=0.0) < 0.001
    assert story.duty["Ctrl-C"] == 0.0
    assert "KeyboardInterrupt" in story.printed["Ctrl-C"]
    assert story.printed["Ctrl-C"].endswith(">>> ")
    assert story.printed["prompt"] == "42\r\n"


def test_a_soft_reset_keeps_the_pin_low_and_comes_back_to_idle(story: Story) -> None:
    assert "soft reboot" in story.printed["Ctrl-D"]
    assert [edge for edge in story.edges if edge[0] == "Ctrl-D" and edge[2]] == []
    assert story.duty["Ctrl-D"] == 0.0
    assert story.hello_again is not None
    assert (story.hello_again.state, story.hello_again.fault) == ("IDLE", 0)


@pytest.mark.parametrize("name", list_boards())
def test_boot_py_alone_kills_a_pin_that_was_left_high(name: str) -> None:
    board = load_board(name)
    files = board_files(compile_board(board)) | {"main.py": b"print('main')\n"}
    rig = VirtualRig(compile_board(board), build_plant(board), files=files)
    rig.board.run_until(lambda: rig.board.connected)
    pins = [pin for pin in (board.output.pin, board.output.pin_b) if pin is not None]
    for pin in pins:
        run_code(rig.board, f"import machine; machine.mem32[0x40014004 + 8 * {pin}] = 5")  # no override any more
        run_code(rig.board, f"machine.Pin({pin}, machine.Pin.OUT, value=1)")
    rig.board.step(1000)
    assert rig.motor_duty()[0] == 1.0
    rig.board.write(b"\x04")
    rig.board.expect(b"main")
    assert rig.motor_duty() == (0.0, 0.0)
    assert [rig.pins.level(pin) for pin in pins] == [False] * len(pins)


class TappedLink(VirtualLink):
    """Keeps what the device sent."""

    sent = b""

    def read(self) -> bytes:
        data = super().read()
        self.sent += data
        return data


def test_the_same_seed_gives_the_same_session_byte_for_byte(booted: VirtualLink) -> None:
    def run(link: VirtualLink) -> tuple[bytes, str, str]:
        link.__class__ = TappedLink
        assert isinstance(link, TappedLink)
        plant = link.rig.plant
        assert isinstance(plant, Plant)
        result = run_session(link, program(load_board(), 1.0, drive_from_permille=900))
        assert result.end_state == "IDLE"
        assert result.stats.strokes > 0
        truth = (plant.time_s, plant.strokes, plant.force_n, plant.current_a, plant.battery_v, plant.force_counts)
        sram = bytes(link.rig.board.mcu.sram)
        link.close()
        return link.sent, repr(truth), hashlib.sha256(sram).hexdigest()

    first = run(booted)
    assert len(first[0]) > 1000
    assert first == run(virtual_link())
