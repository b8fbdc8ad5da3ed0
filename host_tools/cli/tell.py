"""A finished session in plain words."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools import report
from host_tools.cli import screen
from host_tools.messages import fault_advice, fault_name
from host_tools.numerals import counted, times
from tapote import faults

if TYPE_CHECKING:
    from host_tools.links.url import DeviceUrl
    from host_tools.runner import Run

SPANS_SHOWN = 5
SPANS_IN_FULL = 2  # more than that are told in brief


@dataclass(frozen=True)
class Asked:
    """What a person typed: the profile, and option -> value or values, None where they left it to Tapote."""

    profile: str
    options: Mapping[str, object]

    def again(self, **changes: object) -> str:
        """The command for the same session, but for these changes."""
        words = [screen.program(), "run", self.profile]
        for name, said in (dict(self.options) | changes).items():
            for value in said if isinstance(said, list) else [said]:
                if value is not None:
                    words += [f"--{name}", f"{value:g}" if isinstance(value, float) else str(value)]
        return shlex.join(words)


def session(
    run: "Run", url: "DeviceUrl", asked: Asked, place: str, hints: Sequence[str], pictures: Sequence[Path]
) -> None:
    """Print what ran, what was felt, what the device did about it, and what to try next."""
    line = report.timeline(run)
    mark = f"{screen.SIMULATED}  " if run.simulated else ""
    screen.show()
    screen.heading(f"{mark}{run.program.name} on the {place}")
    screen.fact("Device", f"{run.device} board {run.hello.board}, firmware {run.hello.firmware}")
    if run.simulated:
        screen.fact("World", f"{world(url)}; no motor turned and nobody was touched")
    screen.fact("Session", _session(run))
    screen.fact("Force", _force(run))
    _backoff(run, line)
    for number in faults.FAULTS:
        if run.stats.faults >> number & 1:
            screen.fact("Fault", f"{fault_name(number)}: {fault_advice(number)}")
    if not run.stats.faults:
        screen.fact("Faults", "none")
    for hint in hints:
        screen.fact("Note", f"{hint}.")
    screen.fact("Timing", _timing(run))
    for path in pictures:
        screen.fact("Picture", str(path))
    screen.show()
    screen.heading("Try next")
    for command, why in _next(run, url, asked, pictures):
        screen.show(f"  {command}\n      {why}")


def world(url: "DeviceUrl") -> str:
    """The simulated world in a few words; else the port."""
    if url.port:
        return f"board on {url.port}"
    around = url.world
    press = f" pressing {around.press_n:g} N" if around.press_n is not None else ""
    return f"{around.person} person{press}, {around.tissue} tissue, seed {around.seed}"


def _session(run: "Run") -> str:
    stats = run.stats
    parts, strokes = counted(len(run.program.limits), "phase"), counted(stats.strokes, "stroke")
    planned_s = run.program.duration_ms / 1000
    how = "ended by a fault" if run.end_fault or stats.faults else "completed"
    text = f"{stats.run_ms / 1000:.1f} s of {planned_s:g} s, {how}: {parts}, {strokes}"
    if stats.too_much:
        text += f'; "too much" said {times(stats.too_much)}: force and drive went down and stayed down'
    return text


def _force(run: "Run") -> str:
    text = f"peak {run.stats.peak_mn / 1000:.1f} N; limit {run.limit_mn / 1000:g} N, stop at {run.trip_mn / 1000:g} N"
    if run.stats.over_us:
        text += f"; {_seconds(run.stats.over_us / 1e6)} above the limit in all"
    return text


def _backoff(run: "Run", line: report.Timeline) -> None:
    """When force was backed off, how far, and when the drive came back."""
    cut = report.cut_back(line)
    rest = report.softened(line, cut)
    if not run.stats.backoff_ms:
        screen.fact("Backed off", "never; force stayed below where foldback begins")
        return
    screen.fact("Backed off", f"{_seconds(run.stats.backoff_ms / 1000)} in all")
    for span in cut[:SPANS_SHOWN]:
        screen.fact("", _cut(span, _pressed_n(run, line, span), brief=len(cut) > SPANS_IN_FULL))
    if len(cut) > SPANS_SHOWN:
        more_s = sum(span.length_s for span in cut[SPANS_SHOWN:])
        screen.fact("", f"and {counted(len(cut) - SPANS_SHOWN, 'time')} more, {more_s:.1f} s together")
    if rest is not None and (rest.length_s >= 1 or not cut):
        screen.fact(
            "",
            f"{'otherwise ' if cut else ''}{_seconds(rest.length_s)} of softer strokes: a firm hand, peaks up to"
            f" {rest.peak_mn / 1000:.0f} N, drive around {rest.scale_permille / 10:.0f} %",
        )


def _pressed_n(run: "Run", line: report.Timeline, span: report.Span) -> float:
    """How hard the simulated hand pressed in a span, N; 0 where only the hand itself knows."""
    times = ((truth.time_s - line.start_host_s, truth.press_n) for truth in run.truth)
    return max((press_n for time_s, press_n in times if span.start_s <= time_s <= span.end_s), default=0.0)


def _cut(span: report.Span, pressed_n: float, *, brief: bool) -> str:
    hand = f" (the hand pressed {pressed_n:.0f} N)" if pressed_n else ""
    start = f"from {span.start_s:.1f} s to {span.end_s:.1f} s: force rose to {span.peak_mn / 1000:.1f} N"
    left_pct = span.scale_permille / 10
    took = "took the drive away" if left_pct < 2 else f"took the drive back to {left_pct:.0f} %"
    if brief:
        return f"{start}, drive down to {left_pct:.0f} %"
    after = "until the session was over" if span.to_the_end else "and gave it back slowly when force fell"
    return f"{start}{hand}; Tapote {took}{'' if span.to_the_end else ','} {after}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _timing(run: "Run") -> str:
    text = f"{run.wall_s:.1f} s here"
    if run.wall_s:
        text += f", {run.device_s / run.wall_s:.1f} times real time"
    if run.summary()["tick_us_max"] is not None:
        text += f"; tick at most {run.stats.duration_max_us} us, late by at most {run.stats.late_max_us} us"
    return text


def _next(run: "Run", url: "DeviceUrl", asked: Asked, pictures: Sequence[Path]) -> list[tuple[str, str]]:
    """Three commands that make sense after this one: the same session, with one thing changed."""
    offers: list[tuple[str, str]] = []
    if not pictures:
        offers.append((asked.again(plot="session.png"), "the same with a picture of rate, drive and force"))
    person = "person" not in url.given and not url.port  # people and other worlds come with simulated devices only
    if person and url.world.person != "too-hard":
        offers.append((asked.again(person="too-hard"), "somebody presses too hard: watch the device give way"))
    elif person:
        offers.append((asked.again(person="gentle"), "the same profile under a light hand"))
    device = str(asked.options.get("device") or ("" if url.given else "sim:"))
    if device.startswith("sim:") and find_spec("rp2040py"):
        virtual = asked.again(device=f"virtual:{device.removeprefix('sim:')}", seconds=10)
        offers.append((virtual, "the same firmware on real MicroPython, emulated"))
    if run.program.duration_ms > 20000 and not run.stats.too_much:
        offers.append((asked.again(**{"too-much-at": 20}), 'the person says "too much" after 20 s'))
    show = shlex.join([screen.program(), "profile", "show", asked.profile])
    offers.append((show, "what the profile asks for, phase by phase"))
    offers.append((f"{screen.program()} profiles", "what else it can do"))
    return offers[:3]
