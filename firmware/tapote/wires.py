"""The wires of optional lights: WS2812 pixels on a PIO state machine, an SSD1306 display on I2C. On the board only when
its board file names one of them.

Nothing here may hold up a tick or, for long, the main loop. MicroPython's own `neopixel` sends with interrupts off;
this program needs no processor, and the eight words of its queue take a whole bar at once, so `put` never waits. A
write to the display takes 22.5 us a byte at 400 kHz; whoever writes keeps it short.
"""

import rp2
from machine import I2C, Pin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from typing import Any

    from tapote.app import App
    from tapote.dialect import mov, out, pins, set, x
    from tapote.hal import Light

_ADDRESS = 0x3C
_BIT_HZ = 800_000
_STEPS = 11  # of the program for each bit
_MACHINE = 4  # the first of the second PIO block: the motor has the first


@rp2.asm_pio(
    set_init=rp2.PIO.OUT_LOW,
    out_init=rp2.PIO.OUT_LOW,
    out_shiftdir=rp2.PIO.SHIFT_LEFT,
    autopull=True,
    pull_thresh=24,
    fifo_join=rp2.PIO.JOIN_TX,
)
def ws2812() -> None:
    """A bit in 1.25 us: high for 0.34 us, at the bit's own level for 0.45 us, low. Without words it waits, pin low."""
    out(x, 1)[2]
    set(pins, 1)[2]
    mov(pins, x)[3]
    set(pins, 0)


class Wires:
    """tapote.hal.Wires on the RP2040. parts: "lights" of board.json."""

    def __init__(self, parts: "dict[str, int]") -> None:
        if "pixel_pin" in parts:
            pin = Pin(parts["pixel_pin"])
            # Any: `put` takes arrays and I2C a timeout, which the stubs do not know.
            self._machine: Any = rp2.StateMachine(_MACHINE, ws2812, freq=_BIT_HZ * _STEPS, set_base=pin, out_base=pin)
            self._machine.active(1)
        if "oled_sda" in parts:
            sda, scl = parts["oled_sda"], parts["oled_scl"]
            # A cut wire may hold the bus: two milliseconds, then it counts as no answer.
            bus: Any = I2C
            self._bus = bus(sda >> 1 & 1, sda=Pin(sda), scl=Pin(scl), freq=400_000, timeout=2000)

    def pixels(self, colours: "array[int]") -> None:
        """See tapote.hal.Wires."""
        self._machine.put(colours, 8)

    def display(self, data: "bytes | bytearray | memoryview[int]") -> bool:
        """See tapote.hal.Wires."""
        try:
            self._bus.writeto(_ADDRESS, data)
        except OSError:
            return False
        return True


def lights(app: "App") -> "list[Light]":
    """See tapote.hal.Hal."""
    parts: dict[str, int] = app.board["lights"]
    wires = Wires(parts)
    made: "list[Light]" = []
    if "pixel_pin" in parts:
        from tapote.pixels import Pixels

        made.append(Pixels(app, wires))
    if "oled_sda" in parts:
        from tapote.oled import Oled

        made.append(Oled(app, wires))
    return made
