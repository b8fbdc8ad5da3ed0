"""The plant in shared memory, and the list of what of it is compiled.

What a person does stays in Python, asked ahead: before a burst of ticks `look_ahead` works out the press for each of
the plant's slow moments in it. All else of a step is compiled from host_tools.plant as it stands.
"""

from bisect import bisect_left
from itertools import accumulate, repeat
from typing import Any

import numpy as np
from numba.extending import register_jitable

from host_tools.compiled.records import Layout, teach
from host_tools.plant import battery, plant, sensors
from host_tools.plant.battery import Battery
from host_tools.plant.driver import Circuit
from host_tools.plant.motor import Winding
from host_tools.plant.plant import Plant

AHEAD = 64  # slow moments in a burst: 320 ms
LEFT_TO_PYTHON = frozenset(("hand", "spec"))

for function in (battery.cell_ocv_v, plant.next_slow_s, sensors.clamp_counts, sensors.temperature_counts):
    register_jitable(function)

_layouts: dict[Any, Layout] = {}  # by numpy type


class Ahead:
    """What the hand does at the next slow moments: at, how many of them are used up."""

    def __init__(self) -> None:
        self.at = 0
        self.press_n = [0.0] * AHEAD
        self.held = [0.0] * AHEAD


def _take(self: Any) -> None:
    """Plant._person for compiled code."""
    ahead = self.ahead
    mechanism = self.mechanism
    mechanism.press_n = ahead.press_n[ahead.at]
    mechanism.held = ahead.held[ahead.at] > 0.5
    ahead.at += 1


class SharedPlant:
    """A plant and the record that compiled code steps. `plant` is a Plant to everybody else; `records` is the array of
    one record."""

    def __init__(self, made: Plant) -> None:
        vars(made)["ahead"] = Ahead()  # an attribute that compiled code alone knows
        layout = _layout(made)
        self.records = np.zeros(1, layout.dtype)
        layout.fill(self.records[0], made)
        self.plant: Plant = layout.shared(self.records.view(np.uint8).data, made)
        ahead = self.records[0]["ahead"]
        self._press_n, self._held = ahead["press_n"].data, ahead["held"].data

    def look_ahead(self, steps: int, dt_s: float) -> None:
        """Ask the hand for what it does at the slow moments of the next `steps` steps."""
        shared: Any = self.plant
        mechanism = shared.mechanism
        times_s = list(accumulate(repeat(dt_s, steps), initial=shared.time_s))  # added up as Plant.step adds
        step = bisect_left(times_s, shared._slow_at_s, 1)
        pressing_s = shared._press_from_s
        press_n = mechanism.press_n
        count = 0
        while step <= steps:
            now_s = times_s[step]
            held = False
            if pressing_s >= 0.0:
                held = shared.hand.holds(now_s - pressing_s)
                press_n = shared.hand.press_n(now_s - pressing_s)
            self._press_n[count], self._held[count] = press_n, held
            count += 1
            step = bisect_left(times_s, plant.next_slow_s(now_s), step + 1)
        shared.ahead.at = 0


def _layout(made: Plant) -> Layout:
    """The layout of this kind of plant, taught once."""
    layout = Layout(made, LEFT_TO_PYTHON)
    if layout.dtype not in _layouts:
        _layouts[layout.dtype] = layout
        teach(layout, "_slow", "_catch_up", "force_counts", "_force_counts", instead={"_person": _take})
        teach(layout, "current_counts", "battery_counts", "battery_v", "temp_counts", "tach_count")
        teach(layout, "_small_noise", "_wander")
        teach(layout.layout_of(Circuit), "drive")
        teach(layout.layout_of(Battery), "draw")
        teach(layout.layout_of(Winding), "warm")
        mechanism = layout.layout_of(type(made.mechanism))
        teach(mechanism, "step", "strokes")
    return _layouts[layout.dtype]
