"""What a hand does with the device, drawn from a random stream: a press for every 5 ms, and whether it holds on.

These are hands that nobody should have: they slam, bounce, tremble and let go. People who use the device as it is meant
are host_tools.plant.hand's.
"""

from math import pi, sin
from random import Random

from host_tools.plant.hand import ArmSpec

GRAIN_S = 0.005  # the plant asks so often
PRESS_MAX_N = 160.0
# What is drawn, for docs/campaign.md.
RANGES = (
    ("arm", "0.8 to 2.5 kg, 500 to 4 000 N/m, corrects in 0.05 to 0.3 s, moves at 0.1 to 2 m/s"),
    ("press", "steady 3 to 90 N, ramps to 120 N, waves of 0.2 to 8 Hz, random walks"),
    ("slams", "60 to 160 N within 10 to 100 ms, for 20 to 800 ms"),
    ("bounces", "2 to 15 touches a second"),
    ("lifts", "0.1 to 1.5 s off the body"),
    ("tremor", "5 to 12 Hz, 5 to 40 % of the press"),
)


class Scripted:
    """A Holding on a list of presses in N, one each GRAIN_S; the last one goes on. A negative
    one means that the hand has let go."""

    def __init__(self, presses: list[float]) -> None:
        self._presses = presses
        self._last = len(presses) - 1

    def _at(self, t_s: float) -> float:
        return self._presses[min(int(t_s / GRAIN_S), self._last)]

    def press_n(self, t_s: float) -> float:
        """Intended force in N."""
        press = self._at(t_s)
        return press if press > 0.0 else 0.0

    def holds(self, t_s: float) -> bool:
        """Whether the hand has the head on the body."""
        return self._at(t_s) >= 0.0


def draw_arm(random: Random) -> ArmSpec:
    """From a child's hand to a rig that slams."""
    mass_kg = random.uniform(0.8, 2.5)
    stiffness = random.uniform(500.0, 4000.0)
    return ArmSpec(
        mass_kg=mass_kg,
        stiffness_n_per_m=stiffness,
        damping_ns_per_m=2.0 * random.uniform(0.3, 1.0) * (stiffness * mass_kg) ** 0.5,
        servo_time_s=random.uniform(0.05, 0.3),
        reach_m_s=random.choice((0.1, 0.25, 0.25, 0.5, 1.0, 2.0)),
    )


def draw_hand(random: Random, seconds: float) -> tuple[Scripted, list[str]]:
    """A hand for so many seconds from the touch on, and the names of what it does."""
    count = int(seconds / GRAIN_S)
    kind = random.choice(("steady", "ramp", "wave", "walk"))
    presses = {"steady": _steady, "ramp": _ramp, "wave": _wave, "walk": _walk}[kind](random, count)
    done = [kind]
    for _ in range(random.randrange(6)):
        name = random.choice(("slam", "bounce", "lift", "tremor"))
        at = random.randrange(count)
        {"slam": _slam, "bounce": _bounce, "lift": _lift, "tremor": _tremor}[name](random, presses, at)
        done.append(name)
    return Scripted(presses), done


def _steady(random: Random, count: int) -> list[float]:
    press = random.choice((random.uniform(3, 15), random.uniform(15, 40), random.uniform(40, 90)))
    return [press] * count


def _ramp(random: Random, count: int) -> list[float]:
    start, end = random.uniform(0, 20), random.uniform(30, 120)
    return [start + (end - start) * i / count for i in range(count)]


def _wave(random: Random, count: int) -> list[float]:
    mean, share, hertz = random.uniform(10, 60), random.uniform(0.05, 1.0), random.uniform(0.2, 8.0)
    return [mean * (1 + share * sin(2 * pi * hertz * i * GRAIN_S)) for i in range(count)]


def _walk(random: Random, count: int) -> list[float]:
    presses = []
    press, every = random.uniform(5, 40), random.randrange(2, 60)
    for i in range(count):
        if i % every == 0:
            press = min(max(press + random.gauss(0, 8), 0.0), 110.0)
        presses.append(press)
    return presses


def _slam(random: Random, presses: list[float], at: int) -> None:
    peak, rise, hold = random.uniform(60, PRESS_MAX_N), random.randrange(2, 21), random.randrange(4, 161)
    for i in range(at, min(at + rise + hold, len(presses))):
        presses[i] = max(presses[i], 0.0) + (peak - max(presses[i], 0.0)) * min((i - at + 1) / rise, 1.0)


def _bounce(random: Random, presses: list[float], at: int) -> None:
    peak, hertz, length = random.uniform(10, 120), random.uniform(2, 15), random.randrange(40, 400)
    for i in range(at, min(at + length, len(presses))):
        presses[i] = peak if (i - at) * GRAIN_S * hertz % 1.0 < 0.5 else -1.0


def _lift(random: Random, presses: list[float], at: int) -> None:
    for i in range(at, min(at + random.randrange(20, 300), len(presses))):
        presses[i] = -1.0


def _tremor(random: Random, presses: list[float], at: int) -> None:
    share, hertz, length = random.uniform(0.05, 0.4), random.uniform(5, 12), random.randrange(200, 1000)
    for i in range(at, min(at + length, len(presses))):
        presses[i] *= 1 + share * sin(2 * pi * hertz * i * GRAIN_S)
