"""The module `faults` as the board gets it: the same functions and constants, over packed bytes instead of rows.

As rows, the table costs the board 2 KB of its memory. It is made from `firmware/tapote/faults.py` itself, never written
by hand, and a test holds every answer of the two together.
"""

from tapote import faults

_MODULE = '''"""Made by host_tools/packed_faults.py from firmware/tapote/faults.py: the same, packed."""

_NAMES = {names!r}
_REASONS = {reasons!r}
_RANKS = {ranks!r}
{constants}


def bit(fault):
    return 1 << fault


def name(fault):
    return _NAMES.split()[fault - 1]


def reason(number):
    return _REASONS.split()[number - 1]


def strictest(bits):
    best = 0
    for number in range(1, {end}):
        if bits >> number & 1 and _RANKS[number] > _RANKS[best]:
            best = number
    return best
'''


def source() -> bytes:
    """The module's text."""
    end = max(faults.FAULTS) + 1
    constants = {name: value for name, value in vars(faults).items() if name.isupper() and isinstance(value, int)}
    del constants["SELF"], constants["PERSON"], constants["RESTART"]  # kinds: of rows only
    return _MODULE.format(
        names=" ".join(faults.FAULTS[number][0] for number in range(1, end)),
        reasons=" ".join(faults.REASONS),
        ranks=bytes([0] + [faults.FAULTS[number][2] for number in range(1, end)]),
        constants="\n".join(f"{name} = {value}" for name, value in constants.items()),
        end=end,
    ).encode()
