"""THE fault table, and the reasons that keep the motor from starting: what each is called and what the person can do.

A fault of kind SELF clears when its cause is gone, PERSON needs a person besides, RESTART needs a restart. A higher
rank wins when two come at once. The number of a fault is also its blink code on the LED.
"""

SELF = 0
PERSON = 1
RESTART = 2

# number: (name, kind, rank, how it clears, what it means and what to do)
FAULTS = {
    1: ("FORCE_TRIP", PERSON, 90, "lift the head for 2 s, then clear", "Force above the trip. Press less."),
    2: ("FORCE_OPEN", RESTART, 85, "repair and restart", "Force sensor reads below its range: wire or connector open?"),
    3: ("FORCE_SHORT", RESTART, 85, "repair and restart", "Force sensor reads above its range: shorted?"),
    4: ("FORCE_STUCK", RESTART, 85, "repair and restart", "Force sensor does not change while the head strokes."),
    5: ("STALL", PERSON, 70, "clear", "The motor is driven but does not turn. Free the head."),
    6: ("OVERCURRENT", PERSON, 80, "wait 10 s, then clear", "Motor current above its limit."),
    7: ("OVERTEMP", SELF, 60, "let it cool by 10 C", "Too hot. Let it cool."),
    8: ("TEMP_SENSOR", RESTART, 60, "repair and restart", "Temperature sensor out of its range: open or shorted?"),
    9: ("BATTERY_LOW", SELF, 50, "charge", "Battery low. Charge it."),
    10: ("BATTERY_CUT", PERSON, 75, "charge, then clear", "Battery below 2.8 V a cell. Charge it at once."),
    11: ("CELL_COUNT", RESTART, 75, "use the right pack", "Pack voltage does not fit the number of cells."),
    12: ("TICK_LOST", RESTART, 95, "restart", "The control loop lost ticks."),
    13: ("LOOP_HUNG", RESTART, 95, "restart", "The main loop stood still for more than 100 ms."),
    14: ("ADC_DEAD", RESTART, 95, "restart", "The force converter does not answer."),
    15: ("EXCEPTION", RESTART, 95, "restart", "The firmware met an error. Please report it."),
    16: ("LINK_LOST", SELF, 40, "connect again, then press", "The computer fell silent while it held the session."),
    17: ("BUTTON_STUCK", PERSON, 55, "release it for 1 s", "The button is held down or stuck."),
    18: (
        "SETTINGS",
        PERSON,
        30,
        "save the settings again",
        "The stored settings cannot be read; factory values hold.",
    ),
    19: ("FIRMWARE_HASH", RESTART, 100, "run `tapote deploy`", "The firmware on the board is not whole."),
}

FORCE_TRIP = 1
FORCE_OPEN = 2
FORCE_SHORT = 3
FORCE_STUCK = 4
STALL = 5
OVERCURRENT = 6
OVERTEMP = 7
TEMP_SENSOR = 8
BATTERY_LOW = 9
BATTERY_CUT = 10
CELL_COUNT = 11
TICK_LOST = 12
LOOP_HUNG = 13
ADC_DEAD = 14
EXCEPTION = 15
LINK_LOST = 16
BUTTON_STUCK = 17
SETTINGS = 18
FIRMWARE_HASH = 19

# bit: why arming is refused, and what to do
REASONS = {
    0x001: ("BUTTON", "Release the button for half a second."),
    0x002: ("HEAD_LOADED", "Lift the head off the body: it must feel less than 5 N."),
    0x004: ("FORCE_SENSOR", "The force sensor reads outside its range: check its wires."),
    0x008: ("BATTERY", "Charge the battery: each cell needs 3.4 V at rest."),
    0x010: ("TEMPERATURE", "Outside 0 to 65 C: let the device cool or warm."),
    0x020: ("NO_PROGRAM", "Send a program first."),
    0x040: ("FAULT", "Clear the fault first."),
    0x080: ("BUSY", "A session is under way: stop it first."),
    0x100: ("SETTINGS", "Save the settings again: the stored ones could not be read."),
    0x200: ("FIRMWARE", "Run `tapote deploy`: the firmware on the board is not whole."),
}


def _bits(kind: int) -> int:
    return sum([1 << number for number, row in FAULTS.items() if row[1] == kind])


SELF_BITS = _bits(SELF)
RESTART_BITS = _bits(RESTART)


def bit(fault: int) -> int:
    """A fault as one bit of a set of faults."""
    return 1 << fault


def strictest(bits: int) -> int:
    """The fault of the highest rank in a set; 0 for the empty set."""
    best = 0
    for number, row in FAULTS.items():
        if bits >> number & 1 and (best == 0 or row[2] > FAULTS[best][2]):
            best = number
    return best
