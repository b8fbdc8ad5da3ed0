"""The picture of the body map: front and back, allowed regions tinted and named, all other places hatched and named."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib import patches
from matplotlib import path as curves
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D

from host_tools import plot_file
from host_tools import plot_style as style
from host_tools.body_map import PainArea, pain_areas
from host_tools.body_shapes import Area, Point, View, shapes, smooth
from host_tools.regions import Region, body

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 360.0, 270.0  # of the picture, in the units of body_shapes.toml
TOP = 31.0  # of the crown
MIDDLE: dict[View, float] = {"front": 100.0, "back": 260.0}
ALLOWED_TEXT: dict[View, float] = {"front": 47.0, "back": 313.0}
NEVER_TEXT: dict[View, float] = {"front": 152.0, "back": 208.0}
SOLE_AT, SOLE_SIZE = (318.0, 203.0), 0.95
SKIN, SKIN_EDGE, CALM, CHOSEN, NEVER = "#F8F4EF", "#77706A", "#A9D5EE", style.ORANGE, "#8C8C8C"
NUMBER_RADIUS = 2.9
WRAP_CHARS = 150


def save_map(paths: Sequence[Path], *, selected: str = "") -> None:
    """Draw the map and write it to each path (plot_file.check has passed). UsageError as plot_file.write.

    selected: name of the region to set apart from the others, "" for none.
    """
    chosen = body().regions[selected] if selected else None
    drawing = Figure(figsize=style.SIZE_IN, facecolor="white")
    axes = drawing.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(HEIGHT, 0)
    axes.set_axis_off()
    _words(axes, chosen)
    for view in MIDDLE:
        _person(axes, view, selected)
    _sole(axes, selected)
    plot_file.write(drawing, paths)


def _words(axes: "Axes", chosen: Region | None) -> None:
    """Heading, what tint and hatch mean, and what cannot be drawn."""
    title = f"The {chosen.title} on the body" if chosen else "Where Tapote may work, and where never"
    axes.text(14, 9, title, fontsize=17, fontweight="bold", color=style.INK, va="center")
    axes.text(
        14,
        17,
        "Left and right count as one. Plain places are not massaged either.",
        fontsize=10,
        color=style.SOFT_INK,
        va="center",
    )
    for view, middle in MIDDLE.items():
        axes.text(middle, 26.5, view, fontsize=12, fontweight="bold", color=style.INK, ha="center", va="center")
    swatches = [(206.0, 7.0, CALM, "", "allowed, up to its limits"), (282.0, 7.0, "white", "/////", "never")]
    if chosen:
        swatches.append((206.0, 16.0, CHOSEN, "", f"the {chosen.title}"))
    for x, y, colour, hatch, meaning in swatches:
        edge = {CHOSEN: style.INK, CALM: style.BLUE}.get(colour, NEVER)
        axes.add_patch(
            patches.Rectangle((x, y - 3), 9, 6, facecolor=colour, hatch=hatch, edgecolor=edge, linewidth=1.2)
        )
        axes.text(x + 12, y, meaning, fontsize=10, color=style.INK, va="center")
    axes.text(14, 256, caption(chosen), fontsize=10, color=style.INK, va="top", linespacing=1.4)


def caption(chosen: Region | None) -> str:
    """What stands below the figures: the limits of the chosen region, or what cannot be drawn. At most two lines."""
    if chosen:
        limits = f"{chosen.force_mn / 1000:g} N, {chosen.drive_pct} % drive, {chosen.time_s} s on one spot"
        text = f"At most {limits}. Keep off: {chosen.keep_off}"
    else:
        text = (
            "Never either: over implants, wounds, fresh scars, bruises, rashes and varicose veins, wherever they are."
            " Stop on pain, numbness or dizziness."
        )
    return textwrap.fill(text, WRAP_CHARS)


def _person(axes: "Axes", view: View, selected: str) -> None:
    """One side of the body with its places."""
    frame = Affine2D().translate(MIDDLE[view], TOP) + axes.transData
    outline = closed(shapes().body)
    axes.add_patch(patches.PathPatch(outline, facecolor=SKIN, edgecolor="none", transform=frame))
    places = {area.name: area for area in pain_areas()}
    for area in shapes().areas(view):
        place = places[area.name]
        for points in area.patches:
            patch = patches.PathPatch(closed(points), transform=frame, **_look(place, selected))
            axes.add_patch(patch)
            patch.set_clip_path(outline, transform=frame)
    axes.add_patch(patches.PathPatch(outline, facecolor="none", edgecolor=SKIN_EDGE, linewidth=1.6, transform=frame))
    for area in shapes().areas(view):
        _name(axes, view, area, places[area.name], selected)


def _sole(axes: "Axes", selected: str) -> None:
    """The sole of the foot beside the back: it cannot be seen on a person who stands."""
    frame = Affine2D().scale(SOLE_SIZE).translate(*SOLE_AT) + axes.transData
    foot = next(area for area in pain_areas() if area.name == "foot")
    outline = closed(_upside_down(shapes().sole))
    axes.add_patch(patches.PathPatch(outline, facecolor=SKIN, edgecolor=SKIN_EDGE, linewidth=1.6, transform=frame))
    spot = closed(_upside_down(shapes().sole_area))
    axes.add_patch(patches.PathPatch(spot, transform=frame, **_look(foot, selected)))
    x, y = SOLE_AT[0] + 9 * SOLE_SIZE, SOLE_AT[1] + 26 * SOLE_SIZE
    _number(axes, x, y, foot, selected)
    axes.text(x, SOLE_AT[1] - 6, foot.title, ha="center", va="center", **_text(foot, selected))


def _look(place: PainArea, selected: str) -> dict[str, Any]:
    """Tint for what is allowed, a strong one with an edge for what is chosen, hatch for what is never allowed."""
    if not place.allowed:
        return {"facecolor": "none", "edgecolor": NEVER, "hatch": "/////", "linewidth": 0.0}
    if place.name == selected:
        return {"facecolor": CHOSEN, "edgecolor": style.INK, "linewidth": 2.2}
    return {"facecolor": CALM, "edgecolor": style.BLUE, "linewidth": 1.0}


def _name(axes: "Axes", view: View, area: Area, place: PainArea, selected: str) -> None:
    """The place's name beside the figure, with a line to it: allowed ones outside, others between the figures."""
    outwards = -1 if (view == "front") == place.allowed else 1
    text_x = (ALLOWED_TEXT if place.allowed else NEVER_TEXT)[view]
    x, y = MIDDLE[view] + outwards * area.point[0], TOP + area.point[1]
    if place.allowed:
        for side in (-1, 1):
            _number(axes, MIDDLE[view] + side * area.point[0], y, place, selected)
    if area.label is None:
        return
    text_y = TOP + area.label
    colour = style.INK if place.allowed else NEVER
    axes.plot([text_x - outwards * 1.5, x], [text_y, y], color=colour, linewidth=0.8, solid_capstyle="round")
    if not place.allowed:
        axes.plot([x], [y], marker="o", markersize=3, color=NEVER)
    align = "left" if outwards > 0 else "right"
    axes.text(text_x, text_y, place.title, ha=align, va="center", **_text(place, selected))


