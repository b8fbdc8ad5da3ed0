"""The techniques in words: what each is, and the numbers that a new profile of that kind starts from.

The numbers are this project's choice, taken from the profiles of the library; the reasons stand there (`why`).
"""

from dataclasses import dataclass
from typing import Literal

from host_tools.profiles.model import Technique

RhythmKind = Literal["steady", "swell", "burst"]


@dataclass(frozen=True)
class TechniqueFacts:
    """What a technique is.

    Rates in strokes/min at the start, at work and at the end; period in s of its rhythm; depth and on in %;
    drive_share and force_share in % of what the region allows, at "medium".
    """

    title: str
    what: str  # for people: one or two sentences
    rates_spm: tuple[int, int, int]
    rhythm: RhythmKind
    period_s: float
    depth_pct: int
    on_pct: int
    drive_share: int
    force_share: int


TECHNIQUES: dict[Technique, TechniqueFacts] = {
    "swedish": TechniqueFacts(
        "Swedish",
        "The classic relaxing massage, in soft taps and waves. Tapotement, rhythmic light percussion, is one of its"
        " five strokes and gave Tapote its name.",
        (1200, 1500, 1200), "swell", 8, 40, 50, 50, 75,
    ),
    "deep-tissue": TechniqueFacts(
        "Deep tissue",
        "Slow, firm work on thick muscle. It builds up gradually and never begins deep; depth comes from time, not from"
        " pressing.",
        (1400, 1700, 1200), "swell", 6, 35, 50, 65, 95,
    ),
    "trigger-point": TechniqueFacts(
        "Trigger point",
        "Short, slow bursts on one tender spot, each followed by a rest to breathe and to judge.",
        (900, 1100, 1200), "burst", 3, 100, 67, 60, 70,
    ),
    "reflexology": TechniqueFacts(
        "Reflexology",
        "Very gentle presses in a walking rhythm on soles and palms, after the thumb-walking of that tradition. No"
        " claim is made about organs.",
        (1100, 1400, 1000), "burst", 1.2, 90, 45, 65, 80,
    ),
    "warm-up": TechniqueFacts(
        "Warm-up",
        "Quick, light and rising, on muscles that are about to be used.",
        (1600, 2300, 1800), "steady", 2, 35, 50, 55, 75,
    ),
    "recovery": TechniqueFacts(
        "Recovery",
        "Gentle long strokes that slow down all the way, hours after sport or at the end of a long day.",
        (1500, 1400, 900), "swell", 10, 50, 50, 40, 65,
    ),
    "relaxation": TechniqueFacts(
        "Relaxation",
        "Slow waves with the breath, nothing sudden: stronger and gentler over seconds, or over the whole session.",
        (1100, 1300, 900), "swell", 10, 40, 50, 45, 70,
    ),
}  # fmt: skip
