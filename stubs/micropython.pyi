# What mypy sees as `micropython` when it checks host tools and tests: exactly what host_tools.shim installs.
# (The firmware's own run uses the official MicroPython stubs instead; see mypy-firmware.ini.)
from host_tools.shim import const as const
from host_tools.shim import native as native
from host_tools.shim import viper as viper
