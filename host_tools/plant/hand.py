"""The person: a press force that follows a script, and an arm that is neither a wall nor a feather.

The arm is a spring and damper between the tool and a hand that moves until the force is what the person means: quick
shakes meet stiffness and mass, while over some tenths of a second the mean force is the intended one. Orders of size:
hand and forearm weigh 1.5 kg (the limb model of PMC table UKMS28070/T1: forearm and hand 1.52 kg), of which a part
moves with the tool at stroke rates; models of the pushing hand-arm (ISO 10068:2012, annexes; Reynolds and Soedel 1972
as compared by Dobry and Hermann, doi 10.15632/jtam-pl.53.1.3) are masses, springs and dampers in a row. The values
below are chosen round numbers that give a plausible arm (5 Hz, well damped), not anybody's measurement.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import pi, sin
from random import Random
from typing import Protocol

from host_tools.errors import UsageError


@dataclass(frozen=True, slots=True)
class ArmSpec:
    """mass_kg of tool and the part of the hand that moves with it, stiffness and damping of the arm, servo_time_s in
    which the person corrects the force, reach_m_s that the hand moves at most, clear_m above the skin when lifted."""

    mass_kg: float = 1.6  # a 775-class gun with its pack weighs about 1.1 kg; 0.5 kg of hand
    stiffness_n_per_m: float = 1500.0
    damping_ns_per_m: float = 70.0  # ratio 70 / (2 sqrt(1500 * 1.6)) = 0.71
    servo_time_s: float = 0.15
    reach_m_s: float = 0.25
    clear_m: float = 0.020


# Steady press force of each person in N. Presses of 10 to 30 N are what users of percussion devices are told to keep
# to; the persons span that and leave it.
PRESS_N = {"gentle": 7.0, "normal": 15.0, "heavy": 30.0, "jerky": 16.0, "lets-go": 15.0, "too-hard": 15.0}
TOO_HARD_N = 46.0
ONSET_S = 1.0  # from touch to the steady press
TREMOR_SHARE = 0.03  # slow wander of a held force


def _ramp(t_s: float, start_s: float, length_s: float) -> float:
    """0 before start_s, 1 after start_s + length_s, smooth between."""
    x = (t_s - start_s) / length_s
    return 0.0 if x <= 0.0 else 1.0 if x >= 1.0 else x * x * (3.0 - 2.0 * x)


class Holding(Protocol):
    """What the plant asks of whoever holds the device, at times in s since the touch."""

    def press_n(self, t_s: float) -> float:
        """Intended force in N, >= 0."""
        ...

    def holds(self, t_s: float) -> bool:
        """Whether the head is on the body."""
        ...


class Hand:
    """A person's script over `seconds` s, counted from the moment the head is put on. press_n, where given, replaces
    the steady press of the script (and scales the rest of it), 0 < press_n <= 150; else effort scales the whole script,
    0 < effort <= 10."""

    __slots__ = ("_jolt_at_s", "_jolt_n", "_phase_a", "_phase_b", "_scale", "_seconds", "_steady_n", "person")

    def __init__(
        self, person: str, seconds: float, seed: int, press_n: float | None = None, effort: float = 1.0
    ) -> None:
        if person not in PRESS_N:
            raise UsageError(f"person '{person}' is not known", fix=f"Choose one of: {', '.join(PRESS_N)}.")
        if not 0.1 <= seconds <= 36000.0:
            raise UsageError(f"seconds is {seconds}; allowed are 0.1 to 36000 s", fix="Give the length of the session.")
        if press_n is not None and not 0.0 < press_n <= 150.0:
            raise UsageError(f"press is {press_n} N; allowed are above 0 to 150 N", fix="A normal press is 15 N.")
        self.person = person
        self._seconds = seconds
        if not 0.0 < effort <= 10.0:
            raise UsageError(f"effort is {effort}; allowed are above 0 to 10", fix="1 is a press of 15 N by 'normal'.")
        self._steady_n = PRESS_N[person] * effort if press_n is None else press_n
        self._scale = self._steady_n / PRESS_N[person]
        random = Random(f"hand {seed}")
        self._phase_a = random.random() * 2.0 * pi
        self._phase_b = random.random() * 2.0 * pi
        self._jolt_at_s: list[float] = []
        self._jolt_n: list[float] = []
        if person == "jerky":  # a new force every 0.3 to 1.5 s, taken up within 0.12 s
            at_s = ONSET_S
            while at_s < seconds:
                self._jolt_at_s.append(at_s)
                self._jolt_n.append(random.uniform(4.0, 34.0) * self._scale)
                at_s += random.uniform(0.3, 1.5)

    def press_n(self, t_s: float) -> float:
        """Intended force in N, >= 0, at t_s since touch."""
        force = self._steady_n
        if self.person == "too-hard":
            half = 0.5 * self._seconds
            hard = _ramp(t_s, half, 0.5) - _ramp(t_s, half + self._seconds / 3.0, 0.5)
            force += (TOO_HARD_N * self._scale - force) * hard
        elif self.person == "jerky":
            i = bisect_right(self._jolt_at_s, t_s) - 1
            if i >= 0:
                before = self._jolt_n[i - 1] if i > 0 else force
                force = before + (self._jolt_n[i] - before) * _ramp(t_s, self._jolt_at_s[i], 0.12)
        tremor = sin(1.9 * t_s + self._phase_a) + 0.6 * sin(4.7 * t_s + self._phase_b)
        return force * (1.0 + TREMOR_SHARE * tremor) * _ramp(t_s, 0.0, ONSET_S)

    def holds(self, t_s: float) -> bool:
        """Whether the hand has the head on the body at t_s: only lets-go takes it off, from half of the session on for
        a tenth of it."""
        if self.person != "lets-go":
            return True
        return not 0.5 * self._seconds <= t_s < 0.6 * self._seconds
