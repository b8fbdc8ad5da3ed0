"""The tuning desk on real MicroPython: settings while the motor runs, STOP, saving with the difference, reverting."""

import pytest

from host_tools import keys as names
from host_tools.device import Device
from host_tools.links.virtual import BOOT_S, VirtualLink
from tests.tuning import DeskOn

pytestmark = pytest.mark.virtual

STOP_S = 0.035  # a look at the keyboard each 5 ms, USB, a turn of the main loop, and the motor's word runs out


class Desk(DeskOn):
    """A tuner on a virtual board."""

    def __init__(self, board: VirtualLink) -> None:
        self.board = board
        super().__init__(board)

    def driven(self) -> bool:
        return any(self.board.rig.motor_duty())

    def driven_within(self, seconds: float) -> float:
        """Work the desk for a while in small steps; until when the pin was driven, s; 0: never."""
        start_s, last_s = self.board.now_s(), 0.0
        while self.board.now_s() - start_s < seconds:
            self.tuner.work(0.002)
            if self.driven():
                last_s = self.board.now_s() - start_s
        return last_s

    def power_cycle(self) -> Device:
        """Off and on again; a host that has never been there before asks."""
        self.board.rig.board.power_cut()
        self.board.rig.board.power_on()
        self.board.advance(BOOT_S)
        return Device(self.board)


def test_a_limit_is_lowered_live_space_stops_and_saving_lasts_beyond_a_power_cut(booted: VirtualLink) -> None:
    desk = Desk(booted)
    desk.press("g")
    desk.pump(1.0)
    assert desk.stage.moving
    assert desk.driven()
    strokes = desk.stage.device.stats().strokes
    desk.press(*[names.LEFT] * 20)
    desk.pump(0.2)
    assert desk.stage.last is not None
    assert (desk.stage.moving, desk.stage.last.limit_mn) == (True, 40_000)
    desk.press(names.RIGHT)
    assert desk.stage.device.get("force_limit_mn") == 40_000, "while the motor runs a limit only goes down"
    assert desk.stage.device.stats().strokes > strokes
    assert desk.stage.device.stats().lost_ticks == 0

    desk.keys.pressed.append(names.SPACE)
    assert desk.driven_within(0.4) <= STOP_S
    assert desk.tuner.message == "STOP"
    assert desk.stage.last.fault == 0
    desk.press("s")
    assert [str(one) for one in desk.tuner.asking] == ["force_limit_mn  50 N -> 40 N"]
    desk.press("n")
    assert desk.stage.device.stored("force_limit_mn") == 50_000
    desk.press("s", "y")
    assert desk.tuner.message == "Saved 1 setting on the device."

    desk.press(names.LEFT, names.LEFT)
    assert desk.stage.device.get("force_limit_mn") == 39_000
    desk.press("r")
    assert desk.tuner.message == "Reverted 1 to what the device has stored."
    assert desk.stage.device.get("force_limit_mn") == 40_000
    desk.press(names.PAGE_DOWN)

    after = desk.power_cycle()
    assert (after.get("force_limit_mn"), after.stored("force_limit_mn")) == (40_000, 40_000)


def test_space_is_heard_while_the_desk_waits_for_answers(booted: VirtualLink) -> None:
    desk = Desk(booted)
    for busy in (desk.stage.device.ring, desk.tuner.settings.read):
        desk.press("g")
        desk.pump(0.5)
        assert desk.driven()
        start_s = desk.board.now_s()
        desk.keys.pressed.append(names.SPACE)
        busy()
        assert desk.board.now_s() - start_s > 2 * STOP_S, "long enough to be waited for in vain"
        assert not desk.driven()
        assert desk.driven_within(0.4) == 0.0
        assert desk.stage.last is not None
        assert (desk.stage.last.state_name, desk.stage.last.fault) == ("IDLE", 0)
