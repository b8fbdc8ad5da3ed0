"""What the force sensor's calibration adds to the board's table: a zero and a gain, both bounded.

Bounded, because a wrong calibration moves every force limit with it: with the worst that is taken (gain 0.7, zero 5 N)
a trip at 65 N comes at (65 + 5) / 0.7 = 100 N.
"""

import struct

from micropython import const

from tapote import faults, storage, units, waves

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tapote.hal import Hal

NAME = "calibration"
SCHEMA = const(1)
ZERO_MAX_MN = const(5000)
GAIN_MIN_PERMILLE = const(700)
GAIN_MAX_PERMILLE = const(1300)
_LAYOUT = "<HH"

_FORCE_RAW = const(5)
_FORCE_ZERO_MN = const(75)


class Calibration:
    """Zero and gain in force. Loads what is stored and lays it into the tick's force table.

    Force = table * gain - zero. `damaged` as in Settings: also when what is stored is out of bounds; the board's own
    zero and a gain of 1 hold then.
    """

    def __init__(self, hal: "Hal", board: "dict[str, Any]", root: str) -> None:
        self._hal = hal
        self._table: "list[int]" = board["force_table"]
        self.slots = storage.Slots(root + NAME, storage.CALIBRATION, SCHEMA, board["name"], 64)
        self.zero_mn: int = hal.regs[_FORCE_ZERO_MN]
        self.gain_permille = 1000
        payload = self.slots.load()
        self.damaged = self.slots.state not in (storage.ABSENT, storage.INTACT, storage.HALF)
        if payload is not None:
            zero_mn, gain = struct.unpack(_LAYOUT, payload) if len(payload) == 4 else (-1, 0)
            if valid(zero_mn, gain):
                self._apply(zero_mn, gain)
            else:
                self.damaged = True

    def set(self, zero_mn: int, gain_permille: int) -> bool:
        """Store a calibration and let it hold from now on. False, with nothing changed: out of bounds, or not stored.

        Only while the motor is off: the tick reads the table unguarded.
        """
        if not valid(zero_mn, gain_permille) or not self.slots.save(struct.pack(_LAYOUT, zero_mn, gain_permille)):
            return False
        self._apply(zero_mn, gain_permille)
        self.damaged = False
        return True

    def mend(self) -> bool:
        """Store what holds, if what was stored is damaged."""
        return not self.damaged or self.set(self.zero_mn, self.gain_permille)

    def faults(self) -> int:
        """What was wrong with the stored calibration at start, as a set of faults."""
        return 1 << faults.SETTINGS_CRC if self.damaged else 0

    def _apply(self, zero_mn: int, gain_permille: int) -> None:
        wave = self._hal.wave
        for index, value in enumerate(self._table):
            wave[waves.FORCE + index] = min(value * gain_permille // 1000, 0xFFFF)
        self._hal.regs[_FORCE_ZERO_MN] = zero_mn
        self.zero_mn = zero_mn
        self.gain_permille = gain_permille

    def plain_mn(self) -> int:
        """What the sensor reads by the board's table alone, zero and gain left out: what a calibration starts from."""
        raw = self._hal.regs[_FORCE_RAW]
        low = self._table[raw >> 6]
        return (low + ((self._table[(raw >> 6) + 1] - low) * (raw & 63) >> 6)) * 2


def valid(zero_mn: int, gain_permille: int) -> bool:
    """Whether a calibration is within its bounds."""
    return (
        units.clamp(zero_mn, 0, ZERO_MAX_MN) == zero_mn
        and units.clamp(gain_permille, GAIN_MIN_PERMILLE, GAIN_MAX_PERMILLE) == gain_permille
    )
