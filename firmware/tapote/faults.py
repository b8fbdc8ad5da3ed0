"""THE fault table: what each fault is called, how it lets go, and which wins. `words.py` says what a person can do.

A fault of kind SELF clears when its cause is gone, PERSON needs a person besides, RESTART needs a restart. A higher
rank wins when two come at once. The number of a fault is also its blink code on the LED. Numbers end at 29: a set of
faults is one small integer.

The board gets the same functions over packed bytes instead of this module (`host_tools/packed_faults.py`).
"""

SELF = 0
PERSON = 1
RESTART = 2

# number: (name, kind, rank)
FAULTS = {
    1: ("FORCE_TRIP", PERSON, 90),
    2: ("FORCE_OPEN", RESTART, 85),
    3: ("FORCE_SHORT", RESTART, 85),
    4: ("FORCE_STUCK", RESTART, 85),
    5: ("FORCE_RATE", RESTART, 84),
    6: ("FORCE_DISAGREE", RESTART, 84),
    7: ("STALL", PERSON, 70),
    8: ("OVERCURRENT", PERSON, 80),
    9: ("I2T", PERSON, 79),
    10: ("CURRENT_SENSOR", RESTART, 83),
    11: ("DRIVER_ON", RESTART, 98),
    12: ("OVERTEMP", SELF, 60),
    13: ("TEMP_SENSOR", RESTART, 62),
    14: ("BATTERY_LOW", SELF, 50),
    15: ("BATTERY_CUT", PERSON, 76),
    16: ("CELL_COUNT", RESTART, 75),
    17: ("TICK_LATE", RESTART, 94),
    18: ("TICK_LOST", RESTART, 95),
    19: ("CLOCK", RESTART, 94),
    20: ("LOOP_HUNG", RESTART, 95),
    21: ("ADC_DEAD", RESTART, 95),
    22: ("WATCHDOG_RESET", PERSON, 92),
    23: ("EXCEPTION", PERSON, 96),
    24: ("SETTINGS_CRC", RESTART, 30),
    25: ("SETTINGS_RANGE", RESTART, 29),
    26: ("FIRMWARE_HASH", RESTART, 99),
    27: ("LINK_LOST", SELF, 40),
    28: ("SESSION_END", SELF, 20),
    29: ("BUTTON_STUCK", SELF, 55),
}

FORCE_TRIP = 1
FORCE_OPEN = 2
FORCE_SHORT = 3
FORCE_STUCK = 4
FORCE_RATE = 5
FORCE_DISAGREE = 6
STALL = 7
OVERCURRENT = 8
I2T = 9
CURRENT_SENSOR = 10
DRIVER_ON = 11
OVERTEMP = 12
TEMP_SENSOR = 13
BATTERY_LOW = 14
BATTERY_CUT = 15
CELL_COUNT = 16
TICK_LATE = 17
TICK_LOST = 18
CLOCK = 19
LOOP_HUNG = 20
ADC_DEAD = 21
WATCHDOG_RESET = 22
EXCEPTION = 23
SETTINGS_CRC = 24
SETTINGS_RANGE = 25
FIRMWARE_HASH = 26
LINK_LOST = 27
SESSION_END = 28
BUTTON_STUCK = 29

# Why arming is refused, one bit each, lowest first. words.REASONS says what to do.
REASONS = (
    "BUTTON",
    "HEAD_LOADED",
    "FORCE_SENSOR",
    "BATTERY",
    "TEMPERATURE",
    "NO_PROGRAM",
    "FAULT",
    "BUSY",
    "SETTINGS",
    "FIRMWARE",
    "REST",
)


def _bits(kind: int) -> int:
    return sum([1 << number for number, row in FAULTS.items() if row[1] == kind])


SELF_BITS = _bits(SELF)
RESTART_BITS = _bits(RESTART)
# A save mends these, so it is allowed while nothing else holds the device.
SETTINGS_BITS = (1 << SETTINGS_CRC) | (1 << SETTINGS_RANGE)
# After these the electronics must cool for ten seconds before a person may try again.
COOLING_BITS = (1 << OVERCURRENT) | (1 << I2T)


def bit(fault: int) -> int:
    """A fault as one bit of a set of faults."""
    return 1 << fault


def name(fault: int) -> str:
    """What a fault is called; KeyError or IndexError for a number that is none."""
    return FAULTS[fault][0]


def reason(number: int) -> str:
    """What a reason is called, counted from 1."""
    return REASONS[number - 1]


def strictest(bits: int) -> int:
    """The fault of the highest rank in a set; 0 for the empty set."""
    best = 0
    for number, row in FAULTS.items():
        if bits >> number & 1 and (best == 0 or row[2] > FAULTS[best][2]):
            best = number
    return best
