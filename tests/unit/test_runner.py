"""A session from upload to the last stroke: what is kept, what is refused, what ends it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from host_tools import runner
from host_tools.device import DeviceError
from host_tools.links.link import LinkError
from host_tools.links.sim import SimLink
from host_tools.messages import Telemetry
from host_tools.profiles.program import LimitRecord, Program, ProgramPhase
from host_tools.runner import fault_line, run_session
from host_tools.silence import SILENT_S
from tapote import faults, params, states, waves
from tests.sessions import simulated

PHASE = ProgramPhase(6000, 1200, 1800, 300, 600, 0, 0, 1000, 0, 1000, 40000, 3)


def program(*phases: ProgramPhase) -> Program:
    phases = phases or (PHASE,)
    return Program(
        name="short",
        technique="recovery",
        region="calf",
        board="pico_mosfet_fsr",
        phases=phases,
        wave=tuple(waves.default_stroke()),
        limits=tuple(LimitRecord(f"phase {index}", phase.limit_mn, "profile") for index, phase in enumerate(phases)),
        notes=(),
        session_max_s=600,
    )


def opened(options: str = "") -> SimLink:
    return simulated(f"?seconds=6{options}")


@pytest.fixture
def link() -> Iterator[SimLink]:
    made = opened()
    yield made
    made.close()


def test_a_session_runs_to_its_end_and_keeps_what_happened(link: SimLink) -> None:
    seen: list[Telemetry] = []
    run = run_session(link, program(), on_record=seen.append)
    assert run.records == seen
    assert len(run.truth) == len(run.records)
    assert (run.simulated, run.device, run.end_state, run.end_fault) == (True, "sim:", "IDLE", 0)
    assert run.stats.run_ms == pytest.approx(6000, abs=30)
    assert 60 < run.stats.strokes < 6 * 1800 / 60
    assert run.device_s >= 6
    assert max(record.rate_spm for record in run.records) > 1500
    assert run.limit_mn == 40000
    assert run.trip_mn == 65000
    assert run.clamped == 0
    assert fault_line(run) == ""
    assert not link.hal.connected


def test_a_device_that_falls_silent_ends_the_session_soon(link: SimLink, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody took the port for a prompt, or the firmware hangs: not waited for until the program would be over."""
    heard: list[Telemetry] = []

    def hear(record: Telemetry) -> None:
        heard.append(record)
        if len([one for one in heard if one.state in states.MOVING]) == 50:
            monkeypatch.setattr(link, "read", lambda: b"")

    with pytest.raises(DeviceError, match=r"has sent nothing for \d s") as caught:
        run_session(link, program(), on_record=hear)
    assert link.now_s() - heard[-1].host_s < SILENT_S + 2
    assert "tapote doctor" in caught.value.fix


def test_the_person_touches_after_three_seconds_and_lifts_at_the_end(link: SimLink) -> None:
    run = run_session(link, program())
    start_s = next(record.host_s for record in run.records if record.state in states.MOVING)
    forces = [(truth.time_s - start_s, truth.force_high_n) for truth in run.truth if truth.time_s > start_s]
    assert max(force for at_s, force in forces if at_s < 2.9) == 0
    assert max(force for at_s, force in forces if at_s > 3.5) > 5
    assert link.plant is not None
    link.advance(1.0)
    assert not link.plant.pressing


def test_the_summary_has_what_run_json_promises(link: SimLink) -> None:
    summary = run_session(link, program()).summary()
    promised = (
        "device profile seed seconds strokes peak_force_n limit_n trip_n time_over_limit_ms backoff_time_s faults"
    )
    promised += " realtime_factor tick_us_max lateness_us_max"
    assert set(promised.split()) - {"seed"} <= set(summary), "the seed is the command's to add"
    assert (summary["profile"], summary["limit_n"], summary["trip_n"]) == ("short", 40.0, 65.0)
    assert summary["tick_us_max"] is summary["lateness_us_max"] is None, "no MCU was timed"
    assert summary["faults"] == []
    assert summary["phases"] == [{"phase": "phase 0", "limit_mn": 40000, "won_by": "profile"}]


