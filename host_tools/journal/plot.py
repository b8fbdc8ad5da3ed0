"""The picture of a journal: pain before and after each session, range of motion, minutes a week by region."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from host_tools import plot_file
from host_tools import plot_style as style
from host_tools.journal import dose, places, signs
from host_tools.journal.records import SessionRecord
from host_tools.numerals import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHTS = (2.3, 1.7, 1.9)
RIGHT, TOP = 0.855, 0.885  # of the figure: the right margin carries the names of the regions
GAP = 0.5  # of a panel: titles have two lines in the middle row
Key = tuple[str, str, str]  # a measure: region, name, unit
MEASURES_MAX = 3  # panels of range of motion side by side; the measures taken most often
SHORTEST = timedelta(days=27)  # of the axis of days: one session shows where it stands among weeks
# day or month, and only what is new there; the title tells the year
FORMATS = ["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S.%f"]
AT_THEIR_START = ["", "%Y", "%d %b", "%d %b", "%H:%M", "%H:%M"]
# region by region: colour, marker, hatch
LOOKS = (
    (style.BLUE, "o", ""),
    (style.RED, "s", "////"),
    (style.GREEN, "^", "...."),
    (style.PURPLE, "D", "xxxx"),
    (style.ORANGE, "v", "\\\\\\\\"),
    (style.SKY, "P", "----"),
    (style.INK, "X", "++++"),
    ("#8C6BB1", "<", "oooo"),
    ("#999999", ">", "||||"),
    ("#B8860B", "p", "**"),
)


def save(records: Sequence[SessionRecord], paths: Sequence[Path]) -> None:
    """Draw and write to each path (.png or .svg; plot_file.check has passed). records: at least one, in the order of
    their start. UsageError when a file cannot be written."""
    regions = list(dict.fromkeys(record.before.region for record in records))
    looks = dict(zip(regions, islice(cycle(LOOKS), len(regions)), strict=True))
    measures = _measures(records)
    heights = HEIGHTS if measures else HEIGHTS[::2]
    drawing, panels = style.figure(
        _title(records), _subtitle(records), _mark(records), heights, right=RIGHT, top=TOP, gap=GAP
    )
    days = _days(records)
    _pain(panels[0], records, looks)
    _minutes(panels[-1], records, looks)
    for panel in (panels[0], panels[-1]):
        _dates(panel, *days)
        panel.legend(loc="upper left", bbox_to_anchor=(1.005, 1.02), frameon=False, fontsize=9, handlelength=2.0)
    if measures:
        _motion(drawing, panels[1], measures, looks, days)
    plot_file.write(drawing, paths)


def _title(records: Sequence[SessionRecord]) -> str:
    first, last = (records[at].before.started_at.astimezone() for at in (0, -1))
    if len(records) == 1:
        return f"1 session, {signs.day(first)} {first.year}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{len(records)} sessions, {signs.day(first)}{year} to {signs.day(last)} {last.year}"


def _subtitle(records: Sequence[SessionRecord]) -> str:
    changes = [change for record in records if (change := signs.pain_change(record)) is not None]
    parts = [f"{counted(round(dose.minutes(records)), 'minute')} in all"]
    if changes:
        parts.append(
            f"pain rated lower after {sum(one < 0 for one in changes)}, the same after {changes.count(0)},"
            f" higher after {sum(one > 0 for one in changes)}"
        )
    said = sum(record.too_much for record in records)
    parts.append(f'"too much" said {counted(said, "time")}')
    return "    ".join(parts)


def _mark(records: Sequence[SessionRecord]) -> str:
    simulated = [record.before.simulated for record in records]
    return "SIMULATED" if all(simulated) else "PARTLY SIMULATED" if any(simulated) else "JOURNAL"


def _days(records: Sequence[SessionRecord]) -> tuple[date, date]:
    """First and last day of the axis: whole weeks, four at least."""
    start, end = (dose.week_of(records[at].before.started_at) for at in (0, -1))
    end += timedelta(days=6)
    return min(start, end - SHORTEST), end


def _dates(panel: "Axes", start: date, end: date, ticks: int = 5) -> None:
    """The axis of days that the panels share."""
    import matplotlib.dates

    days: Any = matplotlib.dates  # the part of matplotlib without types
    zone = datetime.now().astimezone().tzinfo
    locator = days.AutoDateLocator(tz=zone, minticks=ticks, maxticks=2 * ticks)
    shown = days.ConciseDateFormatter(locator, tz=zone, formats=FORMATS, zero_formats=AT_THEIR_START, show_offset=False)
    panel.set_xlim(days.date2num(start - timedelta(days=1)), days.date2num(end + timedelta(days=1)))
    panel.xaxis.set_major_locator(locator)
    panel.xaxis.set_major_formatter(shown)


def _nothing(panel: "Axes", text: str) -> None:
    panel.text(0.5, 0.5, text, transform=panel.transAxes, ha="center", va="center", fontsize=10, color=style.SOFT_INK)


def _pain(panel: "Axes", records: Sequence[SessionRecord], looks: dict[str, tuple[str, str, str]]) -> None:
    """A line from the pain before (open mark) to the pain after (full mark)."""
    panel.set_ylim(-0.6, 11.6)
    panel.set_yticks(range(0, 11, 2))
    rated = False
    for record in records:
        before, after = record.before.pain_0_10, record.after.pain_0_10 if record.after is not None else None
        rated = rated or before is not None or after is not None
        colour, marker, _ = looks[record.before.region]
        at: Any = record.before.started_at
        mark: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 7, "linestyle": "none"}
        if before is not None and after is not None:
            panel.plot([at, at], [before, after], color=colour, linewidth=1.6, alpha=0.6)
        if before is not None:
            panel.plot([at], [before], **mark, markerfacecolor="white", markeredgewidth=1.5)
        if after is not None:
            panel.plot([at], [after], **mark)
        if record.too_much:
            panel.text(at, 10.95, "!", ha="center", va="center", fontsize=12, fontweight="bold", color=style.INK)
    for region, (colour, marker, _) in looks.items():
        panel.plot([], [], color=colour, marker=marker, markersize=7, linestyle="none", label=places.title(region))
    if not rated:
        _nothing(panel, "no pain was rated")
    style.name_panel(panel, 'Pain, 0 to 10  (open: before, full: after, "!": "too much" was said)', legend=False)


def _measures(records: Sequence[SessionRecord]) -> dict[Key, list[SessionRecord]]:
    """The measures taken most often, each with its sessions."""
    taken: dict[Key, list[SessionRecord]] = {}
    for record in records:
        measure = record.before.range_of_motion or (record.after.range_of_motion if record.after is not None else None)
        if measure is not None:
            taken.setdefault((record.before.region, measure.name, measure.unit), []).append(record)
    keys = sorted(taken, key=lambda key: -len(taken[key]))[:MEASURES_MAX]
    return {key: taken[key] for key in keys}


def _motion(
    drawing: "Figure",
    row: "Axes",
    measures: dict[Key, list[SessionRecord]],
    looks: dict[str, tuple[str, str, str]],
    days: tuple[date, date],
) -> None:
    """Ranges of motion side by side: each has its own unit and its own way of getting better."""
    row.set_axis_off()
    place = row.get_subplotspec()
    assert place is not None  # style.figure puts every panel into its grid
    grid = place.subgridspec(1, len(measures), wspace=0.14)
    for column, ((region, name, unit), records) in enumerate(measures.items()):
        panel = drawing.add_subplot(grid[column])
        better = _measure(panel, records, looks[region])
        way = "up" if better == "more" else "down"
        panel.set_title(
            f"{name} ({places.title(region)})"[: 120 // len(measures)] + f"\nrange of motion, {unit}; {way} is better",
            loc="left",
            fontsize=9.5,
            color=style.INK,
            pad=5,
        )
        panel.tick_params(labelsize=9, colors=style.INK, length=3)
        panel.grid(color=style.GRID, linewidth=0.7)
        panel.margins(y=0.15)
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
        _dates(panel, *days, ticks=3)


def _measure(panel: "Axes", records: Sequence[SessionRecord], look: tuple[str, str, str]) -> str:
    """One measure: before (open) and after (full) each session, and a line through the values before. Which way is
    better."""
    colour, marker, _ = look
    better = "more"
    first: list[tuple[Any, float]] = []
    for record in records:
        start, end = record.before.range_of_motion, record.after.range_of_motion if record.after is not None else None
        at: Any = record.before.started_at
        mark: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 6, "linestyle": "none"}
        if start is not None and end is not None:
            panel.plot([at, at], [start.value, end.value], color=colour, linewidth=1.6, alpha=0.6)
        if end is not None:
            panel.plot([at], [end.value], **mark)
            better = end.better
        if start is not None:
            panel.plot([at], [start.value], **mark, markerfacecolor="white", markeredgewidth=1.3, zorder=3)
            first.append((at, start.value))
            better = start.better
    panel.plot([at for at, _ in first], [value for _, value in first], color=colour, linewidth=0.9, linestyle=":")
    return better


def _minutes(panel: "Axes", records: Sequence[SessionRecord], looks: dict[str, tuple[str, str, str]]) -> None:
    """Stacked bars of a week each, regions one above the other."""
    weeks = dose.by_week(records)
    below: dict[Any, float] = {}
    for region, (colour, _, hatch) in looks.items():
        found: dict[Any, float] = dict(weeks[region])
        panel.bar(
            list(found),
            list(found.values()),
            bottom=[below.get(week, 0.0) for week in found],
            width=6.0,  # days
            align="edge",
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.6,
            label=places.title(region),
        )
        for week, had in found.items():
            below[week] = below.get(week, 0.0) + had
    panel.set_ylim(0, max(10.0, 1.15 * max(below.values())))
    week_max = 7 * dose.DAY_MAX_MIN
    if panel.get_ylim()[1] > 0.7 * week_max:
        panel.set_ylim(0, max(panel.get_ylim()[1], 1.1 * week_max))
        panel.axhline(week_max, color=style.INK, linewidth=1.6, linestyle="--")
    over = dose.days_over(records)
    advice = f"at most {dose.DAY_MAX_MIN:g} a day are advised, {week_max:g} a week"
    days = f"; {counted(len(over), 'day')} above" if over else ""
    style.name_panel(panel, f"Minutes a week  ({advice}{days})", legend=False)
