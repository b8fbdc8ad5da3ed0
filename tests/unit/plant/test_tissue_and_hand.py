"""The body and the person: forces over depth, scripts over time."""

import pytest

from host_tools.errors import UsageError
from host_tools.plant.hand import PRESS_N, Hand
from host_tools.plant.tissue import REGION_FACTORS, TISSUES, contact_force_n, tissue_for
from host_tools.regions import region_names


def test_contact_at_rest_is_the_stiffening_spring() -> None:
    # 1100 N/m * 10 mm + 42 kN/m2 * (10 mm)**2 = 11 + 4.2 = 15.2 N.
    assert contact_force_n(TISSUES["normal"], 0.010, 0.0) == pytest.approx(15.2)


def test_contact_never_pulls() -> None:
    for tissue in TISSUES.values():
        assert contact_force_n(tissue, -0.001, 1.0) == 0.0
        assert contact_force_n(tissue, 0.0, 5.0) == 0.0
        assert contact_force_n(tissue, 0.02, -1000.0) == 0.0


def test_tissue_pushes_harder_on_the_way_in_than_out() -> None:
    normal = TISSUES["normal"]
    assert contact_force_n(normal, 0.01, 0.5) > contact_force_n(normal, 0.01, 0.0) > contact_force_n(normal, 0.01, -0.5)


def test_firm_over_normal_over_soft() -> None:
    at_10_mm = [contact_force_n(TISSUES[name], 0.010, 0.0) for name in ("soft", "normal", "firm")]
    assert at_10_mm == sorted(at_10_mm)


def test_regions_scale_the_stiffness_and_cover_the_list_of_the_product() -> None:
    assert tissue_for("normal", "glutes").linear_n_per_m == pytest.approx(1100.0 * 0.75)
    assert set(REGION_FACTORS) == set(region_names())


@pytest.mark.parametrize(("tissue", "region"), [("concrete", "calf"), ("soft", "neck")])
def test_unknown_names_are_refused_with_the_choices(tissue: str, region: str) -> None:
    with pytest.raises(UsageError) as error:
        tissue_for(tissue, region)
    assert "Choose one of" in error.value.fix


@pytest.mark.parametrize("person", sorted(PRESS_N))
def test_every_person_begins_at_nothing_and_never_pulls(person: str) -> None:
    hand = Hand(person, 60.0, seed=3)
    forces = [hand.press_n(i * 0.01) for i in range(6000)]
    assert forces[0] == 0.0
    assert min(forces) >= 0.0


@pytest.mark.parametrize("person", ["gentle", "normal", "heavy", "lets-go"])
def test_steady_people_press_what_they_mean(person: str) -> None:
    hand = Hand(person, 60.0, seed=3)
    forces = [hand.press_n(2.0 + i * 0.01) for i in range(5000)]
    assert sum(forces) / len(forces) == pytest.approx(PRESS_N[person], rel=0.02)
    # Tremor: at most 3 % * (1 + 0.6).
    assert max(forces) <= PRESS_N[person] * 1.05
    assert min(forces) >= PRESS_N[person] * 0.95


def test_too_hard_presses_45_n_from_half_way_for_a_third() -> None:
    hand = Hand("too-hard", 90.0, seed=3)
    for t_s in (5.0, 44.0, 76.0, 89.0):
        assert hand.press_n(t_s) == pytest.approx(15.0, rel=0.05)
    held = [hand.press_n(46.0 + i * 0.1) for i in range(280)]
    assert sum(held) / len(held) == pytest.approx(46.0, rel=0.01)


def test_jerky_changes_its_mind_and_can_start_again() -> None:
    hand = Hand("jerky", 60.0, seed=3)
    forces = [hand.press_n(2.0 + i * 0.05) for i in range(1000)]
    assert min(forces) < 8.0
    assert max(forces) > 28.0
    again = [hand.press_n(2.0 + i * 0.05) for i in range(1000)]
    assert again == forces


def test_lets_go_lets_go_for_a_tenth() -> None:
    hand = Hand("lets-go", 60.0, seed=3)
    assert hand.holds(29.9)
    assert not hand.holds(30.1)
    assert not hand.holds(35.9)
    assert hand.holds(36.1)


def test_press_given_replaces_and_scales_the_script() -> None:
    hand = Hand("too-hard", 90.0, seed=3, press_n=30.0)
    assert hand.press_n(10.0) == pytest.approx(30.0, rel=0.05)
    assert hand.press_n(60.0) == pytest.approx(92.0, rel=0.05)  # 46 N * 30 / 15


def test_another_seed_is_another_day() -> None:
    assert Hand("normal", 60.0, seed=1).press_n(10.0) != Hand("normal", 60.0, seed=2).press_n(10.0)
    assert Hand("normal", 60.0, seed=1).press_n(10.0) == Hand("normal", 60.0, seed=1).press_n(10.0)


@pytest.mark.parametrize(
    ("person", "seconds", "press_n"),
    [
        ("robot", 60.0, None),
        ("normal", 0.0, None),
        ("normal", float("nan"), None),
        ("normal", 60.0, -1.0),
        ("normal", 60.0, float("inf")),
        ("normal", 60.0, float("nan")),
    ],
)
def test_impossible_people_are_refused(person: str, seconds: float, press_n: float | None) -> None:
    with pytest.raises(UsageError):
        Hand(person, seconds, 1, press_n)
