"""A session on the simulated device: keys reach it at once, and everything that happens is kept with its time."""

from dataclasses import replace

import pytest

from host_tools import keys as names
from host_tools.boards import Board
from host_tools.device import DeviceError
from host_tools.guide.guided import Script
from host_tools.links.link import LinkError
from tapote import faults, states
from tapote import session as firmware
from tests.unit.guide.simulated import Session, Start


def test_a_whole_session(start: Start) -> None:
    """Swedish in 12 s: phases of 2.67, 6.4 and 2.93 s. "Too much" at 6 s ends the second, so it takes 8.93 s."""
    session = start(12, Script((6.0,), 8))
    session.until(99)
    during = session.during
    assert during.ended == "completed"
    assert session.told == during.events
    assert [event.detail for event in session.kinds("phase")] == [
        phase.name for phase in during.course.plan.wanted.phase
    ]
    (said,) = session.kinds("too_much")
    assert said.at_s == pytest.approx(6.0, abs=0.3)
    assert said.detail == "said here"
    assert said.value == pytest.approx(28.0), "35 N less a fifth"
    (rated,) = session.kinds("comfort")
    assert (rated.value, during.comfort) == (8, 8)
    summary = during.summary()
    assert summary.run_s == pytest.approx(8.93, abs=0.1)
    assert summary.strokes > 50
    assert summary.too_much == 1
    assert sum(summary.force_histogram_s) == pytest.approx(8.93, abs=0.1)
    assert sum(summary.force_histogram_s[2:]) > 2, "the person pressed"
    assert summary.end_state == "IDLE"
    assert not session.kinds("stop")


