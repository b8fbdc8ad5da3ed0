"""Everything that current sensor, tachometer and motor tell: what each check looks at, for how long, and its fault.

    OVERCURRENT      above the board's limit for 50 ms
    STALL            a driven crank without a tach pulse: see stall.py
    I2T              the winding's heat, worked out from the current, beyond what it stands for ever
    CURRENT_SENSOR   next to no current for 40 ms in a motor that is driven as strongly as ever
    DRIVER_ON        current for 100 ms although the level is zero and the motor has had the time to let go
    FORCE_DISAGREE   the motor feels a press that the force sensor does not read: see ripple.py

It runs in every turn of the main loop, so it reads each slot once, counts milliseconds inline, and takes turns. Boards
without a current sensor keep what the tachometer tells.
"""

import micropython
from micropython import const

from tapote import faults
from tapote.stall import Stall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tapote.ripple import Ripple

_SCALE_Q16 = const(14)
_OUT_Q12 = const(28)
_LEVEL = const(29)
_SLOW_Q4 = const(57)
_CURRENT_MA = const(90)
_HEAT_PERMILLE = const(98)
_FELT_LIMIT_PERMILLE = const(105)

_TURN_MAX_MS = const(30)  # two turns; when they come late they have seen no more than in time
_OVER_MS = const(50)
_DRY_MS = const(40)  # and some 50 ms until the smoothed reading of a dead sensor has come down
_DRY_OUT_Q12 = const(1230)  # 30 %
_ON_MS = const(100)
_HEAT_MS = const(100)
_COOLED_PERMILLE = const(980)  # of a motor that cools for the ten seconds before a person may try again, about
_NOT_COMPARED = const(5000)
_OUT_LEAST_Q12 = const(256)  # below, the current of the winding cannot be told from that of the pack

_I2T = 1 << faults.I2T
_STALL = 1 << faults.STALL
_OVERCURRENT = 1 << faults.OVERCURRENT
_CURRENT_SENSOR = 1 << faults.CURRENT_SENSOR
_DRIVER_ON = 1 << faults.DRIVER_ON
_FORCE_DISAGREE = 1 << faults.FORCE_DISAGREE


