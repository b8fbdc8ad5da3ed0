"""The whole plant on the boards that ship: levels of force, truth against readings, repeatability."""

from collections.abc import Callable

import pytest

from host_tools.boards import Board, list_boards, load_board
from host_tools.errors import UsageError
from host_tools.plant.build import build_plant, tach_per_stroke
from host_tools.plant.plant import Plant

from .conftest import DT_S, Runner


@pytest.mark.parametrize("name", list_boards())
def test_every_board_file_makes_a_plant_that_runs(name: str, run: Runner) -> None:
    plant = build_plant(load_board(name))
    plant.begin_press()
    trace = run(plant, 2.0, after=1.5)
    assert trace.mean_n > 5.0
    for counts in (plant.force_counts, plant.battery_counts, plant.temp_counts, plant.current_counts):
        assert 0 <= counts <= 4095


@pytest.mark.parametrize(
    ("person", "low_n", "high_n"), [("gentle", 12.0, 22.0), ("normal", 22.0, 34.0), ("heavy", 38.0, 52.0)]
)
def test_crank_peaks_leave_the_foldback_quiet_for_a_normal_press_and_reach_it_for_a_heavy_one(
    crank_board: Board, run: Runner, person: str, low_n: float, high_n: float
) -> None:
    plant = build_plant(crank_board, person=person)
    plant.begin_press()
    trace = run(plant, 6.0, duty=0.68, after=3.0)
    assert 1500.0 < sum(trace.rate_spm) / len(trace.rate_spm) < 2100.0
    assert low_n < trace.peak_n < high_n


@pytest.mark.parametrize(("person", "mean_n"), [("gentle", 7.0), ("normal", 15.0), ("heavy", 30.0)])
def test_mean_force_is_what_the_person_means(
    crank_board: Board, linear_board: Board, run: Runner, person: str, mean_n: float
) -> None:
    for board, spm in ((crank_board, 0.0), (linear_board, 1800.0)):
        plant = build_plant(board, person=person)
        plant.begin_press()
        assert run(plant, 9.0, duty=0.7, spm=spm, after=3.0).mean_n == pytest.approx(mean_n, rel=0.05)


def test_linear_normal_press_peaks_between_18_and_40_n(linear_board: Board, run: Runner) -> None:
    plant = build_plant(linear_board)
    plant.begin_press()
    assert 18.0 < run(plant, 6.0, duty=0.9, spm=1800.0, after=3.0).peak_n < 40.0


def test_too_hard_exceeds_50_n_unless_the_drive_backs_off(crank_board: Board, run: Runner) -> None:
    seconds = 12.0
    plant = build_plant(crank_board, person="too-hard", seconds=seconds)
    plant.begin_press()
    assert run(plant, 5.5, duty=0.68, after=3.0).peak_n < 40.0
    assert run(plant, 4.0, duty=0.68, after=1.5).peak_n > 50.0
    # With the motor off what is left is the person: below the 50 N limit and far from the 65 N trip.
    plant = build_plant(crank_board, person="too-hard", seconds=seconds)
    plant.begin_press()
    run(plant, 6.0, duty=0.68)
    assert run(plant, 3.5, duty=0.0, after=1.5).peak_n < 50.0


def test_lets_go_leaves_the_body_and_comes_back(crank_board: Board, run: Runner) -> None:
    plant = build_plant(crank_board, person="lets-go", seconds=20.0)
    plant.begin_press()
    run(plant, 10.5)
    assert run(plant, 1.0).peak_n == 0.0
    assert run(plant, 3.0, after=2.0).mean_n > 10.0


def test_head_is_in_the_air_before_the_press_and_after_the_lift(crank: Plant, run: Runner) -> None:
    assert run(crank, 1.0, duty=1.0).peak_n == 0.0
    crank.begin_press()
    assert run(crank, 2.0).peak_n > 10.0
    crank.lift()
    assert run(crank, 1.5, after=0.7).peak_n == 0.0
    assert not crank.pressing


def test_no_load_rate_of_the_crank_board(crank: Plant, run: Runner) -> None:
    run(crank, 2.0, duty=1.0)
    # 12.0 V of pack at 85 % charge, less 0.12 ohm * 2 A: 5800 rpm * 11.7 / 12 / 1.8 = 3140/min, less crank friction.
    assert crank.rate_spm == pytest.approx(3100.0, rel=0.03)


def test_tach_counts_the_pulses_of_the_strokes(crank: Plant, crank_board: Board, run: Runner) -> None:
    assert tach_per_stroke(crank_board) == pytest.approx(14.4)  # 8 magnets * 1.8 turns
    run(crank, 2.0, duty=0.5)
    assert crank.strokes > 20.0
    assert crank.tach_count == int(crank.strokes * 14.4)


def test_readings_follow_the_truth(crank: Plant, run: Runner) -> None:
    crank.begin_press()
    run(crank, 3.0, duty=0.7)
    # Current: 10 mV + 100 mV/A; battery: 4.9 : 1; both within noise of 1.5 counts rms.
    assert crank.current_counts == pytest.approx((0.010 + 0.100 * crank.supply_a) / 3.3 * 4096, abs=8.0)
    assert crank.battery_counts == pytest.approx(crank.battery_v / 4.9 / 3.3 * 4096, abs=8.0)
    assert crank.battery_v < 3 * 4.11


def test_reading_changes_nothing(crank_board: Board) -> None:
    asked, unasked = build_plant(crank_board), build_plant(crank_board)
    for plant in (asked, unasked):
        plant.begin_press()
    for _ in range(3000):
        asked.step(DT_S, 0.6)
        unasked.step(DT_S, 0.6)
        assert asked.force_counts == asked.force_counts
        assert asked.battery_counts >= 0
    assert asked.force_counts == unasked.force_counts
    assert asked.force_n == unasked.force_n


@pytest.mark.parametrize("person", ["normal", "jerky"])
def test_same_seed_same_bytes_other_seed_others(linear_board: Board, person: str) -> None:
    def counts(seed: int) -> list[int]:
        plant = build_plant(linear_board, person=person, seed=seed)
        plant.begin_press()
        seen = []
        for i in range(6000):
            plant.step(DT_S, 0.8 if i % 60 < 30 else 0.0, 0.0 if i % 60 < 30 else 0.8)
            seen.append(plant.force_counts)
        return seen

    assert counts(5) == counts(5)
    assert counts(5) != counts(6)


def test_work_drains_the_pack_and_warms_the_motor(crank: Plant, run: Runner) -> None:
    crank.begin_press()
    before = crank.charge
    run(crank, 20.0, duty=0.8)
    assert before - 0.05 < crank.charge < before
    assert crank.motor_temp_c > 24.2


def test_duty_zero_draws_nothing(crank: Plant, linear: Plant, run: Runner) -> None:
    for plant in (crank, linear):
        run(plant, 0.5, duty=0.0)
        assert plant.supply_a == 0.0
        assert plant.charge == 0.85


@pytest.mark.parametrize(
    "wrong",
    [
        lambda board: build_plant(board, tissue="wood"),
        lambda board: build_plant(board, region="neck"),
        lambda board: build_plant(board, person="cat"),
        lambda board: build_plant(board, charge=2.0),
        lambda board: build_plant(board, charge=float("nan")),
    ],
    ids=["tissue", "region", "person", "charge", "nan"],
)
def test_wrong_requests_are_refused(crank_board: Board, wrong: Callable[[Board], Plant]) -> None:
    with pytest.raises(UsageError):
        wrong(crank_board)