@pytest.mark.parametrize("key", ["t", names.DOWN])
def test_too_much_reaches_the_device_within_a_grain_of_the_keyboard(
    start: Start, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = start()
    session.until(1.5)
    sent_s: list[float] = []
    app = session.sim.app
    too_much = app.too_much

    def heard() -> int:
        sent_s.append(session.sim.now_s())
        return too_much()

    monkeypatch.setattr(app, "too_much", heard)
    pressed_s = session.sim.now_s()
    session.keys.pressed.append(key)
    session.during.work(0.1)
    assert len(sent_s) == 1, "said once, sent once"
    assert sent_s[0] - pressed_s <= 0.01
    session.during.work(0.1)
    assert [event.detail for event in session.kinds("too_much")] == ["said here"]
    assert session.during.stage.last is not None
    assert session.during.stage.last.limit_mn == 28_000
    assert "at most 28 N" in session.during.message


def test_too_much_by_the_button_of_the_device_is_kept_as_such(start: Start) -> None:
    session = start()
    session.until(1.5)
    session.sim.press_button(0.1)
    session.until(3)
    assert [event.detail for event in session.kinds("too_much")] == ["said with the button of the device"]
    session.press("t")
    session.press("t")
    assert [event.detail for event in session.kinds("too_much")[1:]] == ["said here", "said here"]


def test_space_stops_at_once_and_is_kept(start: Start) -> None:
    session = start()
    session.until(1.5)
    session.keys.pressed.append(names.SPACE)
    session.during.work(0.01)
    assert not session.sim.app.session.moving()
    assert session.during.ended == "stopped"
    assert [event.detail for event in session.kinds("stop")] == ["by the person"]
    assert session.during.summary().run_s == pytest.approx(1.5, abs=0.3)


@pytest.mark.parametrize("key", ["q", names.LOST])
def test_leaving_stops_too(start: Start, key: str) -> None:
    session = start()
    session.until(1.5)
    session.press(key)
    assert session.during.ended == "stopped"
    assert not session.sim.app.session.moving()


def test_pause_and_go_on(start: Start) -> None:
    session = start(6)
    session.until(4)
    session.keys.pressed.append("p")
    session.during.work(0.02)
    assert session.sim.app.session.state == states.ARMED
    assert "p goes on, within a minute" in session.during.message
    ran_s = session.during.course.run_s
    for _ in range(30):
        session.during.work(0.1)
    assert session.during.course.run_s == ran_s, "a pause is no massage"
    assert session.sim.plant is not None
    assert not session.sim.plant.pressing
    session.press("p")
    session.until(ran_s + 1)
    assert session.during.message == ""
    session.until(99)
    assert session.during.ended == "completed"
    assert len(session.kinds("pause")) == 1
    assert session.during.summary().run_s == pytest.approx(6, abs=0.05)


def test_a_pause_that_is_too_long_ends_it(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firmware, "ARMED_MS", 2000)  # a minute of simulated rest would only take long
    session = start()
    session.until(1.5)
    session.press("p")
    session.during.work(1.5)
    assert session.kinds("stop") == []
    session.during.work(1.0)
    assert session.during.ended == "stopped"
    assert [event.detail for event in session.kinds("stop")] == ["paused for a minute"]


def test_stopping_with_the_devices_button(start: Start) -> None:
    session = start()
    session.until(1.5)
    session.sim.press_button(1.5)
    session.until(99)
    assert session.during.ended == "stopped"
    assert [event.detail for event in session.kinds("stop")] == ["with the button of the device"]


def test_digits_rate_the_comfort(start: Start) -> None:
    session = start()
    session.until(1.5)
    session.press("7", "²", "x", names.UP)
    assert [event.value for event in session.kinds("comfort")] == [7]
    session.press("3")
    assert session.during.comfort == 3


def test_a_fault_ends_it(start: Start) -> None:
    session = start()
    session.until(1.5)
    assert session.sim.plant is not None
    session.sim.plant.faults.force_open = True
    session.until(99)
    assert session.during.ended == "fault"
    assert [event.detail for event in session.kinds("fault")] == ["FORCE_OPEN"]
    assert session.during.message.startswith("FORCE_OPEN: ")
    assert session.during.summary().faults == ("FORCE_OPEN",)


def test_a_device_that_vanishes_leaves_what_was_seen(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    session = start()
    session.until(2.5)

    def gone(seconds: float) -> None:
        raise LinkError("the port has gone", cause="lost")

    monkeypatch.setattr(session.sim, "advance", gone)
    with pytest.raises(LinkError):
        session.during.work(0.1)
    assert session.during.ended == "lost"
    assert [event.detail for event in session.kinds("device_lost")] == ["the port has gone"]
    summary = session.during.summary()
    assert summary.run_s == pytest.approx(2.5, abs=0.2)
    assert summary.strokes > 20
    assert summary.end_state in ("RUNNING", "BACKOFF")
    assert sum(summary.force_histogram_s) == pytest.approx(summary.run_s)
    assert len(session.kinds("device_lost")) == 1


def test_a_device_that_says_nothing_any_more_is_lost(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    session = start()
    session.until(1.5)
    monkeypatch.setattr(session.sim, "read", lambda: b"")
    with pytest.raises(DeviceError, match=r"sent nothing|does not answer"):
        session.until(99)
    assert session.during.ended == "lost"


def test_a_refusal_to_start_is_raised_with_its_reasons(board: Board) -> None:
    session = Session(board, 10, Script(), "normal")
    assert session.sim.plant is not None
    session.sim.plant.faults.battery_v_override = 9.6
    with pytest.raises(DeviceError, match="refuses to start: BATTERY"):
        session.during.start()
    assert session.told == []
    session.sim.close()


def test_stopped_before_the_first_stroke(board: Board) -> None:
    session = Session(board, 10, Script(), "normal")
    session.keys.pressed.append(names.SPACE)
    assert not session.during.start()
    assert session.during.ended == "stopped"
    assert session.during.course.phase == -1
    assert session.sim.app.session.state == states.IDLE
    session.sim.close()


def test_what_the_device_has_to_say_is_shown_but_its_own_move_cue(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = start()
    session.until(1.5)
    device = session.during.stage.device
    get = device.get
    monkeypatch.setattr(device, "get", lambda name: 0b111 if name == "notes" else get(name))  # all notes
    session.until(3)
    assert session.during.remarks == ["Charge the battery soon.", "Getting hot: drive is being reduced."]


def test_records_of_other_faults_do_not_hide_the_strictest(start: Start) -> None:
    """The measured sums keep every fault that was seen, for a device that is lost afterwards."""
    session = start()
    session.until(1)
    last = session.during.stage.last
    assert last is not None
    session.during._measured.take(replace(last, state=states.FAULT, fault=faults.STALL))
    assert session.during._measured.summary(None).faults == ("STALL",)
