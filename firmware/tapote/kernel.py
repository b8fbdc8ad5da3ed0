"""The stroke tick: one integer pass from the force sample to the motor level, 1000 to 4000 times a second.

It runs in a hard timer interrupt, so it allocates nothing, uses no float and calls nothing. Everything it knows is in
`regs`, one array of 32-bit integers whose slots `params.py` names; each slot has one writer. The hardware is handed in
as pointers: on the board register blocks, on CPython plain arrays, so the same source runs in every world.

    regs  array('i'), SLOTS words of state and parameters, then the ring of the last 256 ticks
    wave  array('H'): [0..256] stroke shape (32768 = no drive), [257..513] swell shape (0..4096, from 4096 down and up),
          [514..578] force in units of 2 mN at raw = 64 * i
    adc   [0] control word, then results: on the RP2040 all channels share one result word, the host has one each
    out   [0] level of the motor output in counts, [1] level of the second H-bridge input

Viper keeps its first three names in registers. So the arguments are typed as pointers and used as they are: a cast to a
local name costs 2.5 us a tick. It also matters that no index is among the three: viper of MicroPython 1.27 would scale
such a name in place (issue 18800).

Ranges that keep every product below 2**31 stand beside each stage. Times are microseconds modulo 2**30.
"""

import micropython
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.dialect import Pointer as ptr16
    from tapote.dialect import Pointer as ptr32

# Slots of regs. The first 32 load fastest on the M0+, so what each tick touches stands first.
_NOW_US = const(0)
_DUE_US = const(1)
_TICKS = const(2)
_TICK_US = const(3)
_LATE_US = const(4)
_FORCE_RAW = const(5)
_FORCE_MN = const(6)
_FORCE_FILT_Q4 = const(7)
_PEAK_NOW_MN = const(8)
_PEAK_LAST_MN = const(9)
_SOFT_MN = const(10)
_HARD_MN = const(11)
_TRIP_MN = const(12)
_FOLD_GAIN = const(13)
_SCALE_Q16 = const(14)
_RISE_Q16 = const(15)
_ENABLE = const(16)
_HEARTBEAT_US = const(17)
_TRIPS = const(18)
_STROKE_PHASE_Q24 = const(19)
_STROKE_INC_Q24 = const(20)
_RHYTHM_PHASE_Q24 = const(21)
_RHYTHM_INC_Q24 = const(22)
_RATE_TARGET_SPM = const(23)
_RATE_SPM = const(24)
_DRIVE_TARGET_Q12 = const(25)
_DRIVE_Q16 = const(26)
_INTEGRAL_Q16 = const(27)
_OUT_Q12 = const(28)
_LEVEL = const(29)
_FF_GAIN_Q16 = const(30)
_TOP = const(31)
_ACTUATOR = const(32)
_BIPOLAR = const(33)
_KP_Q8 = const(34)
_KI_Q16 = const(35)
_OUT_RISE_Q12 = const(36)
_RHYTHM_KIND = const(37)
_RHYTHM_DEPTH_Q12 = const(38)
_RHYTHM_ON_Q16 = const(39)
_TACH_NOW = const(40)
_TACH_LAST = const(41)
_TACH_PULSES = const(42)
_TACH_START_US = const(43)
_TACH_SEEN_US = const(44)
_TACH_GAIN = const(45)
_TACH_STEP_Q24 = const(46)
_TACH_TIMEOUT_US = const(47)
_ADC_FORCE_WORD = const(48)
_ADC_FORCE_AT = const(49)
_SLOW_NEXT = const(50)
_SLOW_WORD = const(51)  # 51, 52, 53: control word of each slow channel
_SLOW_AT = const(54)  # 54, 55, 56: where its result stands
_SLOW_Q4 = const(57)  # 57, 58, 59: filtered readings, counts * 16
_ADC_MISSES = const(60)
_PEAK_AGE = const(61)
_PEAK_HOLD = const(62)
_STROKES = const(63)
_PEAK_MAX_MN = const(64)
_OVER_TICKS = const(65)
_BACKOFF_TICKS = const(66)
_LATE_MAX_US = const(67)
_LOST_TICKS = const(68)
_DURATION_US = const(69)
_DURATION_MAX_US = const(70)
_CLEAR_ASKED = const(71)
_CLEAR_DONE = const(72)
_RING_HOLD = const(73)
_HEARTBEAT_LIMIT_US = const(74)
_FORCE_ZERO_MN = const(75)
_RING_AT = const(93)
_FORCE_SAME = const(94)
_LATE_TICKS = const(96)
_FORCE_JUMPS = const(97)

