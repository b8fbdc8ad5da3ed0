"""What every way to a device offers: bytes in both directions, time, and the button.

Time is part of it because the simulated devices have no time but the one that their user lets pass. Code that waits for
a device says `link.advance(0.01)` and works on all of them: a simulated link computes, a real one sleeps.
"""

from typing import Protocol

from host_tools.errors import TapoteError
from host_tools.plant.plant import Plant


class LinkError(TapoteError):
    """The way to the device cannot be had or was lost.

    cause: missing, denied, busy, failed (on opening); lost, stuck (later); closed, button (asked for wrongly).
    """

    def __init__(self, message: str, *, cause: str, fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.cause = cause


class Link(Protocol):
    """An open connection to one device."""

    @property
    def name(self) -> str:
        """The device URL as shown to people."""
        ...

    @property
    def simulated(self) -> bool:
        """True where no motor can turn; everything shown from such a device carries the SIMULATED mark."""
        ...

    @property
    def plant(self) -> Plant | None:
        """The physics behind a simulated device, None behind a real one."""
        ...

    def now_s(self) -> float:
        """The device's side of time in seconds, from an arbitrary zero; never goes back."""
        ...

    def advance(self, seconds: float) -> None:
        """Let time pass: emulated, simulated or real."""
        ...

    def read(self) -> bytes:
        """What the device has sent since the last call; b"" when nothing. Never waits."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes to the device. Never waits for an answer."""
        ...

    def press_button(self, seconds: float = 0.1) -> None:
        """Press the device's own button; it comes up again after `seconds`, which advance() must let pass.

        Raises TapoteError where only a person can press it.
        """
        ...

    def close(self) -> None:
        """Let go of the device. Closing twice is allowed."""
        ...


def slowdown(link: Link) -> int:
    """How many times slower than the link's clock the device may be: above 1 for a virtual board behind a port only.

    There the clock is the wall's, and the emulation takes its time, more so on a busy computer.
    """
    return 10 if link.simulated and link.plant is None else 1
