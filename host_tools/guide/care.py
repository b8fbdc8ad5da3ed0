"""After a session: rest, water, warmth or cold, stretches, what is normal, when to see a doctor. Plain rules."""

from host_tools.guide.rules import Situation
from host_tools.numerals import times
from host_tools.regions import Region, Stretch

COLD_KINDS = ("sore", "throbbing")
NORMAL = (
    "For up to 48 hours a worked muscle may be tender, as after a walk that was longer than usual, and the skin may be"
    " a little red for an hour."
)
DOCTOR = (
    "See a doctor if tenderness or a bruise is not gone after 48 hours, if the pain gets worse, or if there is"
    " numbness, weakness or swelling. Dark urine, or chest pain or breathlessness: call an ambulance now."
)
REST = "Rest a few minutes, then move as usual, without heavy work for this muscle today."
WATER = "Drink when you are thirsty; a glass of water now is a good habit."


def warmth(now: Situation) -> tuple[str, str]:
    """("warm", "cold" or "none", why and how): what suits it; the choice is the person's."""
    if now.kind != "none" and now.new and now.kind in COLD_KINDS:
        return (
            "cold",
            "Freshly sore: something cool often feels best in the first two days. A cold pack in a towel, 10 minutes at"
            " most, never on bare or numb skin.",
        )
    if now.kind in ("tight", "dull", "sore"):
        return (
            "warm",
            "Tight or aching: warmth often feels best. A warm shower or a warm (not hot) pack in a towel, 15 minutes,"
            " never on numb or swollen skin, never while you sleep.",
        )
    return "none", "Warm or cool, as you like it, or neither; 15 minutes at most, with a towel in between."


def stretch(one: Stretch) -> str:
    """A stretch in words."""
    sides = " on each side" if one.sides == 2 else ""
    text = f"{one.name}: {one.steps} Hold {one.hold_s} s, {times(one.repeats)}{sides}, without pain."
    return f"{text} Leave it out if {one.not_if}." if one.not_if else text


def lines(now: Situation, region: Region) -> list[tuple[str, str]]:
    """(heading, text) of everything to do and to know now."""
    told = [("Rest", REST), ("Water", WATER), ("Warmth", warmth(now)[1])]
    told += [("Stretch" if not at else "", stretch(one)) for at, one in enumerate(region.stretches)]
    return [*told, ("Normal", NORMAL), ("Doctor", DOCTOR)]
