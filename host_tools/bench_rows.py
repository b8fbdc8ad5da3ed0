"""What the bench's figures mean: one row each, with its unit, its target, and what stands against it.

A target is a promise of the project (docs/benchmarks.md says what each is for): missing one makes the bench fail.
"""

from dataclasses import dataclass
from math import inf

from host_tools.bench_deaths import NAIVE_DEATHS, TAPOTE_DEATHS
from host_tools.bench_ticks import LOADS, Figures

LOAD_TEXTS = {"idle": "idle", "run": "session + telemetry", "load": "session + telemetry + garbage and floats"}
DEATH_TEXTS = {
    "ticks": "ticks stopped",
    "ctrl_c": "Ctrl-C",
    "exception": "exception in the main loop",
    "irq_off": "interrupts off for good",
    "hang": "main loop hangs (100 ms heartbeat)",
}
LEAST, MOST = "at least", "at most"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. measured and naive are names among the measured figures; median goes with both where there is one.

    target 0..: `sense` of it, or None where the figure only informs. digits: decimals to show.
    """

    key: str
    title: str
    unit: str
    target: float | None = None
    sense: str = MOST
    naive: str = ""
    median: bool = False
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """A row with its figures. naive_open: the naive value is only how long was watched; it would have gone on."""

    row: Row
    measured: float
    median: float | None
    naive: float | None
    naive_median: float | None
    naive_open: bool

    @property
    def passed(self) -> bool | None:
        """None where there is no target."""
        if self.row.target is None:
            return None
        return self.measured <= self.row.target if self.row.sense == MOST else self.measured >= self.row.target

    @property
    def ratio(self) -> float | None:
        """Naive over Tapote (a lower bound when naive_open)."""
        if self.naive is None:
            return None
        return self.naive / self.measured if self.measured > 0 else inf


def _load_rows(prefix: str, title: str, target: float | None, naive: str, median: bool, digits: int) -> list[Row]:
    return [
        Row(
            f"{prefix}_{load}",
            f"{title}, {LOAD_TEXTS[load]}",
            "µs",
            target,
            naive=f"{naive}_{load}" if naive else "",
            median=median,
            digits=digits,
        )
        for load in LOADS
    ]


ROWS: tuple[Row, ...] = (
    *_load_rows("tick_us", "Tick duration", 30.0, "", True, 1),
    *_load_rows("late_us", "Start after its due time", 10.0, "late_us", True, 1),
    *_load_rows("off_period_us", "Motor update, worst error of its period", None, "off_period_us", False, 1),
    Row("own_tick_us_max", "Longest tick, as the firmware measured it", "µs", 30.0),
    Row("own_late_us_max", "Worst lateness, as the firmware measured it", "µs", 10.0),
    Row("lost_ticks", "Ticks lost", "", 0.0),
    Row("alloc_call_bytes", "Heap taken by 2000 ticks, called with the heap locked", "bytes", 0.0),
    Row("alloc_irq_bytes", "Heap taken by 400 ticks of the interrupt, heap locked", "bytes", 0.0),
    Row("force_ticks", "0 to 80 N: ticks that felt it and still drove", "", 0.0),
    Row("force_sample_to_word_us", "0 to 80 N: from the sample to motor word 0", "µs", digits=1),
    Row("force_word_us", "0 to 80 N: from the ADC change to motor word 0", "µs", naive="force_word_us"),
    Row("force_pin_us", "0 to 80 N: from the ADC change to pin low", "µs", 1000.0, naive="force_pin_us"),
    Row("force_pin_us_load", "0 to 80 N: the same under garbage and floats", "µs", 1000.0, naive="force_pin_us_load"),
    Row("force_sliver_ns", "Longest pulse at motor word 0", "ns", 0.0),
    *(
        Row(
            f"death_{how}_us",
            f"Pin low after: {DEATH_TEXTS[how]}",
            "µs",
            101_500.0 if how == "hang" else 1000.0,
            naive=f"death_{how}_us" if how in NAIVE_DEATHS else "",
        )
        for how in TAPOTE_DEATHS
    ),
    Row("boot_s", "Power-on to IDLE", "s", 1.0, digits=2),
    Row("heap_free", "Free heap in RUNNING", "bytes", 102_400.0, LEAST),
    Row("deployed_bytes", "Files on the board", "bytes"),
    Row("cpu_tick_run", "CPU: timer interrupt, session + telemetry", "%", digits=1),
    Row("cpu_main_idle", "CPU: main loop, idle", "%", naive="cpu_main_idle", digits=1),
    Row("cpu_main_run", "CPU: main loop, session + telemetry", "%", naive="cpu_main_run", digits=1),
)


def results(tapote: Figures, naive: Figures) -> list[Result]:
    """All rows whose figures were measured, in their order."""
    found = []
    for row in ROWS:
        name = f"{row.key}_max" if row.median else row.key
        if name not in tapote:
            continue
        against = f"{row.naive}_max" if row.median and row.naive else row.naive
        found.append(
            Result(
                row=row,
                measured=tapote[name],
                median=tapote[f"{row.key}_median"] if row.median else None,
                naive=naive.get(against),
                naive_median=naive.get(f"{row.naive}_median") if row.median else None,
                naive_open=bool(naive.get(f"{row.naive}_open", 0.0)),
            )
        )
    return found
