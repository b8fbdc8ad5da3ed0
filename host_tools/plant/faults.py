"""What can be broken on purpose: the injections of SAFETY.md section 4, as far as they lie outside the firmware."""

from dataclasses import dataclass
from math import isnan, nan


@dataclass(slots=True)
class PlantFaults:
    """Injections, all absent by default; set and clear any of them at any time between steps.

    Sensor faults change what is read, never what is so, and act on the next reading. The first three change the
    physics: the driver with the next step, the others within plant.SLOW_S (5 ms)."""

    rotor_locked: bool = False  # crank or voice coil jammed where it stands
    driver_stuck_on: bool = False  # the power switch shorted: full drive whatever the firmware says
    forced_battery_v: float = nan  # V at the terminals, whatever the load
    forced_force_n: float = nan  # N that the sensor is made to feel instead of the contact force
    force_open: bool = False  # a sensor wire off
    force_short: bool = False  # the signal shorted to the supply
    force_frozen: bool = False  # the reading stands still
    force_offset_n: float = 0.0  # N added to what the sensor feels (a jammed puck)
    force_gain: float = 1.0  # sensitivity against new (0.7 = 30 % lost)
    current_dead: bool = False  # current sense reads zero current
    temp_open: bool = False  # NTC wire off
    temp_short: bool = False  # NTC shorted
    forced_temp_c: float = nan  # degC at the temperature sensor
    tach_dead: bool = False  # no more pulses

    # What is forced is a number that is not one where nothing is: all fields are then plain numbers, which the compiled
    # step needs. People write None.

    @property
    def battery_v_override(self) -> float | None:
        """forced_battery_v, None where the pack is left alone."""
        return None if isnan(self.forced_battery_v) else self.forced_battery_v

    @battery_v_override.setter
    def battery_v_override(self, volts: float | None) -> None:
        self.forced_battery_v = nan if volts is None else volts

    @property
    def force_override_n(self) -> float | None:
        """forced_force_n, None where the sensor feels the contact."""
        return None if isnan(self.forced_force_n) else self.forced_force_n

    @force_override_n.setter
    def force_override_n(self, newton: float | None) -> None:
        self.forced_force_n = nan if newton is None else newton

    @property
    def temp_c_override(self) -> float | None:
        """forced_temp_c, None where the sensor shows its own temperature."""
        return None if isnan(self.forced_temp_c) else self.forced_temp_c

    @temp_c_override.setter
    def temp_c_override(self, celsius: float | None) -> None:
        self.forced_temp_c = nan if celsius is None else celsius
