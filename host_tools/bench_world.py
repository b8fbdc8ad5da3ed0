"""The worlds that the bench measures in: a virtual board, its plant, and Tapote or the naive program on it.

Everything here is emulated time and repeats to the byte.
"""

import json
from collections.abc import Mapping
from typing import Any, Self

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.device import Device
from host_tools.errors import TapoteError
from host_tools.firmware_image import board_files, compile_mpy
from host_tools.links.virtual import VirtualLink
from host_tools.paths import repo_or_data
from host_tools.plant.build import build_plant
from host_tools.plant.plant import Plant
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import get_profile
from host_tools.regions import get_region

BOARD = "pico_mosfet_fsr"
REGION = "glutes"
PROFILE = "deep_tissue"
SEED = 1
STREAM_MS = 10  # as often as the firmware can: each turn of its main loop
DIE_PIN, DYING_PIN, BURDEN_PIN = 2, 3, 4  # benchmarks/load.py
SPIN_UP_S = 0.5  # from the button to a turning motor


def config() -> dict[str, Any]:
    """board.json of the board that is measured."""
    return dict(compile_board(load_board(BOARD)))


def plant() -> Plant:
    """The same person on the same tissue, for both programs."""
    return build_plant(load_board(BOARD), region=REGION, seconds=60.0, seed=SEED)


def source(name: str) -> bytes:
    """A file of benchmarks/. TapoteError when it is missing."""
    path = repo_or_data("benchmarks") / name
    if not path.is_file():
        raise TapoteError(f"no {name} in {path.parent}", fix="Run from a complete checkout of the project.")
    return path.read_bytes()


def _load_files(die: str) -> dict[str, bytes]:
    return {
        "load.mpy": compile_mpy(repo_or_data("benchmarks") / "load.py", "load.py"),
        "bench.json": json.dumps({"die": die}).encode(),
    }


def tapote_files(*, load: bool = False, die: str = "") -> Mapping[str, bytes]:
    """The real firmware; with load (or a death), the bench's main.py around the same App and HAL."""
    files = board_files(config())
    if load or die:
        files |= _load_files(die) | {"main.py": source("tapote/main.py")}
    return files


def naive_files(*, load: bool = False, die: str = "") -> Mapping[str, bytes]:
    """The naive program, alone on the board; with load (or a death), as a module of the bench's main.py."""
    if load or die:
        naive = compile_mpy(repo_or_data("benchmarks") / "naive" / "main.py", "naive.py")
        return _load_files(die) | {"main.py": source("naive/loaded.py"), "naive.mpy": naive}
    return {"main.py": source("naive/main.py")}


class World:
    """A booted board. Use as a context: the power goes off at the end."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.config = config()
        self.plant = plant()
        self.link = VirtualLink(self.config, self.plant, files=files)
        self.rig = self.link.rig
        self.board = self.rig.board
        self.tick_us = 1_000_000 // int(self.config["tick_hz"])
        self.motor_pin = int(self.config["motor_pin"])
        for pin in (DIE_PIN, BURDEN_PIN):
            self.board.pins.drive(pin, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()

    @property
    def now_us(self) -> float:
        """Emulated microseconds since power-on."""
        return self.board.now_s * 1e6

    def burden(self, on: bool = True) -> None:
        """Give the main loop its burden (worlds made with load only)."""
        self.board.pins.drive(BURDEN_PIN, on)

    def duty(self) -> float:
        """Share of time (0..1) for which the motor is driven now, as the pin's hardware stands."""
        return self.rig.motor_duty()[0]

    def set_force(self, newton: float | None) -> None:
        """Make the force sensor feel this from this instant on (None: what it really feels)."""
        self.plant.faults.force_override_n = newton
        self.board.pins.set_adc(int(self.config["adc_force"]), self.plant.force_counts)


class TapoteWorld(World):
    """The real firmware; `device` speaks with it."""

    def __init__(self, *, load: bool = False, die: str = "") -> None:
        super().__init__(tapote_files(load=load, die=die))
        self.device = Device(self.link)

    def upload(self) -> None:
        """Send the program of the bench. TapoteError when the device refuses."""
        self.device.upload(compile_profile(get_profile(PROFILE), load_board(BOARD), get_region(REGION)))

    def go(self) -> None:
        """From IDLE with a program to a motor that turns. TapoteError when it does not run."""
        self.device.pump(0.6)  # the button must have been up for half a second
        reasons = self.device.arm(tethered=False)
        self.link.press_button()
        self.device.pump(SPIN_UP_S)
        if reasons or self.duty() <= 0.0:
            raise TapoteError(f"the bench's session does not run: {reasons or 'no drive'}", fix="Run `make test`.")

    def advance(self, seconds: float) -> None:
        """Let emulated time pass and take what the device says."""
        self.device.pump(seconds)


class NaiveWorld(World):
    """The naive program."""

    def __init__(self, *, load: bool = False, die: str = "") -> None:
        super().__init__(naive_files(load=load, die=die))
        self.link.advance(0.5)  # its source is compiled on the board

    def go(self) -> None:
        """Press the button until the motor turns. TapoteError when it does not run."""
        self.link.press_button()
        self.link.advance(SPIN_UP_S)
        if self.duty() <= 0.0:
            said = self.link.read()[-300:].decode(errors="replace")
            raise TapoteError(f"the naive program does not run: {said}", fix="Run `make test`.")

    def advance(self, seconds: float) -> None:
        """Let emulated time pass and take what the device says."""
        self.link.advance(seconds)
        self.link.read()
