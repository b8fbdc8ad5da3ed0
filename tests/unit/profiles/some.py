"""Profiles of every kind that the model accepts, for tests that must hold for all of them."""

from typing import Any

from hypothesis import strategies as st

from host_tools.profiles.model import Profile, parse_profile
from host_tools.profiles.techniques import techniques
from host_tools.regions import region_names

CHARS = st.one_of(
    st.sampled_from("\"\\'#\n\t =[]{}"),
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")),
)


def texts(least: int, most: int) -> st.SearchStrategy[str]:
    """Text with everything in it that TOML gives a meaning."""
    return st.text(CHARS, min_size=least, max_size=most)


def words(most: int) -> st.SearchStrategy[str]:
    """Words with single spaces between them, long enough to be wrapped."""
    return st.lists(st.sampled_from(["slow", 'so-called "deep"', "50 %", "C:\\x", "#"]), max_size=most).map(" ".join)


def ends(low: float, high: float) -> st.SearchStrategy[Any]:
    value = st.one_of(st.integers(int(low), int(high)), st.floats(low, high))
    table = st.fixed_dictionaries({"from": value, "to": value}, optional={"ease": st.just("smooth")})
    return st.one_of(value, table)


PERIOD = st.floats(0.5, 60)
SHARE = st.floats(5, 95)
RHYTHMS = st.one_of(
    st.just({"kind": "steady"}),
    st.fixed_dictionaries({"kind": st.just("swell"), "period_s": PERIOD, "depth_pct": SHARE}),
    st.fixed_dictionaries({"kind": st.just("burst"), "period_s": PERIOD, "depth_pct": SHARE, "on_pct": SHARE}),
)
PHASES = st.fixed_dictionaries(
    {"name": texts(1, 20), "duration_s": st.floats(1, 200), "rate_spm": ends(300, 3200), "drive_pct": ends(0, 100)},
    optional={
        "cue": texts(0, 120),
        "rhythm": RHYTHMS,
        "limit": st.fixed_dictionaries({"force_n": st.floats(5, 50)}),
        "until": st.just({"any": ["duration", "too_much"]}),
    },
)
STROKES = st.lists(st.floats(-1, 1), min_size=2, max_size=5).map(
    lambda drives: {"points": [[at / (len(drives) - 1), drive] for at, drive in enumerate(drives)]}
)
TABLES = st.fixed_dictionaries(
    {
        "schema": st.just(1),
        "name": texts(1, 6),
        "technique": st.sampled_from(list(techniques())),
        "regions": st.lists(st.sampled_from(region_names()), min_size=1, max_size=10, unique=True),
        "phase": st.lists(PHASES, min_size=1, max_size=4),
    },
    optional={
        "summary": texts(0, 160),
        "for_whom": st.one_of(texts(0, 400), words(30)),
        "why": words(60),
        "sources": st.lists(st.one_of(texts(1, 200), words(20).filter(bool)), max_size=3),
        "author": texts(0, 40),
        "license": texts(0, 40),
        "stroke": STROKES,
    },
)


def profiles() -> st.SearchStrategy[Profile]:
    """Valid profiles."""
    return TABLES.map(lambda table: parse_profile(table, where="test"))
