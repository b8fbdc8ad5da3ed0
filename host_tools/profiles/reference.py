"""Keeps docs/profile-reference.md current: `python -m host_tools.profiles.reference --write`."""

import sys

from host_tools import reference
from host_tools.fields import plain
from host_tools.paths import repo_or_data
from host_tools.profiles.library import get_profile, list_profiles
from host_tools.profiles.model import Profile
from host_tools.regions import body

PAGE = "docs/profile-reference.md"
TITLES = {
    "phase[].rate_spm": "`[[phase]]` `rate_spm`: a number, or a table",
    "phase[].drive_pct": "`[[phase]]` `drive_pct`: a number, or a table",
}


def library_table() -> str:
    """The profiles that come with Tapote."""
    rows = [
        [f"`{name}`", profile.technique, f"{plain(profile.duration_s)} s", ", ".join(profile.regions), profile.summary]
        for name in list_profiles()
        for profile in [get_profile(name)]
    ]
    return "\n".join(reference.markdown_table(["name", "technique", "length", "regions", "what it is"], rows))


def region_table() -> str:
    """The allowed regions with their caps, and the places that are never allowed."""
    rows = [
        [
            f"`{name}`",
            f"{region.force_mn / 1000:g} N",
            f"{region.drive_pct} %",
            f"{region.time_s} s",
            ", ".join(region.techniques),
            region.keep_off,
        ]
        for name, region in body().regions.items()
    ]
    reasons = {entry.place: entry.why for entry in body().never.values()}
    return "\n".join(
        [
            *reference.markdown_table(["region", "force", "drive", "time on one spot", "techniques", "keep off"], rows),
            "",
            "Never, whatever the profile says:",
            "",
            *[f"- **{place}**: {why}." for place, why in reasons.items()],
        ]
    )


BLOCKS = {
    "fields": lambda: reference.field_tables(Profile, TITLES),
    "library": library_table,
    "regions": region_table,
}

if __name__ == "__main__":
    sys.exit(reference.main(repo_or_data(PAGE), BLOCKS, sys.argv[1:]))
