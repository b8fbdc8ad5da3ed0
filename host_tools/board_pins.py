"""Pins of a board file: one user per GPIO, none that the Pico needs itself, a tach pin that can count.

Works on the raw TOML, so that pins are compared even where another key of the same section is wrong.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from host_tools.problems import Problem, any_table

SDA, SCL = "panel.oled_sda_pin", "panel.oled_scl_pin"
PIN_KEYS = (
    "output.pin",
    "output.pin_b",
    "tach.pin",
    "panel.button_pin",
    "panel.led_pin",
    "panel.pixel_pin",
    SDA,
    SCL,
    "force.adc_pin",
    "current.adc_pin",
    "battery.adc_pin",
    "temperature.adc_pin",
)

# Raspberry Pi Pico and Pico W data sheets: these GPIOs are wired on the board itself and are not on its edge.
TAKEN = {
    "RPI_PICO": {
        23: "the power-save pin of the Pico's regulator",
        24: "the VBUS sense of the Pico",
    },
    "RPI_PICO_W": {
        23: "the power of the wireless chip of the Pico W",
        24: "the data line of the wireless chip of the Pico W",
        25: "the chip select of the wireless chip of the Pico W",
        29: "the clock of the wireless chip of the Pico W",
    },
}


def check_pins(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Clashes, pins that the board has taken, a tach pin that cannot count."""
    pins = dict(_pins(raw))
    users: dict[int, str] = {}
    for key, pin in pins.items():
        if pin in users:
            yield Problem(key, f"GP{pin} is already used by {users[pin]}.", "Move one of them to a free GPIO.")
        users.setdefault(pin, key)
    taken = TAKEN.get(str(any_table(raw.get("controller")).get("build")), {})
    for key, pin in pins.items():
        if pin in taken:
            yield Problem(key, f"GP{pin} is {taken[pin]}.", "Use a GPIO that is on the edge of the board.")
    yield from _tach(pins)
    yield from _display(pins)


def _tach(pins: dict[str, int]) -> Iterator[Problem]:
    """A PWM slice counts edges on its B input only, and then gives no PWM on its A output."""
    tach, led = pins.get("tach.pin"), pins.get("panel.led_pin")
    if tach is None:
        return
    if tach % 2 == 0:
        yield Problem(
            "tach.pin",
            f"GP{tach} is the A channel of its PWM slice, which cannot count pulses; allowed: an odd GPIO.",
            f"Move the tach to a free odd GPIO, for example GP{_free_odd(pins)}.",
        )
    if led is not None and led != tach and pwm_slice(led) == pwm_slice(tach):
        yield Problem(
            "panel.led_pin",
            f"GP{led} shares PWM slice {pwm_slice(tach)} with the tach on GP{tach}: dimming it would stop the count.",
            "Move the LED to another GPIO (slice = GPIO / 2 modulo 8).",
        )


def _display(pins: dict[str, int]) -> Iterator[Problem]:
    """I2C0 is on GPIO 0/1, 4/5, 8/9 ..., I2C1 on those between (RP2040 data sheet, table 2); SDA is the even one."""
    sda, scl = pins.get(SDA), pins.get(SCL)
    both = "A display has both: name it, or remove the other."
    swap = "Swap SDA and SCL, perhaps."
    if sda is None and scl is not None:
        yield Problem(SDA, f"missing, needed with {SCL}.", both)
    if scl is None and sda is not None:
        yield Problem(SCL, f"missing, needed with {SDA}.", both)
    if sda is not None and sda % 2:
        yield Problem(SDA, f"GP{sda} is no SDA pin; allowed: an even GPIO.", swap)
    if scl is not None and scl % 2 == 0:
        yield Problem(SCL, f"GP{scl} is no SCL pin; allowed: an odd GPIO.", swap)
    if sda is not None and scl is not None and sda % 2 == 0 and scl % 2 and (sda ^ scl) >> 1 & 1:
        whose = f"GP{scl} belongs to I2C{scl >> 1 & 1}, GP{sda} to I2C{sda >> 1 & 1}."
        yield Problem(SCL, whose, f"Use GP{sda + 1} for SCL.")


def _free_odd(pins: dict[str, int]) -> int:
    """An unused GPIO that can count, high ones first (GP0 and GP1 are the usual debug UART)."""
    return next(gpio for gpio in range(21, 0, -2) if gpio not in pins.values())


def pwm_slice(gpio: int) -> int:
    """PWM slice of a GPIO (RP2040 data sheet, section 4.5.2: GPIO 0 and 1 share slice 0, and again from 16 on)."""
    return (gpio >> 1) & 7


def _pins(raw: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for key in PIN_KEYS:
        section, name = key.split(".")
        value = any_table(raw.get(section)).get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            yield key, value
