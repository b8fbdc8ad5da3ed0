"""Faults on a bench: wait for one, ask to clear it."""

from tapote import states
from tests.unit.firmware.bench import Bench


def off_within(bench: Bench, fault: int, limit_ms: int) -> int:
    """Until the fault holds and the motor is off; how long that took."""
    passed_ms = bench.until(lambda: bench.app.session.fault == fault, limit_ms)
    bench.hal.run_ticks(1)
    assert bench.state == states.FAULT
    assert bench.plant.duty == 0
    assert not bench.hal.connected
    return passed_ms


def clear(bench: Bench) -> bool:
    return bench.app.clear(bench.hal.now_ms())
