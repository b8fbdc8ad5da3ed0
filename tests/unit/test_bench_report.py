"""The bench's words and numbers, from made-up figures: nothing is emulated here."""

import json
from dataclasses import replace
from math import inf

from host_tools import bench_report
from host_tools.bench import Bench, tasks
from host_tools.bench_rows import ROWS, results
from host_tools.paths import repo_or_data

GOOD = {
    "tick_us_run_median": 24.0,
    "tick_us_run_max": 28.0,
    "late_us_run_median": 6.8,
    "late_us_run_max": 7.9,
    "alloc_call_bytes": 0.0,
    "force_pin_us": 524.0,
    "death_ctrl_c_us": 90.0,
    "heap_free": 118_000.0,
    "deployed_bytes": 45_000.0,
    "force_sliver_ns": 0.0,
}
NAIVE = {
    "late_us_run_median": 22.0,
    "late_us_run_max": 1600.0,
    "force_pin_us": 10_400.0,
    "death_ctrl_c_us": 2e6,
    "death_ctrl_c_us_open": 1.0,
}


def made(**changes: float) -> Bench:
    figures = GOOD | changes
    return Bench(False, figures, NAIVE, 25.0, results=results(figures, NAIVE))


def row(bench: Bench, key: str) -> tuple[str, ...]:
    return next(bench_report.cells(result) for result in bench.results if result.row.key == key)


def test_a_good_bench_passes() -> None:
    bench = made()
    assert not bench.missed
    assert "All 7 targets met" in bench_report.verdict(bench)


def test_a_missed_target_is_named_in_words() -> None:
    bench = made(tick_us_run_max=30.1, heap_free=99_000.0)
    assert len(bench.missed) == 2
    assert "2 of 7 targets MISSED" in bench_report.verdict(bench)
    assert row(bench, "tick_us_run")[3] == "MISSED"
    assert row(bench, "heap_free")[1:4] == ("≥ 102 400 bytes", "99 000 bytes", "MISSED")


def test_rows_show_median_maximum_naive_and_ratio() -> None:
    bench = made()
    assert row(bench, "late_us_run")[1:] == ("≤ 10 µs", "6.8, 7.9 µs", "ok", "22.0, 1 600.0 µs", "203")
    assert row(bench, "death_ctrl_c_us")[1:] == ("≤ 1 000 µs", "90 µs", "ok", "on for > 2 000 000 µs", "> 22 222")
    assert row(bench, "alloc_call_bytes")[1:] == ("= 0 bytes", "0 bytes", "ok", "", "")
    assert row(bench, "deployed_bytes")[1:] == ("", "45 000 bytes", "", "", "")


def test_a_ratio_to_nothing_is_left_out() -> None:
    bench = made(force_pin_us=0.0)
    result = next(result for result in bench.results if result.row.key == "force_pin_us")
    assert result.ratio == inf
    assert row(bench, "force_pin_us")[5] == ""
    assert "Infinity" not in json.dumps(bench_report.as_json(bench), allow_nan=False)


def test_json_says_what_kind_of_time_it_is() -> None:
    told = bench_report.as_json(made())
    assert (told["time"], told["simulated"], told["passed"]) == ("emulated", True, True)
    assert told["sim_realtime_factor_wall"] == 25.0


def test_a_slow_simulation_is_told_and_never_fails() -> None:
    bench = replace(made(), sim_realtime=3.0)
    assert not bench.missed
    assert "not reached here and now" in bench_report.sim_line(bench)


def test_quick_still_measures_every_target() -> None:
    quick = set(tasks(quick=True))
    with_target = {row.key for row in ROWS if row.target is not None}
    for key in with_target:
        if key.startswith("death_"):
            assert f"tapote death {key.removeprefix('death_').removesuffix('_us')}" in quick
    assert {"tapote", "naive", "boot", "heap"} <= quick < set(tasks(quick=False))


def test_the_page_has_a_row_for_each_figure_and_none_missed() -> None:
    page = repo_or_data(bench_report.PAGE).read_text(encoding="utf-8")
    assert [row.title for row in ROWS if f"| {row.title} |" not in page] == []
    assert "MISSED" not in page
