"""The module `params` as the board gets it: the same functions and constants, over packed bytes instead of rows.

As rows, the table costs the board 11 KB of its memory and 60 ms of its start; packed it is a tenth of that. It is made
from `firmware/tapote/params.py` itself, never written by hand, and a test holds every answer of the two together.
"""

import struct

from tapote import params

_MODULE = '''"""Made by host_tools/packed_params.py from firmware/tapote/params.py: the same, packed."""

import struct

_NAMES = {names!r}
_RANGES = {ranges!r}
_DEFAULTS = {defaults!r}
_KEYS = {keys!r}
_SETTINGS = {settings!r}
RING_FIELDS = {fields!r}
{constants}


def count():
    return {count}


def name(index):
    return _NAMES.split()[index]


def key(index):
    return struct.unpack_from("<I", _KEYS, 4 * _SETTINGS.index(index))[0]


def slot(name):
    at = _NAMES.find(" " + name + " ")
    if at < 0 or " " in name:
        raise KeyError(name)
    return _NAMES.count(" ", 0, at)


def defaults():
    return list(struct.unpack("<{count}i", _DEFAULTS))


def place(values, regs):
    index = 0
    for name in _NAMES.split():
        if name in values:
            regs[index] = values[name]
        index += 1


def is_setting(index):
    return index in _SETTINGS


def settings():
    return list(_SETTINGS)


def within(index, value):
    low, high = struct.unpack_from("<ii", _RANGES, 8 * index)
    return min(max(value, low), high)


def table_hash():
    return {hash}
'''


def source() -> bytes:
    """The module's text."""
    settings = tuple(params.settings())
    constants = {name: value for name, value in vars(params).items() if name.isupper() and isinstance(value, int)}
    return _MODULE.format(
        names=f" {' '.join(params.SLOTS)} ",
        ranges=b"".join(struct.pack("<ii", *row[1:3]) for row in params.PARAMS),
        defaults=struct.pack(f"<{params.count()}i", *params.defaults()),
        keys=b"".join(struct.pack("<I", params.key(index)) for index in settings),
        settings=settings,
        fields=params.RING_FIELDS,
        constants="\n".join(f"{name} = {value}" for name, value in constants.items()),
        count=params.count(),
        hash=params.table_hash(),
    ).encode()
