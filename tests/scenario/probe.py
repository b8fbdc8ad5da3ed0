"""A simulated board that checks its promises at every tick. It looks and keeps count; it changes nothing."""

from array import array
from dataclasses import dataclass, field
from typing import Any

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import Board
from host_tools.links import sim
from host_tools.links.sim import SimLink
from host_tools.plant.plant import Plant
from host_tools.profiles.program import Program
from host_tools.runner import Run, run_session
from host_tools.sim_hal import SimHal
from tapote import params, states
from tapote.app import App
from tapote.states import MOVING

OVER_TRIP_S = 0.005  # SAFETY: how long force above the trip may last while the motor is driven
FULL_RISE_Q16_S = 32768  # SAFETY: drive rises by half of full scale a second at most

_ENABLE = params.slot("enable")
_SCALE = params.slot("scale_q16")
_DRIVE = params.slot("drive_q16")
_OUT = params.slot("out_q12")
_FORCE = params.slot("force_mn")
_PEAK = params.slot("peak_last_mn")
_SOFT = params.slot("soft_mn")
_HARD = params.slot("hard_mn")
_TRIP = params.slot("trip_mn")
_LIMIT = params.slot("limit_mn")
_RATE = params.slot("rate_target_spm")


@dataclass
class Seen:
    """What the probe saw. broken: the first tick at which each promise was broken."""

    broken: dict[str, str] = field(default_factory=dict)
    ticks: int = 0
    driven_ticks: int = 0
    least_scale_q16: int = 65536  # once the foldback had been fully open
    last_scale_q16: int = 0
    over_trip_s: float = 0.0  # the longest time of true force above the trip while driven
    off_then_on: bool = False  # drive taken away by the foldback (below a tenth), then given back (above nine tenths)


class ProbeHal(SimHal):
    """SimHal with a look after every tick. `app` is set once there is one; until then nothing may move."""

    def __init__(self, board: dict[str, Any], plant: Plant) -> None:
        super().__init__(board, plant)
        self.seen = Seen()
        self.app: App | None = None
        self.button_since_armed = False
        self._armed = False
        self._scale_before = 0
        self._drive_before = 0
        self._started_us = -1
        self._over_s = 0.0
        self._was_open = False
        self._was_shut = False
        self._rise_most = FULL_RISE_Q16_S * self.tick_us // 1_000_000
        self.look = self._look

    def _broken(self, promise: str) -> None:
        if promise not in self.seen.broken:
            names = ("enable", "scale_q16", "drive_q16", "out_q12", "force_mn", "soft_mn", "hard_mn", "trip_mn")
            regs = {name: self.regs[params.slot(name)] for name in names}
            state = states.STATES[self.app.session.state] if self.app else "none"
            self.seen.broken[promise] = f"{self.time_us * 1e-6:.4f} s, {state}: {regs}"

    def _look(self) -> None:
        regs = self.regs
        seen = self.seen
        state = self.app.session.state if self.app else states.BOOT
        driven = self.connected and (self.out[0] != 0 or self.out[1] != 0)
        seen.ticks += 1
        if driven and state not in MOVING:
            self._broken("output zero in every state but RUNNING and BACKOFF")
        self._button(state)
        if driven and not self.button_since_armed:
            self._broken("no start without the button")
        self._limits(regs)
        scale, drive = regs[_SCALE], regs[_DRIVE]
        if scale - self._scale_before > self._rise_most:
            self._broken("the foldback gives back 50 %/s at most")
        if drive - self._drive_before > self._rise_most:
            self._broken("drive rises by 50 %/s at most")
        self._scale_before, self._drive_before = scale, drive
        self._force(regs, driven)
        if drive:
            if not regs[_ENABLE]:
                self._broken("switched off, all is zero in the same tick")
            self._soft_start(regs)
        else:  # a rest of "too much" or of a held crank is followed by a soft start too
            if scale or regs[_OUT]:
                self._broken("without drive, all is zero in the same tick")
            self._started_us = -1
        self._foldback(scale)
        seen.driven_ticks += driven

    def _button(self, state: int) -> None:
        armed = state == states.ARMED
        if armed and not self._armed:
            self.button_since_armed = False
        if self.pressed and armed:
            self.button_since_armed = True
        self._armed = armed

    def _limits(self, regs: "array[int]") -> None:
        if regs[_HARD] > params.FORCE_CAP_MN:
            self._broken("foldback complete within the cap")
        if regs[_TRIP] > params.TRIP_CAP_MN:
            self._broken("trip within the cap")
        if not self.app or not self.app.session.live():
            return
        board = self.board
        if regs[_LIMIT] > min(board["force_limit_mn"], params.FORCE_CAP_MN):
            self._broken("force limit within the caps")
        if not regs[_SOFT] < regs[_HARD] <= regs[_LIMIT]:
            self._broken("foldback within the force limit")
        if not regs[_LIMIT] < regs[_TRIP] <= board["trip_mn"]:
            self._broken("trip above the limit, within the board's")
        if regs[_RATE] > min(board["rate_max_spm"], params.RATE_CAP_SPM):
            self._broken("rate within the caps")

    def _force(self, regs: "array[int]", driven: bool) -> None:
        force_mn = regs[_FORCE]
        if force_mn >= regs[_HARD] and regs[_SCALE]:
            self._broken("no drive in the tick whose force reaches the limit")
        if force_mn > regs[_TRIP] and regs[_OUT]:
            self._broken("no drive in the tick whose force passes the trip")
        if driven and self.plant.force_n * 1000 > regs[_TRIP]:
            self._over_s += self.tick_us * 1e-6
            self.seen.over_trip_s = max(self.seen.over_trip_s, self._over_s)
        else:
            self._over_s = 0.0
        if self._over_s > OVER_TRIP_S:
            self._broken("force above the trip for 5 ms at most while driven")

    def _soft_start(self, regs: "array[int]") -> None:
        if self._started_us < 0:
            self._started_us = self.time_us
        since_s = (self.time_us - self._started_us) * 1e-6 + 2e-6 * self.tick_us
        if since_s <= 2 and abs(regs[_OUT]) > 4096 * 0.5 * since_s + 2:
            self._broken("half of full duty after a second at the earliest")

    def _foldback(self, scale: int) -> None:
        seen = self.seen
        seen.last_scale_q16 = scale
        if scale > 59000:
            self._was_open = True
            seen.off_then_on = seen.off_then_on or self._was_shut
        elif self._was_open and scale < 6554 and self.regs[_ENABLE]:
            self._was_shut = True
        if self._was_open and self.regs[_ENABLE]:
            seen.least_scale_q16 = min(seen.least_scale_q16, scale)


def probed_link(board: Board, plant: Plant) -> tuple[SimLink, ProbeHal]:
    """A `sim:` link whose board is probed from power-on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sim, "SimHal", ProbeHal)
        link = SimLink(compile_board(board), plant)
    hal = link.hal
    assert isinstance(hal, ProbeHal)
    hal.app = link.app
    return link, hal


def probed_session(board: Board, plant: Plant, program: Program) -> tuple[Run, Seen]:
    """A whole session under the probe."""
    link, hal = probed_link(board, plant)
    try:
        run = run_session(link, program)
        link.advance(0.5)
    finally:
        link.close()
    return run, hal.seen
