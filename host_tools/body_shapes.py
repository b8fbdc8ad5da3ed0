"""The outline of a person and the places on it (body_shapes.toml): checked points, and smooth lines through them."""

from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from host_tools.fields import StrictModel
from host_tools.own_data import own_data

Point = Annotated[tuple[float, float], Field(strict=False)]
Points = Annotated[tuple[Point, ...], Field(strict=False, min_length=3)]
View = Literal["front", "back"]
TENSION = 6.0  # of a Catmull-Rom line written as Bezier curves: a third of half the chord between a point's neighbours


class Area(StrictModel):
    """One place seen from one side: its right half, where its number or line goes, and the height of its name."""

    view: View
    name: str
    points: Points
    point: Point
    label: float | None = None

    @property
    def patches(self) -> tuple[tuple[Point, ...], ...]:
        """What is drawn of it: both halves, or one patch across the middle."""
        if self.points[0][0] == 0 == self.points[-1][0]:
            return (joined(self.points),)
        return (self.points, mirrored(self.points))


class Shapes(StrictModel):
    """Everything that is drawn."""

    outline: Points
    sole: Points
    sole_area: Points
    area: Annotated[tuple[Area, ...], Field(strict=False)]

    def areas(self, view: View) -> list[Area]:
        """The places seen from this side."""
        return [area for area in self.area if area.view == view]

    @property
    def body(self) -> tuple[Point, ...]:
        """The whole outline."""
        return joined(self.outline)


@lru_cache(maxsize=1)
def shapes() -> Shapes:
    """The content of body_shapes.toml, read once."""
    return own_data("body_shapes.toml", Shapes)


def mirrored(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The other half."""
    return tuple((-x, y) for x, y in points)


def joined(half: tuple[Point, ...]) -> tuple[Point, ...]:
    """A closed line of a half that begins and ends in the middle, and its mirror image."""
    return half + mirrored(half[1:-1])[::-1]


def smooth(points: tuple[Point, ...]) -> list[tuple[Point, Point, Point]]:
    """A closed smooth line through the points: for each, the two Bezier handles after it and the point that follows."""
    count = len(points)
    curves = []
    for at in range(count):
        before, start, end, after = (points[(at + step) % count] for step in (-1, 0, 1, 2))
        leaving = (start[0] + (end[0] - before[0]) / TENSION, start[1] + (end[1] - before[1]) / TENSION)
        arriving = (end[0] - (after[0] - start[0]) / TENSION, end[1] - (after[1] - start[1]) / TENSION)
        curves.append((leaving, arriving, end))
    return curves
