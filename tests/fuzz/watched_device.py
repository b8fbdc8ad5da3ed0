"""A simulated device that is watched at every tick and at every change of state, whatever is done to it.

It adds to the probe of the scenarios what only a hostile session brings about: a main loop that hangs, a host that
falls silent, sensors that lie, a button that was down before. What the watch knows, it knows from outside: the level of
the button, the frames that were sent, the force that the sensor is made to feel.
"""

from operator import itemgetter
from typing import Any

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.links import sim
from host_tools.plant.build import build_plant
from host_tools.plant.plant import Plant
from tapote import app as firmware
from tapote import params, session, wire
from tapote.states import ARMED, BACKOFF, BOOT, FAULT, IDLE, MOVING, RUNNING, SELFTEST, SERVICE, STATES, STOPPING
from tests.scenario.probe import OVER_TRIP_S, ProbeHal

LINK_US = 500_000 + 30_000  # SAFETY: silence of a tethered host; the main loop looks every 10 ms, and a frame may wait
LOOP_US = 100_000 + 2_000  # silence of the main loop, and as long as the fed output holds a word
PRESS_GRACE_US = 30_000  # a press that is still being debounced when the ARM comes is sampled after it
SOLID_US = 15_000  # a level that stands for less is bouncing
# docs/standalone.md: a press that arms, and the rest of the button before and after; a turn and the debouncing off.
HOLD_US, RESTED_US = 1_000_000 - 40_000, 500_000 - 40_000

# SAFETY.md section 2. Every state may fail; all other ways are listed.
WAYS = {
    (BOOT, SELFTEST),
    (SELFTEST, IDLE),
    (IDLE, ARMED),
    (ARMED, RUNNING),
    (ARMED, IDLE),  # nobody pressed
    (ARMED, STOPPING),
    (RUNNING, BACKOFF),
    (BACKOFF, RUNNING),
    (RUNNING, STOPPING),
    (BACKOFF, STOPPING),
    (RUNNING, ARMED),  # pause
    (BACKOFF, ARMED),
    (STOPPING, IDLE),
    (FAULT, IDLE),
    (IDLE, SERVICE),
    (SERVICE, IDLE),
    (FAULT, SERVICE),  # a save mends stored settings that cannot be read
}

_LIMITS = ("force_limit_mn", "trip_limit_mn", "rate_max_spm", "drive_max_permille", "fold_permille", "session_s")
_LIMITS_OF = itemgetter(*map(params.slot, _LIMITS))
_HARD, _TRIP, _LIMIT = params.slot("hard_mn"), params.slot("trip_mn"), params.slot("limit_mn")
_RATE, _FORCE, _OUT = params.slot("rate_target_spm"), params.slot("force_mn"), params.slot("out_q12")


class WatchedSession(session.Session):
    """The device's state machine, every change of its state told to the watch."""

    def __setattr__(self, name: str, value: Any) -> None:
        before = self.state if name == "state" else value
        super().__setattr__(name, value)
        if before != value:
            self.__dict__["hal"].changed(before, value)


