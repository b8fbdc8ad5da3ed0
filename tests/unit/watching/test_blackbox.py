"""The black box keeps the first fault, tick by tick, until somebody lets go of it."""

from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from host_tools import blackbox as box_report
from host_tools.device import Device
from host_tools.links.sim import SimLink
from host_tools.links.url import parse
from host_tools.stage import Stage, prepare
from tapote import blackbox, faults, params, states
from tapote.app import App
from tests.unit.watching.conftest import Sim


@pytest.fixture
def running(sim: Sim) -> Stage:
    link = sim()
    stage = Stage(link)
    stage.start(prepare("deep_tissue", parse("sim:"), "pico_mosfet_fsr", 60).program)
    stage.pump(4.0)
    return stage


def break_rotor(stage: Stage) -> None:
    assert stage.link.plant is not None
    stage.link.plant.faults.rotor_locked = True
    stage.pump(2.0)
    assert stage.last is not None
    assert stage.last.fault == faults.STALL


def test_nothing_is_held_while_nothing_is_wrong(running: Stage) -> None:
    assert running.device.black_box().held == 0
    assert running.device.get("ring_hold") == 0


def test_a_fault_freezes_the_ring_with_what_was_known(running: Stage) -> None:
    break_rotor(running)
    box = running.device.black_box()
    assert (box.held, box.fault, box.state) == (1, faults.STALL, states.RUNNING)
    assert 3000 < box.run_ms < 6000
    assert box.current_ma > 3000
    assert box.battery_mv > 9000
    assert (box.limit_mn, box.trip_mn) == (50000, 65000)
    assert 1400 <= box.rate_target_spm <= 1800
    ring = running.device.ring()
    assert len(ring) == params.RING_TICKS
    assert [after.now_us - before.now_us for before, after in pairwise(ring)] == [500] * 255
    running.pump(1.0)
    assert running.device.ring() == ring, "reading it, and time, leave it alone"
    assert ring[-1].flags == 0x100, "the motor was still allowed when the record stood still"


def test_it_outlives_the_clearing_of_the_fault_and_goes_with_the_next_session(running: Stage) -> None:
    break_rotor(running)
    ring = running.device.ring()
    assert running.link.plant is not None
    running.link.plant.faults.rotor_locked = False
    running.link.plant.lift()
    running.pump(3.0)
    assert running.device.clear()
    running.pump(0.1)
    assert running.device.ring() == ring
    running.start(prepare("deep_tissue", parse("sim:"), "pico_mosfet_fsr", 60).program)
    assert running.device.black_box().held == 0
    assert running.device.ring() != ring


def test_the_first_fault_is_kept_when_a_stricter_one_follows(running: Stage) -> None:
    break_rotor(running)
    assert running.link.plant is not None
    running.link.plant.faults.force_open = True
    running.pump(0.5)
    assert running.last is not None
    assert running.last.fault == faults.FORCE_OPEN
    assert running.device.black_box().fault == faults.STALL


def test_letting_go_gives_the_record_once_more_and_lets_the_ring_run(running: Stage) -> None:
    break_rotor(running)
    assert running.device.black_box(release=True).held == 1
    assert running.device.black_box().held == 0
    before = running.device.ring()
    running.pump(0.1)
    assert running.device.ring() != before


