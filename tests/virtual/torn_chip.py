"""A flash chip that keeps what a power cut would leave, and goes on."""

from collections.abc import Callable, Iterable

from host_tools.emulator.flash import BUSY_NS, FlashChip
from host_tools.uf2 import FLASH_SIZE_BYTES


class TornChip(FlashChip):
    """Made out of a board's chip by setting its class. Before each erase or write, `keep` is called with its command,
    and with what the flash would hold if the power failed once a share of it is done; for each of `shares()`, 0..1."""

    shares: Callable[[], Iterable[float]]
    keep: Callable[[int, float, bytes], None]

    def _apply_command(self) -> None:
        command = self._tx_buffer[0] if self._tx_buffer else 0
        if command in BUSY_NS:
            flash, asked = self.rp2040.flash, bytes(self._tx_buffer)
            for done in self.shares():
                whole = bytes(flash[:FLASH_SIZE_BYTES])
                self._tear(command, done)
                self.keep(command, done, bytes(flash[:FLASH_SIZE_BYTES]))
                flash[:FLASH_SIZE_BYTES] = whole
                self._tx_buffer[:] = asked
        super()._apply_command()
