"""The picture of one or more recordings, laid over each other from the moment the motor may be driven."""

from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from host_tools import plot_file
from host_tools import plot_style as style
from host_tools.recording import Recording
from tapote import states

HEIGHTS = (0.1, 1.5, 1.4, 2.4, 1.1)  # the first stays empty: room between the heading and the first panel
LOOKS = (
    (style.BLUE, "-"),
    (style.RED, (0, (6, 2))),
    (style.GREEN, (0, (2, 1))),
    (style.PURPLE, (0, (6, 2, 1, 2))),
    (style.ORANGE, (0, (1, 1))),
    (style.INK, (0, (8, 3))),
)


def save(recordings: Sequence[Recording], paths: Sequence[Path]) -> None:
    """Draw and write to each path (.png or .svg; plot_file.check has passed). UsageError when a file cannot be."""
    kinds = {bool(one.header.get("simulated")) for one in recordings}
    mark = "SIMULATED AND MEASURED" if len(kinds) == 2 else "SIMULATED" if kinds == {True} else "MEASURED"
    names = _names(recordings)
    drawing, panels = style.figure(_title(recordings), _subtitle(recordings), mark, HEIGHTS)
    panels[0].set_axis_off()
    panels = panels[1:]
    rate, output, force, current = panels
    end_s = max(_times(one)[-1] for one in recordings)
    start_s = min(_times(one)[0] for one in recordings)
    for panel in panels:
        panel.set_xlim(start_s, end_s if end_s > start_s else start_s + 1)
    for one, name, (colour, dash) in zip(recordings, names, islice(cycle(LOOKS), len(recordings)), strict=True):
        times_s, columns = _times(one), one.columns
        curves = (
            (rate, columns["rate_spm"]),
            (output, [abs(value) / 10 for value in columns["out_permille"]]),
            (force, [value / 1000 for value in columns["peak_mn"]]),
            (current, [value / 1000 for value in columns["current_ma"]]),
        )
        for panel, values in curves:
            panel.plot(times_s, values, color=colour, linestyle=dash, linewidth=1.3, label=name)
        limit_n = [value / 1000 for value in columns["limit_mn"]]
        force.step(times_s, limit_n, where="post", color=colour, linewidth=2.2, alpha=0.45)
    for panel, what, low in zip(
        panels,
        ("Stroke rate, strokes/min", "Motor output, %", "Peak force of each stroke, N (thick: limit)", "Current, A"),
        (0, 0, 0, None),
        strict=True,
    ):
        panel.set_ylim(bottom=low)
        style.name_panel(panel, what, legend=panel is rate)
        panel.tick_params(labelbottom=panel is current)
    current.set_xlabel("time since the motor was let run, s", fontsize=10, color=style.INK)
    plot_file.write(drawing, paths)


def _times(one: Recording) -> list[float]:
    """Times with 0 at the first record in which the motor may be driven; at the first of all when there is none."""
    times_s, column = one.columns["time_s"], one.columns["state"]
    start = next((at for at, state in enumerate(column) if int(state) in states.MOVING), 0)
    return [time_s - times_s[start] for time_s in times_s]


def _names(recordings: Sequence[Recording]) -> list[str]:
    """Short names that differ: the file's stem, with its folder where two are alike."""
    stems = [one.path.stem for one in recordings]
    return [
        stem if stems.count(stem) == 1 else str(one.path.with_suffix(""))
        for stem, one in zip(stems, recordings, strict=True)
    ]


def _title(recordings: Sequence[Recording]) -> str:
    titles = sorted({one.title for one in recordings})
    whole = ", ".join(titles)
    return f"{len(recordings)} recordings: {whole}"[:70] if len(recordings) > 1 else f"Recording: {whole}"[:70]


def _subtitle(recordings: Sequence[Recording]) -> str:
    boards = sorted({str(one.header.get("board")) for one in recordings})
    firmware = sorted({str(one.header.get("firmware")) for one in recordings})
    lost = sum(one.lost for one in recordings)
    return f"board {', '.join(boards)}    firmware {', '.join(firmware)}    lost records {lost}"[:140]
