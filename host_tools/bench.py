"""`tapote bench`: the figures that the firmware promises, measured on real MicroPython in emulated time.

Beside it, on the same board and with the same plant, runs the loop that a maker would write from tutorials
(benchmarks/naive/main.py). Each task is a board of its own, so tasks may run side by side; nothing depends on how fast
the computer is, except the speed of `sim:`, which is marked as wall time and never fails.
"""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context

from host_tools.bench_deaths import NAIVE_DEATHS, TAPOTE_DEATHS
from host_tools.bench_rows import Result, results
from host_tools.bench_ticks import Figures
from host_tools.bench_world import BOARD

Progress = Callable[[str, int, int], None]
QUICK_SIM_S, SIM_S = 5.0, 20.0
_NOT_QUICK = {"naive death irq_off", "naive death hang"}


@dataclass(frozen=True, slots=True)
class Bench:
    """What was measured. tapote, naive: all raw figures; sim_realtime: simulated per wall second, informs only."""

    quick: bool
    tapote: Figures
    naive: Figures
    sim_realtime: float
    board: str = BOARD
    results: list[Result] = field(default_factory=list)

    @property
    def missed(self) -> list[str]:
        """Titles of the figures that miss their target."""
        return [result.row.title for result in self.results if result.passed is False]


def tasks(quick: bool) -> list[str]:
    """What there is to measure, the longest first. quick: shorter windows, and only what carries a target."""
    names = ["tapote", "naive", "boot", "heap"]
    names += [f"tapote death {how}" for how in TAPOTE_DEATHS] + [f"naive death {how}" for how in NAIVE_DEATHS]
    return [name for name in names if not (quick and name in _NOT_QUICK)]


def measure(task: str, quick: bool) -> tuple[Figures, Figures]:
    """One task: figures of Tapote and of the naive program. TapoteError when something does not run at all."""
    from host_tools import bench_deaths, bench_memory, bench_ticks

    if task == "tapote":
        return bench_ticks.tapote(quick), {}
    if task == "naive":
        return {}, bench_ticks.naive(quick)
    if task == "boot":
        return bench_memory.boot(), {}
    if task == "heap":
        return bench_memory.heap() | bench_memory.session(), {}
    who, _, how = task.split()
    if who == "tapote":
        death = bench_deaths.tapote(how)
        # A death of the ticks may come right after a word was fed; one of the main program is told to the pin at once.
        worst_us = max(death.off_us, death.after_word_us if how in ("ticks", "irq_off") else 0.0)
        return {f"death_{how}_us": worst_us, f"death_{how}_duty_before": death.duty_before}, {}
    death = bench_deaths.naive(how)
    return {}, {
        f"death_{how}_us": death.off_us,
        f"death_{how}_us_open": float(death.stays_on),
        f"death_{how}_duty_before": death.duty_before,
    }


def _measured(names: list[str], quick: bool, jobs: int) -> Iterator[tuple[str, tuple[Figures, Figures]]]:
    """Each task with its figures, as they come; one after the other in this process when jobs is 1."""
    if jobs == 1:
        yield from ((name, measure(name, quick)) for name in names)
        return
    ignore_ctrl_c = (signal.SIGINT, signal.SIG_IGN)  # it is for this process to stop the others, without tracebacks
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=signal.signal, initargs=ignore_ctrl_c) as pool:
        running = {pool.submit(measure, name, quick): name for name in names}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in active_children():
                process.terminate()
            raise


def run(*, quick: bool = False, jobs: int = 1, progress: Progress = lambda task, done, total: None) -> Bench:
    """Measure everything. progress(task, done, total): at the start and after each task; jobs: boards side by side.

    TapoteError when the image is missing or a program does not run.
    """
    from host_tools import bench_sim, uf2

    uf2.fetch()  # here, so that the tasks do not all fetch it
    names = tasks(quick)
    total = len(names) + 1
    tapote: Figures = {}
    naive: Figures = {}
    progress("", 0, total)
    for done, (name, (ours, theirs)) in enumerate(_measured(names, quick, jobs), 1):
        tapote |= ours
        naive |= theirs
        progress(name, done, total)
    factor = bench_sim.realtime_factor(QUICK_SIM_S if quick else SIM_S)
    progress("sim", total, total)
    return Bench(quick, tapote, naive, factor, results=results(tapote, naive))
