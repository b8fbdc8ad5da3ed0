"""A virtual board whose firmware breaks on command: the deployed files, and main.py with device/breakable.py in it."""

import ast
from pathlib import Path

from host_tools import manifest
from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.firmware_image import compile_mpy, deployed_files
from host_tools.safety_matrix import BOARD

from .worlds import VirtualWorld

SOURCE = Path(__file__).parent / "device" / "breakable.py"
TICK = SOURCE.with_name("breakable_tick.py")
HAL = "from tapote.hal_rp2 import Rp2Hal"
GO, MARK, NUMBER = 2, 3, (4, 5, 6, 7)
AGAIN = ("garbage",)  # goes on for as long as it is ordered
PERIOD_MS = 0.05  # of the PWM of a running motor, which is off for a part of each
MARK_WITHIN_MS = 60.0  # a full heap takes longer


def ways() -> list[str]:
    """The names of the ways, in their order on the pins."""
    for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Tuple)
            and ast.unparse(node.targets[0]) == "WAYS"
        ):
            return [ast.literal_eval(way.elts[0]) for way in node.value.elts if isinstance(way, ast.Tuple)]
    raise AssertionError("no WAYS in device/breakable.py")


def files() -> dict[str, bytes]:
    """A whole deployment, manifest and all, with three words of main.py changed."""
    made = deployed_files(compile_board(load_board(BOARD)))
    main = made["main.py"].decode()
    assert main.count("from tapote.app import App") == main.count("App(hal") == main.count(HAL) == 1
    main = main.replace(HAL, f"import breakable_tick\n{HAL}")
    main = main.replace("from tapote.app import App", "from breakable import Breakable").replace(
        "App(hal", "Breakable(hal"
    )
    made |= {"main.py": main.encode(), "breakable.mpy": compile_mpy(SOURCE, "breakable.py")}
    made["breakable_tick.mpy"] = compile_mpy(TICK, "breakable_tick.py")
    return made | {manifest.NAME: manifest.Manifest.of(made).to_bytes()}


class BreakableWorld(VirtualWorld):
    """A virtual board with these files. `mark_ms`: when the mark last rose."""

    def __init__(self) -> None:
        super().__init__(files=files())
        self.mark_ms = -1.0
        self.marked_until_ms = -1.0
        pins = self.link.rig.pins
        for pin in (GO, *NUMBER):
            pins.drive(pin, False)
        pins.on_edge(MARK, self._marked)

    def _marked(self, time_s: float, level: bool | None) -> None:
        if level:
            self.mark_ms = time_s * 1000
        elif self.mark_ms >= 0.0:
            self.marked_until_ms = time_s * 1000

    def order(self, way: str) -> None:
        """Tell the firmware how to break at the end of its next turn."""
        pins = self.link.rig.pins
        for place, pin in enumerate(NUMBER):
            pins.drive(pin, bool(ways().index(way) >> place & 1))
        pins.drive(GO, True)

    def break_down(self, way: str, within_ms: float = MARK_WITHIN_MS) -> float:
        """The same, and wait until it has happened, to a motor that was driven until then; when it did."""
        assert self.mark_ms < 0.0
        self.order(way)
        end_ms = self.now_ms + within_ms
        while self.mark_ms < 0.0:
            assert self.now_ms < end_ms, f"the firmware did not break by '{way}'"
            self.advance(0.5)
        assert self.motor.last_on_ms > self.mark_ms - PERIOD_MS, "it broke a motor that had been off already"
        if way not in AGAIN:  # else a reset would be followed by the same again
            self.link.rig.pins.drive(GO, False)
        return self.mark_ms
