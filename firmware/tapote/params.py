"""THE parameter table: one row for every slot of `regs`, the one array that tick, main loop and host talk through.

A row is (name, unit, divisor, min, max, default, writer, help). The id of a parameter on the wire is its row number,
which is its slot. The value shown to a person is raw / divisor in that unit. Writers, one per slot:

    tick    measured by the tick                    loop    set-point or measurement of the main loop
    board   fixed by the board file at start        host    a setting: the host may change it, storage keeps it

`kernel.py` repeats the numbers of its own slots as constants, because viper can only inline constants of its own
file; a test compares the two.
"""

from binascii import crc32

PARAMS = (
    ("now_us", "us", 1, 0, 0x3FFFFFFF, 0, "tick", "time of this tick, modulo 2**30"),
    ("due_us", "us", 1, 0, 0x3FFFFFFF, 0, "tick", "when the next tick is due"),
    ("ticks", "", 1, 0, 0x3FFFFFFF, 0, "tick", "ticks since start, modulo 2**30"),
    ("tick_us", "us", 1, 250, 1000, 500, "board", "period of the tick"),
    ("late_us", "us", 1, 0, 0x3FFFFFFF, 0, "tick", "lateness of this tick"),
    ("force_raw", "counts", 1, 0, 4095, 0, "tick", "force sensor, 12 bits"),
    ("force_mn", "N", 1000, 0, 131070, 0, "tick", "force of this sample"),
    ("force_filt_q4", "N", 16000, 0, 2097120, 0, "tick", "force, smoothed over 8 ticks"),
    ("peak_now_mn", "N", 1000, 0, 131070, 0, "tick", "peak so far in this stroke"),
    ("peak_last_mn", "N", 1000, 0, 131070, 0, "tick", "peak of the last whole stroke"),
    ("soft_mn", "N", 1000, 0, 50000, 30000, "loop", "foldback starts here"),
    ("hard_mn", "N", 1000, 1000, 50000, 50000, "loop", "foldback leaves no drive from here on"),
    ("trip_mn", "N", 1000, 2000, 65000, 65000, "loop", "the motor stops and stays off above this"),
    ("fold_gain", "", 1, 0, 33554, 838, "loop", "2**24 / (hard - soft)"),
    ("scale_q16", "%", 655, 0, 65536, 0, "tick", "share of drive that the foldback leaves"),
    ("rise_q16", "", 1, 0, 66, 16, "loop", "rise of scale and drive in a tick, of 65536"),
    ("enable", "", 1, 0, 1, 0, "loop", "1: the motor may be driven"),
    ("heartbeat_us", "us", 1, 0, 0x3FFFFFFF, 0, "loop", "when the main loop last lived"),
    ("trips", "", 1, 0, 7, 0, "tick", "what holds the motor off: 1 force, 2 ADC, 4 main loop"),
    ("stroke_phase_q24", "", 1, 0, 0xFFFFFF, 0, "tick", "where in the stroke, of 2**24"),
    ("stroke_inc_q24", "", 1, 0, 0xFFFFFF, 0, "loop", "phase of a stroke per tick (linear actuators)"),
    ("rhythm_phase_q24", "", 1, 0, 0xFFFFFF, 0, "tick", "where in the rhythm, of 2**24"),
    ("rhythm_inc_q24", "", 1, 0, 0xFFFFFF, 0, "loop", "phase of the rhythm per tick"),
    ("rate_target_spm", "strokes/min", 1, 0, 3200, 0, "loop", "stroke rate asked for"),
    ("rate_spm", "strokes/min", 1, 0, 8000, 0, "tick", "stroke rate measured (estimated without a tachometer)"),
    ("drive_target_q12", "%", 41, 0, 4096, 0, "loop", "drive asked for"),
    ("drive_q16", "%", 655, 0, 65536, 0, "tick", "drive on its slow rise"),
    ("integral_q16", "", 1, -0x08000000, 0x08000000, 0, "tick", "integral of the speed controller"),
    ("out_q12", "%", 41, -4096, 4096, 0, "tick", "duty of the motor, signed on an H-bridge"),
    ("level", "counts", 1, -65535, 65535, 0, "tick", "the level fed to the PIO, signed likewise"),
    ("ff_gain_q16", "", 1, 0, 0x7FFFF, 0, "loop", "feed-forward: duty (of 4096) per stroke/min, times 65536"),
    ("top", "counts", 1, 1, 65535, 312, "board", "counts of a PWM period"),
    ("actuator", "", 1, 0, 2, 0, "board", "0 crank with tachometer, 1 crank without, 2 linear"),
    ("bipolar", "", 1, 0, 1, 0, "board", "1: the driver can pull as well as push"),
    ("kp_q8", "", 256, 0, 4095, 128, "host", "speed controller: duty (of 4096) per stroke/min of error"),
    ("ki_q16", "", 65536, 0, 65535, 40, "host", "the same, added in every tick"),
    ("out_rise_q12", "", 1, 1, 4096, 14, "board", "largest rise of duty in a tick, of 4096"),
    ("rhythm_kind", "", 1, 0, 2, 0, "loop", "0 steady, 1 swell, 2 burst and pause"),
    ("rhythm_depth_q12", "%", 41, 0, 4096, 0, "loop", "how much the rhythm takes away at its weakest"),
    ("rhythm_on_q16", "%", 655, 0, 65536, 65536, "loop", "share of a burst rhythm that is burst"),
    ("tach_now", "pulses", 1, 0, 0xFFFF, 0, "tick", "pulse counter of the tachometer"),
    ("tach_last", "pulses", 1, 0, 0xFFFF, 0, "tick", "pulse counter, already used"),
    ("tach_pulses", "pulses", 1, -1, 8191, -1, "tick", "pulses in this measurement; -1 standing still"),
    ("tach_start_us", "us", 1, 0, 0x3FFFFFFF, 0, "tick", "when this measurement began"),
    ("tach_seen_us", "us", 1, 0, 0x3FFFFFFF, 0, "tick", "when the last pulse came"),
    ("tach_gain", "", 1, 0, 0x7FFFFF, 0, "board", "strokes/min times us / 16 per pulse; without tach: full rate"),
    ("tach_step_q24", "", 1, 0, 0x1000000, 0, "board", "phase of a stroke per pulse; without tach: per stroke/min"),
    ("tach_timeout_us", "us", 1, 1000, 2000000, 300000, "board", "no pulse for this long means standing still"),
    ("adc_force_word", "", 1, 0, 0x7FFFFFFF, 0, "board", "ADC control word that samples the force"),
    ("adc_force_at", "", 1, 1, 8, 1, "board", "where the result stands"),
    ("slow_next", "", 1, 0, 2, 0, "tick", "slow channel under conversion"),
    ("slow_word_0", "", 1, 0, 0x7FFFFFFF, 0, "board", "ADC control word: current"),
    ("slow_word_1", "", 1, 0, 0x7FFFFFFF, 0, "board", "ADC control word: battery"),
    ("slow_word_2", "", 1, 0, 0x7FFFFFFF, 0, "board", "ADC control word: temperature"),
    ("slow_at_0", "", 1, 1, 8, 1, "board", "where the current stands"),
    ("slow_at_1", "", 1, 1, 8, 1, "board", "where the battery stands"),
    ("slow_at_2", "", 1, 1, 8, 1, "board", "where the temperature stands"),
    ("slow_q4_0", "counts", 16, 0, 65535, 0, "tick", "current sensor, smoothed"),
    ("slow_q4_1", "counts", 16, 0, 65535, 0, "tick", "battery divider, smoothed"),
    ("slow_q4_2", "counts", 16, 0, 65535, 0, "tick", "temperature sensor, smoothed"),
    ("adc_misses", "", 1, 0, 0x3FFFFFFF, 0, "tick", "force conversions that did not end in 5 us"),
    ("peak_age", "ticks", 1, 0, 4000, 0, "tick", "age of the stroke under way"),
    ("peak_hold", "ticks", 1, 1, 4000, 500, "board", "a stroke longer than this is closed: nothing moves"),
    ("strokes", "", 1, 0, 0x3FFFFFFF, 0, "tick", "strokes of this session"),
    ("peak_max_mn", "N", 1000, 0, 131070, 0, "tick", "highest force of this session"),
    ("over_ticks", "ticks", 1, 0, 0x3FFFFFFF, 0, "tick", "ticks of this session with force above hard"),
    ("backoff_ticks", "ticks", 1, 0, 0x3FFFFFFF, 0, "tick", "ticks of this session with foldback at work"),
    ("late_max_us", "us", 1, 0, 0x3FFFFFFF, 0, "tick", "worst lateness of this session"),
    ("lost_ticks", "", 1, 0, 0x3FFFFFFF, 0, "tick", "times that a whole tick and more was lost"),
    ("duration_us", "us", 1, 0, 0x3FFFFFFF, 0, "tick", "how long the last tick took"),
    ("duration_max_us", "us", 1, 0, 0x3FFFFFFF, 0, "tick", "the longest tick of this session"),
    ("clear_asked", "", 1, 0, 0x3FFFFFFF, 0, "loop", "changed by the loop to clear trips and statistics"),
    ("clear_done", "", 1, 0, 0x3FFFFFFF, 0, "tick", "the tick's answer"),
    ("ring_hold", "", 1, 0, 1, 0, "loop", "1: the ring of ticks stands still"),
    ("heartbeat_limit_us", "us", 1, 20000, 100000, 100000, "board", "silence of the loop that stops the feeding"),
    ("force_zero_mn", "N", 1000, 0, 5000, 0, "board", "reading of the unloaded sensor"),
    ("tach_at", "", 1, 0, 0x7FFFFFFF, 0, "board", "address of the pulse counter"),
    ("force_limit_mn", "N", 1000, 5000, 50000, 50000, "host", "your own force limit: no drive from here on"),
    ("trip_limit_mn", "N", 1000, 10000, 65000, 65000, "host", "your own trip: the motor stops and stays off"),
    ("rate_max_spm", "strokes/min", 1, 300, 3200, 3200, "host", "no program strokes faster"),
    ("drive_max_permille", "%", 10, 50, 1000, 1000, "host", "no program drives stronger"),
    ("fold_permille", "%", 10, 300, 900, 600, "host", "foldback starts at this share of the limit"),
    ("rise_permille_s", "%/s", 10, 50, 500, 500, "host", "how fast drive comes back"),
    ("session_s", "s", 1, 30, 900, 600, "host", "a session ends after this long"),
    ("step_permille", "%", 10, 100, 500, 200, "host", "what each 'too much' takes off limit and drive"),
    ("limit_mn", "N", 1000, 0, 50000, 50000, "loop", "force limit in force"),
    ("too_much", "", 1, 0, 255, 0, "loop", "'too much' said in this session"),
    ("program_ms", "ms", 1, 0, 3600000, 0, "loop", "how far the program is"),
    ("phase", "", 1, 0, 31, 0, "loop", "phase of the program, from 0"),
    ("battery_mv", "V", 1000, 0, 60000, 0, "loop", "pack voltage"),
    ("current_ma", "A", 1000, -60000, 60000, 0, "loop", "motor current"),
    ("temperature_dc", "C", 10, -500, 2000, 250, "loop", "temperature"),
    ("loops", "", 1, 0, 0x3FFFFFFF, 0, "loop", "turns of the main loop"),
    ("ring_at", "", 1, 0, 255, 0, "tick", "newest record of the ring"),
    ("force_same", "ticks", 1, 0, 0x3FFFFFFF, 0, "tick", "ticks in a row with the same force reading"),
    ("reasons", "", 1, 0, 0xFFFF, 0, "loop", "why arming would be refused, as bits of faults.REASONS"),
)

