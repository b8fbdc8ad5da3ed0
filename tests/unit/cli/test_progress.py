"""The cue to move the head on: after the region's own time of strokes, pauses left out."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from host_tools.boards import load_board
from host_tools.cli.progress import SpotClock
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.fit import fit_seconds
from host_tools.profiles.library import get_profile
from host_tools.profiles.program import Program
from host_tools.regions import get_region
from tests.unit.cli.conftest import Tapote


def program(region: str, seconds: float) -> Program:
    """Swedish, that long."""
    return fit_seconds(
        compile_profile(get_profile("swedish"), load_board("pico_mosfet_fsr"), get_region(region)), seconds
    )


@dataclass
class Watch:
    """Feeds a clock with a record each second."""

    clock: SpotClock
    now_s: int = 0

    def run(self, seconds: int, state: str = "RUNNING") -> list[int]:
        """The seconds at which a cue was due."""
        due = []
        for _ in range(seconds):
            record: Any = SimpleNamespace(state_name=state, time_ms=self.now_s * 1000)
            if self.clock.due(record):
                due.append(self.now_s)
            self.now_s += 1
        return due


@pytest.mark.parametrize(("region", "cues"), [("back_lower", [60, 120, 180]), ("arm", [90, 180]), ("thigh", [120])])
def test_the_cue_comes_after_the_regions_own_time(region: str, cues: list[int]) -> None:
    assert Watch(SpotClock(program(region, 200))).run(200) == cues


def test_pauses_do_not_count() -> None:
    watch = Watch(SpotClock(program("back_lower", 200)))
    assert watch.run(41) == []  # 40 s of strokes between 41 records
    assert watch.run(100, "ARMED") == []
    assert watch.run(30) == [161]  # the first record after a pause only starts the clock: 141 + 20


def test_backing_off_counts() -> None:
    assert Watch(SpotClock(program("back_lower", 100))).run(70, "BACKOFF") == [60]


def test_nobody_is_sent_to_a_new_spot_for_the_last_seconds() -> None:
    watch = Watch(SpotClock(program("back_lower", 62)))
    assert watch.run(62) == []
    assert watch.clock.cue() == ""


def test_the_cue_stays_to_be_read() -> None:
    watch = Watch(SpotClock(program("back_lower", 200)))
    watch.run(60)
    assert watch.clock.cue() == ""
    watch.run(1)
    assert watch.clock.cue() == "move on"
    watch.run(10)
    assert watch.clock.cue() == ""


def test_run_tells_it_and_whose_limits_count(tapote: Tapote) -> None:
    result = tapote("run", "swedish", "--region", "back_lower", "--device", "sim:", "--seconds", 70)
    assert result.code == 0
    assert "  move the head on: 60 s on one spot are enough\n" in result.err
    told = " ".join(result.out.split())
    for words in ("force: at most", "drive: at most", "time on one spot: at most 60 s, the limit of the lower back"):
        assert words in told


def test_run_says_that_a_technique_does_not_suit(tapote: Tapote) -> None:
    result = tapote("run", "deep_tissue", "--region", "hand", "--device", "sim:", "--seconds", 2)
    assert result.code == 0, "a hint, no refusal"
    told = " ".join(result.out.split())
    assert "deep-tissue is no technique for the palm of the hand." in told
    assert "Better there: reflexology, relaxation." in told
