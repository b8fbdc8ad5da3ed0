"""The promised figures of the firmware, as `tapote bench` measures them, in emulated time on real MicroPython."""

import pytest

from host_tools import bench, bench_deaths, bench_memory, bench_ticks
from host_tools.bench_rows import Result, results
from host_tools.bench_ticks import LOADS, Figures

pytestmark = [pytest.mark.virtual, pytest.mark.slow]

PERIOD_US = 500


def _missed(figures: Figures) -> list[str]:
    found: list[Result] = results(figures, {})
    assert any(result.passed is not None for result in found), "these figures carry no target"
    return [f"{result.row.title}: {result.measured}" for result in found if result.passed is False]


@pytest.fixture(scope="module")
def session() -> Figures:
    """One world: idle, session with telemetry, the same under a burden, and over-force."""
    return bench_ticks.tapote(quick=True)


def test_tick_and_over_force_meet_their_targets(session: Figures) -> None:
    assert not _missed(session)


def test_the_loads_were_there(session: Figures) -> None:
    for load in LOADS:
        window_s = session[f"ticks_{load}"] * PERIOD_US * 1e-6
        assert window_s >= 0.09
    assert session["telemetry_idle"] == 0
    run_s = session["ticks_run"] * PERIOD_US * 1e-6
    assert session["telemetry_run"] >= 0.9 * run_s * 100, "a record in each turn"
    assert session["telemetry_load"] >= 3
    assert session["turns_load"] * 3 < session["turns_run"], "the burden slows the main loop down"
    assert session["cpu_main_load"] > 80 > session["cpu_main_run"]
    assert session["session_faults"] == 0


def test_the_firmware_measures_itself_as_it_is_seen_from_outside(session: Figures) -> None:
    seen_us = max(session[f"tick_us_{load}_max"] for load in ("run", "load"))
    assert session["own_tick_us_max"] == pytest.approx(seen_us, abs=2.0)
    entry_us = min(session[f"late_us_{load}_median"] for load in LOADS)
    latest_us = max(session[f"late_us_{load}_max"] for load in ("run", "load"))
    assert session["own_late_us_max"] == pytest.approx(latest_us - entry_us, abs=2.0)


def test_over_force_found_a_driven_motor(session: Figures) -> None:
    assert session["force_duty_before"] > 0.05
    assert session["force_word_us"] > 0.9 * PERIOD_US, "right after a sample: the worst case"
    assert session["force_pin_us"] >= session["force_word_us"]


@pytest.mark.parametrize("how", ["ticks", "ctrl_c"])
def test_the_pin_is_low_soon_after_the_firmware_dies(how: str) -> None:
    """The other deaths of the bench are cases 24 to 27 of the fault matrix."""
    assert how in bench_deaths.TAPOTE_DEATHS
    figures, _ = bench.measure(f"tapote death {how}", True)
    assert figures[f"death_{how}_duty_before"] > 0.05
    assert figures[f"death_{how}_us"] > 0.0
    assert not _missed(figures)


def test_the_tick_takes_nothing_from_the_heap() -> None:
    figures = bench_memory.heap()
    assert figures["heap_lock_works"] == 1.0
    assert figures["alloc_calls"] >= 1000
    assert figures["alloc_irq_ticks"] >= 400, "the interrupt went on with the heap locked"
    assert not _missed(figures)


def test_a_session_leaves_a_hundred_kilobytes_free() -> None:
    figures = bench_memory.session()
    assert figures["heap_free"] > 0
    assert not _missed(figures)


def test_boot_takes_less_than_a_second() -> None:
    figures = bench_memory.boot()
    assert 0.1 < figures["boot_speaks_s"] <= figures["boot_s"]
    assert not _missed(figures)
