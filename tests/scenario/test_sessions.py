"""Whole sessions on the simulated board: every profile, both boards, all people and tissues, checked at every tick."""

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import list_boards, load_board
from host_tools.device import Device
from host_tools.links.sim import SimLink
from host_tools.plant.build import build_plant
from host_tools.plant.plant import Plant
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.fit import fit_seconds
from host_tools.profiles.library import get_profile, list_profiles
from host_tools.regions import get_region
from host_tools.runner import effort, run_session
from tapote import states

from ..sessions import program
from .probe import OVER_TRIP_S, probed_link, probed_session

SECONDS = 18.0
SHORT_S = 12.0
TOUCH_S = 3.0  # when the runner's person touches
PEOPLE = {"pico_mosfet_fsr": ("normal", "too-hard", "heavy"), "picow_drv8871_linear": ("lets-go", "jerky", "too-hard")}
TISSUES = ("soft", "normal", "firm")


@pytest.mark.parametrize("board_name", list_boards())
@pytest.mark.parametrize("profile_name", list_profiles())
def test_every_promise_holds_at_every_tick(profile_name: str, board_name: str) -> None:
    board = load_board(board_name)
    profile = get_profile(profile_name)
    people = (*PEOPLE[board_name], "gentle")
    place = list_profiles().index(profile_name)
    for turn in (place, place + 2):  # two of the people in turn: along the library each meets each tissue
        person = people[turn % len(people)]
        region = profile.regions[turn % len(profile.regions)]
        session = fit_seconds(compile_profile(profile, board, get_region(region)), SHORT_S)
        plant = build_plant(
            board,
            tissue=TISSUES[turn % 3],
            region=region,
            person=person,
            seconds=SHORT_S - TOUCH_S,
            seed=turn,
            effort=effort(session.limit_mn),
        )
        run, seen = probed_session(board, plant, session)
        assert seen.broken == {}, f"{person} on {region}"
        assert (run.end_state, run.stats.fault_names) == ("IDLE", [])
        assert run.stats.run_ms == pytest.approx(SHORT_S * 1000, abs=20)
        assert run.stats.strokes > 20
        assert seen.driven_ticks > 0.5 * SHORT_S * run.hello.tick_hz


@pytest.mark.parametrize("board_name", list_boards())
def test_who_presses_too_hard_has_the_drive_taken_away_and_given_back(board_name: str) -> None:
    board = load_board(board_name)
    run, seen = probed_session(
        board,
        build_plant(board, person="too-hard", seconds=SECONDS - TOUCH_S),
        program(board, SECONDS, limit_mn=50_000),
    )
    assert seen.broken == {}
    assert seen.off_then_on
    assert run.stats.backoff_ms > 1000
    assert {states.RUNNING, states.BACKOFF} <= {record.state for record in run.records}
    assert (run.end_state, run.stats.fault_names) == ("IDLE", [])


@pytest.mark.parametrize("board_name", list_boards())
def test_who_lets_go_is_no_fault(board_name: str) -> None:
    board = load_board(board_name)
    run, seen = probed_session(board, build_plant(board, person="lets-go", seconds=10.0), program(board, 12.0))
    assert seen.broken == {}
    in_the_air = [truth for truth in run.truth if truth.force_high_n == 0.0 and truth.time_s > run.truth[0].time_s + 6]
    assert in_the_air
    assert (run.end_state, run.stats.fault_names) == ("IDLE", [])


@pytest.mark.parametrize("board_name", list_boards())
def test_a_slam_far_above_the_trip_stops_the_motor_for_good(board_name: str) -> None:
    board = load_board(board_name)
    run, seen = probed_session(board, build_plant(board, press_n=90.0), program(board, SECONDS))
    assert seen.broken == {}
    assert 0.0 <= seen.over_trip_s <= OVER_TRIP_S
    assert (run.end_state, run.stats.fault_names) == ("FAULT", ["FORCE_TRIP"])
    assert run.stats.peak_mn > board.limits.force_mn


@pytest.mark.parametrize("board_name", list_boards())
def test_without_the_button_nothing_moves_and_arming_runs_out(board_name: str) -> None:
    board = load_board(board_name)
    link, hal = probed_link(board, build_plant(board))
    device = Device(link)
    device.upload(program(board, SECONDS))
    device.pump(0.6)
    assert device.arm(tethered=True) == []
    device.pump(61.0)
    assert device.hello().state == "IDLE"
    assert hal.seen.driven_ticks == 0
    assert hal.seen.broken == {}
    link.close()


class HalvedStep(Plant):
    """The same plant, moved in steps of half a tick."""

    def step(self, dt_s: float, duty: float, duty_b: float = 0.0) -> None:
        super().step(dt_s / 2, duty, duty_b)
        super().step(dt_s / 2, duty, duty_b)


@pytest.mark.parametrize("board_name", list_boards())
def test_a_halved_step_of_the_physics_changes_nothing_that_matters(board_name: str) -> None:
    board = load_board(board_name)
    whole = build_plant(board, press_n=8.0)
    half = build_plant(board, press_n=8.0)
    half.__class__ = HalvedStep
    stats = []
    for plant in (whole, half):
        link = SimLink(compile_board(board), plant)
        stats.append(run_session(link, program(board, SECONDS)).stats)
        link.close()
    assert stats[1].strokes == pytest.approx(stats[0].strokes, rel=0.01)
    assert stats[1].peak_mn == pytest.approx(stats[0].peak_mn, rel=0.02)  # sensor noise is drawn anew in every step
    assert stats[0].backoff_ms == stats[1].backoff_ms == 0  # the foldback's own rhythm would blur the comparison
