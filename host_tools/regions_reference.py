"""Keeps docs/regions.md and its picture current: `python -m host_tools.regions_reference --write`."""

import sys
from collections.abc import Iterator

from host_tools import reference
from host_tools.body_map import pain_areas
from host_tools.paths import REPO_DIR, repo_or_data
from host_tools.regions import Never, Region, body

PAGE = "docs/regions.md"
PICTURES = ("docs/img/body-map.png", "docs/img/body-map.svg")


def limits_table() -> str:
    """The regions with their numbers, caps and techniques."""
    rows = [
        [
            str(number),
            f"[`{name}`](#{name})",
            region.title,
            f"{region.force_mn / 1000:g} N",
            f"{region.drive_pct} %",
            f"{region.time_s} s",
            ", ".join(region.techniques),
        ]
        for number, (name, region) in enumerate(body().regions.items(), 1)
    ]
    heads = ["#", "region", "place", "force", "drive", "one spot", "techniques that suit it"]
    return "\n".join(reference.markdown_table(heads, rows))


def sections() -> str:
    """One section for each region."""
    return "\n".join(line for region in body().regions.values() for line in _section(region))


def never_list() -> str:
    """The places that are never allowed, why, and what to do when it hurts there."""
    entries: dict[str, Never] = {entry.place: entry for entry in body().never.values()}
    numbers = {area.name: area.number for area in pain_areas()}
    rows = [
        [
            f"**{place}**",
            ", ".join(f"{numbers[word]} {word.replace('_', ' ')}" for word in entry.pain),
            f"{entry.why[0].upper()}{entry.why[1:]}.",
            entry.see,
        ]
        for place, entry in entries.items()
    ]
    return "\n".join(reference.markdown_table(["place", "on the pain map", "why never", "when it hurts there"], rows))


def _section(region: Region) -> Iterator[str]:
    yield f"### {region.name}"
    yield ""
    limits = f"{region.force_mn / 1000:g} N, {region.drive_pct} % drive, {region.time_s} s on one spot"
    yield f"The {region.title}: at most {limits}."
    yield ""
    yield f"- **Techniques:** {', '.join(region.techniques)}. {region.techniques_why}"
    yield f"- **Sit or lie:** {region.sit}"
    yield f"- **Move:** {region.move}"
    yield f"- **Keep off:** {region.keep_off}"
    yield from (f"- **Stretch, {one.name}:** {one.steps} {one.dose_text}" for one in region.stretches)
    measure = region.range_of_motion
    yield f"- **Measure, {measure.title}** ({measure.unit}; {measure.better} is better):"
    yield from (f"  {number}. {step}" for number, step in enumerate(measure.how, 1))
    yield ""
    yield f"  {measure.change_text} Source: {measure.source}."
    yield ""


BLOCKS = {"limits": limits_table, "sections": sections, "never": never_list}


def draw() -> None:
    """Draw the pictures of the page anew."""
    from host_tools.plot_body import save_map

    save_map([REPO_DIR / picture for picture in PICTURES])


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        draw()
    sys.exit(reference.main(repo_or_data(PAGE), BLOCKS, sys.argv[1:]))
