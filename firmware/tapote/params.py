"""THE parameter table: one row for every slot of `regs`, the one array that tick, main loop and host talk through.

A row is (name, min, max, default, writer). The id of a parameter on the wire is its row number, which is its slot; a
name ends in its unit. What a person is told about it (unit, help) stands in `words.py`. Writers, one per slot:

    tick    measured by the tick                    loop    set-point or measurement of the main loop
    board   fixed by the board file at start        host    a setting: the host may change it, storage keeps it

Modules repeat the numbers of their slots as constants, because MicroPython inlines only constants of the same file, and
looking a number up costs the main loop more than using it; a test compares them with this table. New rows go last.

The board gets the same functions over packed bytes instead of this module (`host_tools/packed_params.py`): as rows the
table would take 11 KB of its memory.
"""

from binascii import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

PARAMS = (
    ("now_us", 0, 0x3FFFFFFF, 0, "tick"),
    ("due_us", 0, 0x3FFFFFFF, 0, "tick"),
    ("ticks", 0, 0x3FFFFFFF, 0, "tick"),
    ("tick_us", 250, 1000, 500, "board"),
    ("late_us", 0, 0x3FFFFFFF, 0, "tick"),
    ("force_raw", 0, 4095, 0, "tick"),
    ("force_mn", 0, 131070, 0, "tick"),
    ("force_filt_q4", 0, 2097120, 0, "tick"),
    ("peak_now_mn", 0, 131070, 0, "tick"),
    ("peak_last_mn", 0, 131070, 0, "tick"),
    ("soft_mn", 0, 50000, 30000, "loop"),
    ("hard_mn", 1000, 50000, 50000, "loop"),
    ("trip_mn", 2000, 65000, 65000, "loop"),
    ("fold_gain", 0, 33554, 838, "loop"),
    ("scale_q16", 0, 65536, 0, "tick"),
    ("rise_q16", 0, 66, 16, "loop"),
    ("enable", 0, 1, 0, "loop"),
    ("heartbeat_us", 0, 0x3FFFFFFF, 0, "loop"),
    ("trips", 0, 7, 0, "tick"),
    ("stroke_phase_q24", 0, 0xFFFFFF, 0, "tick"),
    ("stroke_inc_q24", 0, 0xFFFFFF, 0, "loop"),
    ("rhythm_phase_q24", 0, 0xFFFFFF, 0, "tick"),
    ("rhythm_inc_q24", 0, 0xFFFFFF, 0, "loop"),
    ("rate_target_spm", 0, 3200, 0, "loop"),
    ("rate_spm", 0, 8000, 0, "tick"),
    ("drive_target_q12", 0, 4096, 0, "loop"),
    ("drive_q16", 0, 65536, 0, "tick"),
    ("integral_q16", -0x08000000, 0x08000000, 0, "tick"),
    ("out_q12", -4096, 4096, 0, "tick"),
    ("level", -65535, 65535, 0, "tick"),
    ("ff_gain_q16", 0, 0x7FFFF, 0, "loop"),
    ("top", 1, 65535, 312, "board"),
    ("actuator", 0, 2, 0, "board"),
    ("bipolar", 0, 1, 0, "board"),
    ("kp_q8", 0, 4095, 128, "host"),
    ("ki_q16", 0, 65535, 40, "host"),
    ("out_rise_q12", 1, 4096, 14, "board"),
    ("rhythm_kind", 0, 2, 0, "loop"),
    ("rhythm_depth_q12", 0, 4096, 0, "loop"),
    ("rhythm_on_q16", 0, 65536, 65536, "loop"),
    ("tach_now", 0, 0xFFFF, 0, "tick"),
    ("tach_last", 0, 0xFFFF, 0, "tick"),
    ("tach_pulses", -1, 8191, -1, "tick"),
    ("tach_start_us", 0, 0x3FFFFFFF, 0, "tick"),
    ("tach_seen_us", 0, 0x3FFFFFFF, 0, "tick"),
    ("tach_gain", 0, 0x7FFFFF, 0, "board"),
    ("tach_step_q24", 0, 0x1000000, 0, "board"),
    ("tach_timeout_us", 1000, 2000000, 300000, "board"),
    ("adc_force_word", 0, 0x7FFFFFFF, 0, "board"),
    ("adc_force_at", 1, 8, 1, "board"),
    ("slow_next", 0, 2, 0, "tick"),
    ("slow_word_0", 0, 0x7FFFFFFF, 0, "board"),
    ("slow_word_1", 0, 0x7FFFFFFF, 0, "board"),
    ("slow_word_2", 0, 0x7FFFFFFF, 0, "board"),
    ("slow_at_0", 1, 8, 1, "board"),
    ("slow_at_1", 1, 8, 1, "board"),
    ("slow_at_2", 1, 8, 1, "board"),
    ("slow_q4_0", 0, 65535, 0, "tick"),
    ("slow_q4_1", 0, 65535, 0, "tick"),
    ("slow_q4_2", 0, 65535, 0, "tick"),
    ("adc_misses", 0, 0x3FFFFFFF, 0, "tick"),
    ("peak_age", 0, 4000, 0, "tick"),
    ("peak_hold", 1, 4000, 500, "board"),
    ("strokes", 0, 0x3FFFFFFF, 0, "tick"),
    ("peak_max_mn", 0, 131070, 0, "tick"),
    ("over_ticks", 0, 0x3FFFFFFF, 0, "tick"),
    ("backoff_ticks", 0, 0x3FFFFFFF, 0, "tick"),
    ("late_max_us", 0, 0x3FFFFFFF, 0, "tick"),
    ("lost_ticks", 0, 0x3FFFFFFF, 0, "tick"),
    ("duration_us", 0, 0x3FFFFFFF, 0, "tick"),
    ("duration_max_us", 0, 0x3FFFFFFF, 0, "tick"),
    ("clear_asked", 0, 0x3FFFFFFF, 0, "loop"),
    ("clear_done", 0, 0x3FFFFFFF, 0, "tick"),
    ("ring_hold", 0, 1, 0, "loop"),
    ("heartbeat_limit_us", 20000, 100000, 100000, "board"),
    ("force_zero_mn", 0, 5000, 0, "board"),
    ("tach_at", 0, 0x7FFFFFFF, 0, "board"),
    ("force_limit_mn", 5000, 50000, 50000, "host"),
    ("trip_limit_mn", 10000, 65000, 65000, "host"),
    ("rate_max_spm", 300, 3200, 3200, "host"),
    ("drive_max_permille", 50, 1000, 1000, "host"),
    ("fold_permille", 300, 900, 600, "host"),
    ("rise_permille_s", 50, 500, 500, "host"),
    ("session_s", 30, 900, 600, "host"),
    ("step_permille", 100, 500, 200, "host"),
    ("limit_mn", 0, 50000, 50000, "loop"),
    ("too_much", 0, 255, 0, "loop"),
    ("program_ms", 0, 3600000, 0, "loop"),
    ("phase", 0, 31, 0, "loop"),
    ("battery_mv", 0, 60000, 0, "loop"),
    ("current_ma", -60000, 60000, 0, "loop"),
    ("temperature_dc", -500, 2000, 250, "loop"),
    ("loops", 0, 0x3FFFFFFF, 0, "loop"),
    ("ring_at", 0, 255, 0, "tick"),
    ("force_same", 0, 0x3FFFFFFF, 0, "tick"),
    ("reasons", 0, 0xFFFF, 0, "loop"),
    ("late_ticks", 0, 0x3FFFFFFF, 0, "tick"),
    ("force_jumps", 0, 0x3FFFFFFF, 0, "tick"),
    ("heat_permille", 0, 2000, 0, "loop"),
    ("taper_permille", 0, 1000, 1000, "loop"),
    ("notes", 0, 0xFFFF, 0, "loop"),
    ("rest_s", 0, 300, 0, "loop"),
    ("worked_s", 0, 0x3FFFFFFF, 0, "loop"),
    ("reset_cause", 0, 3, 0, "loop"),
    ("felt_permille", 0, 5000, 0, "loop"),
    ("felt_limit_permille", 500, 5000, 5000, "host"),
    ("wave_at", 0, 0x7FFFFFFF, 0, "board"),
)

