"""Something to write to on an I2C bus of the emulated chip. Each byte takes the time that its nine clocks take."""

from collections.abc import Callable
from typing import Protocol

from rp2040py.peripherals.i2c import RPI2C, I2CMode
from rp2040py.rp2040 import RP2040

CLK_SYS_HZ = 125_000_000


class Listener(Protocol):
    """Something that is written to."""

    @property
    def plugged(self) -> bool:
        """Whether it answers to its address."""
        ...

    def write(self, data: bytes) -> bool:
        """What came between start and stop."""
        ...


def attach(mcu: RP2040, bus: int, address: int, listener: Listener) -> None:
    """Put a listener with this address on I2C controller `bus`."""
    controller: RPI2C = mcu.i2c[bus]
    received = bytearray()

    def later(call: Callable[[], None]) -> None:
        period = controller.scl_high_period + controller.scl_low_period
        mcu.clock.create_alarm(call).schedule(9 * period * 1e9 / CLK_SYS_HZ)

    def on_connect(asked: int, mode: I2CMode) -> None:
        answers = asked == address and mode == I2CMode.WRITE and listener.plugged
        later(lambda: controller.complete_connect(answers))

    def on_byte(value: int) -> None:
        received.append(value)
        later(lambda: controller.complete_write(True))

    def on_stop() -> None:
        if received:
            listener.write(bytes(received))
            received.clear()
        controller.complete_stop()

    controller.on_connect = on_connect
    controller.on_write_byte = on_byte
    controller.on_stop = on_stop
