"""The pins of a virtual board as somebody with a scope, a meter and some jumper wires sees them."""

from collections.abc import Callable

from rp2040py.gpio_pin import FUNCTION_PIO0, FUNCTION_PIO1, FUNCTION_PWM, GPIOPin, GPIOPinState
from rp2040py.rp2040 import RP2040

from host_tools.emulator.fixes import CountingChannel
from host_tools.emulator.pio import LazyPio

ADC_FULL_SCALE_COUNTS = 4095
_NORMAL, _INVERT, _LOW, _HIGH = range(4)  # OUTOVER and OEOVER fields of GPIO CTRL


class Pins:
    """Drive, release, read and watch the pins of one powered chip."""

    def __init__(self, mcu: RP2040, pios: list[LazyPio], now_s: Callable[[], float]) -> None:
        self._mcu = mcu
        self._pios = pios
        self._now_s = now_s
        self._meters: dict[int, _HighTime] = {}

    def drive(self, gpio: int, level: bool) -> None:
        """Put a voltage on the pin from outside (only changes count: driving the same level again is no edge)."""
        self._catch_up()
        pin = self._mcu.gpio[gpio]
        if not pin._driven or pin._raw_input_value != bool(level):
            pin.set_input_value(bool(level))

    def release(self, gpio: int) -> None:
        """Stop driving the pin: its own pull-up or pull-down decides."""
        self._catch_up()
        self._mcu.gpio[gpio].release_input()

    def level(self, gpio: int) -> bool | None:
        """The level that the chip drives now; None when the output is off (high impedance).

        For PWM slices, whose periods are not emulated one by one, see duty().
        """
        self._catch_up()
        pin = self._mcu.gpio[gpio]
        return bool(pin.output_value) if pin.output_enable else None

    def on_edge(self, gpio: int, call: Callable[[float, bool | None], None]) -> Callable[[], None]:
        """call(time_s, level) at each change of what the chip drives; level None = high impedance.

        Edges made by PIO come with their exact time, though possibly a little later than the instructions beside them.
        Returns a function that ends the watching.
        """
        self._catch_up()
        origin_s = self._now_s() - self._mcu.clock.nanos * 1e-9

        def changed(new: GPIOPinState, _old: GPIOPinState) -> None:
            driven = new in (GPIOPinState.LOW, GPIOPinState.HIGH)
            call(origin_s + self._edge_ns() * 1e-9, new == GPIOPinState.HIGH if driven else None)

        return self._mcu.gpio[gpio].add_listener(changed)

    def set_adc(self, channel: int, counts: int) -> None:
        """What ADC `channel` (0..3 = GPIO 26..29, 4 = chip temperature) converts next: 12-bit counts, clamped."""
        self._mcu.adc.channel_values[channel] = max(0, min(ADC_FULL_SCALE_COUNTS, counts))

    def duty(self, gpio: int) -> float | None:
        """Share of time (0..1) that the chip holds the pin high; None when its output is off (high impedance).

        Read from the hardware as it stands: pin function, output and enable overrides, then the fed PWM's state machine
        (level, period, starved or not), the PWM slice, or the plain level. Another PIO program is metered: the share
        since the last call, first call the level.
        """
        self._catch_up()
        pin = self._mcu.gpio[gpio]
        if not pin.output_enable:
            return None
        override = pin.output_override
        if override in (_LOW, _HIGH):
            return float(override == _HIGH)
        share = self._source_duty(gpio, pin)
        return 1.0 - share if override == _INVERT else share

    def _source_duty(self, gpio: int, pin: GPIOPin) -> float:
        function = pin.function_select
        if function == FUNCTION_PWM:
            channel = self._mcu.pwm.channels[(gpio >> 1) & 7]
            if isinstance(channel, CountingChannel):
                return channel.duty(b_output=bool(gpio & 1))
        if function in (FUNCTION_PIO0, FUNCTION_PIO1):
            fed = self._pios[function == FUNCTION_PIO1].fed_duty(gpio)
            if fed is not None:
                return fed
            meter = self._meters.get(gpio)
            if meter is None:
                meter = self._meters[gpio] = _HighTime(bool(pin.raw_output_value), self._now_s())
                self.on_edge(gpio, lambda time_s, _level: meter.edge(time_s, bool(pin.raw_output_value)))
            return meter.share(self._now_s())
        return float(bool(pin.raw_output_value))

    def _edge_ns(self) -> float:
        for block in self._pios:
            if block.busy:
                return block.edge_ns()
        return self._mcu.clock.nanos

    def _catch_up(self) -> None:
        for block in self._pios:
            block.catch_up()


class _HighTime:
    """How long a pin was high since the last look."""

    def __init__(self, high: bool, now_s: float) -> None:
        self._high = high
        self._since_s = self._looked_s = now_s
        self._high_s = 0.0

    def edge(self, time_s: float, high: bool) -> None:
        if self._high:
            self._high_s += time_s - self._since_s
        self._high, self._since_s = high, time_s

    def share(self, now_s: float) -> float:
        self.edge(now_s, self._high)
        passed_s = now_s - self._looked_s
        share = self._high_s / passed_s if passed_s > 0 else float(self._high)
        self._looked_s, self._high_s = now_s, 0.0
        return min(1.0, share)
