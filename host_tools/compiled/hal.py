"""SimHal whose burst of ticks is one compiled call: plant, sensors, tick and an onlooker, in the order of SimHal."""

from array import array
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numba import njit
from numba.extending import register_jitable

from host_tools.compiled.cache import use_cache
from host_tools.compiled.plant import AHEAD, SharedPlant
from host_tools.plant.plant import SLOW_S, Plant
from host_tools.sim_hal import MASK30, NOW_US, TACH_NOW, UNFED, SimHal
from tapote import kernel, params

_TOP = params.slot("top")
_READINGS = ("adc_current", "adc_battery", "adc_temp")  # board keys, in the order of the slow channels

# Words of `state`, which stands for SimHal's attributes.
_CONNECTED, _TICKING, _UNFED_TICKS, _HOLD_TICKS, _TIME_US, _TICKS, _TICK_US, _FORCE_AT = range(8)
_SLOW_COUNT, _SLOW_AT, _SLOW_KIND = 8, 9, 12
_STATE_WORDS = 15

_step = register_jitable(Plant.step)
_tick = register_jitable(kernel.tick)

# What looks on after every tick: (plant, regs, seen, duty, duty_b).
Look = Callable[[Any, Any, Any, float, float], None]


def _nothing(plant: Any, regs: Any, seen: Any, duty: float, duty_b: float) -> None:
    """Nobody looks on."""


def _burst(look: Look) -> Callable[..., None]:
    """SimHal.run_ticks for compiled code, with an onlooker."""

    def burst(plants: Any, state: Any, regs: Any, wave: Any, adc: Any, out: Any, seen: Any, count: int) -> None:
        plant = plants[0]
        dt_s = state[_TICK_US] * 1e-6
        per_count = 2.0 / (2 * regs[_TOP] + 6)
        now = state[_TIME_US]
        turn = state[_TICKS]
        unfed_ticks = state[_UNFED_TICKS]
        for _ in range(count):
            duty = 0.0
            duty_b = 0.0
            if state[_CONNECTED] and unfed_ticks <= state[_HOLD_TICKS]:
                duty = out[0] * per_count
                duty_b = out[1] * per_count
            _step(plant, dt_s, duty, duty_b)
            now += state[_TICK_US]
            if state[_TICKING]:
                adc[state[_FORCE_AT]] = plant.force_counts
                if state[_SLOW_COUNT]:
                    slow = turn % state[_SLOW_COUNT]
                    kind = state[_SLOW_KIND + slow]
                    counts = 0
                    if kind == 0:
                        counts = plant.current_counts
                    elif kind == 1:
                        counts = plant.battery_counts
                    else:
                        counts = plant.temp_counts
                    adc[state[_SLOW_AT + slow]] = counts
                turn += 1
                regs[NOW_US] = now & MASK30
                regs[TACH_NOW] = plant.tach_count & 0xFFFF
                fed = out[0]
                out[0] = UNFED
                _tick(regs, wave, adc, out)
                if out[0] == UNFED:
                    out[0] = fed
                    unfed_ticks += 1
                else:
                    unfed_ticks = 0
            look(plant, regs, seen, duty, duty_b)
        state[_TIME_US] = now
        state[_TICKS] = turn
        state[_UNFED_TICKS] = unfed_ticks

    return burst


_compiled: dict[Look, Callable[..., None]] = {}


def compiled_burst(look: Look) -> Callable[..., None]:
    """The burst with this onlooker, compiled at its first call, or taken from the cache."""
    if look not in _compiled:
        register_jitable(look)
        use_cache(look)
        _compiled[look] = njit(_burst(look), cache=True)
    return _compiled[look]


class CompiledHal(SimHal):
    """SimHal at many times its speed, to the same last bit. look: what looks on; seen: its array of integers.

    `plant` is the one to press and lift from now on; it takes the place of the one given."""

    def __init__(
        self, board: Mapping[str, Any], plant: Plant, look: Look = _nothing, seen: "np.ndarray[Any, Any] | None" = None
    ) -> None:
        self._shared = SharedPlant(plant)
        super().__init__(board, self._shared.plant)
        # As wide as regs: two unsigned 16-bit numbers subtracted would be unsigned to Numba.
        self.wave = array("i", self.wave)
        self.seen = np.zeros(1, np.int64) if seen is None else seen
        self._burst = compiled_burst(look)
        self._state = np.zeros(_STATE_WORDS, np.int64)
        self._cells = self._state.data
        self._arrays = tuple(np.frombuffer(part, np.int32) for part in (self.regs, self.wave, self.adc, self.out))
        fitted = [(1 + board[key], kind) for kind, key in enumerate(_READINGS) if board[key] >= 0]
        cells = self._cells
        cells[_FORCE_AT], cells[_TICK_US], cells[_HOLD_TICKS] = 1 + board["adc_force"], self.tick_us, self._hold_ticks
        cells[_SLOW_COUNT] = len(fitted)
        for index, (at, kind) in enumerate(fitted):
            cells[_SLOW_AT + index], cells[_SLOW_KIND + index] = at, kind
        self._most = int(AHEAD * SLOW_S * 1e6) // self.tick_us - 1

    def run_ticks(self, count: int) -> None:
        """See SimHal."""
        cells = self._cells
        regs, wave, adc, out = self._arrays
        while count > 0:
            steps = count if count < self._most else self._most
            count -= steps
            self._shared.look_ahead(steps, self.tick_us * 1e-6)
            cells[_CONNECTED], cells[_TICKING] = self.connected, self.ticking
            cells[_UNFED_TICKS], cells[_TIME_US], cells[_TICKS] = self._unfed_ticks, self.time_us, self.ticks
            self._burst(self._shared.records, self._state, regs, wave, adc, out, self.seen, steps)
            self._unfed_ticks, self.time_us, self.ticks = cells[_UNFED_TICKS], cells[_TIME_US], cells[_TICKS]
