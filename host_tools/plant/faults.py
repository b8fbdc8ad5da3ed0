"""What can be broken on purpose: the injections of SAFETY.md section 4, as far as they lie outside the firmware."""

from dataclasses import dataclass


@dataclass(slots=True)
class PlantFaults:
    """Injections, all absent by default; set and clear any of them at any time between steps.

    Sensor faults change what is read, never what is so, and act on the next reading. The first three change the
    physics: the driver with the next step, the others within plant.SLOW_S (5 ms)."""

    rotor_locked: bool = False  # crank or voice coil jammed where it stands
    driver_stuck_on: bool = False  # the power switch shorted: full drive whatever the firmware says
    battery_v_override: float | None = None  # V at the terminals, whatever the load
    force_override_n: float | None = None  # N that the sensor is made to feel instead of the contact force
    force_open: bool = False  # a sensor wire off
    force_short: bool = False  # the signal shorted to the supply
    force_frozen: bool = False  # the reading stands still
    force_offset_n: float = 0.0  # N added to what the sensor feels (a jammed puck)
    force_gain: float = 1.0  # sensitivity against new (0.7 = 30 % lost)
    current_dead: bool = False  # current sense reads zero current
    temp_open: bool = False  # NTC wire off
    temp_short: bool = False  # NTC shorted
    temp_c_override: float | None = None  # degC at the temperature sensor
    tach_dead: bool = False  # no more pulses
