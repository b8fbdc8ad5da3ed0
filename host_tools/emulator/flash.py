"""The flash chip: how long it is busy, and what a power cut in the middle of an erase or a write leaves behind.

Stock rp2040py erases and programs in no time. The firmware disables interrupts for the whole call, so the time decides
whether a control loop survives a save; the typical times of the W25Q16 on the Pico stand in here.
"""

from collections.abc import Callable

from rp2040py.peripherals.ssi import CMD_BLOCK_ERASE, CMD_PAGE_PROGRAM, CMD_SECTOR_ERASE, RPSSI
from rp2040py.rp2040 import RP2040

SECTOR_BYTES, BLOCK_BYTES, PAGE_BYTES = 4096, 65536, 256
# W25Q16JV data sheet, table of AC characteristics, typical values.
BUSY_NS = {CMD_SECTOR_ERASE: 45_000_000, CMD_BLOCK_ERASE: 150_000_000, CMD_PAGE_PROGRAM: 400_000}


class FlashChip(RPSSI):
    """An RPSSI that knows time and power. Made out of the chip's own by attach(), never constructed."""

    operations: int
    timed: bool
    power: bool
    _cut: tuple[int, float] | None
    _on_cut: Callable[[], None]

    @classmethod
    def attach(cls, mcu: RP2040, on_cut: Callable[[], None], *, timed: bool = True) -> "FlashChip":
        """Turn `mcu`'s flash interface into a FlashChip; on_cut() is called at the instant of a planned power cut."""
        mcu.ssi.__class__ = cls
        chip = mcu.ssi
        assert isinstance(chip, FlashChip)
        chip.operations, chip.timed, chip.power = 0, timed, True
        chip._cut, chip._on_cut = None, on_cut
        return chip

    def cut_power_at(self, operation: int, done: float) -> None:
        """Cut the power in the `operation`-th erase or program from now (0 = the next), `done` (0..1) of it done."""
        if operation < 0 or not 0.0 <= done <= 1.0:
            raise ValueError(f"operation {operation} and done {done} must be >= 0 and 0..1")
        self._cut = (operation, done)

    def _apply_command(self) -> None:
        command = self._tx_buffer[0] if self._tx_buffer else 0
        if command not in BUSY_NS:
            super()._apply_command()
            return
        if not self.power:
            self._tx_buffer.clear()
            return
        self.operations += 1
        if self._cut is not None:
            to_go, done = self._cut
            if to_go == 0:
                self._tear(command, done)
                self._cut, self.power = None, False
                self._on_cut()
                return
            self._cut = (to_go - 1, done)
        super()._apply_command()
        if self.timed:
            self.rp2040.clock.tick(BUSY_NS[command])

    def _tear(self, command: int, done: float) -> None:
        flash, address = self.rp2040.flash, int.from_bytes(self._tx_buffer[1:4], "big")
        if command == CMD_PAGE_PROGRAM:
            data = self._tx_buffer[4 : 4 + PAGE_BYTES]
            for index in range(int(len(data) * done)):
                flash[address + index] &= data[index]
        else:
            size = SECTOR_BYTES if command == CMD_SECTOR_ERASE else BLOCK_BYTES
            start, erased = address & ~(size - 1), int(size * done)
            flash[start : start + erased] = b"\xff" * erased
        self._tx_buffer.clear()
