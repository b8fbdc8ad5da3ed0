"""The hot step of the simulated world, compiled by Numba from the same source that CPython runs.

    records.py   a Python object laid out in memory that both worlds read and write
    plant.py     which methods of host_tools.plant are compiled
    cache.py     where compiled code is kept
    hal.py       SimHal with a burst of ticks as one call

Nothing of the physics or of the firmware is written twice: Numba is given the methods themselves. Needs the extra
`campaign`; `available` says whether it is there. Results are the same to the last bit, which a test holds.
"""

import importlib.util


def available() -> bool:
    """Whether Numba is installed. Asking does not import it."""
    return importlib.util.find_spec("numba") is not None
