"""From a validated board file to a plant: the only place where the board's integers meet the physics' units."""

from host_tools.board_model import Board, CrankMotor, FsrForce, LinearMotor, NtcTemperature
from host_tools.board_motor import motor_sheet
from host_tools.errors import TapoteError, UsageError
from host_tools.plant.battery import BatterySpec
from host_tools.plant.crank import CrankMechanism, CrankSpec
from host_tools.plant.driver import DriverSpec
from host_tools.plant.hand import ArmSpec, Hand
from host_tools.plant.linear import LinearMechanism, LinearSpec
from host_tools.plant.motor import MotorConstants, WindingSpec, motor_constants
from host_tools.plant.plant import Plant
from host_tools.plant.readings import Mechanism, PlantSpec
from host_tools.plant.sensors import ForceSensorSpec, TemperatureSpec
from host_tools.plant.tissue import TissueSpec, tissue_for

PEAK_TO_RMS = 1.0 / 3.0  # board files give peak noise; a Gaussian's visible peaks are about three times its rms
FSR_GAIN_WANDER = 0.015  # Interlink: +-2 % single-part repeatability
AMPLIFIER_ZERO_WANDER_N = 0.15
CHIP_LAG_S = 60.0  # the RP2040 shares a case with the motor, not a surface
CHIP_MOTOR_SHARE = 0.25


def build_plant(
    board: Board,
    *,
    tissue: str = "normal",
    region: str = "back_upper",
    person: str = "normal",
    seconds: float = 90.0,
    seed: int = 1,
    press_n: float | None = None,
    effort: float = 1.0,
    charge: float = 0.85,
    stiffness: float = 1.0,
    arm: ArmSpec | None = None,
) -> Plant:
    """The plant of a board, with a person on a tissue.

    tissue: soft, normal, firm; region: see tissue.REGION_FACTORS; person: gentle, normal, heavy, jerky, lets-go,
    too-hard; seconds: length of the session that the person's script is laid out over, 0.1..36000; press_n: steady
    press in N instead of the person's own; effort scales the person's press otherwise; charge of the pack, 0.05..1;
    stiffness: factor on the tissue's; arm: of the person, None for the usual one.
    UsageError where a name or number is not known."""
    if not 0.05 <= charge <= 1.0:
        raise UsageError(f"charge is {charge}; allowed are 0.05 to 1", fix="0.85 is a pack after a short session.")
    body = tissue_for(tissue, region).scaled(stiffness)
    arm = arm or ArmSpec()
    mechanism: Mechanism
    motor = board.motor
    if isinstance(motor, CrankMotor):
        constants = motor_constants(motor_sheet(motor))
        winding = WindingSpec(
            resistance_ohm=constants.resistance_ohm,
            inductance_h=motor.inductance_uh * 1e-6,
            brush_v=constants.brush_v,
            thermal_k_per_w=motor.thermal_resistance_mk_per_w * 1e-3,
            thermal_time_s=motor.thermal_time_s,
        )
        mechanism = _crank(board, motor, constants, body, arm)
    else:
        winding = WindingSpec(
            resistance_ohm=motor.resistance_mohm * 1e-3,
            inductance_h=motor.inductance_uh * 1e-6,
            brush_v=0.0,
            thermal_k_per_w=motor.thermal_resistance_mk_per_w * 1e-3,
            thermal_time_s=motor.thermal_time_s,
        )
        mechanism = _linear(motor, body, arm)
    current = board.current
    spec = PlantSpec(
        battery=BatterySpec(
            board.battery.cells, board.battery.capacity_mah * 1e-3, board.battery.resistance_mohm * 1e-3, charge
        ),
        driver=DriverSpec(
            bridge=board.output.kind == "h-bridge",
            drop_v=board.output.drop_mv * 1e-3,
            brakes=board.output.braking,
            pwm_hz=board.output.pwm_hz,
        ),
        winding=winding,
        force=force_sensor(board),
        temperature=temperature_sensor(board),
        current=None if current is None else (current.zero_mv * 1e-3, current.mv_per_a * 1e-3),
        battery_divider=board.battery.divider_milli * 1e-3,
        tach_per_stroke=tach_per_stroke(board),
    )
    return Plant(spec, mechanism, Hand(person, seconds, seed, press_n, effort), seed)


def force_sensor(board: Board) -> ForceSensorSpec:
    """The force section: the calibration is what this sensor really does, give or take its wander."""
    force = board.force
    fsr = isinstance(force, FsrForce)
    return ForceSensorSpec(
        points=tuple((force_mn * 1e-3, mv * 1e-3) for force_mn, mv in force.calibration),
        share=force.share_permille * 1e-3,
        noise_v=force.noise_mv * 1e-3 * PEAK_TO_RMS,
        gain_wander=FSR_GAIN_WANDER if fsr else 0.0,
        zero_wander_n=0.0 if fsr else AMPLIFIER_ZERO_WANDER_N,
        divider_ohm=float(force.divider_ohm) if isinstance(force, FsrForce) else 0.0,
        supply_v=force.supply_mv * 1e-3 if isinstance(force, FsrForce) else 3.3,
    )


def temperature_sensor(board: Board) -> TemperatureSpec:
    """The temperature section. An NTC sits on the motor; the chip sensor only shares the case with it."""
    part = board.temperature
    if isinstance(part, NtcTemperature):
        return TemperatureSpec(True, float(part.pullup_ohm), float(part.r25_ohm), float(part.beta_k))
    return TemperatureSpec(False, lag_s=CHIP_LAG_S, motor_share=CHIP_MOTOR_SHARE)


def tach_per_stroke(board: Board) -> float:
    """Tach pulses per stroke; 0 without a tach."""
    if board.tach is None or board.crank is None:
        return 0.0
    turns = board.crank.gear_milli * 1e-3 if board.tach.on == "motor" else 1.0
    return board.tach.pulses_per_rev * turns


def _crank(
    board: Board, motor: CrankMotor, constants: MotorConstants, tissue: TissueSpec, arm: ArmSpec
) -> CrankMechanism:
    crank = board.crank
    if crank is None:
        raise TapoteError(f"board '{board.name}' has a crank motor but no [crank]", fix="Add stroke_um and gear_milli.")
    spec = CrankSpec(crank.stroke_um * 1e-6, crank.gear_milli * 1e-3, motor.inertia_gcm2 * 1e-7)
    return CrankMechanism(spec, constants, tissue, arm)


def _linear(motor: LinearMotor, tissue: TissueSpec, arm: ArmSpec) -> LinearMechanism:
    spec = LinearSpec(
        force_n_per_a=motor.force_constant_mn_per_a * 1e-3,
        head_kg=motor.moving_mass_g * 1e-3,
        spring_n_per_m=motor.spring_n_per_m,
        damping_ns_per_m=motor.damping_mns_per_m * 1e-3,
        travel_m=motor.travel_um * 1e-6,
    )
    return LinearMechanism(spec, tissue, arm)