def _text(place: PainArea, selected: str) -> dict[str, Any]:
    """Look of a name."""
    if not place.allowed:
        return {"fontsize": 10, "color": style.SOFT_INK, "fontstyle": "italic"}
    return {"fontsize": 11, "color": style.INK, "fontweight": "bold" if place.name == selected else "normal"}


def _number(axes: "Axes", x: float, y: float, place: PainArea, selected: str) -> None:
    """The number by which the session guide knows the region."""
    strong = place.name == selected
    axes.add_patch(
        patches.Circle(
            (x, y),
            NUMBER_RADIUS,
            facecolor=style.INK if strong else "white",
            edgecolor=style.INK,
            linewidth=0.9,
            zorder=4,
        )
    )
    colour = "white" if strong else style.INK
    axes.text(
        x,
        y,
        str(place.number),
        fontsize=8,
        fontweight="bold",
        color=colour,
        ha="center",
        va="center_baseline",
        zorder=5,
    )


def _upside_down(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The sole is given with the heel at 0; on the picture it stands with the toes up, as y grows downwards."""
    highest = max(y for _, y in shapes().sole)
    return tuple((x, highest - y) for x, y in points)


def closed(points: tuple[Point, ...]) -> curves.Path:
    """A smooth closed path."""
    corners: list[Point] = [points[0]]
    codes = [curves.Path.MOVETO]
    for leaving, arriving, end in smooth(points):
        corners += [leaving, arriving, end]
        codes += [curves.Path.CURVE4] * 3
    return curves.Path([*corners, points[0]], [*codes, curves.Path.CLOSEPOLY])
