"""What the device tells of itself: the telemetry record and the summary of a session, as the wire's fields."""

import struct

from micropython import const

from tapote import params, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from tapote.app import App

_TICK_US = const(3)
_RATE_SPM = const(24)
_RATE_TARGET_SPM = const(23)
_DRIVE_Q16 = const(26)
_SCALE_Q16 = const(14)
_FORCE_MN = const(6)
_PEAK_LAST_MN = const(9)
_LIMIT_MN = const(85)
_CURRENT_MA = const(90)
_BATTERY_MV = const(89)
_TEMPERATURE_DC = const(91)
_STROKES = const(63)
_DURATION_US = const(69)
_DURATION_MAX_US = const(70)
_LATE_MAX_US = const(67)
_LOST_TICKS = const(68)
_OUT_Q12 = const(28)
_PEAK_MAX_MN = const(64)
_OVER_TICKS = const(65)
_BACKOFF_TICKS = const(66)
_PHASE = const(88)
_RING_AT = const(93)


def pack(app: "App", now_ms: int, dropped: int, body: bytearray) -> None:
    """wire.TELEMETRY into body, from byte 2 on. Without a tuple, and clamping only what can leave its field: this is
    sent up to 200 times a second."""
    regs = app.hal.regs
    session = app.session
    struct.pack_into(
        wire.MESSAGES[wire.TELEMETRY],
        body,
        2,
        now_ms,
        session.state,
        session.fault,
        regs[_PHASE],
        app.setpoints.said,
        regs[_RATE_SPM],
        regs[_RATE_TARGET_SPM],
        (regs[_DRIVE_Q16] * 1000 + 32768) >> 16,
        (regs[_SCALE_Q16] * 1000 + 32768) >> 16,
        regs[_FORCE_MN],
        regs[_PEAK_LAST_MN],
        regs[_LIMIT_MN],
        min(max(regs[_CURRENT_MA], -32768), 32767),
        regs[_BATTERY_MV],
        regs[_TEMPERATURE_DC],
        regs[_STROKES],
        min(regs[_DURATION_US], 0xFFFF),
        min(regs[_LATE_MAX_US], 0xFFFF),
        dropped,
        regs[_OUT_Q12] * 1000 // 4096,
    )


def stats(app: "App") -> "tuple[int, ...]":
    """The fields of wire.STATS_REPLY: this session so far, or the last one."""
    regs = app.hal.regs
    tick_us = regs[_TICK_US]
    return (
        app.session.run_ms,
        regs[_STROKES],
        regs[_PEAK_MAX_MN],
        regs[_OVER_TICKS] * tick_us,
        regs[_BACKOFF_TICKS] * tick_us // 1000,
        regs[_DURATION_MAX_US],
        regs[_LATE_MAX_US],
        regs[_LOST_TICKS],
        app.session.seen,
        app.setpoints.said,
        app.hal.heap_free(),
    )


def usage(app: "App") -> "tuple[object, ...]":
    """The fields of wire.USAGE_REPLY."""
    held = app.calibration
    states = (app.settings.slots.state, held.slots.state)
    return app.usage.fields() + states + (held.zero_mn, held.gain_permille, held.plain_mn())


def ring_part(regs: "array[int]", first: int) -> bytes:
    """Four records of the ring of ticks, from the one `first` after the oldest."""
    words = len(params.RING_FIELDS)
    records = b""
    for index in range(first, first + 4):
        at = params.RING + ((regs[_RING_AT] + 1 + index) & 255) * words
        records += bytes(memoryview(regs)[at : at + words])
    return records
