"""Peripherals of rp2040py 0.3.6 that behave otherwise than the RP2040, corrected where firmware of ours can notice.

The chip builds its peripherals itself, so a corrected class takes over the existing object (`__class__`): registers,
alarms and wiring stay as they are.
"""

from collections.abc import Callable

from rp2040py.gpio_pin import FUNCTION_PWM
from rp2040py.peripherals.adc import CS_AINSEL_MASK, CS_AINSEL_SHIFT, CS_RROBIN_MASK, CS_RROBIN_SHIFT, RPADC
from rp2040py.peripherals.pwm import (
    CHN_CC,
    CHN_CSR,
    CHN_DIV,
    CHN_TOP,
    CSR_A_INV,
    CSR_B_INV,
    CSR_EN,
    CSR_PH_CORRECT,
    INTE,
    RPPWM,
    PWMChannel,
    PWMDivMode,
)
from rp2040py.peripherals.watchdog import CTRL, FORCE, TRIGGER, RPWatchdog
from rp2040py.rp2040 import RP2040

CLK_SYS_HZ = 125_000_000


class RoundRobinAdc(RPADC):
    """Stock masks the next channel with a shift count and skips channel 0: round robin never works."""

    def complete_adc_read(self, value: int, error: bool) -> None:
        channels = self.cs >> CS_RROBIN_SHIFT & CS_RROBIN_MASK
        if not channels:
            super().complete_adc_read(value, error)
            return
        channel = self.cs >> CS_AINSEL_SHIFT & CS_AINSEL_MASK
        turn = [(channel + step) % self.num_channels for step in range(1, self.num_channels + 1)]
        following = next(candidate for candidate in turn if channels >> candidate & 1)
        rest = self.cs & ~(CS_AINSEL_MASK << CS_AINSEL_SHIFT) & ~(CS_RROBIN_MASK << CS_RROBIN_SHIFT)
        self.cs = rest | following << CS_AINSEL_SHIFT
        super().complete_adc_read(value, error)
        self.cs |= channels << CS_RROBIN_SHIFT


class OneShotWatchdog(RPWatchdog):
    """A reset clears CTRL.ENABLE on silicon; stock leaves the countdown armed, also after the reset it asked for."""

    def disarm(self) -> None:
        self._enable = False
        self.timer.enable = False
        self.alarm.enable = False

    def write_uint32(self, offset: int, value: int) -> None:
        if offset == CTRL and value & TRIGGER:
            self._reason = FORCE
            self.on_watchdog_trigger()
        else:
            super().write_uint32(offset, value)


class CountingChannel(PWMChannel):
    """A PWM slice that counts pulses on its B pin, and that does not raise three Python calls per PWM period."""

    @property
    def gpio_b_value(self) -> bool:
        pins = [self.pwm.rp2040.gpio[pin] for pin in (self.pin_b1, self.pin_b2) if pin >= 0]
        return any(pin.input_value for pin in pins if pin.function_select == FUNCTION_PWM)

    def gpio_b_changed(self) -> None:
        value = self.gpio_b_value
        if value == self.last_b_value:
            return
        self.last_b_value = value
        if self.div_mode == PWMDivMode.B_GATED:
            self.update_enable()
        elif self.csr & CSR_EN and value == (self.div_mode == PWMDivMode.B_RISING_EDGE) and self.div_mode >= 2:
            self.tick_counter += 1
            if self.tick_counter >= self.timer.prescaler:
                self.tick_counter -= self.timer.prescaler
                if self.timer.counter >= self.top:
                    self.timer.set(0)
                    self.pwm.channel_interrupt(self.index)
                else:
                    self.timer.advance(1)

    def write_register(self, offset: int, value: int) -> None:
        if offset == CHN_CSR and self.csr & CSR_EN and not value & CSR_EN:
            counter = self.timer.counter  # EN 1 -> 0 freezes the pins at the levels of that instant
            self.set_a(counter < (self.cc & 0xFFFF))
            self.set_b(counter < (self.cc >> 16))
        super().write_register(offset, value)
        if offset == CHN_DIV:
            self.update_enable()  # stock's prescaler sets the counter going
        elif offset in (CHN_CC, CHN_TOP):
            self._update_double_buffered()  # without wrap alarms the new value acts now, not at the next wrap

    def duty(self, *, b_output: bool) -> float:
        """Share of time (0..1) that the A or B output is high, or its frozen level (0 or 1) when the slice is off."""
        if not self.csr & CSR_EN:
            pin = self.pin_b1 if b_output else self.pin_a1
            return float(self.pwm.gpio_value >> pin & 1)
        compare = self.cc >> 16 if b_output else self.cc & 0xFFFF
        share = min(1.0, compare / (self.top + 1))
        return 1.0 - share if self.csr & (CSR_B_INV if b_output else CSR_A_INV) else share

    def frequency_hz(self) -> float:
        """PWM frequency in Hz, 0 when the slice is off."""
        if not self.csr & CSR_EN:
            return 0.0
        divider = ((self.div >> 4) & 0xFF or 256) + (self.div & 15) / 16
        return CLK_SYS_HZ / divider / (self.top + 1) / (2 if self.csr & CSR_PH_CORRECT else 1)


class TachPwm(RPPWM):
    """Stock tests `gpio_direction and 1 << index`, which is always true, and so never counts an edge."""

    def gpio_on_input(self, index: int) -> None:
        if self.gpio_direction & (1 << index):
            return
        for channel in self.channels:
            if index in (channel.pin_b1, channel.pin_b2):
                channel.gpio_b_changed()

    def write_uint32(self, offset: int, value: int) -> None:
        super().write_uint32(offset, value)
        if offset == INTE:  # only a wrap interrupt that somebody wants is worth an alarm per period
            for index, channel in enumerate(self.channels):
                channel.alarm_bottom.enable = bool(value >> index & 1)


def apply(mcu: RP2040, on_watchdog: Callable[[], None]) -> None:
    """Correct `mcu`'s peripherals; on_watchdog() is called when the watchdog resets the chip."""
    mcu.adc.__class__ = RoundRobinAdc
    mcu.watchdog.__class__ = OneShotWatchdog
    mcu.watchdog.on_watchdog_trigger = on_watchdog
    mcu.pwm.__class__ = TachPwm
    for channel in mcu.pwm.channels:
        channel.__class__ = CountingChannel
        channel.alarm_a.enable = channel.alarm_b.enable = channel.alarm_bottom.enable = False
