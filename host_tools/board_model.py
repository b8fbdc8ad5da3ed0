"""The sections of a board file: every key with type, unit, range and effect (boards/README.md is made from this).

Each section is checked by itself here; what needs two sections at once is in board_checks.py. All numbers are whole, in
the unit that the name says, because they end as integers on the device.
"""

from typing import Annotated, Literal

from pydantic import Field

from host_tools import caps
from host_tools.fields import StrictModel, note, quantity

AdcPin = Annotated[int, quantity("GPIO", 26, 28, "ADC input: GP26, GP27 or GP28")]


class Controller(StrictModel):
    """The RP2040 board and its control loop."""

    build: Annotated[Literal["RPI_PICO", "RPI_PICO_W"], note("MicroPython build; the W keeps GP23, 24, 25 and 29")]
    tick_hz: Annotated[int, quantity("Hz", 1000, 4000, "rate of the stroke tick")] = 2000


class Output(StrictModel):
    """The motor driver."""

    kind: Annotated[Literal["low-side-mosfet", "h-bridge", "brushless-pwm"], note("driver type")]
    pin: Annotated[int, quantity("GPIO", 0, 28, "PWM to the driver (gate, IN1, PWM input)")]
    pin_b: Annotated[int | None, quantity("GPIO", 0, 28, "second input (IN2); h-bridge only")] = None
    pwm_hz: Annotated[int, quantity("Hz", 5000, 40000, "PWM frequency; pwm_hz / tick_hz x 1.3 must stay <= 14")] = 20000
    active: Annotated[
        Literal["high", "low"], note("pin level that drives the motor. Measure it: with some drivers 0 % is full speed")
    ]
    drop_mv: Annotated[int, quantity("mV", 0, 3000, "voltage lost in the driver at working current")] = 0
    braking: Annotated[bool, note("true: the driver shorts the motor in the PWM pause; false: it coasts")] = False
    rise_ms: Annotated[int, quantity("ms", 1, 5000, "slew of the duty from 0 to 100 % (falling is immediate)")] = 100
    driver_max_ma: Annotated[int, quantity("mA", 100, 100_000, "current that the driver stands for a second")]


class CrankMotor(StrictModel):
    """A rotating brushed motor that drives the head by a crank."""

    kind: Annotated[Literal["crank"], note("motor type")]
    model: Annotated[str, note("maker's name of the part")]
    source: Annotated[str, note("where the numbers come from: data sheet, your own measurement")]
    rated_mv: Annotated[int, quantity("mV", 3000, 60_000, "voltage at which the data below hold")]
    no_load_rpm: Annotated[int, quantity("rpm", 100, 50_000, "speed of the motor shaft without load")]
    no_load_ma: Annotated[int, quantity("mA", 1, 20_000, "current without load")]
    stall_ma: Annotated[int, quantity("mA", 100, 200_000, "current with the shaft held")]
    stall_torque_mnm: Annotated[int, quantity("mN m", 1, 10_000, "torque with the shaft held")]
    inertia_gcm2: Annotated[int, quantity("g cm2", 1, 100_000, "rotor and crank, seen at the motor shaft")]
    inductance_uh: Annotated[int, quantity("uH", 1, 100_000, "winding inductance")]
    thermal_resistance_mk_per_w: Annotated[int, quantity("mK/W", 100, 100_000, "winding to air")]
    thermal_time_s: Annotated[int, quantity("s", 5, 10_000, "thermal time constant")]


class LinearMotor(StrictModel):
    """A moving-coil (voice-coil-like) actuator that drives the head directly."""

    kind: Annotated[Literal["linear"], note("motor type")]
    model: Annotated[str, note("maker's name of the part")]
    source: Annotated[str, note("where the numbers come from: data sheet, your own measurement")]
    rated_mv: Annotated[int, quantity("mV", 1000, 60_000, "highest voltage for the coil")]
    resistance_mohm: Annotated[int, quantity("mohm", 50, 100_000, "coil resistance at 25 degC")]
    inductance_uh: Annotated[int, quantity("uH", 1, 100_000, "coil inductance")]
    force_constant_mn_per_a: Annotated[int, quantity("mN/A", 100, 200_000, "force per ampere, mid-travel")]
    moving_mass_g: Annotated[int, quantity("g", 1, 2000, "coil, shaft and head together")]
    spring_n_per_m: Annotated[int, quantity("N/m", 0, 100_000, "return spring")]
    damping_mns_per_m: Annotated[int, quantity("mN s/m", 0, 100_000, "bearing friction, taken as viscous")]
    travel_um: Annotated[int, quantity("um", 500, 50_000, "stop to stop; the spring rests in the middle")]
    thermal_resistance_mk_per_w: Annotated[int, quantity("mK/W", 100, 100_000, "coil to air")]
    thermal_time_s: Annotated[int, quantity("s", 5, 10_000, "thermal time constant")]


