"""What is kept of a fault: the ring of ticks stands still, and beside it what the main loop knew at that moment.

The first fault since the last start is the one worth keeping: what follows is often its consequence. The record stays
when the fault is cleared at the device, so that it can still be read afterwards; it goes when the host lets go of it,
when a session is armed, and with the power.
"""

from tapote import params, units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

_HOLD = params.slot("ring_hold")
_PHASE = params.slot("phase")
_TARGET = params.slot("rate_target_spm")
_DRIVE = params.slot("drive_q16")
_LIMIT = params.slot("limit_mn")
_TRIP = params.slot("trip_mn")
_CURRENT = params.slot("current_ma")
_BATTERY = params.slot("battery_mv")
_TEMPERATURE = params.slot("temperature_dc")
_STROKES = params.slot("strokes")
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
        regs[_HOLD] = 1
        self.record = (
            1,
            fault,
            state,
            now_ms,
            app.session.run_ms,
            regs[_PHASE],
            app.setpoints.said,
            units.clamp(regs[_TARGET], 0, 0xFFFF),
            units.permille_from_q16(regs[_DRIVE]),
            regs[_LIMIT],
            regs[_TRIP],
            units.clamp(regs[_CURRENT], -32768, 32767),
            units.clamp(regs[_BATTERY], 0, 0xFFFF),
            units.clamp(regs[_TEMPERATURE], -32768, 32767),
            regs[_STROKES],
        )

    def release(self) -> None:
        """Forget it; the ring runs on."""
        self.record = _EMPTY
        self._app.hal.regs[_HOLD] = 0
