"""The shapes of the body map: what is allowed lies on the body and touches nothing that is never allowed."""

from itertools import product
from typing import get_args

import pytest
from matplotlib.path import Path

from host_tools.body_map import pain_areas
from host_tools.body_shapes import Area, View, joined, mirrored, shapes, smooth
from host_tools.plot_body import closed

ALLOWED = {area.name: area.allowed for area in pain_areas()}
VIEWS: tuple[View, ...] = get_args(View)


def inside(path: Path) -> set[tuple[float, float]]:
    """The points of a half-unit raster that lie in the path."""
    (left, top), (right, bottom) = path.get_extents().get_points()
    grid = [
        (x / 2, y / 2)
        for x, y in product(range(int(left * 2) - 1, int(right * 2) + 2), range(int(top * 2) - 1, int(bottom * 2) + 2))
    ]
    return {point for point, within in zip(grid, path.contains_points(grid), strict=True) if within}


def cover(area: Area) -> set[tuple[float, float]]:
    """What an area covers of the raster."""
    return set().union(*(inside(closed(points)) for points in area.patches))


def test_every_place_is_drawn_and_every_drawn_place_is_known() -> None:
    assert {area.name for area in shapes().area} | {"foot"} == set(ALLOWED)


@pytest.mark.parametrize("view", VIEWS)
def test_allowed_places_lie_on_the_body(view: View) -> None:
    outline = inside(closed(shapes().body))
    for area in shapes().areas(view):
        covered = cover(area)
        assert len(covered) > 20, area.name
        share = len(covered & outline) / len(covered)
        assert share > (0.97 if ALLOWED[area.name] else 0.5), f"{area.name}: {share:.2f} on the body"


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_allowed_touches_what_is_never_allowed(view: View) -> None:
    covered = {area.name: cover(area) for area in shapes().areas(view)}
    for one, other in product(covered, repeat=2):
        if one != other and ALLOWED[one]:
            assert not covered[one] & covered[other], f"{one} and {other}"


def test_the_allowed_parts_of_the_back_keep_away_from_the_spine() -> None:
    """One unit is about 8 mm, so two fingers (some 3 cm) are 3.7 units; the drawn spine is up to 2.6 wide."""
    for area in shapes().areas("back"):
        if area.name.startswith("back_"):
            assert min(x for x, _ in area.points) >= 3.7


def test_numbers_stand_on_their_place() -> None:
    for area in shapes().area:
        if ALLOWED[area.name]:
            assert closed(area.points).contains_point(area.point), area.name


def test_every_place_is_named_at_least_once() -> None:
    assert {area.name for area in shapes().area if area.label is not None} | {"foot"} == set(ALLOWED)


def test_halves_are_joined_without_their_ends_twice() -> None:
    half = ((0.0, 0.0), (3.0, 1.0), (0.0, 4.0))
    assert joined(half) == ((0.0, 0.0), (3.0, 1.0), (0.0, 4.0), (-3.0, 1.0))
    assert mirrored(half)[1] == (-3.0, 1.0)


def test_a_smooth_line_goes_through_all_points_and_back() -> None:
    """Handles of a square's corner (0,0) -> (6,0): (6-0)/6 = 1 along x and (0-6)/6 = -1 along y from the start."""
    square = ((0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (0.0, 6.0))
    curves = smooth(square)
    assert [end for _, _, end in curves] == [*square[1:], square[0]]
    assert curves[0] == ((1.0, -1.0), (5.0, -1.0), (6.0, 0.0))
