"""Cheap, repeatable noise: a table of Gaussian values read in a pseudo-random order.

Per step one 32-bit linear congruential update (constants of Numerical Recipes' ranqd1) yields a 12-bit index; drawing a
Gaussian per step and channel would cost more than the physics.
"""

from random import Random

TABLE_SIZE = 4096


def gaussian_table(seed: int) -> list[float]:
    """TABLE_SIZE standard normal values (mean 0, standard deviation 1), the same for the same seed."""
    random = Random(f"noise {seed}")
    return [random.gauss(0.0, 1.0) for _ in range(TABLE_SIZE)]


def next_state(state: int) -> int:
    """The state after `state`, 0..2**32 - 1. Its upper bits are the good ones."""
    return (state * 1664525 + 1013904223) & 0xFFFFFFFF
