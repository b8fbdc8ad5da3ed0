"""Any sequence of button, host, sensors, time and mishaps: the motor is driven only when all promises allow it."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tapote import states
from tests.fuzz.effort import effort
from tests.fuzz.session_machine import Machine


def test_no_sequence_breaks_a_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    visited: set[int] = set()
    driven = [0]
    leave = Machine.teardown

    def keep(self: Machine) -> None:
        if hasattr(self, "link"):
            visited.update(self.link.hal.visited)
            driven[0] += self.link.hal.seen.driven_ticks
        leave(self)

    monkeypatch.setattr(Machine, "teardown", keep)
    run_state_machine_as_test(Machine, settings=settings(effort(100), stateful_step_count=40))
    # BACKOFF takes a press that lasts: most runs meet it, not all.
    wanted = {states.IDLE, states.ARMED, states.RUNNING, states.STOPPING, states.FAULT}
    assert wanted <= visited, "the sequences did not get about"
    assert driven[0] > 10_000, "the motor hardly ran"
