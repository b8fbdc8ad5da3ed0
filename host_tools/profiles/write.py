"""Write a profile as TOML for people: keys in a fixed order, long texts wrapped, a comment beside a number.

What is written reads back as the same profile, whatever its texts hold (tests/unit/profiles/test_write.py).
"""

import textwrap
from collections.abc import Mapping, Sequence

from host_tools.fields import plain
from host_tools.profiles.model import Burst, Drive, Phase, Profile, Rate, Swell

WIDTH = 116
COMMENT_COLUMN = 44  # where comments beside a value begin, when the value leaves room
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
TEXTS = ("summary", "for_whom", "not_for", "feels", "why")


def to_toml(
    profile: Profile,
    *,
    head: Sequence[str] = (),
    beside: Mapping[str, str] | None = None,
    above: Mapping[str, str] | None = None,
) -> str:
    """TOML text of a profile. head: comment lines at the top. beside and above: comments by path of the key or table
    ("phase[1].drive_pct", "phase[1]", "stroke"); texts that the profile lacks may have one too."""
    lines = [f"# {line}".rstrip() for line in head] + [""] * bool(head)
    writer = _Writer(lines, beside or {}, above or {})
    writer.key("", "schema", str(profile.schema_version))
    writer.key("", "name", quoted(profile.name))
    writer.key("", "technique", quoted(profile.technique))
    for name in TEXTS:
        text = getattr(profile, name)
        writer.key("", name, _long(text) if text else "")
    writer.key("", "sources", _list([_long(source, "    ") for source in profile.sources]) if profile.sources else "")
    for name in ("author", "license"):
        text = getattr(profile, name)
        writer.key("", name, quoted(text) if text else "")
    writer.key("", "regions", "[" + ", ".join(quoted(region) for region in profile.regions) + "]")
    for index, phase in enumerate(profile.phase, 1):
        writer.table(f"phase[{index}]", "[[phase]]")
        _phase(writer, f"phase[{index}].", phase)
    if profile.stroke is not None:
        writer.table("stroke", "[stroke]")
        points = ", ".join(f"[{number(x)}, {number(y)}]" for x, y in profile.stroke.points)
        writer.key("stroke.", "points", f"[{points}]")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """The text as a basic string on one line. Only line breaks and tabs may be hidden in it: toml_read sees to it."""
    return '"' + "".join(ESCAPES.get(char, char) for char in text) + '"'


def number(value: float) -> str:
    """1400.0 -> "1400", and every other number with all its digits."""
    return plain(value) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


class _Writer:
    """Collects lines. A key with an empty value is left out, but for the comments that belong there."""

    def __init__(self, lines: list[str], beside: Mapping[str, str], above: Mapping[str, str]) -> None:
        self._lines, self._beside, self._above = lines, beside, above

    def table(self, path: str, head: str) -> None:
        self._lines.append("")
        self._comment(path)
        self._lines.append(head)

    def key(self, prefix: str, name: str, value: str) -> None:
        self._comment(prefix + name)
        if not value:
            return
        line = f"{name} = {value}"
        if comment := self._beside.get(prefix + name, ""):
            line = f"{line:<{COMMENT_COLUMN}} # {comment}"
        self._lines.append(line)

    def _comment(self, path: str) -> None:
        if comment := self._above.get(path, ""):
            self._lines += [f"# {line}" for line in textwrap.wrap(comment, WIDTH)]


def _phase(writer: _Writer, prefix: str, phase: Phase) -> None:
    writer.key(prefix, "name", quoted(phase.name))
    writer.key(prefix, "cue", quoted(phase.cue) if phase.cue else "")
    writer.key(prefix, "duration_s", number(phase.duration_s))
    writer.key(prefix, "rate_spm", _ends(phase.rate_spm))
    writer.key(prefix, "drive_pct", _ends(phase.drive_pct))
    writer.key(prefix, "rhythm", _rhythm(phase))
    writer.key(prefix, "limit", f"{{ force_n = {number(phase.limit.force_n)} }}" if phase.limit is not None else "")
    ends = ", ".join(quoted(end) for end in phase.until.any)
    writer.key(prefix, "until", f"{{ any = [{ends}] }}" if phase.until.any != ("duration",) else "")


def _ends(ends: Rate | Drive) -> str:
    if ends.start == ends.end and ends.ease is None:
        return number(ends.start)
    ease = f', ease = "{ends.ease}"' if ends.ease is not None else ""
    return f"{{ from = {number(ends.start)}, to = {number(ends.end)}{ease} }}"


def _rhythm(phase: Phase) -> str:
    if isinstance(phase.rhythm, Swell | Burst):
        parts = [f'kind = "{phase.rhythm.kind}"', f"period_s = {number(phase.rhythm.period_s)}"]
        if isinstance(phase.rhythm, Burst):
            parts.append(f"on_pct = {number(phase.rhythm.on_pct)}")
        parts.append(f"depth_pct = {number(phase.rhythm.depth_pct)}")
        return "{ " + ", ".join(parts) + " }"
    return ""


def _long(text: str, indent: str = "") -> str:
    """A text that may be too long for a line, wrapped where its single spaces allow that."""
    if len(text) <= WIDTH - 20 or " ".join(text.split()) != text:
        return quoted(text)
    escaped = quoted(text)[1:-1]
    lines = textwrap.wrap(escaped, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    return '"""\\\n' + indent + f" \\\n{indent}".join(lines) + '"""'


def _list(entries: Sequence[str]) -> str:
    return "[\n" + "".join(f"    {entry},\n" for entry in entries) + "]"
