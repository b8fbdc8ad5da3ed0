"""Whose limit counts: of all that is offered for force, drive and time on one spot the strictest, and by whom."""

from collections.abc import Iterator
from dataclasses import dataclass

from host_tools import caps
from host_tools.boards import Board
from host_tools.fields import plain
from host_tools.profiles.model import Profile
from host_tools.profiles.program import Winner
from host_tools.regions import Region

Offers = tuple[tuple[Winner, float], ...]


@dataclass(frozen=True)
class Verdict:
    """One quantity. value: what holds, in `unit`; offers: what each would allow, in the order that breaks a tie.

    text: the same as half a sentence, without a full stop.
    """

    quantity: str
    value: float
    unit: str
    won_by: Winner
    offers: Offers
    text: str


def strictest(offers: Offers) -> tuple[Winner, float]:
    """The lowest offer and whose it is; on a tie the first."""
    return min(offers, key=lambda offer: offer[1])


def verdicts(profile: Profile, board: Board, region: Region) -> list[Verdict]:
    """Force, drive and time on one spot. Profile, region, board, compiled cap: in this order one is named on a tie."""
    return [
        _verdict("force", "N", _force(profile, board, region), region, board),
        _verdict("drive", "%", _drive(profile, board, region), region, board),
        _verdict("time on one spot", "s", (("region", region.time_s), ("cap", caps.AREA_TIME_S)), region, board),
    ]


def _force(profile: Profile, board: Board, region: Region) -> Offers:
    """N, to the mN that the device keeps. A profile with a phase that names no limit leaves it to the others."""
    asked = [phase.limit.force_n for phase in profile.phase if phase.limit is not None]
    own: Offers = (("profile", round(max(asked) * 1000) / 1000),) if len(asked) == len(profile.phase) else ()
    return (
        *own,
        ("region", region.force_mn / 1000),
        ("board", board.limits.force_mn / 1000),
        ("cap", caps.FORCE_LIMIT_MAX_MN / 1000),
    )


def _drive(profile: Profile, board: Board, region: Region) -> Offers:
    """%, to the permille that the device keeps. There is no compiled cap of the drive."""
    asked = max(max(phase.drive_pct.start, phase.drive_pct.end) for phase in profile.phase)
    return (
        ("profile", round(asked * 10) / 10),
        ("region", region.drive_pct),
        ("board", board.limits.drive_max_permille / 10),
    )


def _verdict(quantity: str, unit: str, offers: Offers, region: Region, board: Board) -> Verdict:
    won_by, value = strictest(offers)
    whose = {
        "profile": "as the profile asks",
        "region": f"the limit of the {region.title}",
        "board": f"the limit of board {board.name}",
        "cap": "the compiled cap",
    }[won_by]
    others = ", ".join(_others(offers, won_by, region))
    then = "; then move the head on" if quantity == "time on one spot" else ""
    text = f"{quantity}: at most {plain(value)} {unit}, {whose} ({others}){then}"
    return Verdict(quantity, value, unit, won_by, offers, text)


def _others(offers: Offers, won_by: Winner, region: Region) -> Iterator[str]:
    """What the others would have allowed."""
    names: dict[Winner, str] = {
        "profile": "the profile asks",
        "region": f"the {region.title}",
        "board": "the board",
        "cap": "the compiled cap",
    }
    for winner, value in offers:
        if winner != won_by:
            yield f"{names[winner]} {plain(value)}"
