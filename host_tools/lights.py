"""The lights that a board may have besides its LED, as their makers describe them: what do they show?

The SSD1306 understands what an I2C master writes to it, so it can stand behind the simulated HAL as well as on the bus
of the emulated chip.
"""

from array import array
from typing import Any

COLUMNS, PAGES = 128, 8
ROWS = 8 * PAGES
# SSD1306 data sheet, table 9-1: commands with arguments, and how many. Others of more than one byte are not known here.
_ARGUMENTS = {0x20: 1, 0x81: 1, 0x8D: 1, 0xA8: 1, 0xD3: 1, 0xD5: 1, 0xD9: 1, 0xDA: 1, 0xDB: 1, 0x21: 2, 0x22: 2}


class Ssd1306:
    """A display of 128 x 64 dots in page addressing mode. plugged: whether it answers at all."""

    def __init__(self) -> None:
        self.plugged = True
        self.memory = bytearray(COLUMNS * PAGES)
        self.on = False
        self.pump = False
        self.writes = 0
        self.longest_bytes = 0
        self._page = self._column = 0
        self._mode = 2
        self._command = 0
        self._left = 0
        self._arguments: list[int] = []

    def write(self, data: bytes) -> bool:
        """One write to its address: control bytes, commands, data. False: nobody answered."""
        if not self.plugged:
            return False
        self.writes += 1
        self.longest_bytes = max(self.longest_bytes, len(data))
        at = 0
        while at < len(data):
            control = data[at]
            more, is_data = control & 0x80, control & 0x40
            end = at + 2 if more else len(data)
            for byte in data[at + 1 : end]:
                (self._store if is_data else self._obey)(byte)
            at = end
        return True

    def dots(self) -> list[str]:
        """Its rows from above, a character a dot: "#" lit, "." dark; all dark while it is off."""
        lit = self.on and self.pump
        return [
            "".join(
                "#" if lit and self.memory[row // 8 * COLUMNS + column] >> row % 8 & 1 else "."
                for column in range(COLUMNS)
            )
            for row in range(ROWS)
        ]

    def _store(self, byte: int) -> None:
        if self._mode != 2:
            raise ValueError("the display is not in page addressing mode")
        self.memory[self._page * COLUMNS + self._column] = byte
        self._column = (self._column + 1) % COLUMNS

    def _obey(self, byte: int) -> None:
        if self._left:
            self._arguments.append(byte)
            self._left -= 1
            if self._left == 0:
                self._do(self._command, self._arguments)
            return
        self._command, self._arguments = byte, []
        self._left = _ARGUMENTS.get(byte, 0)
        if self._left == 0:
            self._do(byte, [])

    def _do(self, command: int, arguments: list[int]) -> None:
        if command == 0x20:
            self._mode = arguments[0] & 3
        elif command == 0x8D:
            self.pump = bool(arguments[0] & 4)
        elif command in (0xAE, 0xAF):
            self.on = command == 0xAF
        elif command < 0x10:
            self._column = self._column & 0xF0 | command
        elif command < 0x20:
            self._column = self._column & 0x0F | (command & 7) << 4
        elif 0xB0 <= command < 0xB8:
            self._page = command & 7


class SimWires:
    """tapote.hal.Wires on CPython. colours: what the pixels show, 0xGGRRBB each."""

    def __init__(self) -> None:
        self.colours: list[int] = []
        self.screen = Ssd1306()

    def pixels(self, colours: "array[int]") -> None:
        """See tapote.hal.Wires."""
        self.colours = list(colours)

    def display(self, data: "bytes | bytearray | memoryview[int]") -> bool:
        """See tapote.hal.Wires."""
        return self.screen.write(bytes(data))


def lights(app: Any, wires: SimWires) -> list[Any]:
    """tapote.hal.Hal.lights on CPython: the firmware's own code behind simulated wires."""
    parts = app.board["lights"]
    made: list[Any] = []
    if "pixel_pin" in parts:
        from tapote.pixels import Pixels

        made.append(Pixels(app, wires))
    if "oled_sda" in parts:
        from tapote.oled import Oled

        made.append(Oled(app, wires))
    return made
