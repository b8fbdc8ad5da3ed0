"""The plan of a session: where, what, how long, and why; then the program that really goes to the device."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools import caps
from host_tools.errors import NO_SESSION, TapoteError, UsageError
from host_tools.guide.lower import Gentler, lowered
from host_tools.guide.rules import (
    GENTLE,
    GENTLE_DRIVE_PCT,
    GENTLE_FORCE_N,
    USUAL,
    Situation,
    advice,
    length_s,
    rule_for,
)
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.fit import SECONDS_MIN, fit_seconds
from host_tools.profiles.library import find_profile, list_profiles
from host_tools.profiles.model import Phase, Profile, load_profile
from host_tools.regions import Region, get_region

if TYPE_CHECKING:
    from host_tools.boards import Board
    from host_tools.guide.answers import Choice
    from host_tools.journal.adapt import Adaptation
    from host_tools.profiles.program import Program

DAILY_MIN = 30.0
SHORTEST_MIN = 0.5  # less of today's time than this is no session


class NoSessionError(TapoteError):
    """No session, for the person's sake: exit code 3."""

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message, fix=fix, exit_code=NO_SESSION)


@dataclass(frozen=True)
class Plan:
    """profile: library name or path; seconds: s; own_length: the person chose it; because: why, a sentence each; hints:
    what to bear in mind."""

    region: Region
    profile: str
    wanted: Profile
    seconds: float
    rule: str
    gentle: bool
    own_length: bool
    because: tuple[str, ...]
    hints: tuple[str, ...]

    def phase(self, index: int) -> Phase:
        """The phase of the profile behind phase `index` of the program, which may be several rounds of it."""
        return self.wanted.phase[index % len(self.wanted.phase)]


def make_plan(now: Situation, choice: "Choice") -> Plan:
    """The plan for a situation, with what the person chose instead. NoSessionError when today's time is used up;
    UsageError for a choice that cannot be."""
    if now.minutes_left < SHORTEST_MIN:
        raise NoSessionError(
            f"no session: the {DAILY_MIN:.0f} minutes of the last 24 hours are used up",
            fix="Rest until tomorrow. More is not known to help.",
        )
    region = get_region(now.region)
    rule = rule_for(now)
    name, because = suited(rule.profiles, region)
    because = [rule.because, *because]
    hints = advice(now)
    if choice.profile is not None:
        because = ["You chose the profile yourself."]
        name = choice.profile
        if rule.gentle:
            because.append(rule.because)
    file = find_profile(name)
    wanted = load_profile(file)
    name = name if Path(name).suffix == ".toml" else file.stem  # "Deep tissue" is deep_tissue in the journal too
    hints += [] if suits(wanted, region) else [f"{wanted.name} was not written for the {region.title}."]
    if rule.gentle:
        because.append(f"Force stays at {GENTLE_FORCE_N:g} N or below today, drive at {GENTLE_DRIVE_PCT:g} % or below.")
    seconds, shorter = length_s(now, wanted.duration_s, region.time_s)
    if choice.seconds is not None:
        longest_s = min(now.minutes_left * 60, caps.SESSION_MAX_S)
        if choice.seconds > longest_s:
            raise UsageError(
                f"--seconds {choice.seconds:g} is more than the {longest_s:.0f} s that are left of today's"
                f" {DAILY_MIN:.0f} minutes.",
                fix=f"Ask for {SECONDS_MIN} to {longest_s:.0f} s, or leave it out.",
            )
        seconds, shorter = choice.seconds, ["You chose the length yourself."]
    if seconds > region.time_s:
        hints.append(f"Move on every {region.time_s} s; you are told when.")
    own_length = choice.seconds is not None
    why = tuple(because + shorter)
    return Plan(region, name, wanted, seconds, rule.name, rule.gentle, own_length, why, tuple(hints))


def suited(names: tuple[str, ...], region: Region) -> tuple[str, list[str]]:
    """The first of these profiles that suits the region, else one that always may be; and why it is none of them."""
    library = list_profiles()
    for name in (*names, *USUAL, *GENTLE, *library):
        profile = load_profile(find_profile(name)) if name in library else None
        if profile is not None and suits(profile, region):
            instead = f"Nothing of that kind was written for the {region.title}, so it is {profile.name}."
            return name, [] if name in names else [instead]
    raise TapoteError(f"no profile of the library suits the {region.title}", fix="Choose one with --profile.")


def suits(profile: Profile, region: Region) -> bool:
    """Whether a profile was written for the region, and the region stands its technique."""
    return region.name in {get_region(name).name for name in profile.regions} and profile.technique in region.techniques


def program_for(plan: Plan, board: "Board", adaptation: "Adaptation | None") -> "Program":
    """The program for a board, made gentler by the adaptation and by a gentle plan. UsageError for a length of the
    person's own that the board does not allow."""
    full = compile_profile(plan.wanted, board, plan.region)
    seconds = plan.seconds if plan.own_length else min(plan.seconds, full.session_max_s)
    gentler = Gentler() if adaptation is None else Gentler(adaptation.limit_scale, adaptation.drive_scale)
    if plan.gentle:
        gentler = replace(
            gentler,
            limit_cap_mn=round(GENTLE_FORCE_N * 1000),
            drive_cap_permille=round(GENTLE_DRIVE_PCT * 10),
        )
    return lowered(fit_seconds(full, seconds), gentler)
