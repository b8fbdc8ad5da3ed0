"""The picture of a profile: what it asks of a board on a region, before anything runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, pi
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools import caps, plot_file
from host_tools import plot_style as style
from tapote import waves

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from host_tools.boards import Board
    from host_tools.profiles.program import Program, ProgramPhase

HEIGHTS = (0.28, 1.9, 1.9, 1.6, 0.06, 1.7)  # the gap sets the close-up apart: its time is another
STEP_MS = 20
CLOSE_UP_S = 2.0
CLOSE_UP_STEP_MS = 1
WHOSE = {"profile": "the profile's", "region": "the region's", "board": "the board's", "cap": "the compiled cap"}


@dataclass(slots=True)
class Plan:
    """A program over time, one entry per step. envelope: what the rhythm leaves of rate and drive, 0 to 1."""

    time_s: list[float] = field(default_factory=list)
    phase: list[int] = field(default_factory=list)
    rate_spm: list[float] = field(default_factory=list)
    drive_pct: list[float] = field(default_factory=list)
    envelope: list[float] = field(default_factory=list)


def planned(program: "Program") -> Plan:
    """Sample a program as the device runs it, force and slew aside. A rhythm goes on until a steady phase comes."""
    plan = Plan()
    beat = 0.0
    start_ms = 0
    for index, phase in enumerate(program.phases):
        for at_ms in range(0, phase.duration_ms, STEP_MS):
            share = at_ms / phase.duration_ms
            if phase.ease:
                share = share * share * (3 - 2 * share)
            plan.time_s.append((start_ms + at_ms) / 1000)
            plan.phase.append(index)
            plan.rate_spm.append(phase.rate_from_spm + (phase.rate_to_spm - phase.rate_from_spm) * share)
            drive_permille = phase.drive_from_permille + (phase.drive_to_permille - phase.drive_from_permille) * share
            plan.drive_pct.append(drive_permille / 10)
            plan.envelope.append(_envelope(phase, beat))
            beat = (beat + STEP_MS / phase.period_ms) % 1.0 if phase.rhythm != waves.STEADY else 0.0
        start_ms += phase.duration_ms
    return plan


def _envelope(phase: "ProgramPhase", beat: float) -> float:
    """What the rhythm leaves, 0 to 1, at a place in its period, 0 to 1."""
    depth = phase.depth_permille / 1000
    if phase.rhythm == waves.SWELL_KIND:
        return 1 - depth * waves.raised_cosine(int(beat * 256), 256) / 4096  # strong, gentle, strong
    if phase.rhythm == waves.BURST and beat >= phase.on_permille / 1000:
        return 1 - depth
    return 1.0


def save_profile(program: "Program", board: "Board", paths: Sequence[Path], *, place: str) -> None:
    """Draw a compiled profile and write it to each path (plot_file.check has passed). UsageError as plot_file.write."""
    plan = planned(program)
    total_s = program.duration_ms / 1000
    crank = board.motor.kind == "crank"
    drawing, (phases, rate, drive, force, gap, close_up) = style.figure(
        f"{program.name} on the {place}, {total_s:g} s",
        f"as planned for board {board.name}; force and battery may take some of it away",
        "PLAN",
        HEIGHTS,
        right=0.97,
    )
    gap.set_axis_off()
    for panel in (phases, rate, drive, force):
        panel.set_xlim(0, total_s)
    for panel in (phases, rate, drive):
        panel.tick_params(labelbottom=False)
    phases.tick_params(bottom=False)
    _phases(phases, program)
    beats = [spm * share for spm, share in zip(plan.rate_spm, plan.envelope, strict=True)]
    felt_spm = beats if crank else plan.rate_spm
    _over_time(rate, plan.time_s, plan.rate_spm, felt_spm, style.BLUE)
    style.name_panel(rate, "Stroke rate, strokes/min")
    felt_pct = [pct * share for pct, share in zip(plan.drive_pct, plan.envelope, strict=True)]
    _over_time(drive, plan.time_s, plan.drive_pct, felt_pct, style.GREEN)
    drive.set_ylim(0, 104)
    style.name_panel(drive, "Drive, %")
    _limits(force, program)
    force.set_xlabel("time in the session, s", fontsize=10, color=style.INK)
    start_s = _worth_a_look(plan)
    for panel in (rate, drive, force):
        panel.axvspan(start_s, start_s + CLOSE_UP_S, facecolor=style.PURPLE, alpha=0.35, linewidth=0)
    rate.text(
        start_s + CLOSE_UP_S * 1.2, rate.get_ylim()[1] * 0.03, "seen below", fontsize=9, color=style.INK, va="bottom"
    )
    _strokes(close_up, plan, program, board, felt_spm, start_s)
    plot_file.write(drawing, paths)


def _phases(panel: "Axes", program: "Program") -> None:
    stretches = []
    start_s = 0.0
    for phase, limit in zip(program.phases, program.limits, strict=True):
        stretches.append((start_s, start_s + phase.duration_ms / 1000, limit.phase))
        start_s += phase.duration_ms / 1000
    style.bands(panel, stretches, "phase")


def _over_time(
    panel: "Axes", time_s: Sequence[float], plain: Sequence[float], felt: Sequence[float], colour: str
) -> None:
    """A quantity with its rhythm, and without where there is one."""
    if list(plain) != list(felt):
        panel.plot(time_s, plain, color=style.INK, linewidth=1.2, linestyle=(0, (5, 2)), label="without rhythm")
    panel.fill_between(time_s, felt, facecolor=colour, alpha=0.15, linewidth=0)
    panel.plot(time_s, felt, color=colour, linewidth=1.5, label="with rhythm" if list(plain) != list(felt) else "asked")
    panel.set_ylim(0, max([*plain, 1.0]) * 1.12)


def _limits(panel: "Axes", program: "Program") -> None:
    """Force limit of each phase, and who set it."""
    edges, values = [0.0], []
    for phase, limit in zip(program.phases, program.limits, strict=True):
        start_s, end_s = edges[-1], edges[-1] + phase.duration_ms / 1000
        edges.append(end_s)
        values.append(limit.limit_mn / 1000)
        text = f"{limit.limit_mn / 1000:g} N, {WHOSE[limit.won_by]}"
        if (end_s - start_s) * 1000 / program.duration_ms > style.NARROWEST_LABEL * len(text):
            panel.text(
                (start_s + end_s) / 2,
                limit.limit_mn / 1000 - 2,
                text,
                fontsize=9,
                color=style.INK,
                ha="center",
                va="top",
            )
    fades = [value * caps.FOLDBACK_SHARE for value in values]
    panel.stairs(
        fades,
        edges,
        color=style.INK,
        linewidth=1.2,
        linestyle=(0, (5, 2)),
        baseline=None,
        label="drive fades from here",
    )
    panel.stairs(values, edges, color=style.RED, linewidth=2.2, baseline=None, label="none is left from here")
    panel.set_ylim(0, max(values) * 1.15)
    style.name_panel(panel, "Force limit, N")


def _worth_a_look(plan: Plan) -> float:
    """Start of the close-up: around the strongest moment, or where a burst in the strongest phase ends."""
    strength = [pct * share for pct, share in zip(plan.drive_pct, plan.envelope, strict=True)]
    best = strength.index(max(strength))
    for at in range(best, len(strength) - 1):
        if plan.phase[at] == plan.phase[best] and plan.envelope[at] - plan.envelope[at + 1] > 0.1:
            best = at
            break
    return max(0.0, min(plan.time_s[best] - CLOSE_UP_S / 2, plan.time_s[-1] - CLOSE_UP_S))


def _strokes(
    panel: "Axes", plan: Plan, program: "Program", board: "Board", felt_spm: Sequence[float], start_s: float
) -> None:
    """Each stroke of the close-up: the head's travel on a crank, the drive on a linear actuator."""
    times_s, values = [], []
    turn = 0.0
    travel_mm = board.crank.stroke_um / 1000 if board.crank is not None else 0.0
    for at_ms in range(0, int(CLOSE_UP_S * 1000), CLOSE_UP_STEP_MS):
        time_s = start_s + at_ms / 1000
        step = min(int(time_s * 1000 / STEP_MS), len(plan.time_s) - 1)
        times_s.append(time_s)
        if travel_mm:
            values.append(travel_mm / 2 * (1 - cos(2 * pi * turn)))
        else:
            sample = program.wave[int(turn * len(program.wave))] - 32768
            values.append(plan.drive_pct[step] * plan.envelope[step] * sample / 32768)
        turn = (turn + felt_spm[step] / 60 * CLOSE_UP_STEP_MS / 1000) % 1.0
    panel.plot(times_s, values, color=style.INK, linewidth=1.1)
    panel.set_xlim(start_s, start_s + CLOSE_UP_S)
    quantity = "travel of the head in the air, mm" if travel_mm else "drive within each stroke, %"
    style.name_panel(panel, f"{CLOSE_UP_S:g} s from close up: {quantity}", legend=False)
    panel.set_xlabel("time in the session, s", fontsize=10, color=style.INK)
