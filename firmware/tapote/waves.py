"""Stroke shapes and rhythms as integer tables, in the layout of the kernel's `wave` array.

A stroke shape has 256 samples of drive for one stroke, 32768 = no drive, 65535 = full push, 0 = full pull.
"""

from array import array

STROKE = 0  # 256 samples and the first again
SWELL = 257  # 256 samples and the first again, 0..4096: strong, gentle, strong
FORCE = 514  # 65 entries: force in units of 2 mN at raw = 64 * i
LENGTH = 579

STEADY = 0
SWELL_KIND = 1
BURST = 2


def raised_cosine(index: int, steps: int) -> int:
    """(1 - cos(2 pi index / steps)) / 2 as 0..4096, from two parabolas: within 2.9 % of the cosine, and integer.

    A parabola pair keeps a device without float tables and a host in step to the last bit.
    """
    half = steps // 2
    x = index if index <= half else steps - index  # 0..half
    x = x * 4096 // half
    if x <= 2048:
        return x * x >> 11
    x = 4096 - x
    return 4096 - (x * x >> 11)


def default_stroke() -> "list[int]":
    """A smooth push and release: no drive, full drive half-way, no drive."""
    return [32768 + raised_cosine(i, 256) * 32767 // 4096 for i in range(256)]


def make(force_table: "list[int]") -> "array[int]":
    """The kernel's `wave` array with the default stroke. force_table: 65 ints 0..65535; ValueError otherwise."""
    if len(force_table) != 65:
        raise ValueError("force_table needs 65 entries")
    wave = array("H", bytes(2 * LENGTH))
    set_stroke(wave, 0, default_stroke())
    for i in range(257):
        wave[SWELL + i] = 4096 - raised_cosine(i & 255, 256)
    for i in range(65):
        wave[FORCE + i] = force_table[i]
    return wave


def set_stroke(wave: "array[int]", first: int, samples: "list[int]") -> None:
    """Replace samples of the stroke from `first` on. Only while the motor is off: the tick reads them unguarded."""
    for i, sample in enumerate(samples):
        wave[STROKE + first + i] = sample
    wave[STROKE + 256] = wave[STROKE]
