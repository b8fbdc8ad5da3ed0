"""The slow supervisor over bare registers that a test sets by name."""

from typing import Any

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from tapote import faults, params, units
from tapote.safety import Safety
from tests.unit.firmware.registers import Registers

BOARD: dict[str, Any] = compile_board(load_board("pico_mosfet_fsr"))


class Supervised(Registers):
    """Registers of a healthy running device, set by name; a turn every 10 ms."""

    def __init__(self, **board: Any) -> None:
        super().__init__()
        self.made = Safety(self.regs, BOARD | board)
        self.now_ms = 0
        self.set(force_raw=BOARD["force_raw_min"] + 50, scale_q16=65536, rate_spm=1500, out_q12=1000)
        self.set(battery_mv=11100, temperature_dc=250, soft_mn=30000)
        self.set(slow_q4_2=(BOARD["temp_points"][0][0] + 20) * 16)
        self.tach = True
        self.ticking = True

    def set(self, **slots: int) -> None:
        super().set(**slots)
        if "battery_mv" in slots:
            self.regs[params.slot("slow_q4_1")] = units.raw_at(BOARD["battery_points"], slots["battery_mv"]) * 16

    def measured(self) -> None:
        """Eight turns' measurements: each slow channel once."""
        for _ in range(8):
            self.made.measure()
            self.turn(driving=False)

    def turn(self, driving: bool = True) -> int:
        """10 ms pass; the faults found."""
        self.now_ms += 10
        if self.ticking:
            self.set(ticks=self["ticks"] + 20)
        if self.tach:
            self.set(tach_last=self["tach_last"] + 1 & 0xFFFF)
        return self.made.check(self.now_ms, driving)

    def found_after(self, fault: int, limit_ms: int, driving: bool = True) -> int:
        """The ms after which the fault is found."""
        start_ms = self.now_ms
        while self.turn(driving) != faults.bit(fault):
            assert self.now_ms - start_ms < limit_ms, f"not within {limit_ms} ms"
        return self.now_ms - start_ms

    def quiet(self, ms: int, driving: bool = True) -> None:
        """No fault for so long."""
        for _ in range(ms // 10):
            assert self.turn(driving) == 0

    def lifted(self) -> bool:
        """Whether the head has been up for two seconds."""
        return self.made.lifted
