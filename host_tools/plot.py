"""The picture of a session: rate, drive, force against its limits, and the states, one above the other."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from host_tools import plot_file, report
from host_tools import plot_style as style
from host_tools.messages import fault_name, state_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from host_tools.boards import Board
    from host_tools.runner import Run

HEIGHTS = (0.28, 1.5, 1.5, 2.9, 0.36)
ENVELOPE_S = 0.25  # to either side: a few strokes at any rate
SHOWN_S = 0.2  # a state shorter than that would be less than a dot
SHORTEST_STATE_S = 0.25  # of a state between two stretches of another: below, it would only be noise in the strip


def save_session(run: "Run", paths: Sequence[Path], *, board: "Board", place: str, caption: str = "") -> None:
    """Draw a run and write it to each path (.png or .svg; plot_file.check has passed).

    board: what it ran on; place: where on the body; caption: the simulated world in words. UsageError when a file
    cannot be written.
    """
    line = report.timeline(run)
    cut = report.cut_back(line)
    stats = run.stats
    faces = [f"device {run.device}", f"board {run.hello.board}", caption if run.simulated else ""]
    faces += [f"peak {stats.peak_mn / 1000:.1f} N", f"backed off {stats.backoff_ms / 1000:.1f} s"]
    drawing, (phases, rate, drive, force, states) = style.figure(
        f"{run.program.name} on the {place}, {stats.run_ms / 1000:.0f} s, {stats.strokes} strokes",
        "    ".join(face for face in faces if face),
        "SIMULATED" if run.simulated else "MEASURED",
        HEIGHTS,
    )
    for panel in (phases, rate, drive, force, states):
        panel.set_xlim(0, line.end_s)
    style.bands(phases, _phases(run, line), "phase")
    _rate(rate, line, "measured" if board.tach is not None else "driven (no tachometer)")
    _drive(drive, line, in_strokes=board.motor.kind == "linear")
    _force(force, run, line)
    style.state_strip(states, _states(line))
    for panel in (phases, rate, drive, force):
        panel.tick_params(labelbottom=False)
    phases.tick_params(bottom=False)
    states.set_xlabel("time in the session, s", fontsize=10, color=style.INK)
    _events((rate, drive, force), force, run, line, cut)
    plot_file.write(drawing, paths)


def _phases(run: "Run", line: report.Timeline) -> list[tuple[float, float, str]]:
    limits = run.program.limits
    return [(start_s, end_s, limits[min(at, len(limits) - 1)].phase) for at, start_s, end_s in line.runs("phase")]


def _rate(panel: "Axes", line: report.Timeline, what: str) -> None:
    times_s, records = line.times_s, line.records
    asked_spm = [record.rate_target_spm for record in records]
    panel.plot(times_s, asked_spm, color=style.INK, linewidth=1.3, linestyle=(0, (5, 2)), label="asked")
    panel.plot(times_s, [record.rate_spm for record in records], color=style.BLUE, linewidth=1.3, label=what)
    panel.set_ylim(0, max([*asked_spm, *(record.rate_spm for record in records), 100]) * 1.12)
    style.name_panel(panel, "Stroke rate, strokes/min")


def _drive(panel: "Axes", line: report.Timeline, in_strokes: bool) -> None:
    """in_strokes: the output goes up and down with every stroke."""
    times_s, records = line.times_s, line.records
    left = [record.scale_permille / 10 for record in records]
    panel.fill_between(times_s, left, 100, facecolor=style.ORANGE, alpha=0.32, linewidth=0, label="held back")
    panel.plot(times_s, left, color=style.RED, linewidth=0.9, label="most that soft start and foldback allow")
    asked = [record.drive_permille / 10 for record in records]
    panel.plot(times_s, asked, color=style.INK, linewidth=1.5, linestyle=(0, (5, 2)), label="drive set")
    output = [abs(record.out_permille) / 10 for record in records]
    if in_strokes:
        low, high = _envelope(times_s, output)
        panel.fill_between(times_s, low, high, facecolor=style.BLUE, alpha=0.7, linewidth=0, label="motor output")
    else:
        panel.plot(times_s, output, color=style.BLUE, linewidth=1.1, label="motor output")
    panel.set_ylim(0, 104)
    panel.set_yticks([0, 25, 50, 75, 100])
    style.name_panel(panel, "Drive, %")


def _force(panel: "Axes", run: "Run", line: report.Timeline) -> None:
    times_s, records = line.times_s, line.records
    if run.truth:
        plant_s = [truth.time_s - line.start_host_s for truth in run.truth]
        low_n, _ = _envelope(plant_s, [truth.force_low_n for truth in run.truth])
        _, high_n = _envelope(plant_s, [truth.force_high_n for truth in run.truth])
        panel.fill_between(plant_s, low_n, high_n, facecolor="#BBDDF2", linewidth=0, label="true force (plant)")
        press_n = [truth.press_n for truth in run.truth]
        panel.plot(plant_s, press_n, color=style.GREEN, linewidth=1.4, linestyle=":", label="hand's press (plant)")
    peak_n = [record.peak_mn / 1000 for record in records]
    panel.plot(times_s, peak_n, color=style.BLUE, linewidth=1.5, label="peak of each stroke (sensor)")
    held = report.limits_over_time(run.limits, line)
    limit_n = [step.limit_mn / 1000 for step in held]
    start_n = [step.soft_mn / 1000 for step in held]
    trip_n = [step.trip_mn / 1000 for step in held]
    panel.step(times_s, trip_n, where="post", color=style.INK, linewidth=1.6, linestyle="-.")
    panel.step(times_s, limit_n, where="post", color=style.RED, linewidth=2.2)
    panel.step(times_s, start_n, where="post", color=style.ORANGE, linewidth=1.8, linestyle="--")
    panel.set_ylim(0, max(*trip_n, *peak_n) * 1.1)
    style.name_lines(
        panel,
        [
            (trip_n[-1], f"trip {_range(trip_n)} N:\nstops, latched", style.INK),
            (limit_n[-1], f"limit {_range(limit_n)} N:\nno drive left", style.RED),
            (start_n[-1], f"foldback starts\nat {_range(start_n)} N", "#9A6A00"),
        ],
    )
    style.name_panel(panel, "Force on the body, N")


def _envelope(times_s: Sequence[float], values: Sequence[float]) -> tuple[list[float], list[float]]:
    """Lowest and highest value around each moment: strokes are far too quick for a line 90 s wide."""
    low, high = [], []
    first = last = 0
    for time_s in times_s:
        while times_s[first] < time_s - ENVELOPE_S:
            first += 1
        while last < len(times_s) and times_s[last] <= time_s + ENVELOPE_S:
            last += 1
        low.append(min(values[first:last]))
        high.append(max(values[first:last]))
    return low, high


def _range(values: list[float]) -> str:
    low, high = min(values), max(values)
    return f"{high:g}" if low == high else f"{low:g} to {high:g}"


def _states(line: report.Timeline) -> list[tuple[float, float, str]]:
    """Stretches of states; flickers of the foldback are joined with what surrounds them."""
    joined: list[tuple[float, float, str]] = []
    for state, start_s, end_s in line.runs("state"):
        name = state_name(state)
        moving = name in report.MOVING and joined and joined[-1][2] in report.MOVING
        if joined and (joined[-1][2] == name or (moving and end_s - start_s < SHORTEST_STATE_S)):
            joined[-1] = (joined[-1][0], end_s, joined[-1][2])
        elif end_s - start_s > SHOWN_S or name == "FAULT":
            joined.append((start_s, end_s, name))
    return joined


def _events(
    panels: Sequence["Axes"], force: "Axes", run: "Run", line: report.Timeline, cut: Sequence[report.Span]
) -> None:
    """What needs a mark across the panels: drive cut back, "too much", the fault that ended it."""
    for span in cut:
        for panel in panels:
            panel.axvspan(span.start_s, span.end_s, facecolor=style.ORANGE, alpha=0.13, linewidth=0)
    top_n = force.get_ylim()[1]
    label: dict[str, Any] = {"fontsize": 9, "color": style.INK, "va": "top"}
    bottom: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": 9.5, "color": style.INK}
    for span in cut:
        if span.length_s > 0.12 * line.end_s:
            force.text((span.start_s + span.end_s) / 2, 0.02 * top_n, "drive backed off", **bottom)
    for said_s in line.said_s():
        for panel in panels:
            panel.axvline(said_s, color=style.PURPLE, linewidth=1.4, linestyle=(0, (1, 1)))
        force.text(said_s + 0.004 * line.end_s, 0.985 * top_n, '"too much"', **label)
    if run.end_fault:
        for panel in panels:
            panel.axvline(line.end_s, color=style.RED, linewidth=2.5)
        force.text(
            line.end_s * 0.994, 0.985 * top_n, f"fault: {fault_name(run.end_fault)}", **(label | {"ha": "right"})
        )
