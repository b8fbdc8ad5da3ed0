"""Session programs kept on the device, for a day without a computer: up to eight, each in its own two slots.

A record is name, number of phases, the phases as the wire carries them, and the 256 samples of the stroke. What comes
back is trusted no more than what comes over the wire: each phase goes through `Program.add`, which cuts it to the caps.
Imported for a moment at a time, and let go of again: a session needs the memory.
"""

import struct

from micropython import const

from tapote import states, storage, waves, wire
from tapote.program import PHASES_MAX, is_phase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from tapote.app import App
    from tapote.program import Program

# What the host may ask for. SHELF_REPLY tells how the slot stands afterwards.
LOOK = const(0)
STORE = const(1)  # the program that is loaded
LOAD = const(2)
ERASE = const(3)
READ = const(4)  # answered by RECORD_REPLY, from a byte on

NAME = "program"
SCHEMA = const(1)
COUNT = const(8)
HEAD = "<24sB"
_HEAD_SIZE = const(25)
PHASE = "<IHHHHBBHHHIB"
_PHASE_SIZE = const(25)
_WAVE_SIZE = const(512)
_SIZE_MAX = _HEAD_SIZE + PHASES_MAX * _PHASE_SIZE + _WAVE_SIZE


class Programs:
    """The stored programs of a board. Nothing of them stays in RAM; an index is 0 to COUNT - 1."""

    def __init__(self, root: str, board: str) -> None:
        self._root = root
        self._board = board

    def slots(self, index: int) -> storage.Slots:
        """Where a program is kept; its `state` tells more of the last look at it."""
        path = "%s%s%d" % (self._root, NAME, index)
        return storage.Slots(path, storage.PROGRAM, SCHEMA, self._board, _SIZE_MAX)

    def look(self, index: int) -> "tuple[int, int, int, bytes]":
        """(state of its slots, phases, length in ms, name) of a program. No phases: none that can be loaded."""
        slots = self.slots(index)
        payload = slots.load()
        phases = _phases(payload) if payload is not None else []
        if payload is None or not phases:
            whole = payload is None and slots.state not in (storage.INTACT, storage.HALF)
            return (slots.state if whole else storage.DAMAGED), 0, 0, b""
        return slots.state, len(phases), sum([phase[0] for phase in phases]), payload[:24]

    def save(self, index: int, program: "Program", wave: "array[int]") -> bool:
        """Store a program and its stroke. False: no such index, an empty program, or the file system refused."""
        if not 0 <= index < COUNT or not 1 <= len(program.phases) <= PHASES_MAX:
            return False
        payload = bytearray(struct.pack(HEAD, program.name.encode()[:24], len(program.phases)))
        for phase in program.phases:
            payload.extend(struct.pack(PHASE, *phase))
        payload.extend(bytes(memoryview(wave)[waves.STROKE : waves.STROKE + 256]))
        return self.slots(index).save(bytes(payload))

    def load(self, index: int, program: "Program", wave: "array[int]") -> bool:
        """Make a stored program the present one. False: there is none, or not a valid one; then `program` is empty."""
        program.begin("")
        payload = self.slots(index).load() if 0 <= index < COUNT else None
        phases = _phases(payload) if payload is not None else []
        if payload is None or not phases:
            return False
        program.begin(_name(payload))
        for phase in phases:
            if not program.add(phase):
                program.begin("")
                return False
        waves.set_stroke(wave, 0, list(struct.unpack("<256H", payload[-_WAVE_SIZE:])))
        return True

    def erase(self, index: int) -> bool:
        """Forget a program; False when the file system refused."""
        return 0 <= index < COUNT and self.slots(index).erase()


def _name(payload: bytes) -> str:
    return "".join([chr(byte) for byte in payload[:24] if 32 <= byte < 127])


def _phases(payload: bytes) -> "list[tuple[int, ...]]":
    """The phases as they stand there, not cut to any cap; none when one of them is no phase, or the record is not as
    long as it says."""
    if len(payload) < _HEAD_SIZE + _WAVE_SIZE:
        return []
    count = payload[24]
    if count > PHASES_MAX or len(payload) != _HEAD_SIZE + count * _PHASE_SIZE + _WAVE_SIZE:
        return []
    phases = [struct.unpack_from(PHASE, payload, _HEAD_SIZE + at * _PHASE_SIZE) for at in range(count)]
    return [] if False in [is_phase(phase) for phase in phases] else phases


def choose(app: "App") -> int:
    """Load the next stored program after the one that is loaded; its number from 1, or 0 and nothing changed."""
    kept = Programs(app.loader.root, app.board["name"])
    last = app.loader.index
    for step in range(1, COUNT + 1):
        index = (last + step) % COUNT
        if kept.look(index)[1] and _load(app, kept, index):
            app.loader.by_hand = True
            return index + 1
    return 0


def serve(app: "App", what: int, index: int, offset: int, now_ms: int) -> "tuple[int, tuple[object, ...]]":
    """Do what a wire.SHELF asks for; the kind of the answer and its fields."""
    if not 0 <= index < COUNT:
        return wire.SHELF_REPLY, (index, wire.UNKNOWN, 0, 0, 0, b"")
    kept = Programs(app.loader.root, app.board["name"])
    if what == READ:
        payload = kept.slots(index).load() or b""
        return wire.RECORD_REPLY, (index, len(payload), payload[offset : offset + 128])
    done = what == LOOK
    if what == STORE:
        # Not what a hand has chosen since the host sent its own.
        sent = app.loader.whole and not app.loader.by_hand
        done = sent and app.keeper.serve(lambda: kept.save(index, app.program, app.hal.wave), now_ms)
    elif what == ERASE:
        done = app.keeper.serve(lambda: kept.erase(index), now_ms)
    elif what == LOAD:
        done = app.session.state == states.IDLE and _load(app, kept, index)
    return wire.SHELF_REPLY, (index, wire.OK if done else wire.REFUSED) + kept.look(index)


def _load(app: "App", kept: Programs, index: int) -> bool:
    """Make a stored program the one that may be armed; the one before is gone, whatever comes of it."""
    loader = app.loader
    app.controls.forget()
    loader.by_hand = False
    loader.whole = kept.load(index, app.program, app.hal.wave)
    loader.index = index if loader.whole else -1
    return loader.whole
