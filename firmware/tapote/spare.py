"""Letting go of modules that only a moment needs: the RP2040 has 200 KB for all, and a session needs its share."""

import sys

import tapote


def let_go(*names: str) -> None:
    """Forget modules of this package by name, so that the next collection takes their code. Whoever holds one keeps it;
    an import brings it back from flash."""
    for name in names:
        if sys.modules.pop("tapote." + name, None) is not None and hasattr(tapote, name):
            delattr(tapote, name)
