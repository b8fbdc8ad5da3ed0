"""The settings that hold now, in `regs`, beside those that a restart would bring back."""

from tapote import faults, params
from tapote.storage import Storage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array


class Settings:
    """Loads the stored settings into `regs`, over the board's. root: the folder of their file; board: its name.

    stored: {slot: value after a restart}; intact: whether the file, if there is one, could be read.
    """

    def __init__(self, regs: "array[int]", root: str, board: str) -> None:
        self._regs = regs
        self._storage = Storage(root, board)
        values, self.intact = self._storage.load()
        for slot, value in values.items():
            regs[slot] = value
        self.stored = self._now()

    def save(self) -> bool:
        """Store what holds now; False when the file system refuses, with the old file untouched."""
        values = self._now()
        try:
            self._storage.save(values)
        except OSError:
            return False
        self.stored = values
        self.intact = True
        return True

    def faults(self) -> int:
        """What was wrong with the stored settings at start, as a set of faults."""
        return 0 if self.intact else 1 << faults.SETTINGS_CRC

    def _now(self) -> "dict[int, int]":
        return {slot: self._regs[slot] for slot in params.settings()}
