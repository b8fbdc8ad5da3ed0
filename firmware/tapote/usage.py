"""What the device has done in its life: sessions, strokes, faults, restarts.

Counted in RAM and stored once a session, when it has ended and the device has rested for two seconds: a flash that
takes 100 000 erases must not be worn by counting, and the host first reads how late the ticks of the session were,
which a flash write would spoil. What was counted since is lost when the power goes.
"""

from array import array

from micropython import const

from tapote import storage
from tapote.states import IDLE
from tapote.units import elapsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

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
REST_MS = const(2000)
WORDS = FAULTS + FAULT_KINDS
_STROKES = const(63)
_LIMIT = const(0x3FFFFFFF)  # a counter stops here: what fits a small integer of MicroPython


class Usage:
    """The counters of an App, and when they are stored. reset_cause: why the device started."""

    def __init__(self, root: str, board: str, reset_cause: int) -> None:
        self.slots = storage.Slots(root + NAME, storage.USAGE, SCHEMA, board)
        self.counts = array("I", bytes(4 * WORDS))
        self._ran = False
        self._due = False  # a session has ended since the last save
        self._ended_ms = 0
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

    def step(self, app: "App", now_ms: int) -> bool:
        """Count a session that has ended. True once, when the device has come to rest after it: `save` is due."""
        session = app.session
        if session.moving():
            self._ran = True
        elif self._ran and not session.live():
            self._ran = False
            self._ended_ms = now_ms
            self._due = True
            self._add(SESSIONS, 1)
            self._add(RUN_S, (session.run_ms + 500) // 1000)
            self._add(STROKES, app.hal.regs[_STROKES])
            self._add(TOO_MUCH, app.setpoints.said)
        elif self._due and elapsed(now_ms, self._ended_ms) >= REST_MS and session.state == IDLE:
            self._due = False  # refused or not: a flash that fails is not tried again before the next session's end
            return True
        return False

    def save(self) -> bool:
        """Store the counters; False when the file system refused."""
        self._add(SAVES, 1)
        return self.slots.save(bytes(self.counts))

    def fields(self) -> "tuple[object, ...]":
        """The counters as wire.USAGE_REPLY begins: totals and restarts, then 16 bits for each fault."""
        faults = b""
        for number in range(FAULT_KINDS):
            faults += min(self.counts[FAULTS + number], 0xFFFF).to_bytes(2, "little")
        return tuple(self.counts[:FAULTS]) + (faults,)

    def _add(self, index: int, amount: int) -> None:
        self.counts[index] = min(self.counts[index] + amount, _LIMIT)
