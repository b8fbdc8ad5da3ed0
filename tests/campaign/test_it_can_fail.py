"""A campaign that cannot fail shows nothing: firmware broken on purpose must be caught, with its seed."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from host_tools.campaign import link, watch
from host_tools.campaign.trace import ADVERSE, Outcome, run_trace
from tapote import kernel, params, session, setpoints, states
from tapote.app import App

SEEDS = range(2_000_000, 2_000_040)


def first_broken(promise: str, make_hal: link.MakeHal = link.compiled) -> Outcome:
    """The first trace of SEEDS that breaks the promise."""
    for seed in SEEDS:
        outcome = run_trace(ADVERSE, seed, make_hal)
        if promise in outcome.broken:
            return outcome
    raise AssertionError(f"{len(SEEDS)} traces, and nobody noticed")


@pytest.fixture
def swap_tick(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """swap_tick(line, instead): the tick without a line, on the plain board; the compiled tick stays the good one."""

    def swap(line: str, instead: str) -> None:
        source = inspect.getsource(kernel)
        assert source.count(line) == 1, "the line that the sabotage is about"
        space: dict[str, Any] = {"__name__": "broken_kernel"}
        exec(compile(source.replace(line, instead), "broken_kernel.py", "exec"), space)
        monkeypatch.setattr("host_tools.sim_hal.tick", space["tick"])

    return swap


def test_a_tick_that_does_not_compare_with_the_trip(swap_tick: Callable[[str, str], None]) -> None:
    swap_tick("if force > regs[_TRIP_MN]:", "if force > 999999:")
    outcome = first_broken(watch.PROMISES[watch.LATCHED], link.Plain)
    assert outcome.true_peak_mn > outcome.about["trip_n"] * 1000 * 0.7
    assert "FORCE_TRIP" not in [met["fault"] for met in outcome.met]


def test_a_tick_without_foldback(swap_tick: Callable[[str, str], None]) -> None:
    swap_tick("if peak >= hard:", "if peak >= 999999:")
    first_broken(watch.PROMISES[watch.NO_DRIVE_LIMIT], link.Plain)


def test_a_trip_above_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    good = setpoints.Setpoints._limits

    def raised(self: setpoints.Setpoints, *args: Any) -> None:
        good(self, *args)
        self.regs[params.slot("trip_mn")] = params.TRIP_CAP_MN + 5000

    monkeypatch.setattr(setpoints.Setpoints, "_limits", raised)
    outcome = first_broken(watch.PROMISES[watch.CAP_TRIP])
    assert watch.PROMISES[watch.CAP_BOARD_TRIP] in outcome.broken


def test_a_start_without_the_button(monkeypatch: pytest.MonkeyPatch) -> None:
    good = session.Session.arm

    def at_once(self: session.Session, tethered: bool, now_ms: int) -> bool:
        done = good(self, tethered, now_ms)
        return self.press(now_ms) if done else done

    monkeypatch.setattr(session.Session, "arm", at_once)
    first_broken(watch.PROMISES[watch.BUTTON])


def test_an_output_that_goes_on_after_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    def never_off(self: App) -> None:
        self.hal.regs[params.slot("enable")] = self.session.state != states.IDLE

    monkeypatch.setattr(App, "_output", never_off)
    first_broken(watch.PROMISES[watch.IDLE_OFF])


def test_a_way_from_a_fault_straight_to_running(monkeypatch: pytest.MonkeyPatch) -> None:
    good = session.Session.clear

    def clear(self: session.Session, *args: Any) -> bool:
        done = good(self, *args)
        if done:
            self._go(states.RUNNING, args[-1])
        return done

    monkeypatch.setattr(session.Session, "clear", clear)
    first_broken(link.FROM_ARMED)


def test_an_error_in_the_main_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: setpoints.Setpoints) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(setpoints.Setpoints, "too_much", broken)
    outcome = first_broken(link.NO_ERROR)
    assert "EXCEPTION" in [met["fault"] for met in outcome.met]
