"""Which massage suits which situation: one table, read from top to bottom, the first row that fits wins."""

from collections.abc import Callable
from dataclasses import dataclass

from host_tools.numerals import counted

STRONG = 7  # of 10: from here on gentle only
USED_TO_IT = 5  # sessions until deep work is offered
NERVE_PAIN = ("sharp", "burning", "radiating", "tingling", "throbbing")
GENTLE = ("first_time", "evening", "lower_back", "reflexology_feet", "reflexology_hands", "recovery", "swedish")
USUAL = ("swedish", "lower_back", "keyboard_forearms", "reflexology_feet", "reflexology_hands")
GENTLE_FORCE_N = 25.0  # force limit of a gentle-only session, whatever the profile: half of the compiled cap
GENTLE_DRIVE_PCT = 50.0


@dataclass(frozen=True)
class Situation:
    """What the plan looks at. score: pain 0 to 10; sessions: real ones so far; minutes_left: of today's 30.
    hours_since: since the last session on this region, None for none within two days."""

    region: str
    goal: str
    kind: str = "none"
    often: str = "never"
    score: int = 0
    size: str = "hand"
    new: bool = False
    first_time: bool = False
    sessions: int = 0
    minutes_left: float = 30.0
    hours_since: float | None = None


@dataclass(frozen=True)
class Rule:
    """when: whether it fits; profiles: of the library, of which the first that suits the region is taken; because: one
    sentence for the person; gentle: nothing but gentle work, whatever is chosen."""

    name: str
    when: Callable[[Situation], bool]
    profiles: tuple[str, ...]
    because: str
    gentle: bool = False


RULES = (
    Rule(
        "strong",
        lambda now: now.score >= STRONG,
        GENTLE,
        "Your pain is strong, so only gentle work, which must not add to it.",
        gentle=True,
    ),
    Rule(
        "nerve",
        lambda now: now.kind in NERVE_PAIN,
        GENTLE,
        "This kind of pain often does not come from a muscle, so only gentle work around it.",
        gentle=True,
    ),
    Rule(
        "first",
        lambda now: now.first_time,
        GENTLE,
        "It is your first time, so it begins with the gentlest: you learn how it feels and where your limits are.",
    ),
    Rule("warm-up", lambda now: now.goal == "warm-up", ("warm_up",), "Before sport: quick and light, to wake up."),
    Rule(
        "recover",
        lambda now: now.goal == "recover",
        ("runners_calves", "recovery", "keyboard_forearms", "swedish"),
        "After sport: slow, light waves, because tired muscles want no more work.",
    ),
    Rule(
        "desk-break",
        lambda now: now.goal == "desk-break",
        ("posture_break", "sitting_break", "keyboard_forearms", "lower_back", "reflexology_hands"),
        "A break from sitting: short work on what holds you upright, then move.",
    ),
    Rule(
        "relax",
        lambda now: now.goal == "relax",
        ("relaxation", "evening", "swedish"),
        "To relax: waves that get stronger and then gentler, slowly.",
    ),
    Rule(
        "fresh",
        lambda now: now.kind == "sore" and now.new,
        ("recovery", "evening"),
        "The muscle is freshly sore, so nothing deep: slow, light waves.",
    ),
    Rule(
        "point",
        lambda now: now.size == "point" and now.kind != "none",
        ("trigger_point",),
        "One tight point: short bursts on it with rests between, and never longer than it feels good.",
    ),
    Rule(
        "deep",
        lambda now: now.size == "large" and now.kind in ("dull", "tight") and now.sessions >= USED_TO_IT,
        ("deep_tissue", "deep_steps"),
        "A large dull area, and you are used to it: slow and deep, building up gradually.",
    ),
    Rule(
        "large",
        lambda now: now.size == "large" and now.kind in ("dull", "tight"),
        USUAL,
        f"A large area: even, light tapping in slow waves. Deep work is offered after {USED_TO_IT} sessions.",
    ),
    Rule(
        "usual",
        lambda now: True,
        USUAL,
        "Even, light tapping in slow waves suits most muscles.",
    ),
)


def rule_for(now: Situation) -> Rule:
    """The first row that fits; the last one always does."""
    return next(rule for rule in RULES if rule.when(now))


def length_s(now: Situation, profile_s: float, spot_s: float) -> tuple[float, list[str]]:
    """How long, and why it is shorter than the profile. profile_s: as its author wrote it; spot_s: of the region."""
    offers = [(profile_s, "")]
    if rule_for(now).gentle or now.first_time:
        offers.append((spot_s, f"Kept to {spot_s:g} s, the time for one spot here."))
    if now.hours_since is not None and now.hours_since < 24:
        ago = f"{now.hours_since:.0f} hours" if now.hours_since >= 1.5 else "an hour or so"
        offers.append((spot_s, f"You worked here {ago} ago, so it is short; a day between is kinder."))
    offers.append((now.minutes_left * 60, f"{counted(round(now.minutes_left), 'minute')} of today's 30 left."))
    seconds, why = min(offers, key=lambda offer: offer[0])
    return seconds, [why] if why else []


def advice(now: Situation) -> list[str]:
    """What to bear in mind, besides the plan."""
    said = []
    if now.score >= STRONG:
        said.append("Pain of 7 or more that you cannot explain, or that stays for days, belongs before a doctor.")
    if now.kind in NERVE_PAIN:
        said.append(
            f"{now.kind.capitalize()} pain may come from a nerve, a joint or a vessel: have it looked at if it does not"
            " ease within days, and stop if strokes make it worse."
        )
    if now.often == "constant" and now.score >= 4:
        said.append("Pain that is always there should be looked at by a doctor or physiotherapist.")
    return said
