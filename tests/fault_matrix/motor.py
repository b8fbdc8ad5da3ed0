"""When the motor was last driven: by the physics' own input on `sim:`, by the edges of the pin on `virtual:`."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from host_tools.emulator.rig import VirtualRig
from host_tools.plant.plant import Plant
from host_tools.virtual_board import VirtualBoard

PULSE_MIN_MS = 0.001  # shorter pulses drive no motor


class WatchedPlant(Plant):
    """A plant that remembers what its driver got. Made out of an ordinary one by watched(), never constructed.

    duty: of the last step. last_on_s: end of the last step with drive, in plant time. before_step: called before each
    step with the plant's time, for faults that come and go; what they change shows in the very next reading.
    """

    duty: float
    last_on_s: float
    driven_s: float
    before_step: Callable[[float], None]

    def step(self, dt_s: float, duty: float, duty_b: float = 0.0) -> None:
        self.before_step(self.time_s)
        super().step(dt_s, duty, duty_b)
        self.duty = max(duty, duty_b)
        if self.duty > 0.0:
            self.last_on_s = self.time_s
            self.driven_s += dt_s


def watched(plant: Plant) -> WatchedPlant:
    """Turn the plant into one that is watched; physics and readings stay as they are."""
    plant.__class__ = WatchedPlant
    assert isinstance(plant, WatchedPlant)
    plant.duty = plant.last_on_s = plant.driven_s = 0.0
    plant.before_step = lambda time_s: None
    return plant


class Motor(Protocol):
    """driven: now; last_on_ms: the world's time at the end of the last drive, so far; driven_ms: all of it."""

    @property
    def driven(self) -> bool: ...
    @property
    def last_on_ms(self) -> float: ...
    @property
    def driven_ms(self) -> float: ...


class SimMotor:
    """What the physics of `sim:` got in each tick. ahead_s: by how much the device's clock is ahead of the plant's."""

    def __init__(self, plant: WatchedPlant, ahead_s: float) -> None:
        self._plant = plant
        self._ahead_s = ahead_s

    @property
    def driven(self) -> bool:
        return self._plant.duty > 0.0

    @property
    def last_on_ms(self) -> float:
        return (self._plant.last_on_s + self._ahead_s) * 1000

    @property
    def driven_ms(self) -> float:
        return self._plant.driven_s * 1000


class PinMotor:
    """The edges of the emulated chip's motor pins, from now on. Driven is an H-bridge while either pin is active."""

    def __init__(self, rig: VirtualRig) -> None:
        self._rig = rig
        self._board = rig.board
        self._active = not rig.config["active_low"]
        self._last_on_ms = 0.0
        self._driven_ms = 0.0
        self._on: set[int] = set()
        self._on_since_ms = 0.0
        self._pins = [pin for key in ("motor_pin", "motor_pin_b") if (pin := int(rig.config[key])) >= 0]
        self._wire(rig.board)
        rig.board.wire.append(self._wire)

    def _wire(self, board: VirtualBoard) -> None:
        """Here is the chip: at first, and after each return of the power a new one."""
        self._on.clear()
        for pin in self._pins:
            if board.pins.level(pin) == self._active:
                self._edge(pin, board.now_s, self._active)
            board.pins.on_edge(pin, partial(self._edge, pin))

    def _edge(self, pin: int, time_s: float, level: bool | None) -> None:
        were = bool(self._on)
        if level == self._active:
            self._on.add(pin)
        else:
            self._on.discard(pin)
        if self._on and not were:
            self._on_since_ms = time_s * 1000
        elif were and not self._on:
            length_ms = time_s * 1000 - self._on_since_ms
            if length_ms >= PULSE_MIN_MS:
                self._last_on_ms = time_s * 1000
                self._driven_ms += length_ms

    @property
    def driven(self) -> bool:
        return max(self._rig.motor_duty()) > 0.0

    @property
    def last_on_ms(self) -> float:
        return self._board.now_s * 1000 if self._on else self._last_on_ms

    @property
    def driven_ms(self) -> float:
        return self._driven_ms + (self._board.now_s * 1000 - self._on_since_ms if self._on else 0.0)
