"""The `sim:` link: the firmware on CPython, joined to the host by the same bytes as a real board."""

import tempfile
from typing import Any

from host_tools.plant.plant import Plant
from host_tools.sim_hal import SimHal
from tapote import app as firmware


class SimLink:
    """host_tools.links.link.Link on the simulated board. Time passes only in `advance`."""

    simulated = True

    def __init__(self, board: dict[str, Any], plant: Plant, name: str = "sim:", hal: SimHal | None = None) -> None:
        """hal: another one than SimHal, made for this board; its plant then counts."""
        self.name = name
        self.hal = hal or SimHal(board, plant)
        self.plant: Plant | None = self.hal.plant
        self._root = tempfile.TemporaryDirectory(prefix="tapote-sim-")
        self.app = firmware.App(self.hal, board, self._root.name + "/")
        self._release_us = 0
        self.advance(0.2)  # boot and self-test

    def now_s(self) -> float:
        """Simulated time since power-on, s."""
        return self.hal.time_us * 1e-6

    def advance(self, seconds: float) -> None:
        """Let simulated time pass, at least one tick."""
        ticks = max(round(seconds * 1e6 / self.hal.tick_us), 1)
        hal = self.hal
        while ticks > 0:
            while hal.to_device:  # on the board, bytes wake the main loop at once
                self._work()
            idle_us = self.app.idle_ms(hal.now_ms()) * 1000 - hal.time_us % 1000
            burst = min(ticks, max(-(-idle_us // hal.tick_us), 1))
            hal.run_ticks(burst)
            ticks -= burst
            if hal.pressed and hal.time_us >= self._release_us:
                hal.pressed = False
            self._work()

    def _work(self) -> None:
        """One pass of App.run's body."""
        try:
            self.app.work(self.hal.now_ms())
        except Exception as error:
            self.app.failed(error)

    def read(self) -> bytes:
        """What the device sent since the last call."""
        data = bytes(self.hal.to_host)
        self.hal.to_host.clear()
        return data

    def write(self, data: bytes) -> None:
        """Send bytes to the device."""
        self.hal.to_device += data

    def press_button(self, seconds: float = 0.1) -> None:
        """Press the device's button; it comes up again after that much simulated time."""
        self.hal.pressed = True
        self._release_us = self.hal.time_us + round(seconds * 1e6)

    def close(self) -> None:
        """Forget the board and its settings."""
        self._root.cleanup()
