"""How the tuning desk looks: what the device does, its settings, and the keys, as one picture for a terminal."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from host_tools.key_line import KeyLine
from host_tools.messages import fault_advice, fault_name
from host_tools.param_rows import FELT_SETTINGS, ROWS
from host_tools.report import MOVING
from host_tools.settings import step

if TYPE_CHECKING:
    from host_tools.links.watched import WatchedLink
from host_tools.tuner import Tuner

FRAME_S = 0.1
BAR, NARROW_BAR = 40, 24  # cells
WIDE = 100  # columns: below, meanings are shown of the selected setting only
CATCH_UP_S = 0.1  # a simulated device that falls further behind the wall clock is not hurried
STATE_STYLES = {"RUNNING": "bold green", "BACKOFF": "bold yellow", "ARMED": "bold cyan", "FAULT": "bold white on red"}
KEYS = (
    ("space", "STOP"),
    ("↑ ↓", "select"),
    ("← →", "change"),
    ("PgUp PgDn", "change x10"),
    ("s", "save"),
    ("r", "revert"),
    ("t", "too much"),
    ("g", "go"),
    ("c", "clear fault"),
    ("q", "quit"),
)


def run(
    tuner: "Tuner",
    link: "WatchedLink",
    draw: Callable[[], None],
    clock_s: Callable[[], float] = time.monotonic,
) -> None:
    """Until the person quits. On a simulated device time passes as on the wall; a real one has its own."""
    before_s = drawn_s = clock_s()

    def draw_when_due() -> None:
        nonlocal drawn_s
        if clock_s() - drawn_s >= FRAME_S:
            draw()
            drawn_s = clock_s()

    draw()
    tuner.on_wait = draw_when_due
    while not tuner.done:
        if link.plant is not None:
            link.look(0.01)
            now_s = clock_s()
            tuner.work(min(now_s - before_s, CATCH_UP_S))
            before_s = now_s
        else:
            tuner.work(0.02)
        draw_when_due()


def render(tuner: "Tuner", columns: int = 110) -> RenderableType:
    """The whole screen, for a terminal of so many columns."""
    wide = columns >= WIDE
    return Group(_head(tuner), _live(tuner, wide), _settings(tuner, wide), _foot(tuner))


def _head(tuner: "Tuner") -> RenderableType:
    stage = tuner.stage
    last = stage.last
    state = last.state_name if last is not None else "silent"
    line = Text()
    if stage.link.simulated:
        line.append(" SIMULATED ", style="bold black on yellow")
        line.append("  ")
    line.append(f" {state} ", style=STATE_STYLES.get(state, "bold"))
    line.append(f"  {stage.link.name} board {stage.hello.board}, firmware {stage.hello.firmware}", style="dim")
    if tuner.play is not None:
        line.append(f"  {tuner.play.program.name}", style="bold")
    if last is not None and last.fault:
        line.append(f"\n {fault_name(last.fault)}: {fault_advice(last.fault)}", style="bold red")
    return line


def _live(tuner: "Tuner", wide: bool) -> RenderableType:
    last = tuner.stage.last
    cells = BAR if wide else NARROW_BAR
    if last is None:
        return Panel("Waiting for the device ...", title="Live", title_align="left")
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="bold")
    table.add_column(width=cells)
    table.add_column()
    moving = last.state_name in MOVING
    top_spm = max(tuner.settings.applied["rate_max_spm"], last.rate_spm, 1)
    asked_spm = last.rate_target_spm if moving else 0
    table.add_row("rate", _bar(last.rate_spm / top_spm, "green", cells), f"{last.rate_spm} of {asked_spm} strokes/min")
    left = f"{last.scale_permille / 10:.0f} % left" if moving else "motor off"
    output = abs(last.out_permille) / 10
    drive = f"{output:.0f} % output, {last.drive_permille / 10:.0f} % asked, {left}"
    table.add_row("drive", _bar(output / 100, "cyan", cells), drive)
    table.add_row("force", _force_bar(tuner, cells), _force_text(tuner, wide))
    slow = f"{last.current_ma / 1000:.2f} A   battery {last.battery_mv / 1000:.2f} V"
    slow += f"   {last.temperature_dc / 10:.1f} °C   strokes {last.strokes}   lost {last.dropped}"
    body = Group(table, Text("current ", style="bold").append(slow, style="not bold"))
    return Panel(body, title="Live", title_align="left")


def _bar(share: float, style: str, cells: int) -> Text:
    """A bar of so many cells, in eighths."""
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    full, part = divmod(eighths, 8)
    filled = "█" * full + ("▏▎▍▌▋▊▉"[part - 1] if part else "")
    return Text(filled, style=style).append("·" * (cells - len(filled)), style="dim")


def _marks(tuner: "Tuner", cells: int) -> tuple[int, int, int]:
    """Where on the force bar, in cells: start of the foldback, limit, trip (its end)."""
    last = tuner.stage.last
    trip_mn = max(tuner.trip_mn, 1)
    limit_mn = min(last.limit_mn if last is not None else 0, trip_mn)
    soft_mn = limit_mn * tuner.settings.applied["fold_permille"] // 1000
    return cells * soft_mn // trip_mn, min(cells * limit_mn // trip_mn, cells - 1), cells - 1


def _force_bar(tuner: "Tuner", cells: int) -> Text:
    """Force now, solid; the peak of the last second, shaded; marks for foldback, limit and trip."""
    last = tuner.stage.last
    soft, limit, trip = _marks(tuner, cells)
    scale = cells / max(tuner.trip_mn, 1)
    now = round((last.force_mn if last is not None else 0) * scale)
    peak = round(tuner.peak.mn * scale)
    line = Text()
    for cell in range(cells):
        char = "█" if cell < now else "▒" if cell < peak else "·"
        style = "red" if cell >= limit else "yellow" if cell >= soft else "green"
        if cell in (soft, limit, trip) and cell >= now:
            char = {soft: "┊", limit: "│", trip: "┃"}[cell]
            style = "bold " + style
        line.append(char, style=style if char != "·" else "dim")
    return line


def _force_text(tuner: "Tuner", wide: bool) -> Text:
    last = tuner.stage.last
    now_mn, limit_mn = (last.force_mn, last.limit_mn) if last is not None else (0, 0)
    soft_mn = limit_mn * tuner.settings.applied["fold_permille"] // 1000
    style = "bold red" if tuner.peak.mn >= limit_mn else "bold yellow" if tuner.peak.mn >= soft_mn else "bold"
    line = Text(f"{now_mn / 1000:.1f} N, ")
    line.append(f"peak {tuner.peak.mn / 1000:.1f} of {limit_mn / 1000:g} N", style=style)
    if not wide:
        return line
    return line.append(f" (foldback ┊{soft_mn / 1000:g}, trip ┃{tuner.trip_mn / 1000:g})", style="dim")


def _settings(tuner: "Tuner", wide: bool) -> RenderableType:
    table = Table(box=None, padding=(0, 1), expand=True, header_style="bold")
    for name in ("", "setting", "applies", "on device", "allowed", "meaning" if wide else ""):
        right = name in ("applies", "on device")
        table.add_column(
            name, justify="right" if right else "left", no_wrap=True, ratio=1 if name == "meaning" else None
        )
    for index, name in enumerate(FELT_SETTINGS):
        row = ROWS[name]
        applied, stored = tuner.settings.applied[name], tuner.settings.stored[name]
        chosen = index == tuner.selected
        changed = applied != stored
        table.add_row(
            "▶" if chosen else "*" if changed else "",
            name,
            Text(row.text(applied, unit=False), style="bold yellow" if changed else ""),
            row.text(stored, unit=False),
            Text(row.range_text, style="" if chosen else "dim"),
            Text(row.help if wide else "", style="" if chosen else "dim", overflow="ellipsis"),
            style="reverse" if chosen else "",
        )
    unsaved = len(tuner.settings.unsaved())
    title = f"Settings, {unsaved} unsaved" if unsaved else "Settings, all as stored"
    row = ROWS[tuner.name]
    meaning = f"{row.name}: {row.help}; a step is {row.text(step(row))}"
    return Panel(table, title=title, title_align="left", subtitle=meaning, subtitle_align="left")


def _foot(tuner: "Tuner") -> RenderableType:
    lines = Text()
    if tuner.asking:
        lines.append("Save to the device?\n", style="bold")
        for change in tuner.asking:
            lines.append(f"  {change}\n")
        lines.append("y saves, any other key does not.", style="bold")
        return lines
    if not tuner.stage.live:
        reasons = tuner.reasons
        lines.append(
            "Ready to be armed." if not reasons else "Not ready:\n", style="green" if not reasons else "yellow"
        )
        lines.append("\n".join(f"  {reason}" for reason in reasons))
        lines.append("\n")
    if tuner.message:
        lines.append(tuner.message + "\n", style="bold white on red" if tuner.message == "STOP" else "bold")
    lines.rstrip()
    return Group(lines, KeyLine(KEYS)) if lines else KeyLine(KEYS)
