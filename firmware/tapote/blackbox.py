"""What is kept of a fault: the ring of ticks stands still, and beside it what the main loop knew at that moment.

The first fault since the last start is the one worth keeping: what follows is often its consequence. The record stays
when the fault is cleared at the device, so that it can still be read afterwards; it goes when the host lets go of it,
when a session is armed, and with the power.
"""

from micropython import const

from tapote import units

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
_EMPTY = (0,) * 15


class BlackBox:
    """`record`: the fields of wire.BLACKBOX_REPLY; all zero while nothing is held."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self.record = _EMPTY

    def held(self) -> bool:
        """Whether there is something to read."""
        return bool(self.record[0])

    def freeze(self, fault: int, state: int, now_ms: int) -> None:
        """A fault has just ended `state`."""
        if self.held():
            return
        app = self._app
        regs = app.hal.regs
        regs[_RING_HOLD] = 1
        self.record = (
            1,
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

    def release(self) -> None:
        """Forget it; the ring runs on."""
        self.record = _EMPTY
        self._app.hal.regs[_RING_HOLD] = 0
