"""Session programs kept on the device, for a day without a computer: up to eight, each in its own two slots.

A record is name, number of phases, the phases as the wire carries them, and the 256 samples of the stroke. What comes
back is trusted no more than what comes over the wire: each phase goes through `Program.add`, which cuts it to the caps.
"""

import struct

from micropython import const

from tapote import storage, waves

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from tapote.program import Program

NAME = "program"
SCHEMA = const(1)
COUNT = const(8)
PHASES_MAX = const(32)
_HEAD = "<24sB"
_HEAD_SIZE = const(25)
_PHASE = "<IHHHHBBHHHIB"
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

    def listed(self) -> "list[tuple[int, str, int]]":
        """(index, name, length in s) of each that can be loaded."""
        found = []
        for index in range(COUNT):
            payload = self.slots(index).load()
            phases = _phases(payload) if payload is not None else []
            if payload is not None and phases:
                found.append((index, _name(payload), sum([phase[0] for phase in phases]) // 1000))
        return found

    def save(self, index: int, program: "Program", wave: "array[int]") -> bool:
        """Store a program and its stroke. False: no such index, an empty program, or the file system refused."""
        if not 0 <= index < COUNT or not 1 <= len(program.phases) <= PHASES_MAX:
            return False
        payload = bytearray(struct.pack(_HEAD, program.name.encode()[:24], len(program.phases)))
        for phase in program.phases:
            payload.extend(struct.pack(_PHASE, *phase))
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
    """The phases as they stand there, unchecked; none when the record is not as long as it says."""
    if len(payload) < _HEAD_SIZE + _WAVE_SIZE:
        return []
    count = payload[24]
    if count > PHASES_MAX or len(payload) != _HEAD_SIZE + count * _PHASE_SIZE + _WAVE_SIZE:
        return []
    return [struct.unpack_from(_PHASE, payload, _HEAD_SIZE + at * _PHASE_SIZE) for at in range(count)]