SLOTS = tuple([row[0] for row in PARAMS])

RING = 128  # first word of the ring behind the slots
RING_TICKS = 256
RING_FIELDS = ("now_us", "force_mn", "peak_mn", "scale_q16", "out_q12", "rate_spm", "late_us", "flags")
REGS_WORDS = RING + RING_TICKS * len(RING_FIELDS)

# Caps compiled into the device. Boards, regions, profiles and settings may only lower them.
FORCE_CAP_MN = 50000
TRIP_CAP_MN = 65000
RATE_CAP_SPM = 3200
RATE_FLOOR_SPM = 300
SESSION_CAP_S = 900
HOT_CAP_DC = 750


def count() -> int:
    """How many slots have a row."""
    return len(PARAMS)


def name(index: int) -> str:
    """The name of a slot; IndexError beyond the last."""
    return SLOTS[index]


def key(index: int) -> int:
    """What a slot is stored under: CRC-32 of its name, which outlives a change of its number."""
    value: int = crc32(SLOTS[index].encode())
    return value


def slot(name: str) -> int:
    """The slot (and wire id) of a parameter; KeyError for an unknown name."""
    if name not in SLOTS:
        raise KeyError(name)
    return SLOTS.index(name)


def defaults() -> "list[int]":
    """What every slot starts with."""
    return [row[3] for row in PARAMS]


def place(values: "dict[str, int]", regs: "array[int]") -> None:
    """Put values into their slots of regs, by name. Names that are no slot's are left out."""
    for index, name in enumerate(SLOTS):
        if name in values:
            regs[index] = values[name]


def is_setting(index: int) -> bool:
    """Whether the host may change this slot."""
    return PARAMS[index][4] == "host"


def settings() -> "list[int]":
    """Slots that the host may change and storage keeps."""
    return [index for index in range(len(PARAMS)) if is_setting(index)]


def within(index: int, value: int) -> int:
    """`value` moved into the slot's range."""
    row = PARAMS[index]
    return min(max(value, row[1]), row[2])


def table_hash() -> int:
    """CRC-32 over names (which say the units), ranges and defaults: equal on both sides, or ids differ in meaning."""
    crc = 0
    for row in PARAMS:
        crc = crc32(repr(row[:4]).encode(), crc)
    return crc
