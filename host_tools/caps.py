"""The compiled caps of SAFETY.md as the host tools know them: boards, regions and profiles may only lower these.

The firmware carries its own copy and clamps to it whatever the host sends; tests/unit/test_caps.py holds both together.
The host checks the same numbers only to say no early, with a sentence, before anything moves.
"""

FORCE_LIMIT_MAX_MN = 50_000  # foldback reaches zero drive here (SAFETY.md section 1)
TRIP_MAX_MN = 65_000  # latched stop; below half of the lowest contact limit of an allowed region
RATE_MIN_SPM = 300
RATE_MAX_SPM = 3200
SESSION_MAX_S = 900
DRIVE_RISE_MAX_PCT_PER_S = 50  # the device never raises drive faster; profiles that ask for more are slowed down
AREA_TIME_S = 120  # on one spot, then the cue to move the head

ADC_MAX_MV = 3300  # RP2040 ADC reference and absolute limit of the pin on a Pico
ADC_COUNTS = 4096  # 12 bit
CELL_FULL_MV = 4200  # Li-ion cell, fully charged: what every divider must stand
CELL_NOMINAL_MV = 3700
FED_PERIODS = 14  # PWM periods for which the fed output holds the last level (DESIGN.md section 3)
FED_MARGIN_PERMILLE = 1300  # a tick may come 30 % late before the output starves
