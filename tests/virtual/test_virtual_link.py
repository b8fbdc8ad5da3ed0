"""The firmware of this project on real MicroPython behind its link. Its boot: test_firmware_boot.py."""

import pytest

from host_tools.device import Device
from host_tools.links.link import Link
from host_tools.links.virtual import VirtualLink

pytestmark = pytest.mark.virtual


def test_a_booted_board_answers_behind_its_link_and_is_off_once_that_is_closed(booted: VirtualLink) -> None:
    link: Link = booted
    assert (link.name, link.simulated) == ("virtual:", True)
    assert Device(link).hello().board == "pico_mosfet_fsr"
    assert link.now_s() > 0.0
    link.close()
    link.close()
    assert not booted.rig.board.powered


def test_the_fed_output_of_the_firmware_is_the_program_that_the_emulator_knows(booted: VirtualLink) -> None:
    """Were it not, the duty would be metered edge by edge, and everything be many times slower."""
    assert booted.rig.board.pios[0].fed_duty(14) is not None
