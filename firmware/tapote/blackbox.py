"""What is kept of a fault: the ring of ticks stands still, and beside it what the main loop knew at that moment.

The first fault since the last start is the one worth keeping: what follows is often its consequence. The record stays
when the fault is cleared at the device, so that it can still be read afterwards. Once the device is disarmed it goes to
flash too, where it outlives the power; a host that asks is given it back until it lets go of it, or the next fault
takes its place. A session that is armed takes the ring, never the file.
"""

import os
import struct
from binascii import crc32

from micropython import const

from tapote import params, states, units
from tapote.units import elapsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

_RING_HOLD = const(73)
_PHASE = const(88)
_RATE_TARGET_SPM = const(23)
_DRIVE_Q16 = const(26)
_LIMIT_MN = const(85)
_TRIP_MN = const(12)
_CURRENT_MA = const(90)
_BATTERY_MV = const(89)
_TEMPERATURE_DC = const(91)
_STROKES = const(63)
_RING_AT = const(93)
_EMPTY = (0,) * 15

NAME = "blackbox.bin"
HELD = const(1)  # first field of the record: since this start
RECALLED = const(2)  # of an earlier start, from flash
_MAGIC = b"TPB1"
_FIELDS = "<15iI"  # the record, and where the newest tick is
_HOST_MS = const(2000)
_WAIT_MS = const(500)  # the host learns of the fault first: writing flash stops everything for some tenths of a second


class BlackBox:
    """`record`: the fields of wire.BLACKBOX_REPLY; all zero while nothing is held. root: folder of its file."""

    def __init__(self, app: "App", root: str) -> None:
        self._app = app
        self._path = root + NAME
        self._frozen_ms = 0
        self.record = _EMPTY
        self.unsaved = False
        self._hosts = False  # a host holds the ring
        self._hosts_ms = 0

    def held(self) -> bool:
        """Whether there is something to read, without asking the flash."""
        return bool(self.record[0])

    def freeze(self, fault: int, state: int, now_ms: int) -> None:
        """A fault has just ended `state`."""
        if self.record[0] == HELD:
            return
        app = self._app
        regs = app.hal.regs
        if regs[_RING_HOLD]:  # held by a host: its ticks are of another time, and none are better than those
            for at in range(params.RING, params.REGS_WORDS):
                regs[at] = 0
        regs[_RING_HOLD] = 1
        # What happened before anything was armed is no story of a motor, and may come again at every start.
        self.unsaved = states.ARMED <= state <= states.STOPPING
        self._frozen_ms = now_ms
        self.record = (
            HELD,
            fault,
            state,
            now_ms,
            app.session.run_ms,
            regs[_PHASE],
            app.setpoints.said,
            units.clamp(regs[_RATE_TARGET_SPM], 0, 0xFFFF),
            units.permille_from_q16(regs[_DRIVE_Q16]),
            regs[_LIMIT_MN],
            regs[_TRIP_MN],
            units.clamp(regs[_CURRENT_MA], -32768, 32767),
            units.clamp(regs[_BATTERY_MV], 0, 0xFFFF),
            units.clamp(regs[_TEMPERATURE_DC], -32768, 32767),
            regs[_STROKES],
        )

    def hold(self, hold: bool, now_ms: int) -> None:
        """A host holds the ring while it reads it, or lets it run on."""
        self._hosts = hold
        self._hosts_ms = now_ms
        self._app.hal.regs[_RING_HOLD] = 1 if hold or self.held() else 0

    def step(self, now_ms: int) -> None:
        """A host that holds the ring reads on, or it has gone."""
        if self._hosts and elapsed(now_ms, self._hosts_ms) > _HOST_MS:
            self.hold(False, now_ms)

    def release(self) -> None:
        """Forget it, but for the file; the ring runs on."""
        self.record = _EMPTY
        self.unsaved = False
        self._app.hal.regs[_RING_HOLD] = 0

    def due(self, now_ms: int) -> bool:
        """Whether it is time to `save`. For the caller to see to: that nothing is armed."""
        return self.unsaved and elapsed(now_ms, self._frozen_ms) >= _WAIT_MS

    def save(self) -> None:
        """Write it to flash, in place of the last one. A file system that refuses costs the copy, nothing else."""
        self.unsaved = False
        regs = self._app.hal.regs
        head = _MAGIC + struct.pack(_FIELDS, *self.record, regs[_RING_AT])
        ring = memoryview(regs)[params.RING :]
        try:
            with open(self._path + ".new", "wb") as file:
                file.write(head)
                file.write(ring)
                file.write(struct.pack("<I", crc32(ring, crc32(head))))
            os.rename(self._path + ".new", self._path)
        except OSError:
            pass

    def recall(self) -> None:
        """Read it back from flash, where nothing newer is held. Only while nothing is armed: it takes the ring."""
        if self.held():
            return
        regs = self._app.hal.regs
        ring = memoryview(regs)[params.RING :]
        size = len(_MAGIC) + struct.calcsize(_FIELDS)
        regs[_RING_HOLD] = 1
        try:
            with open(self._path, "rb") as file:
                head = file.read(size)
                file.readinto(ring)
                check = file.read()
            if head[:4] == _MAGIC and check == struct.pack("<I", crc32(ring, crc32(head))):
                fields = struct.unpack(_FIELDS, head[4:])
                regs[_RING_AT] = fields[15]
                self.record = (RECALLED,) + fields[1:15]
                return
        except (OSError, ValueError):
            pass
        regs[_RING_HOLD] = 0

    def forget(self) -> None:
        """Let go of it, file and all."""
        self.release()
        try:
            os.remove(self._path)
        except OSError:
            pass
