"""A session that was armed and does not run: each cause is told with its next step, by all who wait for the button."""

from collections.abc import Callable, Iterator

import pytest

from host_tools.boards import load_board
from host_tools.device import Device, DeviceError
from host_tools.links.factory import open_link
from host_tools.links.sim import SimLink
from host_tools.links.url import parse
from host_tools.not_started import not_started
from host_tools.profiles.program import Program
from host_tools.runner import run_session
from host_tools.stage import Stage
from tapote import faults, states
from tests.sessions import program

SILENT_S = 0.7  # above the half second that the device waits for its host


def a_program() -> Program:
    return program(load_board("pico_mosfet_fsr"), 5)


class SlowFinger(SimLink):
    """A simulated board whose person does something else before they press its button."""

    before_press: Callable[[], None]

    def press_button(self, seconds: float = 0.1) -> None:
        self.before_press()
        super().press_button(seconds)


def by_runner(link: SlowFinger, before_press: Callable[[], None]) -> object:
    """run_session, with a person at the button."""
    link.before_press = before_press
    return run_session(link, a_program(), press=False, on_ready=link.press_button)


def by_runner_itself(link: SlowFinger, before_press: Callable[[], None]) -> object:
    """run_session, which presses the simulated button."""
    link.before_press = before_press
    return run_session(link, a_program())


def by_stage(link: SlowFinger, before_press: Callable[[], None]) -> object:
    """What monitor, record and tune start."""
    link.before_press = before_press
    stage = Stage(link)
    stage.start(a_program())
    return stage


Start = Callable[[SlowFinger, Callable[[], None]], object]
ROADS = pytest.mark.parametrize("start", [by_runner, by_runner_itself, by_stage])


@pytest.fixture
def link() -> Iterator[SlowFinger]:
    made = open_link(parse("sim:"))
    made.__class__ = SlowFinger
    assert isinstance(made, SlowFinger)
    yield made
    made.close()


@ROADS
def test_a_computer_that_sleeps_while_the_device_is_armed_is_told(link: SlowFinger, start: Start) -> None:
    """The device disarms itself; by the time the computer looks again it is IDLE, and only its summary tells why."""
    met: list[tuple[int, int]] = []

    def doze() -> None:
        assert link.app.session.state == states.ARMED
        link.advance(SILENT_S)
        met.append((link.app.session.state, link.app.session.fault))

    with pytest.raises(DeviceError, match=r"nothing from this computer for half a second .* \(LINK_LOST\)") as caught:
        start(link, doze)
    assert met == [(states.FAULT, faults.LINK_LOST)]
    assert "does not go to sleep" in caught.value.fix
    assert "Nothing has moved" in caught.value.fix
    link.advance(1.0)
    assert link.app.session.state not in (states.ARMED, *states.MOVING)


@ROADS
def test_what_keeps_a_pressed_button_from_starting_is_told(link: SlowFinger, start: Start) -> None:
    """The head rests on something by the time the button is pressed."""

    def lean() -> None:
        assert link.plant is not None
        link.plant.faults.force_offset_n = 10.0

    with pytest.raises(DeviceError) as caught:
        start(link, lean)
    assert "; HEAD_LOADED: " in caught.value.message
    if start is by_runner:  # the person may mend it and press again, for a minute
        assert "not started within a minute" in caught.value.message
    else:
        assert "the button was pressed, yet the device is ARMED" in caught.value.message
        assert "Mend" in caught.value.fix


@ROADS
def test_a_fault_before_the_start_is_named(link: SlowFinger, start: Start) -> None:
    def tear() -> None:
        assert link.plant is not None
        link.plant.faults.force_open = True
        link.advance(0.1)

    with pytest.raises(DeviceError, match="the device did not start: FORCE_OPEN") as caught:
        start(link, tear)
    assert "Clears: " in caught.value.fix


def test_a_device_that_sends_nothing_is_told(link: SlowFinger) -> None:
    error = not_started(Device(link), None, pressed=False)
    assert "sent nothing" in error.message
    assert error.fix