class WatchedHal(ProbeHal):
    """The probe, and what it cannot see without knowing what was done to the device."""

    def __init__(self, board: dict[str, Any], plant: Plant) -> None:
        super().__init__(board, plant)
        self.spoke_us = 0  # when the device last had a whole frame of the host before it
        self.looped_us = 0  # when its main loop last had its turn
        self.visited: set[int] = set()
        self._rose_us = -1
        self._armed_us = 0
        self._was_pressed = False
        self.arm_asked = False  # by a frame that the device may not have seen yet
        self._solid = False  # the button's level without its bouncing, since when, and how long the one before stood
        self._since_us = self._edge_us = self._stood_us = 0
        self._limits_before: tuple[int, ...] = ()

    def changed(self, before: int, after: int) -> None:
        """The state machine went from one state to another."""
        self.visited.add(after)
        if after != FAULT and (before, after) not in WAYS:
            self._broken(f"no way from {STATES[before]} to {STATES[after]}")
        if after == ARMED:
            self._armed_us = self.time_us
        if after == ARMED and before == IDLE and not self.arm_asked:
            up_us = self.time_us - self._since_us
            if self._solid or up_us < RESTED_US or self._stood_us < HOLD_US:
                self._broken("no arming but by a host, or by a press of a second and half a second of rest")
        if after == RUNNING and before != BACKOFF:
            if self._rose_us < self._armed_us - PRESS_GRACE_US:
                self._broken("no start without a fresh press")
            rested_us = self._stood_us if self._solid else self.time_us - self._since_us
            if rested_us < RESTED_US:
                self._broken("no start but after half a second of rest")

    def _look(self) -> None:
        if self.pressed != self._was_pressed:
            self._edge_us = self.time_us
            if self.pressed:
                self._rose_us = self.time_us
        if self.pressed != self._solid and self.time_us - self._edge_us >= SOLID_US:
            self._solid = self.pressed
            self._stood_us = self._edge_us - self._since_us
            self._since_us = self._edge_us
        self._was_pressed = self.pressed
        super()._look()
        if self.app is None:
            return
        now = self.app.session
        if now.live():
            limits: tuple[int, ...] = _LIMITS_OF(self.regs)
            before = self._limits_before or limits
            if limits != before and any(after > was for after, was in zip(limits, before, strict=True)):
                self._broken("no limit rises while the session is live")
            self._limits_before = limits
        else:
            self._limits_before = ()
        if self._driven():
            if now.state not in MOVING:
                self._broken("drive in RUNNING and BACKOFF only")
            if self.time_us - self.looped_us > LOOP_US:
                self._broken("the main loop is dead: no drive")
            if now.tethered and self.time_us - self.spoke_us > LINK_US:
                self._broken("the host is silent: no drive")

    def _driven(self) -> bool:
        """Whether the motor's driver gets anything: the fed output holds a word for its time only."""
        return self.connected and self._unfed_ticks <= self._hold_ticks and any(self.out)

    def _limits(self, regs: Any) -> None:
        if regs[_HARD] > params.FORCE_CAP_MN:
            self._broken("foldback complete within the cap")
        if regs[_TRIP] > params.TRIP_CAP_MN:
            self._broken("trip within the cap")
        if self.app is not None and self.app.session.live():
            board = self.board
            if regs[_LIMIT] > board["force_limit_mn"]:
                self._broken("force limit within the board's")
            if regs[_TRIP] > board["trip_mn"]:
                self._broken("trip within the board's")
            if regs[_RATE] > min(board["rate_max_spm"], params.RATE_CAP_SPM):
                self._broken("rate within the caps")

    def _force(self, regs: Any, driven: bool) -> None:
        if regs[_FORCE] > regs[_TRIP] and regs[_OUT] and not self._hung():
            self._broken("no drive in the tick whose force passes the trip")
        over = False
        if self._driven():
            faults = self.plant.faults
            felt_n = self.plant.force_n if faults.force_override_n is None else faults.force_override_n
            lies = faults.force_gain != 1.0 or faults.force_offset_n or faults.force_frozen or faults.force_open
            over = not lies and felt_n * 1000 > regs[_TRIP] * 1.05  # sensors may wander by 5 %
        self._over_s = self._over_s + self.tick_us * 1e-6 if over else 0.0
        if self._over_s > OVER_TRIP_S:
            self._broken("force above the trip for 5 ms at most while driven")

    def _soft_start(self, regs: Any) -> None:
        """SAFETY's own number. The probe's is half of that, for the rates of ordinary profiles: the feed-forward of the
        fastest rates, corrected for a low battery, rises some percent faster than the foldback's 50 %/s."""
        if self._started_us < 0:
            self._started_us = self.time_us
        since_s = (self.time_us - self._started_us) * 1e-6 + 2e-6 * self.tick_us
        if abs(regs[_OUT]) > 4096 * since_s + 2:
            self._broken("full duty after a second at the earliest")

    def _hung(self) -> bool:
        return self.time_us - self.looped_us > LOOP_US

    def _button(self, state: int) -> None:
        self.button_since_armed = True  # `changed` is stricter


class WatchedLink(sim.SimLink):
    """`sim:` with a main loop that can be made to hang, and a board that can be switched off and on."""

    hal: WatchedHal

    def __init__(self, board_name: str, seed: int) -> None:
        self.frames_wait = False  # whole frames of the host are on the way
        self.json = compile_board(load_board(board_name))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sim, "SimHal", WatchedHal)
            super().__init__(self.json, build_plant(load_board(board_name), seed=seed, press_n=12.0))
        self._watch()

    def _watch(self) -> None:
        """Follow the session of the App that runs now."""
        now = self.app.session
        now.__dict__["hal"] = self.hal
        now.__class__ = WatchedSession
        self.hal.app = self.app

    def _work(self) -> None:
        if self.frames_wait and self.hal.to_device:
            self.hal.spoke_us = self.hal.time_us
        self.hal.looped_us = self.hal.time_us
        super()._work()
        if not self.hal.to_device:
            self.frames_wait = self.hal.arm_asked = False

    def send(self, frame: bytes) -> None:
        """A whole frame of the host."""
        self.frames_wait = True
        self.hal.arm_asked |= frame[1] == wire.ARM
        self.write(frame)

    def hang(self, seconds: float) -> None:
        """The main loop stands still; ticks, physics and the finger on the button go on."""
        self.hal.run_ticks(round(seconds * 1e6 / self.hal.tick_us))

    def restart(self, cause: int = 0) -> None:
        """Off and on, as the button and the world stand; what was stored is there again. cause: as Hal.reset_cause."""
        plant, before = self.plant, self.hal
        assert plant is not None
        self.hal = WatchedHal(self.json, plant)
        self.hal.pressed, self.hal.seen, self.hal.visited = before.pressed, before.seen, before.visited
        self.hal.reset_cause = cause
        self.frames_wait = False
        self.app = firmware.App(self.hal, self.json, self._root.name + "/")
        self._watch()
