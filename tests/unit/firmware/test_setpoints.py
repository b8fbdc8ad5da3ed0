"""Program, settings, board and "too much": the strictest number wins, whatever the others say."""

from array import array
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.plant.plant import Plant
from host_tools.sim_hal import SimHal
from tapote import params, waves
from tapote.program import Program
from tapote.setpoints import LIMIT_FLOOR_MN, TRIP_MARGIN_MN, Setpoints
from tests.unit.firmware.bench import PHASE, Bench, HandSet

BOARD = compile_board(load_board("pico_mosfet_fsr"))


class Fixture:
    """Setpoints over a HAL that never ticks."""

    def __init__(self, *phases: tuple[int, ...], **board: int) -> None:
        self.board = BOARD | board
        plant = HandSet(self.board)
        self.hal = SimHal(self.board, cast(Plant, plant))
        self.program = Program(self.board)
        self.program.begin("test")
        for phase in phases or (PHASE,):
            assert self.program.add(phase)
        self.made = Setpoints(self.hal, self.board, self.program)

    def __getitem__(self, name: str) -> int:
        return self.hal.regs[params.slot(name)]

    def set(self, name: str, value: int) -> None:
        self.hal.regs[params.slot(name)] = value


@given(
    phase_mn=st.integers(0, 99999),
    setting_mn=st.integers(5000, 50000),
    board_mn=st.integers(5000, 50000),
    trip_setting_mn=st.integers(10000, 65000),
    fold_permille=st.integers(300, 900),
    step_permille=st.integers(100, 500),
    times=st.integers(0, 20),
)
def test_the_lowest_limit_wins_and_the_rest_follows_from_it(
    phase_mn: int,
    setting_mn: int,
    board_mn: int,
    trip_setting_mn: int,
    fold_permille: int,
    step_permille: int,
    times: int,
) -> None:
    bench = Fixture((*PHASE[:10], phase_mn, 1), force_limit_mn=board_mn)
    bench.set("force_limit_mn", setting_mn)
    bench.set("trip_limit_mn", trip_setting_mn)
    bench.set("fold_permille", fold_permille)
    bench.set("step_permille", step_permille)
    bench.made.begin()
    before = bench["hard_mn"]
    for _ in range(times):
        bench.made.too_much()
        assert bench["hard_mn"] <= before
        before = bench["hard_mn"]
    allowed = min(max(phase_mn, LIMIT_FLOOR_MN), setting_mn, board_mn, params.FORCE_CAP_MN)
    assert LIMIT_FLOOR_MN <= bench["hard_mn"] <= allowed
    assert bench["limit_mn"] == bench["hard_mn"]
    assert bench["soft_mn"] == bench["hard_mn"] * fold_permille // 1000
    assert bench["trip_mn"] <= min(bench["hard_mn"] + TRIP_MARGIN_MN, trip_setting_mn, BOARD["trip_mn"])
    for name in ("soft_mn", "hard_mn", "trip_mn", "fold_gain", "rise_q16"):
        assert params.within(params.slot(name), bench[name]) == bench[name], name


@given(
    drive=st.integers(0, 1000),
    setting=st.integers(50, 1000),
    rate=st.integers(0, 9999),
    rate_setting=st.integers(300, 3200),
    times=st.integers(0, 5),
)
def test_drive_and_rate_stay_below_settings_and_board(
    drive: int, setting: int, rate: int, rate_setting: int, times: int
) -> None:
    bench = Fixture((20000, rate, rate, drive, drive, *PHASE[5:]), drive_max_permille=900)
    bench.set("drive_max_permille", setting)
    bench.set("rate_max_spm", rate_setting)
    bench.made.begin()
    for _ in range(times):
        bench.made.too_much()
    share = 0.8**times
    assert bench["drive_target_q12"] <= min(drive, setting, 900) * share * 4096 / 1000
    assert bench["rate_target_spm"] <= min(rate_setting, BOARD["rate_max_spm"])


def test_a_setting_that_falls_is_followed_within_a_tenth_of_a_second() -> None:
    bench = Fixture()
    bench.made.begin()
    bench.set("force_limit_mn", 20000)
    for turn in range(1, 11):
        bench.made.follow(10 * turn)
    assert (bench["hard_mn"], bench["trip_mn"]) == (20000, 45000)


def test_rhythm_limit_and_rate_change_with_the_phase_in_the_same_turn() -> None:
    second = (1000, 1200, 1200, 500, 500, 0, 1, 2000, 400, 1000, 25000, 1)
    bench = Fixture((1000, *PHASE[1:]), second)
    bench.made.begin()
    assert bench.made.follow(990)
    assert (bench["phase"], bench["rhythm_kind"], bench["hard_mn"]) == (0, 0, 40000)
    assert bench.made.follow(1000)
    assert (bench["phase"], bench["rhythm_kind"], bench["hard_mn"], bench["rate_target_spm"]) == (1, 1, 25000, 1200)
    assert bench["rhythm_depth_q12"] == 400 * 4096 // 1000
    assert bench["rhythm_inc_q24"] == (1 << 24) // 4000
    assert not bench.made.follow(2000)
    assert bench["drive_target_q12"] == 0


@pytest.mark.parametrize("why", ["held", "yielding"])
def test_a_finger_on_the_button_or_a_hand_on_the_crank_take_the_drive(why: str) -> None:
    bench = Fixture()
    bench.made.begin()
    assert bench["drive_target_q12"] > 0
    setattr(bench.made, why, True)
    assert bench.made.follow(10), "the program goes on"
    assert bench["drive_target_q12"] == 0


def test_backing_off_is_foldback_at_work_not_the_soft_start() -> None:
    bench = Fixture()
    bench.made.begin()
    bench.set("scale_q16", 1000)
    bench.set("peak_last_mn", 5000)
    assert not bench.made.backing_off()
    bench.set("peak_last_mn", bench["soft_mn"] + 1)
    assert bench.made.backing_off()
    bench.set("scale_q16", 65536)
    assert not bench.made.backing_off()


def test_said_stops_counting_where_the_wire_does() -> None:
    bench = Fixture()
    bench.made.begin()
    for _ in range(300):
        said = bench.made.too_much()
    assert said == 255
    assert bench["hard_mn"] == LIMIT_FLOOR_MN


def test_a_stroke_comes_in_eight_blocks() -> None:
    bench = Fixture()
    assert bench.made.set_wave(7, tuple(range(32)))
    assert bench.hal.wave[224:256] == array("H", range(32))
    assert not bench.made.set_wave(8, (0,) * 32)
    assert not bench.made.set_wave(255, (0,) * 32)
    bench.made.default_wave()
    assert list(bench.hal.wave[:256]) == waves.default_stroke()


def test_a_lower_limit_acts_on_a_running_motor(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.start()
    bench.plant.press(25000)
    bench.run(500)
    assert bench["scale_q16"] < 65536, "40 N limit: folds back from 24 N on"
    bench.hal.regs[params.slot("force_limit_mn")] = 24000
    bench.run(150)
    assert bench.plant.duty == 0
