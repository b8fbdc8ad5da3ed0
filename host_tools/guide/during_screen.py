"""How a session looks while it runs: what to do now, the time left, the force against its limit, the keys."""

import time
from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from host_tools.guide.during import During
from host_tools.guide.guided import Guided
from host_tools.key_line import KeyLine

FRAME_S = 0.1
STEP_S = 0.02
CATCH_UP_S = 0.1  # a simulated device that falls further behind the wall clock is not hurried
BAR = 32  # cells: with the words beside it, it fits 80 columns
TOUCHING_MN = 2000  # less is no contact
KEYS = (("space", "STOP"), ("t", "too much"), ("p", "pause"), ("0 to 9", "how good it feels"), ("q", "leave"))


def run(
    guided: Guided,
    draw: Callable[[], None],
    *,
    wait: Callable[[float], None] | None,
    clock_s: Callable[[], float] = time.monotonic,
) -> None:
    """Until the session is over. wait: lets so many s of the wall's time pass, for whatever has no time of its own (a
    simulation, a session on paper); None for a real device."""
    before_s = clock_s()
    draw_when_due = throttled(draw, clock_s)
    draw()
    while not guided.ended:
        if wait is None:
            guided.work(STEP_S)
        else:
            wait(STEP_S / 2)
            now_s = clock_s()
            guided.work(min(now_s - before_s, CATCH_UP_S))
            before_s = now_s
        draw_when_due()
    draw()


def throttled(draw: Callable[[], None], clock_s: Callable[[], float] = time.monotonic) -> Callable[[], None]:
    """Draws at most every FRAME_S: a terminal that is slow to read would hold up what keeps the device going."""
    drawn_s = clock_s()

    def draw_when_due() -> None:
        nonlocal drawn_s
        if clock_s() - drawn_s >= FRAME_S:
            draw()
            drawn_s = clock_s()

    return draw_when_due


def render(guided: Guided) -> RenderableType:
    """The whole screen."""
    return Group(_head(guided), _now(guided), _state(guided), _foot(guided))


def _head(guided: Guided) -> RenderableType:
    plan = guided.course.plan
    line = Text()
    if guided.simulated:
        line.append(" SIMULATED ", style="bold black on yellow")
        line.append("  ")
    if guided.on_paper:
        line.append(" WITHOUT A DEVICE ", style="bold black on cyan")
        line.append("  ")
    return line.append(f"{plan.wanted.name} on the {plan.region.title}", style="bold")


def _now(guided: Guided) -> RenderableType:
    course = guided.course
    told = guided.paused or course.phase < 0  # before the first stroke and in a pause the message is what matters
    body = Text(guided.message if told else course.cue(), style="bold")
    part = f"part {max(course.phase, 0) + 1} of {len(course.durations_s)}: {course.phase_name}"
    return Panel(body, title="Now", title_align="left", subtitle=part, subtitle_align="left", padding=(1, 2))


def _state(guided: Guided) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="bold", min_width=6)
    table.add_column(width=BAR + 1)
    table.add_column()
    course = guided.course
    share = course.run_s / course.total_s if course.total_s else 0.0
    table.add_row("time", bar(share, "cyan"), f"{clock(course.left_s)} left of {clock(course.total_s)}")
    if isinstance(guided, During):
        table.add_row("force", force_bar(guided), force_words(guided))
    title = "not running yet" if course.phase < 0 else "paused" if guided.paused else "running"
    return Panel(table, title=title, title_align="left")


def bar(share: float, style: str) -> Text:
    """A bar that is full at 1."""
    filled = round(min(max(share, 0.0), 1.0) * BAR)
    return Text("█" * filled, style=style).append("·" * (BAR - filled), style="dim")


def force_bar(guided: During) -> Text:
    """The highest force of the last second. Its end is the limit; ┊ is where the device begins to give way."""
    last = guided.stage.last
    limit_mn = max(last.limit_mn if last is not None else 0, 1)
    soft = min(BAR * guided.soft_mn // limit_mn, BAR - 1)
    filled = min(round(BAR * guided.peak.mn / limit_mn), BAR)
    line = Text()
    for cell in range(BAR):
        style = "yellow" if cell >= soft else "green"
        char = "█" if cell < filled else "┊" if cell == soft else "·"
        line.append(char, style=style if char != "·" else "dim")
    return line.append("│", style="bold red") if filled < BAR else line.append("▶", style="bold red")


def force_words(guided: During) -> Text:
    """The same in words."""
    last = guided.stage.last
    limit_mn = last.limit_mn if last is not None else 0
    peak_mn = guided.peak.mn
    if peak_mn < TOUCHING_MN:
        words, style = "in the air", "dim"
    elif peak_mn < guided.soft_mn:
        words, style = "fine", "green"
    elif peak_mn < limit_mn:
        words, style = "firm: it gives way", "yellow"
    else:
        words, style = "too hard: press less", "bold red"
    return Text(f"{words} ", style=style).append(f"({peak_mn / 1000:.0f} of {limit_mn / 1000:.3g} N)", style="default")


def _foot(guided: Guided) -> RenderableType:
    lines = Text()
    for remark in guided.remarks:
        lines.append(f"{remark}\n", style="bold yellow")
    if guided.message and not guided.paused and guided.course.phase >= 0:
        lines.append(f"{guided.message}\n", style="bold")
    lines.append("Stop at once on sharp pain, numbness or dizziness.", style="italic")
    return Group(lines, KeyLine(KEYS))


def clock(seconds: float) -> str:
    """75 -> "1:15"."""
    whole = round(max(seconds, 0.0))
    return f"{whole // 60}:{whole % 60:02}"
