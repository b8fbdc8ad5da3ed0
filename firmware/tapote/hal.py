"""What the firmware needs of hardware: types only, never deployed. `hal_rp2.py` and `host_tools/sim_hal.py` fit it."""

from array import array
from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App


class Light(Protocol):
    """A light that a board may have besides its LED."""

    def step(self, turn: int, now_ms: int) -> None:
        """Show what is so now. Called in every turn of the main loop, with its number."""
        ...


class Wires(Protocol):
    """What such lights are attached to. Neither call waits for longer than its few bytes take."""

    def pixels(self, colours: "array[int]") -> None:
        """Show these colours, at most eight, each 0xGGRRBB (the order of the wire), the first on the first pixel."""
        ...

    def display(self, data: "bytes | bytearray | memoryview[int]") -> bool:
        """Write to the display's address on its bus. False: it did not answer."""
        ...


class Hal(Protocol):
    """One board. `regs` and `wave` are shared with the tick; see `kernel.py`."""

    regs: "array[int]"
    wave: "array[int]"
    reset_cause: int  # 0 power, 1 watchdog, 2 software (also a soft reset) or unknown

    def now_ms(self) -> int:
        """Milliseconds, modulo 2**30."""
        ...

    def now_us(self) -> int:
        """Microseconds, modulo 2**30: the clock of `regs`."""
        ...

    def start(self) -> None:
        """Start the ticks, if they do not run yet. The motor pin stays at its safe level."""
        ...

    def connect(self) -> None:
        """Hand the motor pin to the fed PWM."""
        ...

    def kill(self) -> None:
        """Force the motor pin to its safe level, whatever else happens. Never raises, may be called at any time."""
        ...

    def acknowledge(self) -> None:
        """A person knows of the restart by the watchdog: from now on a soft reset does not tell of it again."""
        ...

    def safe_level(self) -> bool:
        """Whether the motor pin, forced to its safe level, also reads so. Only while it is forced (after `kill`)."""
        ...

    def guard(self, limit_ms: int) -> None:
        """Have the hardware watchdog restart the board unless this is called again within limit_ms; 0 switches it
        off."""
        ...

    def button(self) -> bool:
        """True while the button is pressed."""
        ...

    def led(self, level: int) -> None:
        """Brightness of the LED in permille, where there is one."""
        ...

    def lights(self, app: "App") -> "list[Light]":
        """The lights under "lights" in board.json, made for this App. Asked for once, and only when there are some."""
        ...

    def read(self, buffer: bytearray) -> int:
        """Move received bytes into buffer without waiting; how many."""
        ...

    def write(self, data: "bytes | bytearray | memoryview[int]") -> int:
        """Send what can be sent without waiting; how many bytes were taken."""
        ...

    def wait(self, limit_ms: int) -> None:
        """Sleep until bytes have come or limit_ms have passed."""
        ...

    def heap_free(self) -> int:
        """Free bytes of heap."""
        ...
