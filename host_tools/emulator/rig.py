"""A virtual board with the plant wired to its pins: the closed loop on real MicroPython.

Once per tick period of emulated time, at an exact instant: read what the chip does to the motor pins, let the plant
move for that time, put its readings on the ADC inputs and its pulses on the tach pin. The duty comes from the
emulated hardware (`Pins.duty`: pin function, overrides, state machine), never from a variable of the firmware.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from rp2040py.clock.clock import IAlarm

from host_tools.emulator import i2c
from host_tools.emulator.pace import Pacer
from host_tools.emulator.pins import Pins
from host_tools.firmware_image import board_files
from host_tools.lights import Ssd1306
from host_tools.virtual_board import VirtualBoard

_TACH_PULSE_US = 20.0


class PlantLike(Protocol):
    """What the rig needs of host_tools.plant: see Plant there. Counts are 12-bit ADC readings."""

    @property
    def force_counts(self) -> int: ...
    @property
    def current_counts(self) -> int: ...
    @property
    def battery_counts(self) -> int: ...
    @property
    def temp_counts(self) -> int: ...
    @property
    def tach_count(self) -> int: ...
    def step(self, dt_s: float, duty: float, duty_b: float = 0.0) -> None: ...


class VirtualRig:
    """Board, plant and the wires between them. `board` is the dict of board.json."""

    def __init__(
        self,
        board: Mapping[str, Any],
        plant: PlantLike,
        *,
        files: Mapping[str, bytes] | None = None,
        flash: bytes | None = None,
        pacer: Pacer | None = None,
    ) -> None:
        """files: what stands on the board (default: the compiled firmware and board.json); flash: all of it instead.

        The power is on afterwards. Raises TapoteError when the image or the firmware cannot be had.
        """
        self.config = board
        self.plant = plant
        self._dt_us = 1e6 / int(board["tick_hz"])
        self._adc = [
            (int(board[key]), name)
            for key, name in (
                ("adc_force", "force_counts"),
                ("adc_current", "current_counts"),
                ("adc_battery", "battery_counts"),
                ("adc_temp", "temp_counts"),
            )
            if board[key] >= 0
        ]
        self._interval_us = self._dt_us
        self._sampled_ns = 0.0
        self._tach_seen = plant.tach_count
        self._pulses_due = 0
        self._tach_high = False
        self._pressed = False
        self._tach_alarm: IAlarm | None = None
        self._release: IAlarm | None = None
        self.screen = Ssd1306()  # on the display's pins, where the board file names them
        if files is None and flash is None:
            files = board_files(board)
        self.board = VirtualBoard(files, flash=flash, pacer=pacer)
        self.board.wire.append(self._wire)
        self.board.power_on()

    @property
    def pins(self) -> Pins:
        return self.board.pins

    @property
    def led(self) -> float:
        """How bright the LED is, 0..1; 0 without an LED."""
        return (self.pins.duty(self.config["led_pin"]) or 0.0) if self.config["led_pin"] >= 0 else 0.0

    @property
    def button_pressed(self) -> bool:
        return self._pressed

    def press(self, down: bool = True) -> None:
        """Press (or release) the button, with its active level."""
        self._pressed = down
        self.pins.drive(self.config["button_pin"], down != bool(self.config["button_active_low"]))

    def press_for(self, seconds: float) -> None:
        """Press the button now; it comes up after `seconds` of emulated time, which the caller lets pass."""
        self.press()
        if self._release is not None:
            self._release.cancel()
        self._release = self.board.at(seconds * 1e6, lambda: self.press(False))

    def motor_duty(self) -> tuple[float, float]:
        """How much of the time (0..1) the driver's two inputs are active. An undriven pin is off: its resistor holds
        the gate, as the wiring guide demands. The second is 0 without an H-bridge."""
        second = int(self.config["motor_pin_b"])
        return self._active(int(self.config["motor_pin"])), self._active(second) if second >= 0 else 0.0

    def _active(self, pin: int) -> float:
        high = self.pins.duty(pin)
        if high is None:
            return 0.0
        return 1.0 - high if self.config["active_low"] else high

    def _wire(self, board: VirtualBoard) -> None:
        """At each power-on: everything that is attached to the new chip."""
        lights = self.config.get("lights", {})
        if "oled_sda" in lights:
            i2c.attach(board.mcu, lights["oled_sda"] >> 1 & 1, 0x3C, self.screen)
        self._release = None
        self.press(self._pressed)
        self._show_readings()
        self._tach_high = False
        self._pulses_due = 0
        if self.config["tach_pin"] >= 0:
            board.pins.drive(self.config["tach_pin"], False)
            self._tach_alarm = board.mcu.clock.create_alarm(self._tach_edge)
        self._sampled_ns = 0.0
        self._watch_samples(board)
        self._interval_us = self._dt_us
        alarm = board.mcu.clock.create_alarm(lambda: self._tick(alarm))
        alarm.schedule(self._interval_us * 1000)

    def _watch_samples(self, board: VirtualBoard) -> None:
        """Note when the chip samples the force."""
        adc, clock = board.mcu.adc, board.mcu.clock
        read = adc.on_adc_read

        def on_read(channel: int) -> None:
            if channel == self.config["adc_force"]:
                self._sampled_ns = clock.nanos
            read(channel)

        adc.on_adc_read = on_read

    def _next_interval_us(self, now_ns: float) -> float:
        """Time to the next step of the plant: a tick period, but for one that moves the steps to where they belong.

        Steps come half-way between two samples of the chip. Close to a sample, a tick that is a microsecond early or
        late would see one state of the plant twice and another not at all, and a stroke's peak may be that other one.
        """
        dt_us = self._dt_us
        since_us = (now_ns - self._sampled_ns) / 1000
        if self._sampled_ns == 0.0 or since_us > 2 * dt_us:
            return dt_us
        off_us = since_us % dt_us - dt_us / 2
        return dt_us - off_us if abs(off_us) > 0.2 * dt_us else dt_us

    def _tick(self, alarm: IAlarm) -> None:
        duty, duty_b = self.motor_duty()
        self.plant.step(self._interval_us * 1e-6, duty, duty_b)
        self._interval_us = self._next_interval_us(self.board.mcu.clock.nanos)
        alarm.schedule(self._interval_us * 1000)
        self._show_readings()
        if self._tach_alarm is not None:
            pulses = self.plant.tach_count - self._tach_seen
            self._tach_seen += pulses
            idle = self._pulses_due == 0 and not self._tach_high
            self._pulses_due += max(0, pulses)
            if idle and self._pulses_due:
                self._tach_edge()

    def _show_readings(self) -> None:
        for channel, name in self._adc:
            self.board.pins.set_adc(channel, getattr(self.plant, name))

    def _tach_edge(self) -> None:
        """The next edge of the pulse train: one pulse per count, the first at once, 20 us high and 20 us low."""
        alarm = self._tach_alarm
        if alarm is None:
            return
        self._tach_high = not self._tach_high and self._pulses_due > 0
        self.board.pins.drive(self.config["tach_pin"], self._tach_high)
        if self._tach_high:
            self._pulses_due -= 1
        if self._tach_high or self._pulses_due:
            alarm.schedule(_TACH_PULSE_US * 1000)
