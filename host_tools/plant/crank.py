"""Motor, gear and slider-crank against hand and tissue: three bodies, one contact force.

Generalised coordinates are the crank angle a and the position y of the tool (positive into the body); the head stands
at y + s(a), with the stroke law s = r (cos a + (r / 4 l) cos 2a), the first two harmonics of a slider-crank with rod
length l (what is left out is below 0.3 % of r at l = 4 r). With s', s'' its derivatives, head mass m, tool mass M, and
J all that turns, seen at the crank:

    (J + m s'^2) a'' + m s' y''  =  motor torque - friction - F s' - m s' s'' a'^2
    m s' a''  +  (m + M) y''     =  F_hand - F - m s'' a'^2

F is the contact force, F_hand what the arm passes on. Each step drifts half a step, evaluates all forces once there
(speeds predicted with the last accelerations), kicks, and drifts the other half: second order for one evaluation.
"""

from dataclasses import dataclass
from math import cos, pi, sin

from host_tools.plant.hand import ArmSpec
from host_tools.plant.motor import MotorConstants
from host_tools.plant.tissue import TissueSpec

ROD_RATIO = 0.25  # crank radius / rod length: short guns use 1:4
SOFT_RAD_S = 2.0  # crank speed over which dry friction turns its sign; a true jump would make the steps ring
STROKES_PER_MIN = 60.0 / (2.0 * pi)


@dataclass(frozen=True, slots=True)
class CrankSpec:
    """stroke_m end to end, gear in motor turns per stroke, rotor_kgm2 at the motor shaft with the crank and its
    counterweight, friction_nm at the crank, head_kg what goes to and fro (ball, shaft).

    Friction of a greased slider and two bearings: some mN m."""

    stroke_m: float
    gear: float
    rotor_kgm2: float
    friction_nm: float = 0.006
    head_kg: float = 0.08


class CrankMechanism:
    """State and step of the crank world. press_n and held are set by the plant from the person's script; force_n,
    emf_v, stroke_rad (crank angle turned through, forward), rate_spm are read. locked: the fault of that name."""

    __slots__ = (
        "_arm",
        "_coefficients",
        "_crank_acc",
        "_tissue",
        "_tool_acc",
        "crank_rad",
        "crank_rad_s",
        "emf_v",
        "force_n",
        "hand_m",
        "held",
        "locked",
        "press_n",
        "stroke_rad",
        "tool_m",
        "tool_m_s",
    )

    def __init__(self, spec: CrankSpec, motor: MotorConstants, tissue: TissueSpec, arm: ArmSpec) -> None:
        radius = 0.5 * spec.stroke_m
        gear = spec.gear
        self._coefficients = (
            radius,
            ROD_RATIO,
            spec.rotor_kgm2 * gear * gear,
            spec.head_kg,
            spec.head_kg + arm.mass_kg,
            motor.constant_nm_per_a * gear,
            motor.friction_nm * gear + spec.friction_nm,
            motor.viscous_nms * gear * gear,
        )
        self._tissue = (tissue.linear_n_per_m, tissue.quadratic_n_per_m2, tissue.hysteresis_s_per_m)
        # Servo: the hand moves at (wanted - felt force) / drag, so the force settles within stiffness * time = drag.
        drag = arm.stiffness_n_per_m * arm.servo_time_s
        self._arm = (arm.stiffness_n_per_m, arm.damping_ns_per_m, 1.0 / drag, arm.reach_m_s, -(arm.clear_m + radius))
        self.crank_rad = pi  # drawn back
        self.crank_rad_s = 0.0
        self.tool_m = self.hand_m = self._arm[4]
        self.tool_m_s = 0.0
        self._crank_acc = self._tool_acc = 0.0
        self.press_n = 0.0
        self.held = False
        self.locked = False
        self.force_n = 0.0
        self.emf_v = 0.0
        self.stroke_rad = 0.0

    @property
    def strokes(self) -> float:
        """Strokes made so far (a fraction counts)."""
        return self.stroke_rad / (2.0 * pi)

    @property
    def rate_spm(self) -> float:
        """Strokes per minute right now."""
        return self.crank_rad_s * STROKES_PER_MIN

    def step(self, dt_s: float, current_a: float) -> None:
        """Advance by dt_s with a mean motor current of current_a."""
        radius, rod, inertia, head_kg, all_kg, torque_per_a, friction, viscous = self._coefficients
        linear, quadratic, hysteresis = self._tissue
        stiffness, damping, per_drag, reach, clear = self._arm
        half = 0.5 * dt_s
        speed = self.crank_rad_s
        tool_speed = self.tool_m_s
        angle = self.crank_rad + half * speed
        tool = self.tool_m + half * tool_speed
        # Speeds in the middle of the step, by the last accelerations.
        w = speed + half * self._crank_acc
        v = tool_speed + half * self._tool_acc

        c = cos(angle)
        s1 = -radius * sin(angle) * (1.0 + rod * c)
        cc = c * c
        depth = tool + radius * (c + 0.25 * rod * (cc + cc - 1.0))
        force = 0.0
        if depth > 0.0:
            force = depth * (linear + quadratic * depth) * (1.0 + hysteresis * (v + s1 * w))
            if force < 0.0:
                force = 0.0
        self.force_n = force

        hand = self.hand_m
        push = stiffness * (hand - tool) - damping * v
        # Let go, the hand goes back to its rest in some tenths of a second.
        hand_speed = (self.press_n - push) * per_drag if self.held else (clear - hand) * 10.0
        hand_speed = reach if hand_speed > reach else -reach if hand_speed < -reach else hand_speed
        self.hand_m = hand + dt_s * hand_speed

        if self.locked:
            self.crank_rad_s = self._crank_acc = self.emf_v = 0.0
            acc = (push - force) / all_kg
        else:
            swing = head_kg * (-radius * (c + rod * (cc + cc - 1.0))) * w * w
            turn = torque_per_a * current_a - viscous * w
            turn -= friction * w / (SOFT_RAD_S + (w if w >= 0.0 else -w))
            turn -= s1 * (force + swing)
            shove = push - force - swing
            cross = head_kg * s1
            own = inertia + cross * s1
            per_det = 1.0 / (own * all_kg - cross * cross)
            crank_acc = (turn * all_kg - cross * shove) * per_det
            acc = (own * shove - cross * turn) * per_det
            self._crank_acc = crank_acc
            speed += dt_s * crank_acc
            self.crank_rad_s = speed
            angle += half * speed
            self.crank_rad = angle
            # A hall switch pulses in either direction, but rocking over the same magnets is rare: count ground gained.
            if angle - pi > self.stroke_rad:
                self.stroke_rad = angle - pi
            self.emf_v = torque_per_a * (speed + half * crank_acc)
        self._tool_acc = acc
        tool_speed += dt_s * acc
        self.tool_m_s = tool_speed
        self.tool_m = tool + half * tool_speed
