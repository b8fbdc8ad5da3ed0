"""Every conversion, in integers: counts, millivolts, millinewtons, strokes a minute, permille and binary fractions.

Imports nothing. Names say the unit; q12 means 4096 = 1, q16 means 65536 = 1, q24 means 2**24 = 1.
"""


def clamp(value: int, low: int, high: int) -> int:
    """`value` moved into low..high."""
    if value < low:
        return low
    if value > high:
        return high
    return value


def interpolate(points: "list[list[int]]", x: int) -> int:
    """Piecewise-linear value at x; points are [x, y] with ascending x. Outside, the nearest end's y. [] gives 0."""
    if not points:
        return 0
    low, high = 0, len(points) - 1
    if x <= points[0][0]:
        return points[0][1]
    if x >= points[high][0]:
        return points[high][1]
    while high - low > 1:
        middle = (low + high) >> 1
        if x < points[middle][0]:
            high = middle
        else:
            low = middle
    x0, y0 = points[low]
    x1, y1 = points[high]
    return y0 + (y1 - y0) * (x - x0) // (x1 - x0)


def raw_at(points: "list[list[int]]", y: int) -> int:
    """The least reading (0..4096) whose `interpolate` is y or more, for points that rise; 0 for no points."""
    low, high = 0, 4096
    if not points:
        return 0
    while low < high:
        middle = (low + high) // 2
        if interpolate(points, middle) < y:
            low = middle + 1
        else:
            high = middle
    return low


def q12_from_permille(permille: int) -> int:
    """0..1000 permille as 0..4096."""
    return permille * 4096 // 1000


def permille_from_q16(q16: int) -> int:
    """0..65536 as 0..1000, rounded."""
    return (q16 * 1000 + 32768) >> 16


def phase_inc_q24(period_us: int, tick_us: int) -> int:
    """Phase added in every tick for a cycle of period_us; 0 for no cycle. A cycle has at least two ticks."""
    if period_us <= 0:
        return 0
    return min((tick_us << 24) // period_us, 1 << 23)


def stroke_inc_q24(rate_spm: int, tick_us: int) -> int:
    """Phase of a stroke added in every tick at rate_spm strokes a minute."""
    return rate_spm * ((tick_us << 32) // 60_000_000) >> 8


def fold_gain(soft_mn: int, hard_mn: int) -> int:
    """2**24 / (hard - soft): the kernel's slope of the foldback. At least 500 mN apart: 50000 mN * slope < 2**31."""
    return (1 << 24) // max(hard_mn - soft_mn, 500)


def rise_q16(permille_s: int, tick_us: int) -> int:
    """permille per second as a rise in every tick, of 65536, rounded down, at least 1.

    >>> rise_q16(500, 500)      # 0.5 * 65536 * 0.0005 = 16.384
    16
    """
    return max(permille_s * 65536 * tick_us // 1_000_000_000, 1)


def feed_forward_q16(full_rate_spm: int, nominal_mv: int, battery_mv: int) -> int:
    """Duty (of 4096) per stroke a minute, times 65536, so that an unloaded motor reaches the rate at this voltage."""
    gain = (4096 << 16) // max(full_rate_spm, 512)  # below 2**19 = the kernel's range
    if battery_mv > 0:
        gain = gain * nominal_mv // battery_mv
    return min(gain, 0x7FFFF)


def elapsed(now: int, then: int) -> int:
    """now - then for counters that wrap at 2**30 (milliseconds or microseconds)."""
    return (now - then) & 0x3FFFFFFF


def pwm_top(pwm_hz: int) -> int:
    """Counts of a PWM period: two PIO cycles each at 12.5 MHz, so 312 at 20 kHz."""
    return clamp(6_250_000 // pwm_hz, 16, 65535)


class Lasting:
    """A condition that must hold for `limit_ms` without a break.

    `since_ms`: when it began to hold, -1 while it does not. Who knows that it does not may set that: it costs a
    tenth of a call.
    """

    def __init__(self, limit_ms: int) -> None:
        self._limit_ms = limit_ms
        self.since_ms = -1

    def __call__(self, holds: bool, now_ms: int) -> bool:
        """Feed the condition; True once it has held for the limit."""
        if not holds:
            self.since_ms = -1
            return False
        if self.since_ms < 0:
            self.since_ms = now_ms
        return elapsed(now_ms, self.since_ms) >= self._limit_ms
