"""What the device has done in its life: sessions, strokes, faults, restarts.

Counted in RAM and stored once a session, when it has ended and the motor is off: a flash that takes 100 000 erases
must not be worn by counting. What was counted since the last session's end is lost when the power goes.
"""

from array import array

from micropython import const

from tapote import storage

NAME = "usage"
SCHEMA = const(1)  # little-endian words in the order below; new ones are appended
SESSIONS = const(0)
RUN_S = const(1)
STROKES = const(2)
TOO_MUCH = const(3)
SAVES = const(4)
RESETS = const(5)  # one each for power-on, watchdog, software: Hal.reset_cause
RESET_KINDS = const(3)
FAULTS = const(8)  # one for each fault number, 1 to 31
FAULT_KINDS = const(32)
WORDS = FAULTS + FAULT_KINDS
_LIMIT = const(0x3FFFFFFF)  # a counter stops here: what fits a small integer of MicroPython


class Usage:
    """The counters, and when they are to be stored. reset_cause: why the device started."""

    def __init__(self, root: str, board: str, reset_cause: int) -> None:
        self.slots = storage.Slots(root + NAME, storage.USAGE, SCHEMA, board)
        self.counts = array("I", bytes(4 * WORDS))
        self.due = False  # a session has ended since the last save
        payload = self.slots.load()
        if payload is not None:
            for index, value in enumerate(array("I", payload[: min(len(payload), 4 * WORDS) & ~3])):
                self.counts[index] = min(value, _LIMIT)
        if reset_cause < RESET_KINDS:
            self._add(RESETS + reset_cause, 1)

    def faults(self, bits: int) -> None:
        """Faults that were met just now, as bits 1 << number."""
        for number in range(FAULT_KINDS):
            if bits >> number & 1:
                self._add(FAULTS + number, 1)

    def ended(self, run_ms: int, strokes: int, too_much: int) -> None:
        """A session that ran has ended."""
        self._add(SESSIONS, 1)
        self._add(RUN_S, (run_ms + 500) // 1000)
        self._add(STROKES, strokes)
        self._add(TOO_MUCH, too_much)
        self.due = True

    def save(self) -> bool:
        """Store the counters, if a session has ended since; False when the file system refused. Only while disarmed."""
        if not self.due:
            return True
        self.due = False  # refused or not: a flash that fails is not tried again before the next session's end
        self._add(SAVES, 1)
        return self.slots.save(bytes(self.counts))

    def _add(self, index: int, amount: int) -> None:
        self.counts[index] = min(self.counts[index] + amount, _LIMIT)
