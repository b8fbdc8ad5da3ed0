"""A voice-coil-like actuator with return spring and end stops against hand and tissue.

Coordinates are the head's position z and the tool's y, both positive into the body; x = z - y is the travel out of the
middle, where the spring rests. The coil pushes with its force constant times current, and gives the same constant times
x' as back-EMF. At half travel a rubber bumper takes over; like the tissue it pushes only.

    m z'' = coil - spring x - damping x' - bumper - F        M y'' = F_hand - (coil - spring x - damping x' - bumper)

The step is that of crank.py: half a drift, one evaluation of the forces, kick, half a drift.
"""

from dataclasses import dataclass

from host_tools.plant.hand import ArmSpec
from host_tools.plant.tissue import TissueSpec

RATE_TIMEOUT_S = 0.4  # no stroke for that long: standing (150 strokes/min)
TURN_SHARE = 0.05  # of the travel: a turn smaller than this is not a stroke


@dataclass(frozen=True, slots=True)
class LinearSpec:
    """force_n_per_a of the coil (= V per m/s), head_kg that moves, spring and damping to the tool, travel_m from stop
    to stop, and the bumpers' stiffness and damping.

    Bumper: 30 N/mm is a 3 mm rubber ring of 60 Shore A and some 100 mm2, bouncing back about half the speed."""

    force_n_per_a: float
    head_kg: float
    spring_n_per_m: float
    damping_ns_per_m: float
    travel_m: float
    bumper_n_per_m: float = 30_000.0
    bumper_ns_per_m: float = 25.0


class LinearMechanism:
    """State and step of the linear world; the same attributes as CrankMechanism towards the plant."""

    __slots__ = (
        "_arm",
        "_coefficients",
        "_head_acc",
        "_high_m",
        "_low_m",
        "_out",
        "_stroke_at_s",
        "_tissue",
        "_tool_acc",
        "_turn_m",
        "emf_v",
        "force_n",
        "hand_m",
        "head_m",
        "head_m_s",
        "held",
        "locked",
        "press_n",
        "rate_spm",
        "stroke_count",
        "time_s",
        "tool_m",
        "tool_m_s",
    )

    def __init__(self, spec: LinearSpec, tissue: TissueSpec, arm: ArmSpec) -> None:
        reach_m = 0.5 * spec.travel_m
        self._coefficients = (
            spec.force_n_per_a,
            1.0 / spec.head_kg,
            1.0 / arm.mass_kg,
            spec.spring_n_per_m,
            spec.damping_ns_per_m,
            reach_m,
            spec.bumper_n_per_m,
            spec.bumper_ns_per_m,
        )
        self._tissue = (tissue.linear_n_per_m, tissue.quadratic_n_per_m2, tissue.hysteresis_s_per_m)
        drag = arm.stiffness_n_per_m * arm.servo_time_s
        self._arm = (arm.stiffness_n_per_m, arm.damping_ns_per_m, 1.0 / drag, arm.reach_m_s, -(arm.clear_m + reach_m))
        self.tool_m = self.hand_m = self.head_m = self._arm[4]
        self.tool_m_s = self.head_m_s = 0.0
        self._tool_acc = self._head_acc = 0.0
        self.press_n = 0.0
        self.held = False
        self.locked = False
        self.force_n = 0.0
        self.emf_v = 0.0
        self.time_s = 0.0
        self.stroke_count = 0.0
        self.rate_spm = 0.0
        self._turn_m = TURN_SHARE * spec.travel_m
        self._low_m = self._high_m = 0.0
        self._out = False
        self._stroke_at_s = -1.0

    @property
    def strokes(self) -> float:
        """Strokes made so far."""
        return self.stroke_count

    @property
    def travel_m(self) -> float:
        """Position of the head in the tool, m from the middle, positive = out."""
        return self.head_m - self.tool_m

    def step(self, dt_s: float, current_a: float) -> None:
        """Advance by dt_s with a mean coil current of current_a (positive pushes out)."""
        constant, per_head, per_tool, spring, friction, stop, bumper, bumper_friction = self._coefficients
        linear, quadratic, hysteresis = self._tissue
        stiffness, damping, per_drag, reach, clear = self._arm
        half = 0.5 * dt_s
        head_speed = self.head_m_s
        tool_speed = self.tool_m_s
        head = self.head_m + half * head_speed
        tool = self.tool_m + half * tool_speed
        u = head_speed + half * self._head_acc
        v = tool_speed + half * self._tool_acc

        force = 0.0
        if head > 0.0:
            force = head * (linear + quadratic * head) * (1.0 + hysteresis * u)
            if force < 0.0:
                force = 0.0
        self.force_n = force

        hand = self.hand_m
        push = stiffness * (hand - tool) - damping * v
        # Let go, the hand goes back to its rest in some tenths of a second.
        hand_speed = (self.press_n - push) * per_drag if self.held else (clear - hand) * 10.0
        hand_speed = reach if hand_speed > reach else -reach if hand_speed < -reach else hand_speed
        self.hand_m = hand + dt_s * hand_speed

        x = head - tool
        slide = u - v
        if self.locked:  # head and tool are one body
            acc = (push - force) / (1.0 / per_head + 1.0 / per_tool)
            tool_speed += dt_s * acc
            self.head_m_s = self.tool_m_s = tool_speed
            self.head_m = self.head_m + dt_s * tool_speed
            self.tool_m = self.tool_m + dt_s * tool_speed
            self._head_acc = self._tool_acc = acc
            self.emf_v = 0.0
        else:
            inner = constant * current_a - spring * x - friction * slide
            if x > stop:
                hit = bumper * (x - stop) + bumper_friction * slide
                if hit > 0.0:
                    inner -= hit
            elif x < -stop:
                hit = bumper * (x + stop) + bumper_friction * slide
                if hit < 0.0:
                    inner -= hit
            head_acc = (inner - force) * per_head
            acc = (push - inner) * per_tool
            self._head_acc = head_acc
            self._tool_acc = acc
            head_speed += dt_s * head_acc
            tool_speed += dt_s * acc
            self.head_m_s = head_speed
            self.tool_m_s = tool_speed
            self.head_m = head + half * head_speed
            self.tool_m = tool + half * tool_speed
            self.emf_v = constant * (head_speed - tool_speed + half * (head_acc - acc))

        # A stroke is a turn from inwards to outwards of more than a twentieth of the travel.
        now = self.time_s + dt_s
        self.time_s = now
        if self._out:
            if x > self._high_m:
                self._high_m = x
            elif x < self._high_m - self._turn_m:
                self._out = False
                self._low_m = x
        elif x < self._low_m:
            self._low_m = x
        elif x > self._low_m + self._turn_m:
            self._out = True
            self._high_m = x
            self.stroke_count += 1.0
            if self._stroke_at_s >= 0.0:
                self.rate_spm = 60.0 / (now - self._stroke_at_s)
            self._stroke_at_s = now
        if now - self._stroke_at_s > RATE_TIMEOUT_S:
            self.rate_spm = 0.0
            self._stroke_at_s = -1.0
