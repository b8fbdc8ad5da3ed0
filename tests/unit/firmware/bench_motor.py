"""A motor's guard whose methods are called with times of the test's own choice, so that each millisecond counts."""

from typing import Any

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from tapote import faults
from tapote.motor_guard import MotorGuard
from tapote.ripple import Ripple
from tests.unit.firmware.registers import Registers

STALL = 1 << faults.STALL
# Round numbers: an idle current of 200 mA at full duty counts as none, 10 A for ever is the winding's limit. It stands
# more than 18 % of its stall current for ever, so 18 % of duty is what a crank may stand at.
BOARD: dict[str, Any] = compile_board(load_board("pico_mosfet_fsr")) | {
    "current_limit_ma": 14000,
    "no_load_ma": 1600,
    "driver_on_ma": 800,
    "coast_ms": 100,
    "i2t_ma": 10000,
    "i2t_tau_s": 10,
    "stall_current_ma": 60000,
}


class Motor(Registers):
    """A new guard of a crank at full duty that draws 2 A; other numbers of the board by name."""

    def __init__(self, **board: Any) -> None:
        super().__init__()
        self.set(tach_timeout_us=250_000)
        self.guard = MotorGuard(self.regs, BOARD | board)
        self.set(scale_q16=65536, out_q12=4096, level=312, soft_mn=20000, current_ma=2000, slow_q4_1=16000)

    def feel(self) -> "Felt":
        """Put a stand-in into the place of the ripple."""
        self.guard.ripple = felt = Felt(self.regs, BOARD)
        return felt

    def pulse(self) -> None:
        """The tachometer tells a turn of the crank."""
        self.set(tach_last=self["tach_last"] + 1)

    def check(self, now_ms: int, *, driving: bool = True) -> int:
        """Either half: the current first, then tachometer and heat, and so on."""
        return self.guard.check(now_ms, driving)

    def turning(self, dt_ms: int, *, now_ms: int = 0, driving: bool = True) -> int:
        return STALL if self.guard.stall.check(now_ms, dt_ms, driving, self["out_q12"]) else 0

    def runs_by_itself(self, dt_ms: int) -> bool:
        return self.guard._runs_by_itself(dt_ms, self["current_ma"])

    def dry(self, dt_ms: int, **slots: int) -> bool:
        self.set(**slots)
        return self.guard._dry(dt_ms, self["out_q12"], self["current_ma"])

    def heat_up(self, dt_ms: int, winding_ma: int) -> int:
        """How hot it is then, in permille of its limit."""
        self.guard._heat_up(dt_ms, winding_ma)
        return self.guard.heat_permille


def pairs(motor: Motor, *times_ms: int, driving: bool = True) -> list[int]:
    """What both halves find together at each of these times."""
    return [motor.check(ms, driving=driving) | motor.check(ms, driving=driving) for ms in times_ms]


class Felt(Ripple):
    """In the place of the ripple: how often it was fed; it always says yes."""

    fed = 0

    def feed(self) -> bool:
        self.fed += 1
        return True
