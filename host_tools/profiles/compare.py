"""Two profiles side by side: which phase answers which, and every value in words with its unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from host_tools.profiles.model import Burst, Drive, Phase, Profile, Rate, Swell
from host_tools.profiles.write import number

ABSENT = "-"
TEXTS = ("summary", "for_whom", "not_for", "feels", "why", "sources", "author", "license")


@dataclass(frozen=True)
class Row:
    """One value of both. part: "profile" or "phase 2"; left, right: value with unit, "-" where there is none."""

    part: str
    key: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether it is not the same."""
        return self.left != self.right


def compare(left: Profile, right: Profile) -> list[Row]:
    """All rows, those that are the same too: the head of the file, then phase by phase, then the stroke's shape."""
    rows = [Row("profile", key, a, b) for key, a, b in _zip(_head(left), _head(right))]
    for index, (before, after) in enumerate(_paired(left.phase, right.phase), 1):
        part = f"phase {index}"
        if before is None or after is None:
            there = before or after
            assert there is not None
            texts = (_title(there), ABSENT) if before is not None else (ABSENT, _title(there))
            rows.append(Row(part, "phase", *texts))
            continue
        rows += [Row(part, key, a, b) for key, a, b in _zip(phase_in_words(before), phase_in_words(after))]
    rows.append(Row("stroke", "points", _points(left), _points(right)))
    return rows


def _paired(left: Sequence[Phase], right: Sequence[Phase]) -> list[tuple[Phase | None, Phase | None]]:
    """Phases of the same name belong together; those between them in their order; what is left over stands alone."""
    matcher = SequenceMatcher(a=[phase.name for phase in left], b=[phase.name for phase in right], autojunk=False)
    pairs: list[tuple[Phase | None, Phase | None]] = []
    for _, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        for step in range(max(a_end - a_start, b_end - b_start)):
            before = left[a_start + step] if a_start + step < a_end else None
            after = right[b_start + step] if b_start + step < b_end else None
            pairs.append((before, after))
    return pairs


def _zip(left: dict[str, str], right: dict[str, str]) -> list[tuple[str, str, str]]:
    """Values by key, in the order of the file; a key that both lack or leave empty is left out."""
    keys = list(dict.fromkeys([*left, *right]))
    return [(key, left.get(key) or ABSENT, right.get(key) or ABSENT) for key in keys if left.get(key) or right.get(key)]


def _head(profile: Profile) -> dict[str, str]:
    texts = {"name": profile.name, "technique": profile.technique, "length": f"{number(profile.duration_s)} s"}
    texts["regions"] = ", ".join(profile.regions)
    for key in TEXTS:
        value = getattr(profile, key)
        texts[key] = " ".join(("; ".join(value) if isinstance(value, tuple) else value).split())
    return texts


def phase_in_words(phase: Phase) -> dict[str, str]:
    """Every value of a phase with its unit, in the order of the file."""
    return {
        "name": phase.name,
        "cue": phase.cue,
        "length": f"{number(phase.duration_s)} s",
        "rate": _ends(phase.rate_spm, "strokes/min"),
        "drive": _ends(phase.drive_pct, "%"),
        "rhythm": _rhythm(phase),
        "force limit": f"{number(phase.limit.force_n)} N" if phase.limit is not None else "the region's",
        "ends by": "time, too much" if "too_much" in phase.until.any else "time",
    }


def _title(phase: Phase) -> str:
    return f"{phase.name}, {number(phase.duration_s)} s"


def _ends(ends: Rate | Drive, unit: str) -> str:
    text = number(ends.start) if ends.start == ends.end else f"{number(ends.start)} to {number(ends.end)}"
    return f"{text} {unit}" + (", smooth" if ends.ease == "smooth" else "")


def _rhythm(phase: Phase) -> str:
    rhythm = phase.rhythm
    if isinstance(rhythm, Swell | Burst):
        on = f", on {number(rhythm.on_pct)} %" if isinstance(rhythm, Burst) else ""
        return f"{rhythm.kind} {number(rhythm.period_s)} s{on}, -{number(rhythm.depth_pct)} %"
    return "steady"


def _points(profile: Profile) -> str:
    if profile.stroke is None:
        return ABSENT
    return " ".join(f"{number(time)}:{number(drive)}" for time, drive in profile.stroke.points)