def test_too_much_said_on_time_lowers_the_limit_and_both_limits_are_kept(link: SimLink) -> None:
    long = program(replace(PHASE, until=1))
    run = run_session(link, long, too_much_at_s=(4.0, 2.0))
    assert run.stats.too_much == 2
    assert [step.limit_mn for step in run.limits] == [40000, 32000, 25600]
    assert run.limits[1].trip_mn == 32000 + 25000
    start_s = run.limits[0].host_s
    assert [step.host_s - start_s for step in run.limits[1:]] == [pytest.approx(at, abs=0.3) for at in (2.0, 4.0)]
    assert run.limit_mn == 40000


def test_a_head_on_the_body_is_refused_with_its_reason() -> None:
    link = opened("&press=30")
    assert link.plant is not None
    link.plant.begin_press()
    link.advance(2.0)
    with pytest.raises(DeviceError, match="refuses to start: HEAD_LOADED") as error:
        run_session(link, program())
    assert error.value.fix
    assert link.app.session.state == states.IDLE
    link.close()


def test_every_reason_is_listed(link: SimLink) -> None:
    assert link.plant is not None
    link.plant.faults.battery_v_override = 9.6
    link.hal.pressed = True
    link._release_us = 1 << 60
    link.advance(0.5)
    with pytest.raises(DeviceError, match=r"BUTTON: .*BATTERY: "):
        run_session(link, program())


def test_a_button_that_does_nothing_is_an_error(link: SimLink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "press_button", lambda seconds=0.1: None)
    with pytest.raises(DeviceError, match="button was pressed, yet the device is ARMED"):
        run_session(link, program())


def test_a_session_that_does_not_end_is_stopped(link: SimLink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "OVERTIME_S", -2.0)
    with pytest.raises(DeviceError, match="did not end"):
        run_session(link, program())
    assert link.app.session.state == states.STOPPING


def test_a_fault_ends_the_run_and_is_told(link: SimLink) -> None:
    assert link.plant is not None
    plant = link.plant

    def break_later(record: Telemetry) -> None:
        if record.state in states.MOVING and record.strokes > 20:
            plant.faults.force_open = True

    run = run_session(link, program(), on_record=break_later)
    assert (run.end_state, run.end_fault) == ("FAULT", faults.FORCE_OPEN)
    assert run.stats.fault_names == ["FORCE_OPEN"]
    assert fault_line(run).startswith("FORCE_OPEN: ")
    assert run.summary()["faults"] == ["FORCE_OPEN"]


def test_a_refused_program_starts_nothing(link: SimLink) -> None:
    with pytest.raises(DeviceError, match="take phase 1 of 'short': bad data"):
        run_session(link, program(replace(PHASE, rhythm=7)))
    assert link.app.session.state == states.IDLE


def test_what_the_device_cut_is_counted(link: SimLink) -> None:
    run = run_session(link, program(replace(PHASE, duration_ms=1000, rate_to_spm=9999)))
    assert run.clamped == run.summary()["phases_cut_by_device"] == 1


def test_whatever_ends_the_run_here_stops_the_device_first(link: SimLink) -> None:
    def ctrl_c(record: Telemetry) -> None:
        if record.state in states.MOVING and record.strokes > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_session(link, program(), on_record=ctrl_c)
    assert link.app.session.state == states.STOPPING
    assert link.app.session.held == 0
    assert link.hal.regs[params.slot("out_q12")] == 0


def test_the_host_stops_beating_and_the_device_stops(link: SimLink, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a crash of these tools means to the device: they cannot even say STOP."""

    def gone(data: bytes) -> None:
        raise LinkError("no more host", cause="lost")

    def crash(record: Telemetry) -> None:
        if record.state in states.MOVING and record.strokes > 20:
            monkeypatch.setattr(link, "write", gone)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_session(link, program(), on_record=crash)
    assert link.app.session.state in states.MOVING
    link.advance(0.52)
    assert link.app.session.state == states.FAULT
    assert link.app.session.fault == faults.LINK_LOST
    assert link.hal.regs[params.slot("out_q12")] == 0


def test_people_press_less_under_a_lower_limit() -> None:
    factors = [runner.effort(limit_mn) for limit_mn in (5000, 25000, 35000, 50000)]
    assert factors == sorted(factors)
    assert factors[0] > 0
    assert factors[-1] * 15 == pytest.approx(13.8, abs=0.1)
