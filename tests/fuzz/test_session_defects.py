"""The proof that the session's fuzz can fail: each defect, put into the firmware on purpose, is found."""

from array import array
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from host_tools import sim_hal
from tapote import app, kernel, params, server, states, waves
from tapote.controls import Controls
from tapote.program import Program
from tapote.session import Session
from tapote.setpoints import Setpoints
from tests.fuzz.session_machine import Machine

Patch = pytest.MonkeyPatch
# Always the same sequences, and none made smaller: it is enough that one of them fails.
LOOK = settings(
    max_examples=300,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    stateful_step_count=50,
    print_blob=False,
)


def starts_from_any_state(patch: Patch) -> None:
    """`press` without its check for ARMED, whoever asks."""

    def press(self: Session, now_ms: int) -> bool:
        self._step_ms = now_ms
        self._go(states.RUNNING, now_ms)
        return True

    def update(self: Controls, now_ms: int) -> None:
        if self.app.hal.button() and not self.button.down:
            self.app.session.press(now_ms)
        right(self, now_ms)

    right = Controls.update
    patch.setattr(Session, "press", press)
    patch.setattr(Controls, "update", update)


def starts_by_a_button_that_was_down(patch: Patch) -> None:
    """The level of the button starts, not its going down."""

    def update(self: Controls, now_ms: int) -> None:
        right(self, now_ms)
        if self.button.down and self.app.session.state == states.ARMED:
            self.app.start(now_ms)

    right = Controls.update
    patch.setattr(Controls, "update", update)
    patch.setattr(app, "RESTED_MS", 0)


def goes_on_after_a_fault(patch: Patch) -> None:
    """CLEAR takes the session up where the fault ended it."""

    def clear(self: Session, still: int, lifted: bool, now_ms: int) -> bool:
        done = right(self, still, lifted, now_ms)
        if done:
            self._go(states.RUNNING, now_ms)
        return done

    right = Session.clear
    patch.setattr(Session, "clear", clear)


def drives_while_stopping(patch: Patch) -> None:
    """The output is not taken away when the session stops."""

    def output(self: app.App) -> None:
        if not self.session.live():
            self.hal.kill()
        if self.session.moving():
            self.hal.regs[params.slot("enable")] = 1

    patch.setattr(app.App, "_output", output)


def never_misses_the_host(patch: Patch) -> None:
    patch.setattr(app, "LINK_MS", 1 << 29)


def ticks_for_a_dead_loop(patch: Patch) -> None:
    """The tick takes any heartbeat for a fresh one."""

    def tick(regs: "array[int]", wave: "array[int]", adc: "array[int]", out: "array[int]") -> int:
        regs[params.slot("heartbeat_us")] = regs[params.slot("now_us")]
        return kernel.tick(regs, wave, adc, out)

    patch.setattr(sim_hal, "tick", tick)


def feels_less_than_there_is(patch: Patch) -> None:
    """The tick feels a tenth of the force."""
    right = waves.make
    patch.setattr(waves, "make", lambda table: right([entry // 10 for entry in table]))


def raises_limits_while_live(patch: Patch) -> None:
    patch.setattr(server, "_LIMITS", [])


def takes_any_setting(patch: Patch) -> None:
    patch.setattr(params, "within", lambda _slot, value: value)


def takes_any_rate(patch: Patch) -> None:
    """A program is believed, and the settings too."""

    def add(self: Program, fields: tuple[int, ...]) -> bool:
        self.phases.append(fields)
        return True

    def follow(self: Setpoints, run_ms: int) -> bool:
        more = right(self, run_ms)
        self.regs[params.slot("rate_target_spm")] = self.program.rate_spm
        return more

    right = Setpoints.follow
    patch.setattr(Program, "add", add)
    patch.setattr(Setpoints, "follow", follow)


DEFECTS: list[tuple[Callable[[Patch], None], str]] = [
    (starts_from_any_state, "to RUNNING"),
    (starts_by_a_button_that_was_down, "no start without a fresh press"),
    (goes_on_after_a_fault, "to RUNNING"),
    (drives_while_stopping, "output zero in every state but RUNNING and BACKOFF"),
    (never_misses_the_host, "the host is silent: no drive"),
    (ticks_for_a_dead_loop, "the main loop is dead: no drive"),
    (feels_less_than_there_is, "force above the trip for 5 ms at most while driven"),
    (raises_limits_while_live, "no limit rises while the session is live"),
    (takes_any_setting, "is out of its range"),
    (takes_any_rate, "rate within the caps"),
]


@pytest.mark.parametrize(("defect", "promise"), DEFECTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_defect_is_found(defect: Callable[[Patch], None], promise: str, monkeypatch: Patch) -> None:
    defect(monkeypatch)
    with pytest.raises(AssertionError, match=promise):
        run_state_machine_as_test(Machine, settings=LOOK)