class Crank(StrictModel):
    """From motor shaft to head (crank motors only)."""

    stroke_um: Annotated[int, quantity("um", 1000, 30_000, "travel of the head, end to end (twice the crank radius)")]
    gear_milli: Annotated[int, quantity("turns/1000", 100, 50_000, "motor turns per stroke x 1000; direct = 1000")] = (
        1000
    )


class Tach(StrictModel):
    """Speed pulses, counted by a PWM slice (crank motors only)."""

    pin: Annotated[int, quantity("GPIO", 0, 28, "an odd GPIO: only the B input of a PWM slice can count")]
    pulses_per_rev: Annotated[int, quantity("pulses", 1, 500, "pulses per turn of the shaft named in `on`")]
    on: Annotated[Literal["motor", "crank"], note("which shaft carries the magnets")]


Calibration = Annotated[
    tuple[
        Annotated[
            tuple[Annotated[int, Field(ge=0, le=500_000)], Annotated[int, Field(ge=0, le=caps.ADC_MAX_MV)]],
            Field(strict=False),
        ],
        ...,
    ],
    Field(
        strict=False,
        min_length=3,
        max_length=32,
        description="[[force_mn, mv], ...]: force on the sensor and voltage at the pin, both ascending, first force 0",
    ),
]


class ForceSensor(StrictModel):
    """What both kinds of force sensor have."""

    adc_pin: AdcPin
    share_permille: Annotated[int, quantity("permille", 20, 1000, "share of the contact force that the sensor feels")]
    noise_mv: Annotated[int, quantity("mV", 0, 200, "peak noise at the pin (simulation only)")] = 3
    calibration: Calibration
    open_mv: Annotated[int, quantity("mV", 20, 3280, "below this the sensor wire is taken for broken")]
    short_mv: Annotated[int, quantity("mV", 20, 3280, "above this the sensor is taken for shorted")]


class FsrForce(ForceSensor):
    """A force sensing resistor from supply to pin, with a resistor from pin to ground."""

    kind: Annotated[Literal["fsr-divider"], note("sensor type")]
    divider_ohm: Annotated[int, quantity("ohm", 100, 1_000_000, "resistor from pin to ground")]
    supply_mv: Annotated[int, quantity("mV", 1000, 3300, "supply of the divider; the 3V3 pin")] = 3300


class LoadCellForce(ForceSensor):
    """A load cell with an analogue amplifier."""

    kind: Annotated[Literal["load-cell-amplifier"], note("sensor type")]


class Current(StrictModel):
    """Motor current: shunt and amplifier (optional, needed for the stall and sensor cross checks)."""

    adc_pin: AdcPin
    zero_mv: Annotated[int, quantity("mV", 0, 2000, "output at no current")] = 0
    mv_per_a: Annotated[int, quantity("mV/A", 1, 10_000, "shunt x amplifier gain")]


class Battery(StrictModel):
    """The pack. A protected pack is required: this firmware is never the first protection."""

    chemistry: Annotated[Literal["li-ion"], note("cell type")]
    cells: Annotated[int, quantity("cells", 1, 6, "cells in series")]
    adc_pin: AdcPin
    divider_milli: Annotated[int, quantity("V/V/1000", 1000, 30_000, "pack voltage / pin voltage x 1000")]
    capacity_mah: Annotated[int, quantity("mAh", 100, 50_000, "capacity (simulation only)")]
    resistance_mohm: Annotated[int, quantity("mohm", 1, 2000, "inner resistance of the pack with its leads")]


Where = Annotated[
    Literal["driver", "motor", "battery"],
    note("what the sensor feels: drive is tapered from 60 to 75 degC (battery: 50 to 60 degC), then it stops"),
]


