"""One seed again, tick by tick, as a picture and in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from host_tools.campaign import watch
from host_tools.campaign.link import MakeHal
from host_tools.campaign.trace import ADVERSE, NORMAL, Outcome, run_trace
from tapote import params

__all__ = ["ADVERSE", "NORMAL", "replay"]

EVERY_US = 1000  # a point of the picture
NAMES = ("force_mn", "limit_mn", "trip_mn", "scale_q16", "out_q12")
_SLOTS = [params.slot(name) for name in NAMES]


@dataclass
class Film:
    """What the picture shows: one entry a millisecond."""

    at_s: list[float] = field(default_factory=list)
    true_n: list[float] = field(default_factory=list)
    regs: list[list[int]] = field(default_factory=list)


def replay(kind: str, seed: int, pictures: Sequence[Path]) -> Outcome:
    """Run it with a look every millisecond; what came of it. UsageError when a picture cannot be
    written."""
    from host_tools import plot_file

    plot_file.check(pictures)
    film = Film()

    outcome = run_trace(kind, seed, _filmed(film))
    if pictures:
        _draw(outcome, film, pictures)
    return outcome


def _filmed(film: Film) -> MakeHal:
    """The fast board, which is looked at every millisecond."""
    from host_tools.compiled.hal import CompiledHal

    class Filmed(CompiledHal):
        def run_ticks(self, count: int) -> None:
            every = max(EVERY_US // self.tick_us, 1)
            while count > 0:
                super().run_ticks(min(count, every))
                count -= every
                film.at_s.append(self.time_us * 1e-6)
                film.true_n.append(self.plant.force_n)
                film.regs.append([self.regs[slot] for slot in _SLOTS])

    return lambda board, plant, seen: Filmed(board, plant, watch.look, seen)


def told(outcome: Outcome) -> dict[str, str]:
    """What came of it, for people."""
    met = [f"{met['fault']} at {met['at_s']:.2f} s" for met in outcome.met]
    return {
        "Trace": f"{outcome.kind}:{outcome.seed}",
        "Drawn": ", ".join(f"{name} {value}" for name, value in outcome.about.items()),
        "Ran": f"{outcome.moving_s:g} s, driven {outcome.driven_s:g} s, ended {outcome.end}",
        "Refused": "; ".join(outcome.refused) or "no",
        "Faults": "; ".join(met) or "none",
        "Over trip": f"{outcome.over_trip_ms:g} ms in all, {outcome.over_trip_driven_ms:g} ms driven",
        "Broken": "; ".join(f"{text} at {at_s} s" for text, at_s in outcome.broken.items()) or "nothing",
    }


def _draw(outcome: Outcome, film: Film, pictures: Sequence[Path]) -> None:
    from host_tools import plot_file
    from host_tools import plot_style as style

    drawing, (force, drive) = style.figure(
        f"Campaign trace {outcome.kind}:{outcome.seed}",
        f"{outcome.about['machine']}; ended {outcome.end}; "
        + ("broken: " + "; ".join(outcome.broken) if outcome.broken else "every invariant held"),
        "SIMULATED",
        (2.6, 1.4),
    )
    columns = list(zip(*film.regs, strict=True))
    measured, limit, trip = ([value / 1000 for value in columns[at]] for at in range(3))
    force.plot(film.at_s, film.true_n, color=style.BLUE, linewidth=1.0, label="contact force")
    force.plot(film.at_s, measured, color=style.ORANGE, linewidth=0.8, linestyle="--", label="as the device reads it")
    force.plot(film.at_s, limit, color=style.GREEN, linewidth=1.6, linestyle="-.", label="limit")
    force.plot(film.at_s, trip, color=style.RED, linewidth=1.6, linestyle=":", label="trip")
    force.set_ylabel("N")
    drive.plot(film.at_s, [value / 655.36 for value in columns[3]], color=style.PURPLE, label="left by the foldback, %")
    drive.plot(film.at_s, [value / 40.96 for value in columns[4]], color=style.SKY, linewidth=0.8, label="duty, %")
    drive.set_xlabel("s after power-on")
    for panel in (force, drive):
        panel.set_xlim(0, film.at_s[-1])
        for at_s in outcome.broken.values():
            panel.axvline(at_s, color=style.RED, linewidth=2.0)
        for met in outcome.met:
            panel.axvline(met["at_s"], color=style.INK, linewidth=0.8, linestyle="--")
        panel.legend(loc="upper left", ncols=4, fontsize=9)
    for met in outcome.met:
        force.annotate(met["fault"], (met["at_s"], force.get_ylim()[1]), fontsize=8, ha="right", va="top", rotation=90)
    plot_file.write(drawing, pictures)
