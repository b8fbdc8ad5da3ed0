"""The whole firmware on a bench: App on the simulated HAL; in the plant's place readings that a test sets by hand."""

from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.plant.plant import Plant
from host_tools.sim_hal import SimHal
from tapote import params
from tapote.app import App

TURN_TICKS = 20
FULL_SPM = 3000.0
# duration, rate from/to, drive from/to, ease, rhythm, period, depth, on, limit, until
PHASE = (20000, 1500, 1500, 600, 600, 0, 0, 1000, 0, 1000, 40000, 1)


class HandSet:
    """In the plant's place: the readings a test sets, and a motor that follows its duty with 80 ms.

    Readings waver by a count, as real ones do, unless `frozen`. `duty` is what reaches the motor: the end of every
    safety chain.
    """

    def __init__(self, board: dict[str, Any]) -> None:
        self._board = board
        self._flicker = 0
        self._pulses = 0.0
        self.frozen = False
        self.locked = False
        self.duty = 0.0
        self.rate_spm = 0.0
        self.force_raw = 0
        self.press(0)
        self.driven_counts = self._raw("current_points", 1000)
        self.idle_counts = self._raw("current_points", 0)
        self.battery_counts = self._raw("battery_points", 3800 * board["cells"])
        self.temp_counts = self._raw("temp_points", 250)

    def step(self, dt_s: float, duty: float, _duty_b: float = 0.0) -> None:
        """One tick of motor."""
        self.duty = duty
        self._flicker ^= 1
        goal_spm = 0.0 if self.locked else FULL_SPM * duty
        self.rate_spm = 0.0 if self.locked else self.rate_spm + (goal_spm - self.rate_spm) * dt_s / 0.08
        self._pulses += self.rate_spm / 60 * dt_s * self._board["tach_milli"] / 1000

    @property
    def force_counts(self) -> int:
        """The force sensor."""
        return self.force_raw + (0 if self.frozen else self._flicker)

    @property
    def current_counts(self) -> int:
        """The current sensor: 1 A while driven, nothing else."""
        return self.driven_counts if self.duty > 0 else self.idle_counts

    @property
    def tach_count(self) -> int:
        """Pulses so far."""
        return int(self._pulses)

    def press(self, force_mn: int) -> None:
        """Force on the head, to the nearest count of the board's table at or above it."""
        table = self._board["force_table"]

        def read(raw: int) -> int:
            low, high = table[raw >> 6], table[(raw >> 6) + 1]
            return 2 * int(low + (high - low) * (raw & 63) // 64)

        lowest = self._board["force_raw_min"] + 20
        self.force_raw = max(bisect_left(range(4095), force_mn, key=read), lowest)

    def set(self, points: str, value: int) -> None:
        """Set current_points (mA while driven), battery_points (mV) or temp_points (tenths of a degree)."""
        name = {"current_points": "driven_counts", "battery_points": "battery_counts", "temp_points": "temp_counts"}
        setattr(self, name[points], self._raw(points, value))

    def _raw(self, points: str, value: int) -> int:
        (x0, y0), (x1, y1) = self._board[points]
        share = (value - y0) / (y1 - y0)
        counts: int = round(x0 + share * (x1 - x0))
        return counts


class Bench:
    """Powered on, self-test passed (unless boot=False). Time passes in `run` only."""

    def __init__(self, root: Path, *, boot: bool = True, **board: int) -> None:
        self.board: dict[str, Any] = compile_board(load_board("pico_mosfet_fsr")) | board
        self.plant = HandSet(self.board)
        self.hal = SimHal(self.board, cast(Plant, self.plant))
        self.app = App(self.hal, self.board, f"{root}/")
        if boot:
            self.run(700)

    def __getitem__(self, name: str) -> int:
        return self.hal.regs[params.slot(name)]

    @property
    def state(self) -> int:
        """See states.py."""
        return self.app.session.state

    def run(self, ms: int, watch: Callable[[], None] = lambda: None) -> None:
        """Let ms pass in turns of 10 ms, as App.run does; watch is called after each."""
        for _ in range(ms // 10):
            self.hal.run_ticks(TURN_TICKS)
            try:
                self.app.work(self.hal.now_ms())
            except Exception as error:
                self.app.failed(error)
            watch()

    def until(self, holds: Callable[[], bool], limit_ms: int) -> int:
        """How many ms pass until it holds, in turns of 10 ms; AssertionError when more than the limit."""
        for passed_ms in range(10, limit_ms + 10, 10):
            self.run(10)
            if holds():
                return passed_ms
        raise AssertionError(f"not within {limit_ms} ms")

    def press_for(self, ms: int) -> None:
        """The person's finger: down, up, and 50 ms for the debouncing."""
        self.hal.pressed = True
        self.run(ms)
        self.hal.pressed = False
        self.run(50)

    def upload(self, *phases: tuple[int, ...]) -> None:
        """A program of these phases, or of one."""
        phases = phases or (PHASE,)
        assert self.app.loader.begin(len(phases), "test")
        for index, phase in enumerate(phases):
            self.app.loader.add_phase(index, phase)
        assert self.app.loader.commit() == 0

    def start(self, *, tethered: bool = False, settle_ms: int = 4000) -> None:
        """Program, arm, press, and time for drive to come up."""
        self.upload()
        assert self.app.arm(tethered, self.hal.now_ms()) == 0
        self.press_for(100)
        self.run(settle_ms)
        assert self.plant.duty > 0
