"""The `virtual:` link: the firmware on real MicroPython in the RP2040 emulator, joined by emulated USB."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from host_tools.emulator.pace import Pacer
from host_tools.emulator.rig import VirtualRig
from host_tools.links.state_file import read_flash, write_flash
from host_tools.plant.plant import Plant

BOOT_S = 1.2  # from power-on until the firmware has tested itself and takes programs, with some to spare


class VirtualLink:
    """host_tools.links.link.Link on a virtual board. Time passes only in `advance`."""

    simulated = True

    def __init__(
        self,
        board: Mapping[str, Any],
        plant: Plant,
        name: str = "virtual:",
        *,
        files: Mapping[str, bytes] | None = None,
        realtime: bool = False,
        state: Path | None = None,
    ) -> None:
        """board: board.json; files: instead of the compiled firmware; realtime: never faster than the wall clock.

        state: a file that keeps the flash between runs. When it is there, the board starts with its contents, whatever
        the firmware of this version; it is written on close(), so a killed process leaves it as it was.

        Switches the board on and lets BOOT_S of emulated time pass. Raises TapoteError when the MicroPython image or
        the compiled firmware cannot be had.
        """
        self.name = name
        self.plant: Plant | None = plant
        self._state = state
        flash = read_flash(state) if state is not None else None
        self.rig = VirtualRig(board, plant, files=files, flash=flash, pacer=Pacer() if realtime else None)
        self.advance(BOOT_S)

    def now_s(self) -> float:
        """Emulated time since power-on, s."""
        return self.rig.board.now_s

    def advance(self, seconds: float) -> None:
        """Let emulated time pass, to the instruction."""
        self.rig.board.step(seconds * 1e6)

    def read(self) -> bytes:
        """What the device sent since the last call."""
        return self.rig.board.read()

    def write(self, data: bytes) -> None:
        """Send bytes to the device's USB port."""
        self.rig.board.write(data)

    def press_button(self, seconds: float = 0.1) -> None:
        """Press the button of the board; it comes up after that much emulated time."""
        self.rig.press_for(seconds)

    def close(self) -> None:
        """Switch the board off, and keep its flash where that was asked for."""
        powered = self.rig.board.powered
        flash = self.rig.board.power_cut()
        if powered and self._state is not None:
            write_flash(self._state, flash)