_RING = const(128)  # first word of the ring: 256 records of 8 words
_SWELL = const(257)
_FORCE_TABLE = const(514)
_MASK30 = const(0x3FFFFFFF)
# From one tick to the next. Strokes at the fastest rate against bone and a slammed head change less (see the tests); a
# loose wire changes more. Who counts the jumps judges them: one is no fault.
_JUMP_MN = const(25000)


@micropython.viper
def tick(regs: ptr32, wave: ptr16, adc: ptr32, out: ptr32) -> int:
    """Run one tick; returns the interlocks that hold the motor off: 1 force, 2 ADC, 4 main loop."""
    # The slow channel asked for in the last tick is ready; take it, then start the force conversion (2 us).
    slow = regs[_SLOW_NEXT]
    value = adc[regs[_SLOW_AT + slow]] & 0xFFF
    adc[0] = regs[_ADC_FORCE_WORD]
    q4 = regs[_SLOW_Q4 + slow]  # 0..65520
    regs[_SLOW_Q4 + slow] = q4 + (((value << 4) - q4) >> 3)

    # How late is this tick against a drift-free schedule? A tick later than a whole period means that some were lost.
    now = regs[_NOW_US]
    tick_us = regs[_TICK_US]
    late = (now - regs[_DUE_US]) & _MASK30
    if late > 0x1FFFFFFF or regs[_TICKS] == 0:  # ahead of the schedule: the schedule was wrong
        regs[_DUE_US] = now
        late = 0
    elif late + late > tick_us:
        if late > tick_us:
            regs[_DUE_US] = now
        if regs[_ENABLE]:  # a flash write while the motor is off costs ticks and no harm
            if late > tick_us:
                regs[_LOST_TICKS] += 1
            else:
                regs[_LATE_TICKS] += 1
    regs[_DUE_US] = (regs[_DUE_US] + tick_us) & _MASK30
    regs[_LATE_US] = late
    regs[_TICKS] = (regs[_TICKS] + 1) & _MASK30

    enable = regs[_ENABLE]
    asked = regs[_CLEAR_ASKED]
    if asked != regs[_CLEAR_DONE]:  # the main loop asks for a fresh start: forget latches and statistics
        regs[_CLEAR_DONE] = asked
        regs[_TRIPS] = 0
        regs[_STROKES] = 0
        regs[_PEAK_MAX_MN] = 0
        regs[_OVER_TICKS] = 0
        regs[_BACKOFF_TICKS] = 0
        regs[_LATE_MAX_US] = 0
        regs[_LOST_TICKS] = 0
        regs[_LATE_TICKS] = 0
        regs[_DURATION_MAX_US] = 0
    if late > regs[_LATE_MAX_US]:
        regs[_LATE_MAX_US] = late
    if regs[_DURATION_US] > regs[_DURATION_MAX_US]:  # of the tick before this one
        regs[_DURATION_MAX_US] = regs[_DURATION_US]
    trips = regs[_TRIPS]

    # Speed and stroke phase. Tach pulses are counted by hardware; the count is 16 bits wide.
    actuator = regs[_ACTUATOR]
    rate = regs[_RATE_SPM]
    phase = regs[_STROKE_PHASE_Q24]  # 0..2**24 - 1
    if actuator == 0:
        pulses = (regs[_TACH_NOW] - regs[_TACH_LAST]) & 0x3F
        if (now - regs[_TACH_SEEN_US]) & _MASK30 > regs[_TACH_TIMEOUT_US]:
            rate = 0
            regs[_TACH_PULSES] = -1
        if pulses:
            regs[_TACH_LAST] = regs[_TACH_NOW]
            regs[_TACH_SEEN_US] = now
            phase += pulses * regs[_TACH_STEP_Q24]  # below 64 * 2**24 = 2**30
            counted = regs[_TACH_PULSES]
            if counted < 0:  # first pulse after a stand-still: only now a time to measure from
                regs[_TACH_PULSES] = 0
                regs[_TACH_START_US] = now
            else:
                counted += pulses
                span = (now - regs[_TACH_START_US]) & _MASK30
                if span >= 20000:  # 20 ms and more: the half-millisecond grain of a tick weighs 2.5 % at most
                    span = span >> 4  # below 2**17: the timeout ended any longer silence
                    gain = regs[_TACH_GAIN]  # below 2**23
                    if counted * ((gain >> 8) + 1) > span * 8000 >> 8:  # noise on the wire: too fast for any crank
                        rate = 8000
                    else:
                        rate += (counted * gain // span - rate) >> 1
                    counted = 0
                    regs[_TACH_START_US] = now
                regs[_TACH_PULSES] = counted
    elif actuator == 1:  # no tach: a loaded motor is slower than this estimate, never faster
        rate = regs[_OUT_Q12] * regs[_TACH_GAIN] >> 12  # 4096 * (2**19 - 1)
        if rate > 8000:
            rate = 8000
        phase += rate * regs[_TACH_STEP_Q24] >> 8  # 8000 * 71582 (at 1 kHz) < 2**30
    elif enable:
        rate = regs[_RATE_TARGET_SPM]
        phase += regs[_STROKE_INC_Q24]
    else:
        rate = 0
    regs[_RATE_SPM] = rate
    strokes = phase >> 24
    phase &= 0xFFFFFF
    regs[_STROKE_PHASE_Q24] = phase

    # The force sample. The conversion started above; forty looks last over 5 us, then it counts as missed.
    looks = 0
    while adc[0] & 0x100 == 0:
        looks += 1
        if looks > 40:
            break
    raw = adc[regs[_ADC_FORCE_AT]] & 0xFFF
    if looks > 40:
        misses = regs[_ADC_MISSES] + 1
        regs[_ADC_MISSES] = misses
        if misses > 3:  # in a row
            trips |= 2
    else:
        regs[_ADC_MISSES] = 0
    slow += 1
    if slow > 2:
        slow = 0
    regs[_SLOW_NEXT] = slow
    adc[0] = regs[_SLOW_WORD + slow]
    same = 0
    if raw == regs[_FORCE_RAW]:
        same = (regs[_FORCE_SAME] + 1) & _MASK30
    regs[_FORCE_SAME] = same
    regs[_FORCE_RAW] = raw
    at = (raw >> 6) + _FORCE_TABLE
    force = wave[at]  # units of 2 mN, 0..65535
    force = (force + ((wave[at + 1] - force) * (raw & 63) >> 6)) * 2 - regs[_FORCE_ZERO_MN]
    if force < 0:
        force = 0
    jump = force - regs[_FORCE_MN]
    if jump > _JUMP_MN or jump < -_JUMP_MN:
        regs[_FORCE_JUMPS] = (regs[_FORCE_JUMPS] + 1) & _MASK30
    regs[_FORCE_MN] = force  # 0..131070
    filt = regs[_FORCE_FILT_Q4]
    filt += ((force << 4) - filt) >> 3
    regs[_FORCE_FILT_Q4] = filt

    # The peak of a stroke; when nothing strokes any more, a window of fixed length stands in for it.
    peak = regs[_PEAK_NOW_MN]
    if force > peak:
        peak = force
    last = regs[_PEAK_LAST_MN]
    age = regs[_PEAK_AGE] + 1
    if strokes or age > regs[_PEAK_HOLD]:
        last = peak
        peak = force
        age = 0
        regs[_PEAK_LAST_MN] = last
    regs[_PEAK_AGE] = age
    regs[_PEAK_NOW_MN] = peak
    if last > peak:
        peak = last
    if (filt >> 4) > peak:
        peak = filt >> 4

    # Foldback: all the drive below soft, none from hard on. Falls at once, rises slowly.
    hard = regs[_HARD_MN]
    target = 65536
    if peak >= hard:
        target = 0
    elif peak > regs[_SOFT_MN]:
        target = (hard - peak) * regs[_FOLD_GAIN] >> 8  # 50000 * 33554; 2**24 / 2**8 where soft, hard and gain agree
        if target > 65536:  # the main loop is between its stores of the three
            target = 65536
    scale = regs[_SCALE_Q16]
    if target < scale:
        scale = target
    else:
        scale += regs[_RISE_Q16]
        if scale > target:
            scale = target

    # Interlocks.
    if enable:
        if force > regs[_TRIP_MN]:
            trips |= 1
        if (now - regs[_HEARTBEAT_US]) & _MASK30 > regs[_HEARTBEAT_LIMIT_US]:
            trips |= 4
        if force > hard:
            regs[_OVER_TICKS] += 1
        if target < 65536:
            regs[_BACKOFF_TICKS] += 1
        if force > regs[_PEAK_MAX_MN]:
            regs[_PEAK_MAX_MN] = force
        regs[_STROKES] += strokes
    if trips:
        enable = 0
    regs[_TRIPS] = trips

    # Drive: falls at once, rises at the same slow rate as the foldback. Without any, the foldback's share begins anew
    # too, for the feed-forward below follows it alone: so every return from rest is a soft start.
    drive = regs[_DRIVE_Q16]
    wanted = regs[_DRIVE_TARGET_Q12] << 4
    if enable == 0:
        wanted = 0
    if wanted == 0:
        scale = 0
    regs[_SCALE_Q16] = scale
    if wanted > drive:
        drive += regs[_RISE_Q16]
        if drive > wanted:
            drive = wanted
    else:
        drive = wanted
    regs[_DRIVE_Q16] = drive

    # Rhythm: how much of rate and drive applies now, 0..4096.
    kind = regs[_RHYTHM_KIND]
    beat = 0  # every rhythm starts at its strongest, so that steady strokes go over into it without a step
    if kind:
        beat = (regs[_RHYTHM_PHASE_Q24] + regs[_RHYTHM_INC_Q24]) & 0xFFFFFF
    regs[_RHYTHM_PHASE_Q24] = beat
    envelope = 4096
    if kind == 1:
        envelope = 4096 - (regs[_RHYTHM_DEPTH_Q12] * (4096 - wave[(beat >> 16) + _SWELL]) >> 12)
    elif kind == 2:
        if (beat >> 8) >= regs[_RHYTHM_ON_Q16]:
            envelope = 4096 - regs[_RHYTHM_DEPTH_Q12]
    strength = (drive >> 4) * envelope >> 12  # 0..4096

    # From strength to the motor.
    motor = 0
    if enable == 0 or strength == 0:
        regs[_INTEGRAL_Q16] = 0
    elif actuator == 2:
        shape = wave[phase >> 16]
        shape += ((wave[(phase >> 16) + 1] - shape) * ((phase >> 8) & 255) >> 8) - 32768
        motor = (strength * shape >> 15) * (scale >> 4) >> 12  # -4096..4096
    else:
        rate_wanted = (regs[_RATE_TARGET_SPM] * envelope >> 12) * (scale >> 4) >> 12  # 0..3200
        feed = rate_wanted * regs[_FF_GAIN_Q16] >> 16  # gain below 2**19
        if feed > 4096:
            feed = 4096
        motor = feed
        # Both parts go to zero with the scale. The feed keeps a backed-off crank turning slowly instead of stalling it.
        ceiling = feed + ((4096 - feed) * (strength * (scale >> 4) >> 12) >> 12)
        if actuator == 0:
            error = rate_wanted - rate  # at most 3200
            if error < -4095:
                error = -4095
            integral = regs[_INTEGRAL_Q16]
            motor = feed + (error * regs[_KP_Q8] >> 8) + (integral >> 16)
            grow = error * regs[_KI_Q16]  # 4095 * 65535 < 2**28
            # The integral learns only where its word counts: not against the ceiling, not while backing off.
            if scale == 65536:
                if grow < 0 or motor < ceiling:
                    integral += grow
                    if integral > 0x08000000:  # 2048 of 4096
                        integral = 0x08000000
                    elif integral < -0x08000000:
                        integral = -0x08000000
                    regs[_INTEGRAL_Q16] = integral
        if motor > ceiling:
            motor = ceiling
        if rate_wanted == 0 or motor < 0:
            motor = 0
        top_speed = regs[_OUT_Q12] + regs[_OUT_RISE_Q12]
        if motor > top_speed:
            motor = top_speed
    regs[_OUT_Q12] = motor

    # Output. A tick whose main loop is dead feeds nothing: the PIO then drops the pin by itself.
    top = regs[_TOP]
    level = motor * top >> 12
    regs[_LEVEL] = level
    back = 0
    if regs[_BIPOLAR]:  # one input full, the other chopped: between pulses the bridge brakes, so force follows duty
        if motor > 0:
            back = top - level
            level = top
        elif motor < 0:
            back = top
            level += top
    elif motor < 0:
        level = 0
    if trips & 4 == 0:
        out[0] = level
        out[1] = back

    # The ring of the last 256 ticks, for the scope and for the black box.
    if regs[_RING_HOLD] == 0:
        at = regs[_TICKS] & 255
        regs[_RING_AT] = at
        at = _RING + (at << 3)
        regs[at] = now
        regs[at + 1] = force
        regs[at + 2] = peak
        regs[at + 3] = scale
        regs[at + 4] = motor
        regs[at + 5] = rate
        regs[at + 6] = late
        regs[at + 7] = trips | (enable << 8)
    return trips
