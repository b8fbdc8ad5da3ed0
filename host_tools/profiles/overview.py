"""The whole library in one picture, and the page that explains it: docs/techniques.md.

`python -m host_tools.profiles.overview --write` writes both. The picture keeps a fingerprint of what it was drawn
from, so that a test finds a stale one without drawing it again.
"""

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools import plot_file, reference
from host_tools.boards import Board, load_board
from host_tools.paths import repo_or_data
from host_tools.plot_profile import planned
from host_tools.profiles.compare import phase_in_words
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import get_profile, list_profiles
from host_tools.profiles.model import Profile, Technique
from host_tools.profiles.program import Program
from host_tools.profiles.techniques import techniques
from host_tools.regions import body, get_region

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAGE = "docs/techniques.md"
PICTURE = "docs/img/techniques.png"
COLUMNS = 4
PANEL_IN = (3.0, 2.0)
KEYS = (("for_whom", "For"), ("not_for", "Not for"), ("feels", "Feels like"), ("why", "Why these numbers"))
TITLE = "The library: drive over time, with its rhythm"
CAPTION = "all on the same scale, on the first board and the first region of each; N is the highest force limit"


def by_technique() -> dict[Technique, list[str]]:
    """Names of the library's profiles by technique, the one that is named after it first."""
    kinds = {name: get_profile(name).technique for name in list_profiles()}
    return {
        kind: sorted((name for name in kinds if kinds[name] == kind), key=lambda name: name.replace("_", "-") != kind)
        for kind in techniques()
    }


def page() -> str:
    """Everything between the page's markers."""
    lines: list[str] = []
    for kind, names in by_technique().items():
        facts = techniques()[kind]
        suits = [region.title for region in body().regions.values() if kind in region.techniques]
        lines += [f"## {facts.title}", "", facts.what, "", f"Suits: {', '.join(suits)}.", ""]
        for name in names:
            lines += [*_profile(name, get_profile(name)), ""]
    return "\n".join(lines)


def _profile(name: str, profile: Profile) -> list[str]:
    lines = [f"### {profile.name}", "", profile.summary, ""]
    places = ", ".join(get_region(region).title for region in profile.regions)
    lines += [f"`tapote run {name}`, {profile.duration_s:g} s, on: {places}.", ""]
    lines += [f"- **{label}:** {_line(getattr(profile, key))}" for key, label in KEYS if getattr(profile, key)]
    lines += [f"- **Source:** {_line(source)}" for source in profile.sources]
    heads = ["phase", "length", "rate", "drive", "rhythm", "force limit", "what you do"]
    words = [phase_in_words(phase) for phase in profile.phase]
    rows = [[word["name"], *(word[head] for head in heads[1:-1]), word["cue"]] for word in words]
    return [*lines, "", *reference.markdown_table(heads, rows)]


def _line(text: str) -> str:
    return " ".join(text.split())


def programs(board: Board) -> dict[str, Program]:
    """Each profile as the picture shows it, by name, in the order of the page."""
    names = [name for names in by_technique().values() for name in names]
    return {
        name: compile_profile(profile, board, get_region(profile.regions[0]))
        for name in names
        for profile in [get_profile(name)]
    }


def fingerprint() -> str:
    """Changes with everything that the picture shows."""
    shown = [
        (name, program.name, techniques()[get_profile(name).technique].title, program.phases)
        for name, program in programs(load_board()).items()
    ]
    return "drawn from " + hashlib.sha256(repr((TITLE, CAPTION, shown)).encode()).hexdigest()


def draw(path: Path) -> None:
    """One small panel a profile, all on the same scale."""
    from matplotlib.figure import Figure

    from host_tools import plot_style as style

    shown = programs(load_board())
    rows = -(-len(shown) // COLUMNS)
    figure = Figure(figsize=(PANEL_IN[0] * COLUMNS, PANEL_IN[1] * rows + 0.9), facecolor="white")
    top = 1 - 0.95 / (PANEL_IN[1] * rows + 0.9)
    figure.text(0.04, 1 - 0.3 * (1 - top), TITLE, fontsize=17, fontweight="bold", color=style.INK, va="center")
    figure.text(0.04, 1 - 0.62 * (1 - top), CAPTION, fontsize=10, color=style.SOFT_INK, va="center")
    grid = figure.add_gridspec(rows, COLUMNS, left=0.045, right=0.99, top=top - 0.02, bottom=0.05, hspace=0.62)
    longest_s = max(program.duration_ms for program in shown.values()) / 1000
    for index, (name, program) in enumerate(shown.items()):
        panel = figure.add_subplot(grid[index // COLUMNS, index % COLUMNS])
        _panel(panel, program, techniques()[get_profile(name).technique].title, longest_s)
        panel.tick_params(labelbottom=index + COLUMNS >= len(shown), labelleft=index % COLUMNS == 0)
        if index % COLUMNS == 0:
            panel.set_ylabel("drive, %", fontsize=9, color=style.INK)
        if index + COLUMNS >= len(shown):
            panel.set_xlabel("time, s", fontsize=9, color=style.INK)
    plot_file.write(figure, [path], fingerprint())


def _panel(panel: "Axes", program: Program, technique: str, longest_s: float) -> None:
    from host_tools import plot_style as style

    plan = planned(program)
    felt = [pct * share for pct, share in zip(plan.drive_pct, plan.envelope, strict=True)]
    panel.fill_between(plan.time_s, felt, facecolor=style.GREEN, alpha=0.25, linewidth=0)
    panel.plot(plan.time_s, felt, color=style.GREEN, linewidth=0.7)
    slowest, quickest = min(plan.rate_spm), max(plan.rate_spm)
    panel.set_title(program.name, loc="left", fontsize=10.5, fontweight="bold", color=style.INK, pad=17)
    rates = f"{slowest:.0f} to {quickest:.0f}" if slowest != quickest else f"{slowest:.0f}"
    facts = f"{technique}, {rates} strokes/min, {program.limit_mn / 1000:g} N"
    panel.text(0, 1.05, facts, transform=panel.transAxes, fontsize=8, color=style.SOFT_INK)
    panel.set_xlim(0, longest_s)
    panel.set_ylim(0, 80)
    panel.set_yticks([0, 25, 50, 75])
    panel.tick_params(labelsize=8, colors=style.INK, length=2)
    panel.grid(color=style.GRID, linewidth=0.6)
    panel.set_axisbelow(True)
    for side in ("top", "right"):
        panel.spines[side].set_visible(False)


BLOCKS = {"techniques": page}

if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        draw(repo_or_data(PICTURE) if repo_or_data(PICTURE).exists() else repo_or_data("docs/img") / Path(PICTURE).name)
    sys.exit(reference.main(repo_or_data(PAGE), BLOCKS, sys.argv[1:]))