class NtcTemperature(StrictModel):
    """A thermistor from pin to ground with a resistor up to 3V3."""

    kind: Annotated[Literal["ntc"], note("sensor type")]
    adc_pin: AdcPin
    pullup_ohm: Annotated[int, quantity("ohm", 100, 1_000_000, "resistor from 3V3 to the pin")]
    r25_ohm: Annotated[int, quantity("ohm", 100, 1_000_000, "thermistor at 25 degC")]
    beta_k: Annotated[int, quantity("K", 2000, 6000, "beta of the thermistor, 25/85 degC")]
    at: Where = "driver"


class ChipTemperature(StrictModel):
    """The sensor inside the RP2040: coarse, and it sees the board rather than the motor."""

    kind: Annotated[Literal["chip"], note("sensor type")]
    at: Where = "driver"


class Panel(StrictModel):
    """The button that every device needs, and a light."""

    button_pin: Annotated[int, quantity("GPIO", 0, 28, "push button")]
    button_active: Annotated[Literal["low", "high"], note("level while pressed")]
    led_pin: Annotated[int | None, quantity("GPIO", 0, 28, "status LED, on at high level; dimmed by PWM")] = None
    pixel_pin: Annotated[int | None, quantity("GPIO", 0, 28, "data of a bar of WS2812 (NeoPixel) or alike")] = None
    pixel_count: Annotated[int, quantity("pixels", 1, 8, "length of that bar; 10 mA each")] = 8
    oled_sda_pin: Annotated[
        int | None, quantity("GPIO", 0, 28, "SDA of an SSD1306 display, 128 x 64, address 0x3C: an even GPIO")
    ] = None
    oled_scl_pin: Annotated[
        int | None, quantity("GPIO", 0, 28, "its SCL: an odd GPIO of the same I2C controller, mostly the next one")
    ] = None


class ControllerGains(StrictModel):
    """Speed controller (crank with tach only)."""

    kp_q8: Annotated[int, quantity("1/256", 0, 4095, "duty (of 4096) per stroke/min of error")]
    ki_q16: Annotated[int, quantity("1/65536", 0, 65_535, "duty (of 4096) per stroke/min of error, added each tick")]


class Limits(StrictModel):
    """What this build may do; never above the compiled caps."""

    force_mn: Annotated[int, quantity("mN", 5000, caps.FORCE_LIMIT_MAX_MN, "force at which drive is folded back to 0")]
    trip_mn: Annotated[int, quantity("mN", 10_000, caps.TRIP_MAX_MN, "force that stops and latches; above force_mn")]
    rate_min_spm: Annotated[int, quantity("strokes/min", caps.RATE_MIN_SPM, caps.RATE_MAX_SPM, "slowest stroke")]
    rate_max_spm: Annotated[int, quantity("strokes/min", caps.RATE_MIN_SPM, caps.RATE_MAX_SPM, "fastest stroke")]
    drive_max_permille: Annotated[int, quantity("permille", 50, 1000, "highest drive")] = 1000
    current_ma: Annotated[int, quantity("mA", 100, 100_000, "overcurrent stop; at most output.driver_max_ma")]
    session_max_s: Annotated[int, quantity("s", 30, caps.SESSION_MAX_S, "longest session")] = 600


Motor = Annotated[CrankMotor | LinearMotor, Field(discriminator="kind")]
Force = Annotated[FsrForce | LoadCellForce, Field(discriminator="kind")]
Temperature = Annotated[NtcTemperature | ChipTemperature, Field(discriminator="kind")]


class Board(StrictModel):
    """One real build. Sections that are None are not wired (tach, current) or do not apply (crank)."""

    schema_version: Annotated[Literal[1], Field(alias="schema", description="version of this file format")]
    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$", description="same as the file name without .toml")]
    title: Annotated[str, Field(min_length=1, max_length=120, description="one line for people")]
    controller: Controller
    output: Output
    motor: Motor
    crank: Crank | None = None
    tach: Tach | None = None
    force: Force
    current: Current | None = None
    battery: Battery
    temperature: Temperature
    panel: Panel
    controller_gains: ControllerGains | None = None
    limits: Limits

    @property
    def nominal_mv(self) -> int:
        """Pack voltage at half charge: 3.7 V per cell."""
        return self.battery.cells * caps.CELL_NOMINAL_MV

    @property
    def full_mv(self) -> int:
        """Pack voltage fresh from the charger: 4.2 V per cell."""
        return self.battery.cells * caps.CELL_FULL_MV

    @property
    def bipolar(self) -> bool:
        """True when the output can push and pull (linear actuator on an H-bridge)."""
        return self.motor.kind == "linear" and self.output.kind == "h-bridge"
