"""Pixels and display on real MicroPython: the right picture on the emulated wires, and no delay for anybody."""

import math
import struct

import pytest

from host_tools import messages
from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.device import Device
from host_tools.emulator.rig import VirtualRig
from host_tools.firmware_image import board_files
from host_tools.links.virtual import BOOT_S, VirtualLink
from host_tools.plant.build import build_plant
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import get_profile
from host_tools.regions import get_region
from tapote import wire
from tests.lit import PIXEL_PIN, lit_board, lit_json

pytestmark = pytest.mark.virtual

ROUND_TRIP_S = 0.005  # the promise at 100 records a second
GRAIN_S = 0.00025
LATE_US = 20


class Bar:
    """What the pixels show, from the edges on their wire: a WS2812 samples after 0.6 us, and takes over after 50."""

    def __init__(self, link: VirtualLink) -> None:
        self.colours: list[list[int]] = []
        self._bits: list[int] = []
        self._rose_s = self._fell_s = 0.0
        link.rig.pins.on_edge(PIXEL_PIN, self._edge)

    def _edge(self, time_s: float, level: bool | None) -> None:
        if level:
            if time_s - self._fell_s > 50e-6:
                self.latch()
            self._rose_s = time_s
        elif level is not None and self._rose_s:
            high_s = time_s - self._rose_s
            assert 0.2e-6 < high_s < 0.5e-6 or 0.65e-6 < high_s < 0.95e-6, "a pulse that no pixel understands"
            self._bits.append(int(high_s > 0.6e-6))
            self._fell_s = time_s

    def latch(self) -> None:
        bits = "".join(map(str, self._bits))
        if bits:
            self.colours.append([int(bits[at : at + 24], 2) for at in range(0, len(bits), 24)])
        self._bits.clear()


def round_trip_s(device: Device) -> float:
    """The longest of 40 questions under a full stream."""
    link = device.link
    longest_s = 0.0
    for at in range(40):
        device.pump(0.0071 + at * 1e-4)
        start_s = link.now_s()
        device.get("loops")
        longest_s = max(longest_s, link.now_s() - start_s)
    return longest_s


def test_a_session_with_every_light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("host_tools.device.STEP_S", GRAIN_S)
    board = lit_board()
    link = VirtualLink(lit_json(), build_plant(board, region="glutes", seconds=60.0, seed=1))
    bar = Bar(link)
    screen = link.rig.screen
    device = Device(link)
    link.advance(1.1)
    assert screen.on
    assert screen.longest_bytes <= 40, "a slice is over within a millisecond"
    dots = screen.dots()
    assert "#" in "".join(dots[16:32]), "the tall letters"
    device.upload(compile_profile(get_profile("deep_tissue"), board, get_region("glutes")))
    device.pump(0.7)
    assert device.arm(tethered=False) == []
    link.press_button()
    device.stream(10)
    device.pump(1.2)
    bar.latch()
    frame = screen.dots()[40:48]
    assert frame[0] == frame[7] == "#" * 128, "the frame of the force bar"
    assert all(len(shown) == 8 for shown in bar.colours), "whole bars only"
    assert bar.colours[-1][0] >> 16 > 0, "green"
    assert bar.colours[-1][1:] == [0] * 7, "nobody presses"
    assert round_trip_s(device) <= ROUND_TRIP_S
    stats = device.stats()
    assert (stats.lost_ticks, stats.faults) == (0, 0)
    assert stats.late_max_us < LATE_US
    assert link.plant is not None
    link.plant.faults.force_override_n = 34.0
    device.pump(0.9)
    inside = screen.dots()[43]
    assert inside.count("#") / 128 == pytest.approx(34 / 50, abs=0.05)
    bar.latch()
    lit = [colour for colour in next(shown for shown in reversed(bar.colours) if any(shown)) if colour]
    assert len(lit) == math.ceil(8 * 34 / 50)
    assert lit[-1] == 0x2800, "the foldback begins at 30 N: the last one red"
    link.close()


def test_a_display_that_is_not_there_costs_nothing() -> None:
    """Nor one that is unplugged, or whose wires hold the bus: no answer, and it is left alone until the next start."""
    rig = VirtualRig(lit_json(), build_plant(lit_board(), region="glutes", seconds=60.0, seed=1))
    rig.screen.plugged = False
    rig.board.step(BOOT_S * 1e6)
    assert rig.screen.writes == 0
    decoder = wire.Decoder()
    rig.board.write(wire.encode(wire.HELLO, 1, struct.pack(wire.MESSAGES[wire.HELLO], *wire.PROTOCOL)))
    rig.board.step(20e3)
    answers = [messages.hello(payload) for kind, _, payload in decoder.feed(rig.board.read())]
    assert [(hello.state, hello.fault) for hello in answers] == [("IDLE", 0)]
    rig.board.power_cut()


def test_the_drivers_are_deployed_where_they_are_named() -> None:
    drivers = {f"tapote/{name}.mpy" for name in ("wires", "pixels", "oled")}
    assert drivers <= board_files(lit_json()).keys()
    assert not drivers & board_files(compile_board(load_board())).keys()
    pixels_only = lit_json() | {"lights": {"pixel_pin": 2, "pixel_count": 8}}
    assert drivers & board_files(pixels_only).keys() == drivers - {"tapote/oled.mpy"}
