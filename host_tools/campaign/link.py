"""The `sim:` link of one drawn device, with the watch at its tick and an eye on what the main loop does."""

from collections.abc import Callable
from typing import Any

import numpy as np

from host_tools.campaign import watch
from host_tools.links.sim import SimLink
from host_tools.messages import fault_name
from host_tools.plant.plant import Plant
from host_tools.sim_hal import SimHal
from tapote import faults, states

MakeHal = Callable[[dict[str, Any], Plant, Any], SimHal]

FROM_ARMED = "nothing leads to RUNNING but ARMED"
GUARDED = "the main loop feeds the watchdog in time"
NO_ERROR = "the firmware meets no error of its own"
# Faults that no machine, body or hand can cause: the firmware itself, or its settings, would be broken.
_OWN_BITS = sum(
    faults.bit(fault)
    for fault in (
        faults.TICK_LATE,
        faults.TICK_LOST,
        faults.CLOCK,
        faults.LOOP_HUNG,
        faults.ADC_DEAD,
        faults.WATCHDOG_RESET,
        faults.EXCEPTION,
        faults.SETTINGS_CRC,
        faults.SETTINGS_RANGE,
        faults.FIRMWARE_HASH,
    )
)
_TRIP_BIT = faults.bit(faults.FORCE_TRIP)


def compiled(board: dict[str, Any], plant: Plant, seen: Any) -> SimHal:
    """The fast board, with the watch compiled into its tick."""
    from host_tools.compiled.hal import CompiledHal

    return CompiledHal(board, plant, watch.look, seen)


class _Noted(Plant):
    """A plant that knows what the driver was last given."""

    duties = (0.0, 0.0)

    def step(self, dt_s: float, duty: float, duty_b: float = 0.0) -> None:
        self.duties = (duty, duty_b)
        super().step(dt_s, duty, duty_b)


class Plain(SimHal):
    """The same in plain Python, a tick at a time: tens of times slower, for comparison and for pictures."""

    def __init__(self, board: dict[str, Any], plant: Plant, seen: Any) -> None:
        super().__init__(board, plant)
        plant.__class__ = _Noted
        assert isinstance(plant, _Noted)
        self._noted = plant
        self.seen = seen

    def run_ticks(self, count: int) -> None:
        """See SimHal."""
        for _ in range(count):
            super().run_ticks(1)
            watch.look(self.plant, self.regs, self.seen, *self._noted.duties)


class WatchedLink(SimLink):
    """`seen` as watch.py has it; `broken` also what only the main loop's state shows; `met`: faults met, in order, with
    what was true at that moment."""

    def __init__(self, board: dict[str, Any], plant: Plant, make_hal: MakeHal = compiled) -> None:
        self.seen = np.zeros(watch.SEEN_WORDS, np.int64)
        self._cells = self.seen.data
        self._cells[watch.BOARD_LIMIT_MN] = board["force_limit_mn"]
        self._cells[watch.BOARD_TRIP_MN] = board["trip_mn"]
        self._cells[watch.BOARD_RATE_SPM] = board["rate_max_spm"]
        self._own: dict[str, float] = {}
        self._held = 0
        self.met: list[dict[str, Any]] = []
        self.states_met: set[int] = set()
        super().__init__(board, plant, hal=make_hal(board, plant, self.seen))

    @property
    def broken(self) -> dict[str, float]:
        """{promise: s after power-on at which it was first broken}."""
        return watch.broken(self.seen) | self._own

    def breach(self, promise: str) -> None:
        """A promise that is broken now."""
        self._own.setdefault(promise, self.now_s())

    def _work(self) -> None:
        session = self.app.session
        before = session.state
        super()._work()
        state = session.state
        if state != before:
            self._changed(before, state)
        if state == states.ARMED and self.hal.pressed:
            self._cells[watch.BUTTONED] = 1
        if self.hal.bitten:
            self.breach(GUARDED)
        if session.held != self._held:
            self._faulted(session.held)

    def _changed(self, before: int, state: int) -> None:
        cells = self._cells
        moving = state in states.MOVING
        if moving and before not in states.MOVING and before != states.ARMED:
            self.breach(FROM_ARMED)
        cells[watch.MOVING] = moving
        cells[watch.LIVE] = self.app.session.live()
        if state == states.ARMED:
            cells[watch.BUTTONED] = 0
        self.states_met.add(state)

    def _faulted(self, held: int) -> None:
        new = held & ~self._held
        self._held = held
        self._cells[watch.FAULTED] = bool(held & _TRIP_BIT)
        if new & _OWN_BITS:
            self.breach(NO_ERROR)
        for number in range(new.bit_length()):
            if new >> number & 1:
                self.met.append({"fault": fault_name(number)} | self._moment())

    def _moment(self) -> dict[str, Any]:
        """What is so, and what the firmware takes it for."""
        plant, cells = self.hal.plant, self._cells
        values = {name: self.app.hal.regs[_SLOTS[name]] for name in _SLOTS}
        return {
            "at_s": round(self.now_s(), 3),
            "true_peak_mn": max(cells[watch.RECENT_MN], cells[watch.RECENT_LAST_MN]),
            "true_rate_spm": round(plant.rate_spm),
            "true_cell_mv": round(plant.battery_v * 1000 / self.app.board["cells"]),
            "true_sensor_c": round(plant.sensor_temp_c, 1),
            "true_motor_c": round(plant.motor_temp_c, 1),
            "true_current_a": round(plant.current_a, 2),
            "pressing": bool(plant.pressing),
            "error": self.app.error,
        } | values


def _slots(*names: str) -> dict[str, int]:
    from tapote import params

    return {name: params.slot(name) for name in names}


_SLOTS = _slots(
    "force_mn",
    "limit_mn",
    "trip_mn",
    "scale_q16",
    "out_q12",
    "rate_spm",
    "battery_mv",
    "current_ma",
    "program_ms",
    "session_s",
)
