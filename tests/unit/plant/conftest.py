"""Boards, plants and a way to run them, for the tests of the physics."""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sin

import pytest

from host_tools.boards import Board, load_board
from host_tools.plant.build import build_plant
from host_tools.plant.plant import Plant

DT_S = 0.0005


@dataclass
class Trace:
    """What a run showed: per step the force in N, the rate in strokes/min; highest force per stroke (second half)."""

    force_n: list[float]
    rate_spm: list[float]

    @property
    def mean_n(self) -> float:
        return sum(self.force_n) / len(self.force_n)

    @property
    def peak_n(self) -> float:
        return max(self.force_n)


Runner = Callable[..., Trace]


@pytest.fixture(scope="session")
def crank_board() -> Board:
    return load_board("pico_mosfet_fsr")


@pytest.fixture(scope="session")
def linear_board() -> Board:
    return load_board("picow_drv8871_linear")


@pytest.fixture
def crank(crank_board: Board) -> Plant:
    return build_plant(crank_board)


@pytest.fixture
def linear(linear_board: Board) -> Plant:
    return build_plant(linear_board)


@pytest.fixture(scope="session")
def run() -> Runner:
    """run(plant, seconds, duty=..., spm=..., after=..., dt_s=...): steps the plant and keeps what came after `after` s.

    A crank gets `duty`; where `spm` is given, a sine of that rate and of amplitude `duty` goes to the two inputs of the
    bridge in slow decay (one input high, the other one modulated), as a maker drives a coil in both directions."""

    def runner(
        plant: Plant, seconds: float, *, duty: float = 0.6, spm: float = 0.0, after: float = 0.0, dt_s: float = DT_S
    ) -> Trace:
        trace = Trace([], [])
        start_s = plant.time_s
        for _ in range(round(seconds / dt_s)):
            a, b = duty, 0.0
            if spm > 0.0:
                drive = duty * sin(2.0 * pi * spm / 60.0 * plant.time_s)
                a, b = (1.0, 1.0 - drive) if drive >= 0.0 else (1.0 + drive, 1.0)
            plant.step(dt_s, a, b)
            if plant.time_s - start_s > after:
                trace.force_n.append(plant.force_n)
                trace.rate_spm.append(plant.rate_spm)
        return trace

    return runner
