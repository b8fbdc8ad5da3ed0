"""Host side of Tapote: device client, simulated and virtual boards, profiles, boards, command line.

Importing this package first makes the firmware's pure modules importable on CPython (see `shim`).
"""

from host_tools import shim

shim.install()
