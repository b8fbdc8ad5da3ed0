"""The compiled caps as the host tools know them: boards, regions and profiles may only lower them.

They are taken from the firmware's own table, which clamps to them whatever the host sends. The host checks the same
numbers only to say no early, with a sentence, before anything moves.
"""

from tapote import params

FORCE_LIMIT_MAX_MN = params.FORCE_CAP_MN  # foldback reaches zero drive here at the latest
TRIP_MAX_MN = params.TRIP_CAP_MN  # latched stop
RATE_MIN_SPM = params.RATE_FLOOR_SPM
RATE_MAX_SPM = params.RATE_CAP_SPM
SESSION_MAX_S = params.SESSION_CAP_S
PHASES_MAX = 32  # the device keeps no more (tapote.program.PHASES_MAX)
FORCE_LIMIT_MIN_MN = 5000  # below, the weight of the head alone would hold the drive at zero
FOLDBACK_SHARE = 0.6  # of a force limit: drive fades from there on; `fold_permille` on a device may be set otherwise
DRIVE_RISE_MAX_PCT_PER_S = 50  # the device never raises drive faster; profiles that ask for more are slowed down
AREA_TIME_S = 120  # on one spot, then the cue to move the head

ADC_MAX_MV = 3300  # RP2040 ADC reference and absolute limit of the pin on a Pico
ADC_COUNTS = 4096  # 12 bit
CELL_FULL_MV = 4200  # Li-ion cell, fully charged: what every divider must stand
CELL_NOMINAL_MV = 3700
FED_PERIODS = 14  # PWM periods for which the fed output holds the last level (DESIGN.md section 3)
FED_MARGIN_PERMILLE = 1300  # a tick may come 30 % late before the output starves
