"""Without a computer, on real MicroPython: programs pushed before, then a whole session with the button alone."""

import pytest

from host_tools import messages
from host_tools.boards import load_board
from host_tools.device import Device, DeviceError
from host_tools.firmware_image import FS_BYTES, FS_OFFSET_BYTES, build_filesystem
from host_tools.links.virtual import BOOT_S, VirtualLink
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import get_profile
from host_tools.profiles.program import Program
from host_tools.regions import get_region
from host_tools.shelf import Shelf, Slot

pytestmark = pytest.mark.virtual

BOARD = load_board("pico_mosfet_fsr")


def program(name: str, region: str) -> Program:
    return compile_profile(get_profile(name), BOARD, get_region(region))


def flashes(link: VirtualLink, seconds: float) -> int:
    """How often the LED goes on in this time."""
    count, before = 0, link.rig.led > 0.5
    for _ in range(round(seconds / 0.02)):
        link.advance(0.02)
        now = link.rig.led > 0.5
        count += now and not before
        before = now
    return count


def test_push_then_a_session_without_a_computer(booted: VirtualLink) -> None:
    link = booted
    device = Device(link)
    shelf = Shelf(device)
    deep = program("deep_tissue", "calf")
    shelf.store(program("swedish", "calf"), 1)
    shelf.store(deep, 3)
    assert [slot.name for slot in shelf.slots()] == ["Swedish", "", "Deep tissue", "", "", "", "", ""]
    kept = shelf.read(3)
    assert (kept.phases, kept.wave) == (deep.phases, deep.wave)
    shelf.erase(1)

    link.press_button(0.1)
    assert flashes(link, 2.2) in (3, 4), "slot 3, and perhaps the short blink of every two seconds"
    link.press_button(1.1)
    link.advance(1.09)
    assert link.rig.led > 0.9, "held long enough: let go"
    link.advance(0.6)
    assert link.rig.motor_duty()[0] == 0
    link.press_button(0.1)
    link.advance(1.0)
    assert link.rig.motor_duty()[0] > 0.05
    assert 0.0 < link.rig.led < 0.9, "as bright as the press is hard"
    link.press_button(0.1)
    link.advance(0.06)
    assert link.rig.motor_duty()[0] == 0, "a press takes the drive away"
    records: list[messages.Telemetry] = []
    device.on_telemetry = records.append
    device.stream(20)
    device.pump(0.15)
    assert (records[-1].state_name, records[-1].too_much) == ("RUNNING", 1)
    assert records[-1].limit_mn == deep.phases[0].limit_mn * 8 // 10
    with pytest.raises(DeviceError, match="left alone"):
        Shelf(device)
    link.press_button(0.5)
    device.pump(1.1)
    assert (records[-1].state_name, records[-1].fault) == ("ARMED", 0), "a hold right after a tap: pause"
    assert link.rig.motor_duty()[0] == 0
    link.press_button(0.1)
    device.pump(0.8)
    assert records[-1].state_name == "RUNNING"
    link.press_button(0.5)
    device.pump(0.9)
    assert (records[-1].state_name, records[-1].fault) == ("IDLE", 0)
    assert link.rig.motor_duty()[0] == 0


def test_slots_that_cannot_be_used_are_told(booted: VirtualLink) -> None:
    """After a restart with one record damaged and one cut short."""
    link = booted
    board = link.rig.board
    Shelf(Device(link)).store(program("swedish", "calf"), 2)
    files = board.files()
    whole = files["program1.a"]
    damaged = bytearray(whole)
    damaged[40] ^= 1
    flash = bytearray(board.power_cut())
    wrong = {"program0.a": bytes(damaged), "program2.a": whole[:200]}
    flash[FS_OFFSET_BYTES : FS_OFFSET_BYTES + FS_BYTES] = build_filesystem({**files, **wrong})
    board.flash = bytes(flash)
    board.power_on()
    link.advance(BOOT_S)
    shelf = Shelf(Device(link))
    slots: list[Slot] = shelf.slots()
    assert [slot.text for slot in slots[:4]] == ["damaged", "whole", "damaged", "empty"]
    with pytest.raises(DeviceError, match="slot 1 holds no program that can be read: damaged"):
        shelf.read(1)
    assert shelf.load(2).name == "Swedish"
