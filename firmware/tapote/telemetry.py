"""What the device tells of itself: the telemetry record and the summary of a session, as the wire's fields."""

from tapote import params, units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

_slot = params.slot
_TICK_US = _slot("tick_us")
_RATE = _slot("rate_spm")
_TARGET = _slot("rate_target_spm")
_DRIVE = _slot("drive_q16")
_SCALE = _slot("scale_q16")
_FORCE = _slot("force_mn")
_PEAK = _slot("peak_last_mn")
_LIMIT = _slot("limit_mn")
_CURRENT = _slot("current_ma")
_BATTERY = _slot("battery_mv")
_TEMPERATURE = _slot("temperature_dc")
_STROKES = _slot("strokes")
_DURATION = _slot("duration_us")
_DURATION_MAX = _slot("duration_max_us")
_LATE_MAX = _slot("late_max_us")
_LOST = _slot("lost_ticks")
_OUT = _slot("out_q12")
_PEAK_MAX = _slot("peak_max_mn")
_OVER = _slot("over_ticks")
_BACKOFF = _slot("backoff_ticks")
_PHASE = _slot("phase")


def _u16(value: int) -> int:
    return units.clamp(value, 0, 0xFFFF)


def record(app: "App", now_ms: int, dropped: int) -> "tuple[int, ...]":
    """The fields of wire.TELEMETRY."""
    regs = app.hal.regs
    return (
        now_ms,
        app.session.state,
        app.session.fault,
        regs[_PHASE],
        app.setpoints.said,
        _u16(regs[_RATE]),
        _u16(regs[_TARGET]),
        units.permille_from_q16(regs[_DRIVE]),
        units.permille_from_q16(regs[_SCALE]),
        regs[_FORCE],
        regs[_PEAK],
        regs[_LIMIT],
        units.clamp(regs[_CURRENT], -32768, 32767),
        _u16(regs[_BATTERY]),
        units.clamp(regs[_TEMPERATURE], -32768, 32767),
        regs[_STROKES],
        _u16(regs[_DURATION]),
        _u16(regs[_LATE_MAX]),
        dropped,
        regs[_OUT] * 1000 // 4096,
    )


def stats(app: "App") -> "tuple[int, ...]":
    """The fields of wire.STATS_REPLY: this session so far, or the last one."""
    regs = app.hal.regs
    tick_us = regs[_TICK_US]
    return (
        app.session.run_ms,
        regs[_STROKES],
        regs[_PEAK_MAX],
        regs[_OVER] * tick_us,
        regs[_BACKOFF] * tick_us // 1000,
        regs[_DURATION_MAX],
        regs[_LATE_MAX],
        regs[_LOST],
        app.session.seen,
        app.setpoints.said,
        app.hal.heap_free(),
    )