class MotorGuard:
    """Judges the motor by `regs`. board: board.json.

    heat_permille: how far the winding is on its way to its limit, which is 1000.
    """

    def __init__(self, regs: "Any", board: "dict[str, Any]") -> None:
        self.regs = regs
        self.heat_permille = 0
        self.stall = Stall(regs, board)
        self.ripple: "Ripple | None" = None
        self._board = board
        self._tach = board["actuator"] == 0
        self._sensor = bool(board["current_points"])
        self._crank = board["actuator"] != 2
        self._limit_ma = board["current_limit_ma"]
        self._no_load_ma = board["no_load_ma"]
        self._on_ma = board["driver_on_ma"]
        self._coast_ms = board["coast_ms"]
        self._winding = self._sensor and self._crank
        self._tach_turn = False
        self._tach_at_ms = 0
        self._current_at_ms = 0
        self._over_ms = 0
        self._most_q12 = 0  # duty that the motor may still be coasting down from
        self._pack_q4 = 0  # battery reading that it may still be coasting down from
        self._dry_ms = 0
        self._off_ms = 0
        self._on_ms = 0
        # Winding current squared, in units of 10 mA and times 256: below 2**30 up to 20 A.
        self._heat_q8 = 0
        self._heat_permille_q8 = max((board["i2t_ma"] // 10) ** 2 * 256 // 1000, 1)
        self._tau_s = max(board["i2t_tau_s"], 1)
        self._heat_ms = 0
        self._hot = False

    @micropython.native
    def check(self, now_ms: int, driving: bool) -> int:
        """The faults whose cause is there now, as bits 1 << number. driving: the motor is allowed to turn.

        Tachometer and heat are looked at in one turn, the current in the next; the ripple needs every turn.
        """
        regs = self.regs
        out = abs(regs[_OUT_Q12])
        bits = _I2T if self._hot else 0
        if regs[_FELT_LIMIT_PERMILLE] < _NOT_COMPARED:
            ripple = self.ripple or self._feel()
            if driving and ripple is not None and ripple.feed():
                bits |= _FORCE_DISAGREE
        if self._tach_turn:
            self._tach_turn = False
            dt_ms = (now_ms - self._tach_at_ms) & 0x3FFFFFFF
            self._tach_at_ms = now_ms
            heat_ms = self._heat_ms + dt_ms
            self._heat_ms = heat_ms
            if heat_ms >= _HEAT_MS and self._winding:
                current_ma = abs(regs[_CURRENT_MA])
                self._heat_up(heat_ms, current_ma * 4096 // max(out, _OUT_LEAST_Q12) if out else current_ma)
            if self._tach:
                bits |= _STALL if self.stall.check(now_ms, min(dt_ms, _TURN_MAX_MS), driving, out) else 0
            return bits
        self._tach_turn = True
        if not self._sensor:
            return bits
        dt_ms = min((now_ms - self._current_at_ms) & 0x3FFFFFFF, _TURN_MAX_MS)
        self._current_at_ms = now_ms
        current_ma = abs(regs[_CURRENT_MA])
        self._over_ms = self._over_ms + dt_ms if current_ma > self._limit_ma else 0
        if self._over_ms >= _OVER_MS:
            bits |= _OVERCURRENT
        if regs[_LEVEL] == 0:
            self._most_q12 -= self._most_q12 >> (10 if self._tach else 8)
            if self._runs_by_itself(dt_ms, current_ma):
                bits |= _DRIVER_ON
        else:
            self._off_ms = 0
            if self._crank and self._dry(dt_ms, out, current_ma):
                bits |= _CURRENT_SENSOR
        return bits

    def _feel(self) -> "Ripple | None":
        """Most devices never compare force and current: only who does pays 4 KB and 18 ms for it."""
        if self._board["ripple_points"]:
            from tapote.ripple import Ripple

            self.ripple = Ripple(self.regs, self._board)
        return self.ripple

    @micropython.native
    def _runs_by_itself(self, dt_ms: int, current_ma: int) -> bool:
        """Level zero: current now is a switch that does not open. A head turned by hand makes pulses but no current."""
        self._off_ms += dt_ms
        if self._off_ms <= self._coast_ms or current_ma <= self._on_ma:
            self._on_ms = 0
            return False
        self._on_ms += dt_ms
        return self._on_ms > _ON_MS

    @micropython.native
    def _dry(self, dt_ms: int, out_q12: int, current_ma: int) -> bool:
        """Next to no current in a driven crank: an eighth of what it draws without load.

        A motor that was faster and coasts draws none either, and a heavy crank coasts for seconds. So only duty counts
        that nothing has lowered: no foldback, nearly the highest of the last twenty seconds (rests too), and a pack
        that has not lost more than an eighth in them. Without a tachometer no loop keeps the speed, and a crank may
        coast at any duty but the highest of late; a rest of five seconds takes two thirds of that away."""
        pack = self.regs[_SLOW_Q4 + 1]
        most_pack = max(self._pack_q4 - (self._pack_q4 >> 10), pack)
        self._pack_q4 = most_pack
        most = self._most_q12
        if self._tach:
            most -= most >> 10
        if out_q12 > most:
            most = out_q12
        self._most_q12 = most
        if (
            current_ma > self._no_load_ma * out_q12 >> 15
            or out_q12 < _DRY_OUT_Q12
            or out_q12 < (most - (most >> 5) if self._tach else most)
            or pack < most_pack - (most_pack >> 3)
            or (self._tach and self.regs[_SCALE_Q16] != 65536)
        ):
            self._dry_ms = 0
            return False
        self._dry_ms += dt_ms
        return self._dry_ms >= _DRY_MS

    def _heat_up(self, dt_ms: int, winding_ma: int) -> None:
        """First order: heat follows the square of the current with the winding's time constant."""
        self._heat_ms = 0
        heat = self._heat_q8
        heat += ((winding_ma // 10) ** 2 * 256 - heat) // 1000 * min(dt_ms, 10000) // self._tau_s
        self._heat_q8 = heat
        permille = min(heat // self._heat_permille_q8, 2000)
        self.heat_permille = permille
        self.regs[_HEAT_PERMILLE] = permille
        if self.ripple is not None:
            self.ripple.warm_permille = permille
        self._hot = permille >= (_COOLED_PERMILLE if self._hot else 1000)