SLOTS = tuple([row[0] for row in PARAMS])

RING = 104  # first word of the ring behind the slots
RING_TICKS = 256
RING_FIELDS = ("now_us", "force_mn", "peak_mn", "scale_q16", "out_q12", "rate_spm", "late_us", "flags")
REGS_WORDS = RING + RING_TICKS * len(RING_FIELDS)

# Caps compiled into the device. Boards, regions, profiles and settings may only lower them.
FORCE_CAP_MN = 50000
TRIP_CAP_MN = 65000
RATE_CAP_SPM = 3200
RATE_FLOOR_SPM = 300
SESSION_CAP_S = 900


def slot(name: str) -> int:
    """The slot (and wire id) of a parameter; KeyError for an unknown name."""
    if name not in SLOTS:
        raise KeyError(name)
    return SLOTS.index(name)


def defaults() -> "list[int]":
    """What every slot starts with."""
    return [row[5] for row in PARAMS]


def is_setting(index: int) -> bool:
    """Whether the host may change this slot."""
    return PARAMS[index][6] == "host"


def settings() -> "list[int]":
    """Slots that the host may change and storage keeps."""
    return [index for index in range(len(PARAMS)) if is_setting(index)]


def within(index: int, value: int) -> int:
    """`value` moved into the slot's range."""
    row = PARAMS[index]
    return min(max(value, row[3]), row[4])


def table_hash() -> int:
    """CRC-32 over names, units and ranges: equal on both sides, or the ids do not mean the same."""
    crc = 0
    for row in PARAMS:
        crc = crc32(repr(row[:6]).encode(), crc)
    return crc
