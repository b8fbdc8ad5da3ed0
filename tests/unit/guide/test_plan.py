"""The plan: which row of the table fits, what the person may choose, and what nobody may."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.boards import Board
from host_tools.errors import UsageError
from host_tools.guide.answers import Choice
from host_tools.guide.plan import NoSessionError, make_plan, program_for, suited, suits
from host_tools.guide.rules import GENTLE, RULES, USUAL, Situation, length_s, rule_for
from host_tools.journal.adapt import FLOOR, Adaptation
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.fit import fit_seconds
from host_tools.profiles.library import find_profile, get_profile, list_profiles
from host_tools.regions import body, get_region, region_names

TIGHT = Situation("calf", "loosen", "tight", "weekly", 4, "hand")
NO_CHOICE = Choice()


@pytest.mark.parametrize(
    ("changes", "rule", "profile"),
    [
        ({}, "usual", "swedish"),
        ({"score": 7}, "strong", "first_time"),
        ({"score": 10, "goal": "warm-up", "size": "point", "sessions": 9}, "strong", "first_time"),
        ({"kind": "burning"}, "nerve", "first_time"),
        ({"kind": "radiating", "first_time": True}, "nerve", "first_time"),
        ({"first_time": True, "size": "point"}, "first", "first_time"),
        ({"goal": "warm-up"}, "warm-up", "warm_up"),
        ({"goal": "recover"}, "recover", "runners_calves"),
        ({"goal": "desk-break", "region": "shoulder"}, "desk-break", "posture_break"),
        ({"goal": "relax", "region": "back_upper"}, "relax", "relaxation"),
        ({"kind": "sore", "new": True}, "fresh", "recovery"),
        ({"size": "point"}, "point", "trigger_point"),
        ({"size": "point", "kind": "none"}, "usual", "swedish"),
        ({"size": "large", "sessions": 5}, "deep", "deep_tissue"),
        ({"size": "large", "sessions": 4}, "large", "swedish"),
        ({"size": "large", "sessions": 5, "region": "back_lower"}, "deep", "lower_back"),
    ],
)
def test_the_table(changes: dict[str, Any], rule: str, profile: str) -> None:
    now = replace(TIGHT, **changes)
    plan = make_plan(now, NO_CHOICE)
    assert (plan.rule, plan.profile) == (rule, profile)
    assert plan.because
    assert all(sentence.endswith(".") for sentence in (*plan.because, *plan.hints))


def test_every_row_has_a_profile_that_suits_every_region() -> None:
    for rule in RULES:
        assert set(rule.profiles) <= set(list_profiles())
        for region in body().regions.values():
            name, _ = suited(rule.profiles, region)
            assert suits(get_profile(name), region)
            if rule.gentle:
                assert name in GENTLE


def test_gentle_profiles_are_gentle() -> None:
    """No profile of the list asks for more force than the everyday ones do."""
    highest_n = {
        name: max(phase.limit.force_n for phase in get_profile(name).phase if phase.limit is not None)
        for name in (*GENTLE, *USUAL)
    }
    assert max(highest_n[name] for name in GENTLE) <= max(highest_n[name] for name in USUAL)


def test_another_massage_than_the_best_is_explained() -> None:
    plan = make_plan(replace(TIGHT, goal="warm-up", region="hand"), NO_CHOICE)
    assert plan.profile in USUAL
    assert "Nothing of that kind was written for the palm of the hand" in " ".join(plan.because)


def test_strong_pain_says_see_a_doctor_and_caps_force_whatever_is_chosen(board: Board) -> None:
    plan = make_plan(replace(TIGHT, score=8, region="glutes"), Choice(profile="deep_tissue"))
    assert plan.gentle
    assert plan.profile == "deep_tissue"
    assert any("doctor" in hint for hint in plan.hints)
    program = program_for(plan, board, None)
    assert program.limit_mn == 25_000
    highest = max(max(phase.drive_from_permille, phase.drive_to_permille) for phase in program.phases)
    assert highest <= 500
    deep = compile_profile(get_profile("deep_tissue"), board, get_region("glutes"))
    assert deep.limit_mn > 25_000, "else nothing was capped"


@given(
    st.sampled_from(list_profiles()),
    st.sampled_from(region_names()),
    st.floats(FLOOR, 1.0),
    st.floats(FLOOR, 1.0),
    st.integers(0, 10),
)
def test_an_adaptation_never_raises_a_limit_and_reaches_every_phase(
    board: Board, profile: str, region: str, limit: float, drive: float, score: int
) -> None:
    plan = make_plan(replace(TIGHT, region=region, score=score), Choice(profile=profile, seconds=60))
    full = fit_seconds(compile_profile(get_profile(profile), board, get_region(region)), 60)
    less = program_for(plan, board, Adaptation(limit, drive))
    for before, after in zip(full.phases, less.phases, strict=True):
        assert after.limit_mn <= max(before.limit_mn * limit, 5000)
        assert after.limit_mn <= before.limit_mn
        assert after.drive_from_permille <= before.drive_from_permille * drive
        assert after.drive_to_permille <= before.drive_to_permille * drive


def test_the_person_may_choose_otherwise_but_not_beyond_the_day() -> None:
    plan = make_plan(TIGHT, Choice(profile="recovery", seconds=45))
    assert (plan.profile, plan.seconds) == ("recovery", 45)
    assert "You chose the length yourself." in plan.because
    with pytest.raises(UsageError, match="more than the 120 s that are left") as error:
        make_plan(replace(TIGHT, minutes_left=2.0), Choice(seconds=300))
    assert "1 to 120 s" in error.value.fix
    with pytest.raises(UsageError, match="more than the 900 s"):
        make_plan(TIGHT, Choice.model_construct(seconds=1000.0))
    with pytest.raises(UsageError, match="swedihs"):
        make_plan(TIGHT, Choice(profile="swedihs"))


def test_an_own_length_beyond_the_board_is_refused_not_cut(board: Board) -> None:
    with pytest.raises(UsageError, match="--seconds 700 is out of range; allowed 1 to 600 s"):
        program_for(make_plan(TIGHT, Choice(seconds=700)), board, None)


def test_a_profile_has_one_name_however_it_is_written() -> None:
    assert make_plan(TIGHT, Choice(profile="Deep Tissue")).profile == "deep_tissue"
    path = str(find_profile("recovery"))
    assert make_plan(TIGHT, Choice(profile=path)).profile == path


def test_a_profile_for_other_regions_is_remarked() -> None:
    plan = make_plan(replace(TIGHT, region="hand"), Choice(profile="deep_tissue"))
    assert "Deep tissue was not written for the palm of the hand." in plan.hints


def test_no_minutes_no_session() -> None:
    with pytest.raises(NoSessionError, match="30 minutes of the last 24 hours are used up") as error:
        make_plan(replace(TIGHT, minutes_left=0.4), NO_CHOICE)
    assert error.value.exit_code == 3


def test_how_long() -> None:
    """90 s as written; less where it is the first time (time for one spot), where the day is nearly used up, and where
    the region was worked on within a day."""
    assert length_s(TIGHT, 90, 60) == (90, [])
    assert length_s(replace(TIGHT, first_time=True), 90, 60)[0] == 60
    assert length_s(replace(TIGHT, score=9), 90, 60)[0] == 60
    seconds, why = length_s(replace(TIGHT, minutes_left=0.75), 90, 60)
    assert (seconds, len(why)) == (45, 1)
    seconds, why = length_s(replace(TIGHT, hours_since=5.2), 90, 60)
    assert seconds == 60
    assert "5 hours ago" in why[0]
    assert length_s(replace(TIGHT, hours_since=30), 90, 60) == (90, [])


def test_the_last_row_always_fits() -> None:
    assert RULES[-1].when(Situation("foot", "loosen"))
    assert rule_for(Situation("foot", "loosen")) is RULES[-1]
