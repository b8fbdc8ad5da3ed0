"""What counts as a fault with its reason, and the page that tells of it."""

from typing import Any

import pytest

from host_tools import reference
from host_tools.campaign import page, verdict
from host_tools.paths import repo_or_data

ABOUT = {
    "sensor_gain": 1.05,
    "sensor_offset_n": 0.5,
    "person": "heavy",
    "board": "drawn",
    "machine": "crank",
    "program": "Swedish",
    "force_n": 40.0,
}
MOMENT: dict[str, Any] = {
    "at_s": 12.0,
    "true_peak_mn": 20_000,
    "true_rate_spm": 1500,
    "true_cell_mv": 3700,
    "true_sensor_c": 30.0,
    "true_current_a": 2.0,
    "trip_mn": 60_000,
    "out_q12": 2048,
    "current_ma": 2000,
    "true_motor_c": 60.0,
    "program_ms": 30_000,
    "session_s": 600,
}
OUTCOME: dict[str, Any] = {
    "kind": "normal",
    "seed": 7,
    "about": ABOUT,
    "broken": {},
    "met": [],
    "refused": [],
    "end": "IDLE",
    "total_s": 3700.0,
    "moving_s": 3600.0,
    "driven_s": 3500.0,
    "over_trip_driven_ms": 0.5,
    "true_over_trip_driven_ms": 1.5,
    "over_trip_ms": 3.0,
    "true_peak_mn": 30_000,
    "backed_off": True,
}


@pytest.mark.parametrize(
    ("fault", "moment", "real"),
    [
        ("FORCE_TRIP", {}, False),
        ("FORCE_TRIP", {"true_peak_mn": 55_000}, False),  # 58.3 N at the sensor
        ("FORCE_TRIP", {"true_peak_mn": 57_000}, True),
        ("BATTERY_LOW", {}, False),
        ("BATTERY_LOW", {"true_cell_mv": 2990}, True),
        ("BATTERY_CUT", {"true_cell_mv": 2990}, False),
        ("BATTERY_CUT", {"true_cell_mv": 2790}, True),
        ("OVERTEMP", {}, False),
        ("OVERTEMP", {"true_sensor_c": 75.2}, True),
        ("STALL", {}, False),
        ("STALL", {"true_rate_spm": 3}, True),
        ("OVERCURRENT", {}, False),
        ("I2T", {}, False),
        ("I2T", {"true_motor_c": 99.0}, True),
        ("SESSION_END", {}, False),
        ("SESSION_END", {"program_ms": 600_000}, True),
        ("FORCE_STUCK", {}, False),
    ],
)
def test_a_fault_is_real_when_what_it_says_was_so(fault: str, moment: dict[str, Any], real: bool) -> None:
    row = verdict.judge(OUTCOME, MOMENT | moment | {"fault": fault})
    assert (row["fault"], row["real"], row["trace"]) == (fault, real, "normal:7")


def result(*faults: str) -> dict[str, Any]:
    normal = OUTCOME | {"met": [MOMENT | {"fault": fault} for fault in faults]}
    adverse = OUTCOME | {"kind": "adverse", "met": [{"fault": "FORCE_TRIP"}]}
    made: dict[str, Any] = {"adverse": verdict.adverse([adverse]), "normal": verdict.normal([normal])}
    made |= {"emulated_s": 7400.0, "wall_s": 1.0, "cpu_s": 10.0, "jobs": 1, "fingerprint": "f00"}
    return made | {"failed": verdict.failed(made)}


def test_all_well() -> None:
    good = result()
    assert good["failed"] == []
    text = " ".join(page.summary(good))
    assert "0 false trips" in text
    assert "740 times faster than real time" in text
    assert "PASSED" in text


def test_faults_without_a_reason_fail_the_campaign() -> None:
    bad = result("FORCE_TRIP", "STALL")
    assert (bad["normal"]["false_trips"], bad["normal"]["false_faults"]) == (1, 2)
    assert len(bad["failed"]) == 2
    assert "FAILED: 2 findings" in page.summary(bad)
    assert "| normal:7 | STALL | 12 s | NO |" in page.faults(bad)


def test_the_figures_of_the_page_come_from_the_result() -> None:
    table = page.figures(result("FORCE_TRIP"))
    for words in ("| False force trips | 0 | 1 |", "| ≤ 5 ms | 0.5 ms |", "1.0 h of running emulated, 1 sessions"):
        assert words in table


def test_the_page_tells_what_is_looked_at_and_drawn_now() -> None:
    text = repo_or_data(page.PAGE).read_text(encoding="utf-8")
    kept = {
        name: (lambda found=found: found[0].partition("\n")[2].rpartition("\n")[0])
        for name in ("figures", "faults")
        if (found := reference.BLOCK.search(text, text.index(f"generated: {name}") - 10))
    }
    assert reference.update(text, page.blocks() | kept) == text, "tapote campaign --write-docs"
