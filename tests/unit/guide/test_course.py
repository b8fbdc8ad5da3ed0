"""Where a session stands: time left, phases, when to move on, what to do now."""

import pytest

from host_tools.guide.answers import Choice
from host_tools.guide.course import Course
from host_tools.guide.plan import make_plan
from host_tools.guide.rules import Situation


def course(durations_s: list[float], region: str = "back_lower", profile: str | None = None) -> Course:
    return Course(make_plan(Situation(region, "loosen", "tight"), Choice(profile=profile)), durations_s)


def test_phases_and_time_left() -> None:
    """Three phases of 20, 60 and 10 s: 90 s; the second is cut short by "too much" at 30 s, so 50 s fall away."""
    now = course([20, 60, 10])
    assert [event.detail for event in now.go(0, 0)] == [now.phase_name]
    assert now.left_s == 90
    assert now.go(5, 0) == []
    assert now.left_s == 85
    assert [event.kind for event in now.go(20, 1)] == ["phase"]
    assert now.left_s == 70
    now.go(30, 2)
    assert now.left_s == 10
    assert now.total_s == 40
    now.go(40, 2)
    assert now.left_s == 0


def test_move_on_at_the_regions_time_and_not_at_the_very_end() -> None:
    """60 s on one spot of the lower back: cues at 60 and 120 s; none at 180 s, where the session ends."""
    now = course([180])
    assert now.plan.region.time_s == 60
    moves = []
    for tenth in range(1801):
        moves += [event for event in now.go(tenth / 10, 0) if event.kind == "move"]
        if 0 < now.run_s % 60 < 10 and 60 < now.run_s < 170:
            assert now.cue().startswith("Move on, to another spot of the lower back")
    assert [event.at_s for event in moves] == [60, 120]


def test_what_to_do_now() -> None:
    now = course([20, 60, 10], "calf", "swedish")
    now.go(0, 0)
    assert now.cue().startswith("Let it come up to speed in the air")
    now.go(3, 0)
    assert now.cue() == now.plan.phase(0).cue
    now.go(19, 0)
    assert now.cue() == now.plan.region.move
    now.go(21, 1)
    assert now.cue() == now.plan.phase(1).cue
    now.go(50, 1)
    assert now.cue() == now.plan.region.move
    now.go(82, 2)
    assert now.cue().startswith("The last seconds")


def test_a_phase_of_bursts_keeps_its_own_cue() -> None:
    now = course([1], "calf", "trigger_point")
    bursts = next(at for at, phase in enumerate(now.plan.wanted.phase) if phase.rhythm.kind == "burst")
    now = course([30.0] * len(now.plan.wanted.phase), "calf", "trigger_point")
    now.go(bursts * 30, bursts)
    now.go(bursts * 30 + 25, bursts)
    assert now.cue() == now.plan.phase(bursts).cue


def test_rounds_of_a_profile_repeat_its_names() -> None:
    now = course([10] * 6, "calf", "swedish")
    now.go(45, 4)
    assert now.phase_name == now.plan.wanted.phase[1].name


@pytest.mark.parametrize("seconds", [1.0, 2.0])
def test_a_session_of_a_second_has_cues_too(seconds: float) -> None:
    now = course([seconds])
    now.go(0, 0)
    assert now.cue()
    now.go(seconds, 0)
    assert now.left_s == 0
    assert now.cue()
