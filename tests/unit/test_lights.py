"""Pixels and display on the simulated wires: what stands there in every state, and in how small pieces it is sent."""

from pathlib import Path

import pytest

from host_tools.lights import Ssd1306
from host_tools.plant.build import build_plant
from host_tools.sim_hal import SimHal
from tapote import oled, pixels, states
from tapote.app import App
from tests.lit import lit_board, lit_json
from tests.unit.firmware.bench import PHASE

GREEN, AMBER, RED = 0x280000, 0x182000, 0x002800


class Lit:
    """A whole firmware with every light."""

    def __init__(self, root: Path) -> None:
        self.plant = build_plant(lit_board())
        self.hal = SimHal(lit_json(), self.plant)
        self.app = App(self.hal, lit_json(), f"{root}/")
        self.longest_turn_bytes = 0
        self.run(2000)

    def run(self, ms: int) -> None:
        screen = self.hal.wires.screen
        for _ in range(ms // 10):
            self.hal.run_ticks(20)
            writes = screen.writes
            self.app.work(self.hal.now_ms())
            assert screen.writes - writes <= 2, "one slice a turn, and once the command that lights it"

    def press_for(self, ms: int) -> None:
        self.hal.pressed = True
        self.run(ms)
        self.hal.pressed = False
        self.run(100)

    def rows(self) -> list[str]:
        """The text of the eight rows. In the stand-in's font each column of a letter is its code, and a tall letter's
        halves are its code's halves, doubled."""
        memory = self.hal.wires.screen.memory
        pages = [memory[128 * page : 128 * page + 128] for page in range(8)]
        tall = bytes(_half(top) | _half(bottom) << 4 for top, bottom in zip(pages[2], pages[3], strict=True))
        pages[2] = pages[3] = bytearray(tall)
        return ["".join(chr(page[8 * at] or 32) for at in range(16)).rstrip() for page in pages]


def _half(byte: int) -> int:
    bits = [byte >> 2 * at & 3 for at in range(4)]
    assert set(bits) <= {0, 3}, "every dot twice"
    return sum((pair == 3) << at for at, pair in enumerate(bits))


@pytest.fixture
def lit(tmp_path: Path) -> Lit:
    return Lit(tmp_path)


def upload(lit: Lit) -> None:
    assert lit.app.loader.begin(2, "calf")
    for index in range(2):
        lit.app.loader.add_phase(index, PHASE)
    assert lit.app.loader.commit() == 0


def test_the_display_tells_a_session(lit: Lit) -> None:
    rows = lit.rows()
    assert rows[0].startswith("IDLE")
    assert rows[0].endswith("V")
    assert (rows[2], rows[6], rows[7]) == ("no program", "tap = next", "")
    upload(lit)
    lit.run(1500)
    assert lit.rows()[2:5] == ["calf", "calf", "sent        0:40"]
    assert lit.rows()[7] == "hold = arm"
    lit.press_for(1200)
    assert lit.rows()[2] == "let go"
    lit.run(2000)
    assert lit.rows()[0].startswith("ARMED")
    assert lit.rows()[2] == "press to start"
    lit.press_for(100)
    lit.run(2500)
    rows = lit.rows()
    assert rows[0].startswith("RUNNING")
    assert rows[2].startswith("0:3")
    assert rows[2].endswith(" N")
    assert rows[4] == "1 of 2   of 40 N"
    assert rows[6:] == ["tap = too much", "hold = stop"]
    lit.press_for(100)
    lit.press_for(500)
    lit.run(1500)
    assert lit.rows()[0].startswith("PAUSED")
    assert lit.rows()[2] == "press to go on"


def test_the_time_left_leaves_out_what_too_much_has_ended(lit: Lit) -> None:
    """Two phases of 20 s, the first until "too much", which is said after some 3 s: some 18 s are left soon after, not
    some 35."""
    assert lit.app.loader.begin(2, "calf")
    for until in (3, 1):
        lit.app.loader.add_phase(len(lit.app.program.phases), (*PHASE[:11], until))
    assert lit.app.loader.commit() == 0
    lit.run(600)
    assert lit.app.arm(False, lit.hal.now_ms()) == 0
    lit.press_for(100)
    lit.run(2800)
    lit.press_for(100)
    lit.run(1000)
    rows = lit.rows()
    assert rows[4].startswith("2 of 2")
    assert rows[2].split()[0] in ("0:18", "0:19")


def test_the_display_tells_faults_and_refusals(lit: Lit) -> None:
    lit.press_for(1200)
    lit.run(1500)
    assert lit.rows()[2] == "NO_PROGRAM"
    lit.app._fail(1 << 7, lit.hal.now_ms())
    lit.run(1500)
    rows = lit.rows()
    assert (rows[2], rows[4], rows[6]) == ("STALL", "fault 7", "press to clear")
    lit.app._fail(1 << 2, lit.hal.now_ms())
    lit.run(1500)
    rows = lit.rows()
    assert (rows[2], rows[4], rows[6]) == ("FORCE_OPEN", "fault 2", "repair, restart")


def test_the_bar_of_force(lit: Lit) -> None:
    upload(lit)
    lit.run(700)
    assert lit.app.arm(False, lit.hal.now_ms()) == 0
    lit.run(100)
    assert set(lit.hal.wires.colours[1:]) == {0}, "one pixel blinks"
    lit.press_for(100)
    lit.run(1000)
    lit.plant.faults.force_override_n = 19.0
    lit.run(1000)
    assert lit.hal.wires.colours == [GREEN] * 4 + [0] * 4, "19 of 40 N"
    lit.plant.faults.force_override_n = 29.0
    lit.run(300)
    assert lit.app.session.state in states.MOVING
    assert lit.hal.wires.colours in ([AMBER] * 5 + [RED] + [0] * 2, [0] * 8), "foldback from 24 N; it flickers"


def test_bar_in_figures() -> None:
    from array import array

    bar = array("I", [0] * 5)
    for share, lit in ((0, 1), (200, 1), (201, 2), (999, 5), (1000, 5)):
        pixels.bar(bar, share, over=False, dark=False)
        assert list(bar) == [GREEN] * lit + [0] * (5 - lit)
    pixels.bar(bar, 700, over=True, dark=False)
    assert list(bar) == [AMBER] * 3 + [RED, 0]
    pixels.bar(bar, 700, over=True, dark=True)
    assert list(bar) == [0] * 5


def test_a_display_that_stops_answering_is_left_alone(lit: Lit) -> None:
    screen = lit.hal.wires.screen
    screen.plugged = False
    upload(lit)
    lit.run(1000)
    writes = screen.writes
    screen.plugged = True
    lit.run(1000)
    assert screen.writes == writes
    assert lit.app.session.state == states.IDLE


def test_texts_fit() -> None:
    assert oled.ends("left", "right") == "left       right"
    assert oled.ends("much too long a name", "0:40") == "much too lo 0:40"
    assert [oled.clock(seconds) for seconds in (0, 75, 900, -1)] == ["0:00", "1:15", "15:00", "0:00"]


def test_the_model_of_the_display_is_dark_until_it_is_lit() -> None:
    screen = Ssd1306()
    screen.write(b"\x40\xff")
    assert "#" not in "".join(screen.dots())
    screen.write(b"\x00\x8d\x14\xaf")
    assert screen.dots()[0][0] == "#"
    screen.write(b"\x80\xb7\x80\x0f\x80\x17\x40\x80")
    assert screen.dots()[63][127] == "#"