def test_an_error_of_the_firmware_is_kept_too(running: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    link = running.link
    assert isinstance(link, SimLink)

    def broken(now_ms: int) -> bool:
        raise ValueError("deliberate")

    with monkeypatch.context() as patch:
        patch.setattr(link.app.setpoints, "follow", broken)
        link.advance(0.011)
    device = Device(link)
    assert device.black_box().fault == faults.EXCEPTION
    assert device.black_box().state == states.RUNNING


def app_of(stage: Stage) -> App:
    assert isinstance(stage.link, SimLink)
    return stage.link.app


def test_it_goes_to_flash_when_disarmed_and_outlives_the_power(running: Stage) -> None:
    app = app_of(running)
    path = Path(app.blackbox._path)
    break_rotor(running)
    ring = running.device.ring()
    assert path.stat().st_size == 4 + 64 + 8 * 4 * params.RING_TICKS + 4
    restarted = App(app.hal, app.board, f"{path.parent}/")
    assert restarted.blackbox.record[0] == 0
    app.hal.regs[params.RING : params.REGS_WORDS] = array("i", [0] * 2048)
    restarted.blackbox.recall()
    assert restarted.blackbox.record[0] == blackbox.RECALLED
    assert restarted.blackbox.record[1:3] == (faults.STALL, states.RUNNING)
    assert running.device.ring() == ring
    restarted.blackbox.forget()
    assert not path.exists()


def test_nothing_is_written_before_the_fault_has_been_told(running: Stage) -> None:
    app = app_of(running)
    app.session.fail(faults.bit(faults.FORCE_OPEN), app.hal.now_ms())
    app.blackbox.freeze(faults.FORCE_OPEN, states.RUNNING, app.hal.now_ms())
    running.pump(0.4)
    assert not Path(app.blackbox._path).exists()
    running.pump(0.3)
    assert Path(app.blackbox._path).exists()


def test_nothing_is_written_while_armed(running: Stage) -> None:
    app = app_of(running)
    app.blackbox.freeze(faults.FORCE_OPEN, states.RUNNING, app.hal.now_ms())
    running.pump(2.0)
    assert app.session.moving()
    assert app.blackbox.unsaved
    assert not Path(app.blackbox._path).exists()


@pytest.mark.parametrize("cut", [0, 3, 67, 5000, 8259])
def test_a_damaged_file_is_no_black_box(running: Stage, cut: int) -> None:
    break_rotor(running)
    app = app_of(running)
    path = Path(app.blackbox._path)
    path.write_bytes(path.read_bytes()[:cut])
    app.blackbox.release()
    app.blackbox.recall()
    assert app.blackbox.record[0] == 0
    assert app.hal.regs[params.slot("ring_hold")] == 0


def test_a_fault_that_found_nothing_armed_is_told_but_not_written(running: Stage) -> None:
    app = app_of(running)
    app.blackbox.freeze(faults.FIRMWARE_HASH, states.SELFTEST, app.hal.now_ms())
    assert running.device.black_box().fault == faults.FIRMWARE_HASH
    assert not app.blackbox.unsaved


def test_a_session_that_begins_before_the_last_fault_is_stored_stores_it_first(running: Stage) -> None:
    """A host that was gone for half a second arms again at once."""
    app = app_of(running)
    link = running.link
    link.advance(0.55)
    assert app.session.fault == faults.LINK_LOST
    assert app.blackbox.unsaved
    assert link.plant is not None
    link.plant.lift()
    assert running.device.get("loops") > 0, "the host is back"
    link.advance(0.05)
    assert (app.session.state, app.blackbox.unsaved) == (states.IDLE, True)
    assert app.arm(False, app.hal.now_ms()) == 0
    app.stop(app.hal.now_ms())
    link.advance(1.0)
    assert running.device.black_box().held == blackbox.RECALLED
    assert running.device.black_box().fault == faults.LINK_LOST


def test_the_watchdog_is_given_time_for_what_flash_takes(running: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of(running)
    break_rotor(running)
    given: list[int] = []
    monkeypatch.setattr(app.hal, "guard", given.append)
    assert running.device.black_box(release=True).held == 1
    assert given[given.index(8000) + 1] == 800


def test_a_box_whose_ring_a_host_was_reading_says_so(running: Stage) -> None:
    app = app_of(running)
    app.blackbox.hold(True, app.hal.now_ms())
    break_rotor(running)
    report = box_report.read(running.device)
    assert report is not None
    assert (report.ticks, report.times_ms, report.rows()) == ([], [], [])
    lines = "\n".join(report.lines())
    assert "STALL" in lines
    assert "none: a computer was reading them" in lines
    assert len(report.as_csv().splitlines()) == 2
