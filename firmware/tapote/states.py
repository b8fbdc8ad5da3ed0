"""The states of the device, as numbers on the wire and names for people.

BOOT -> SELFTEST -> IDLE -> ARMED (no drive) -> RUNNING <-> BACKOFF -> STOPPING -> IDLE; any -> FAULT. SERVICE is for
what writes flash or calibrates, and is entered from IDLE only.
"""

BOOT = 0
SELFTEST = 1
IDLE = 2
ARMED = 3
RUNNING = 4
BACKOFF = 5
STOPPING = 6
FAULT = 7
SERVICE = 8

STATES = ("BOOT", "SELFTEST", "IDLE", "ARMED", "RUNNING", "BACKOFF", "STOPPING", "FAULT", "SERVICE")
MOVING = (RUNNING, BACKOFF)  # the only states in which the motor may be driven
