"""The tuning desk: what keys do, and STOP before everything."""

from collections.abc import Callable

import pytest

from host_tools import keys as names
from host_tools.device import DeviceError
from host_tools.param_rows import FELT_SETTINGS
from tapote import wire
from tests.tuning import DeskOn
from tests.unit.watching.conftest import Sim


class Desk(DeskOn):
    """A tuner on a simulated board."""

    def __init__(self, sim: Sim, run: bool = True) -> None:
        self.sim = sim()
        super().__init__(self.sim, run)


@pytest.fixture
def desk(sim: Sim) -> Desk:
    return Desk(sim)


def test_arrows_select_and_change_in_ram(desk: Desk) -> None:
    assert desk.tuner.name == "force_limit_mn"
    desk.press(names.LEFT, names.LEFT)
    assert desk.stage.device.get("force_limit_mn") == 49000
    assert desk.tuner.settings.stored["force_limit_mn"] == 50000
    desk.press(names.DOWN, names.PAGE_DOWN)
    assert desk.tuner.name == "trip_limit_mn"
    assert desk.stage.device.get("trip_limit_mn") == 55000
    desk.press(*[names.UP] * len(FELT_SETTINGS))
    assert desk.tuner.name == "trip_limit_mn"


def test_a_change_acts_on_the_session_that_runs(desk: Desk) -> None:
    desk.press("g")
    desk.pump(3.0)
    assert desk.stage.moving
    desk.press(*[names.LEFT] * 20)
    desk.pump(0.3)
    assert desk.stage.last is not None
    assert desk.stage.last.limit_mn == 40000


def test_space_stops_at_once(desk: Desk) -> None:
    desk.press("g")
    desk.pump(3.0)
    assert desk.sim.app.session.moving()
    desk.keys.pressed.append(names.SPACE)
    desk.tuner.work(0.01)
    assert not desk.sim.app.session.moving()
    assert desk.tuner.message == "STOP"
    desk.pump(1.0)
    desk.press("g")
    assert desk.stage.moving, "and it can go on when the person says so"


@pytest.mark.parametrize(
    "busy",
    [
        lambda desk: desk.tuner.settings.read(),
        lambda desk: desk.stage.device.ring(),
        lambda desk: desk.stage.pump(2.0),
    ],
    ids=["reading settings", "reading the ring", "waiting"],
)
def test_space_is_heard_whatever_the_desk_waits_for(
    desk: Desk, busy: Callable[[Desk], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.press("g")
    desk.pump(1.0)
    sent: list[float] = []
    write = desk.sim.write

    def spy(data: bytes) -> None:
        if data == wire.encode(wire.STOP, 0, b""):
            sent.append(desk.sim.now_s())
        write(data)

    monkeypatch.setattr(desk.sim, "write", spy)
    start_s = desk.sim.now_s()
    desk.keys.pressed.append(names.SPACE)
    busy(desk)
    assert sent
    assert sent[0] - start_s <= 0.005
    assert not desk.sim.app.session.moving()


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.1, 0.3, 0.5, 0.6, 0.605, 0.61, 0.62, 0.63])
def test_space_while_starting_means_that_nothing_starts(
    desk: Desk, after_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.pump(1.0)
    start_s = desk.sim.now_s()
    take = desk.keys.take

    def later(wait_s: float) -> list[str]:
        if desk.link.stops == 0 and desk.sim.now_s() - start_s >= after_s:
            desk.keys.pressed.append(names.SPACE)
        return take(wait_s)

    monkeypatch.setattr(desk.keys, "take", later)
    desk.tuner.key("g")
    desk.pump(1.0)
    assert desk.link.stops == 1
    assert desk.stage.last is not None
    assert desk.stage.last.state_name == "IDLE"


def test_space_is_sent_even_when_the_device_no_longer_answers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.press("g")
    desk.pump(1.0)
    sent: list[bytes] = []

    def lose(data: bytes) -> None:
        sent.append(data)

    monkeypatch.setattr(desk.sim, "write", lose)  # nothing arrives any longer
    desk.keys.pressed.append(names.SPACE)
    with pytest.raises(DeviceError, match="does not answer"):
        desk.stage.device.get("force_limit_mn")
    assert wire.encode(wire.STOP, 0, b"") in sent


def test_saving_shows_the_difference_and_asks(desk: Desk) -> None:
    desk.press("s")
    assert desk.tuner.message == "Nothing to save."
    desk.press(names.LEFT, "s")
    assert [str(one) for one in desk.tuner.asking] == ["force_limit_mn  50 N -> 49.5 N"]
    desk.press("n")
    assert desk.tuner.message == "Not saved."
    assert desk.tuner.settings.stored["force_limit_mn"] == 50000
    desk.press("s", "y")
    assert desk.tuner.message == "Saved 1 setting on the device."
    assert desk.stage.device.stored("force_limit_mn") == 49500


def test_nothing_is_saved_while_the_motor_may_run(desk: Desk) -> None:
    desk.press(names.LEFT, "g")
    desk.press("s")
    assert not desk.tuner.asking
    assert "stop first" in desk.tuner.message


def test_revert_too_much_and_the_rest(desk: Desk) -> None:
    desk.press(names.LEFT, "r")
    assert desk.tuner.message == "Reverted 1 to what the device has stored."
    desk.press("t")
    assert desk.tuner.message == "No session is under way."
    desk.press("c")
    assert desk.tuner.message == "There is no fault."
    desk.press("g")
    desk.press("t")
    assert desk.tuner.message == "Too much: said once in this session."
    desk.press("x", "y", names.ESCAPE)
    assert not desk.tuner.done
    desk.press("q")
    assert desk.tuner.done


def test_a_refusal_to_start_is_told_with_its_reasons(desk: Desk) -> None:
    assert desk.sim.plant is not None
    desk.sim.plant.faults.force_offset_n = 10.0
    desk.press("g")
    assert "HEAD_LOADED" in desk.tuner.message
    assert any("HEAD_LOADED" in reason for reason in desk.tuner.reasons)


def test_a_fault_stays_until_it_may_be_cleared(desk: Desk) -> None:
    desk.press("g")
    desk.pump(2.0)
    assert desk.sim.plant is not None
    desk.sim.plant.faults.rotor_locked = True
    desk.pump(2.0)
    assert desk.stage.last is not None
    assert desk.stage.last.state_name == "FAULT"
    desk.press("c")
    assert desk.tuner.message == "STALL cleared."


def test_without_a_profile_there_is_nothing_to_start(sim: Sim) -> None:
    desk = Desk(sim, run=False)
    desk.press("g")
    assert "--run" in desk.tuner.message


def test_a_terminal_that_goes_away_ends_the_desk(desk: Desk) -> None:
    desk.press(names.LOST)
    assert desk.tuner.done


def test_leaving_stops_the_motor(desk: Desk) -> None:
    desk.press("g")
    desk.pump(2.0)
    desk.stage.leave()
    assert not desk.sim.app.session.moving()
