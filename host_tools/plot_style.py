"""The look that all pictures share: 1200 x 900, one time axis, panels with their own legend above them.

Colours are Okabe and Ito's (distinguishable with any colour vision), and none is the only signal: lines differ in
dashes and width, bands in hatches, and everything is labelled in words.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE_IN = (12.0, 9.0)  # at 100 dots per inch
LEFT, RIGHT = 0.075, 0.885  # the right margin carries the names of horizontal lines
TOP, GAP = 0.912, 0.42
BLUE, SKY, GREEN, ORANGE, RED, PURPLE = "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7"
INK, SOFT_INK, GRID = "#222222", "#666666", "#DDDDDD"
LABEL_GAP = 0.062  # of a panel's height in a panel 4 inches high
BAND_COLOURS = ("#F2F2F2", "#FFFFFF")
NARROWEST_LABEL = 0.0115  # of the width, per character


def figure(
    title: str,
    subtitle: str,
    mark: str,
    heights: Sequence[float],
    right: float = RIGHT,
    top: float = TOP,
    gap: float = GAP,
) -> tuple[Figure, list["Axes"]]:
    """A figure with a heading, a mark in its corner and panels of these relative heights, on one time axis.

    right, top: where the panels end, as a share of width and height; gap: between two, as a share of a panel.
    """
    drawing = Figure(figsize=SIZE_IN, facecolor="white")
    drawing.text(LEFT, 0.965, title, fontsize=17, fontweight="bold", color=INK, va="center")
    drawing.text(LEFT, 0.937, subtitle, fontsize=10, color=SOFT_INK, va="center")
    drawing.text(
        0.985,
        0.963,
        mark,
        fontsize=13,
        fontweight="bold",
        color=INK,
        ha="right",
        va="center",
        bbox={"boxstyle": "round,pad=0.35", "facecolor": "#FFF3C4", "edgecolor": INK, "linewidth": 1.4},
    )
    grid = drawing.add_gridspec(
        len(heights), 1, height_ratios=list(heights), left=LEFT, right=right, top=top, bottom=0.06, hspace=gap
    )
    axes = [drawing.add_subplot(grid[row]) for row in range(len(heights))]
    for panel in axes:
        panel.tick_params(labelsize=9, colors=INK, length=3)
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            panel.spines[side].set_color(SOFT_INK)
        panel.grid(axis="both", color=GRID, linewidth=0.7)
        panel.set_axisbelow(True)
    return drawing, axes


def name_panel(panel: "Axes", name: str, legend: bool = True) -> None:
    """The panel's quantity and unit above it at the left, its legend above it at the right."""
    panel.set_title(name, loc="left", fontsize=10.5, fontweight="bold", color=INK, pad=5)
    if legend:
        panel.legend(
            loc="lower right",
            bbox_to_anchor=(1.0, 0.985),
            ncol=5,
            frameon=False,
            fontsize=9,
            handlelength=2.6,
            columnspacing=1.6,
            borderaxespad=0.0,
        )


def name_lines(panel: "Axes", names: Iterable[tuple[float, str, str]]) -> None:
    """Names of horizontal lines, (y, text, colour), in the right margin, moved apart where they would touch."""
    low, high = panel.get_ylim()
    box = panel.get_position()
    gap = LABEL_GAP * (high - low) * (4.0 / (box.height * SIZE_IN[1]))
    place = blended_transform_factory(panel.transAxes, panel.transData)
    at = float("-inf")
    for value, text, colour in sorted(names):
        at = max(value, at + gap)
        panel.text(1.008, at, text, transform=place, fontsize=9, color=colour, va="center", clip_on=False)


def bands(panel: "Axes", stretches: Sequence[tuple[float, float, str]], label: str) -> None:
    """A strip of named stretches (from s, to s, name); a name is shortened to what fits."""
    _strip(panel, label)
    panel.spines["right"].set_visible(True)
    low, high = panel.get_xlim()
    for index, (start_s, end_s, name) in enumerate(stretches):
        panel.axvspan(start_s, end_s, facecolor=BAND_COLOURS[index % 2], edgecolor=SOFT_INK, linewidth=0.7)
        fits = int((end_s - start_s) / (high - low) / NARROWEST_LABEL)
        if fits >= 3:
            text = name if len(name) <= fits else name[: fits - 1] + "…"
            panel.text((start_s + end_s) / 2, 0.5, text, fontsize=9.5, color=INK, ha="center", va="center_baseline")


def _strip(panel: "Axes", label: str) -> None:
    """A panel without values: only stretches of time."""
    panel.set_ylim(0, 1)
    panel.set_yticks([])
    panel.grid(False)
    panel.spines["left"].set_visible(False)
    panel.set_ylabel(label, fontsize=9.5, rotation=0, ha="right", va="center", color=INK)


def state_strip(panel: "Axes", stretches: Sequence[tuple[float, float, str]]) -> None:
    """A strip of states: colour, hatch and, where it fits, the name; a legend names them all."""
    from matplotlib.patches import Patch

    _strip(panel, "state")
    low, high = panel.get_xlim()
    seen: dict[str, Patch] = {}
    for start_s, end_s, state in stretches:
        colour, hatch = STATES.get(state, ("#BBBBBB", "..."))
        look: dict[str, Any] = {"facecolor": colour, "hatch": hatch, "edgecolor": "white", "linewidth": 0.0}
        panel.axvspan(start_s, end_s, **look)
        seen.setdefault(state, Patch(label=state, **look))
        if (end_s - start_s) / (high - low) > NARROWEST_LABEL * (len(state) + 2):
            panel.text(
                (start_s + end_s) / 2,
                0.5,
                state,
                fontsize=9,
                fontweight="bold",
                color=INK,
                ha="center",
                va="center_baseline",
                bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.9},
            )
    panel.legend(
        handles=list(seen.values()),
        loc="lower right",
        bbox_to_anchor=(1.0, 1.02),
        ncol=len(seen),
        frameon=False,
        fontsize=9,
        borderaxespad=0.0,
    )


# state: colour and hatch
STATES = {
    "RUNNING": (GREEN, ""),
    "BACKOFF": (ORANGE, "////"),
    "ARMED": (SKY, "...."),
    "STOPPING": ("#999999", "\\\\\\\\"),
    "IDLE": ("#CCCCCC", ""),
    "FAULT": (RED, "xxxx"),
}
