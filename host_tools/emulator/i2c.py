"""Something to write to on an I2C bus of the emulated chip. Each byte takes the time that its nine clocks take."""

from collections.abc import Callable

from rp2040py.peripherals.i2c import RPI2C, I2CMode
from rp2040py.rp2040 import RP2040

CLK_SYS_HZ = 125_000_000


def attach(mcu: RP2040, bus: int, address: int, write: Callable[[bytes], bool]) -> None:
    """Answer to `address` on I2C controller `bus`, for writes only. write: takes what came between start and stop; what
    it returns decides whether the next transfer is answered."""
    controller: RPI2C = mcu.i2c[bus]
    received = bytearray()
    present = [True]

    def later(call: Callable[[], None]) -> None:
        period = controller.scl_high_period + controller.scl_low_period
        mcu.clock.create_alarm(call).schedule(9 * period * 1e9 / CLK_SYS_HZ)

    def on_connect(asked: int, mode: I2CMode) -> None:
        answers = asked == address and mode == I2CMode.WRITE and present[0]
        later(lambda: controller.complete_connect(answers))

    def on_byte(value: int) -> None:
        received.append(value)
        later(lambda: controller.complete_write(True))

    def on_stop() -> None:
        if received:
            present[0] = write(bytes(received))
            received.clear()
        controller.complete_stop()

    controller.on_connect = on_connect
    controller.on_write_byte = on_byte
    controller.on_stop = on_stop
