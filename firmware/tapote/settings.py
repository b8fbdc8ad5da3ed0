"""The settings that hold now, in `regs`, beside those that a restart would bring back.

Stored by the hash of their names, so that a firmware with more of them, or in another order, keeps what was set.
"""

import struct

from micropython import const

from tapote import faults, params, storage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

NAME = "settings"
SCHEMA = const(1)  # pairs of CRC-32 of the name and the raw value
_PAIR = "<Ii"
_PAIR_SIZE = const(8)


class Settings:
    """Loads the stored settings into `regs`, over the board's. root: folder of their files; board: its name.

    stored: {slot: value after a restart}. damaged: there are some, but none that can be used, so the board's own values
    hold. clamped: slots whose stored value was outside its range and was cut to it. Either is over with the next save.
    """

    def __init__(self, regs: "array[int]", root: str, board: str) -> None:
        self._regs = regs
        self.slots = slots(root, board)
        payload = self.slots.load()
        values, self.clamped = unpack(payload) if payload is not None else ({}, [])
        self.damaged = self.slots.state not in (storage.ABSENT, storage.INTACT, storage.HALF)
        for slot, value in values.items():
            regs[slot] = value
        self.stored = self._now()

    @property
    def intact(self) -> bool:
        """Whether what is stored holds as it is."""
        return not self.damaged and not self.clamped

    def faults(self) -> int:
        """What was wrong with the stored settings at start, as a set of faults."""
        bits = 1 << faults.SETTINGS_CRC if self.damaged else 0
        return bits | (1 << faults.SETTINGS_RANGE) if self.clamped else bits

    def save(self) -> bool:
        """Store what holds now; False when the file system refuses, with what was stored before untouched."""
        values = self._now()
        if not self.slots.save(pack(values)):
            return False
        self.stored = values
        self.damaged = False
        self.clamped = []
        return True

    def _now(self) -> "dict[int, int]":
        return {slot: self._regs[slot] for slot in params.settings()}


def slots(root: str, board: str) -> storage.Slots:
    """Where a board's settings are stored."""
    return storage.Slots(root + NAME, storage.SETTINGS, SCHEMA, board)


def pack(values: "dict[int, int]") -> bytes:
    """The payload for {slot: raw value}."""
    payload = b""
    for slot in sorted(values):
        payload += struct.pack(_PAIR, params.key(slot), values[slot])
    return payload


def unpack(payload: bytes) -> "tuple[dict[int, int], list[int]]":
    """({slot: raw value within its range}, slots that had to be cut to it). Settings that are no more are left out."""
    slots = {params.key(slot): slot for slot in params.settings()}
    values = {}
    clamped = []
    for at in range(0, len(payload) - _PAIR_SIZE + 1, _PAIR_SIZE):
        key, value = struct.unpack(_PAIR, payload[at : at + _PAIR_SIZE])
        slot = slots.get(key)
        if slot is not None:
            values[slot] = params.within(slot, value)
            if values[slot] != value and slot not in clamped:
                clamped.append(slot)
    return values, clamped
