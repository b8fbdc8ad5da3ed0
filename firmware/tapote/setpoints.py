"""From program, settings, board and "too much" to the set-points of the tick. The strictest number always wins."""

from micropython import const

from tapote import params, units, waves

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tapote.hal import Hal
    from tapote.program import Program

_TICK_US = const(3)
_SOFT_MN = const(10)
_HARD_MN = const(11)
_TRIP_MN = const(12)
_FOLD_GAIN = const(13)
_SCALE_Q16 = const(14)
_PEAK_LAST_MN = const(9)
_RISE_Q16 = const(15)
_ENABLE = const(16)
_STROKE_INC_Q24 = const(20)
_RHYTHM_INC_Q24 = const(22)
_RHYTHM_KIND = const(37)
_RHYTHM_DEPTH_Q12 = const(38)
_RHYTHM_ON_Q16 = const(39)
_RATE_TARGET_SPM = const(23)
_DRIVE_TARGET_Q12 = const(25)
_FF_GAIN_Q16 = const(30)
_BATTERY_MV = const(89)
_FORCE_LIMIT_MN = const(77)
_TRIP_LIMIT_MN = const(78)
_RATE_MAX_SPM = const(79)
_DRIVE_MAX_PERMILLE = const(80)
_FOLD_PERMILLE = const(81)
_RISE_PERMILLE_S = const(82)
_SESSION_S = const(83)
_STEP_PERMILLE = const(84)
_LIMIT_MN = const(85)
_TOO_MUCH = const(86)
_PROGRAM_MS = const(87)
_PHASE = const(88)
_TAPER_PERMILLE = const(99)

TRIP_MARGIN_MN = 25000  # the trip stands this far above the force limit, and never above the board's
LIMIT_FLOOR_MN = 5000
SLOW_TURNS = 10


class Setpoints:
    """Writes the `loop` slots of `regs` that say what the tick shall do."""

    def __init__(self, hal: "Hal", board: "dict[str, Any]", program: "Program") -> None:
        self.regs = hal.regs
        self.wave = hal.wave
        self.board = board
        self.program = program
        self.said = 0  # how often "too much" was said in this session
        self._turns_left = 0  # until the feed-forward is worked out again
        self._fresh = False  # limits and rhythm are those of the phase and the settings
        self._share = 1000  # permille of limit and drive that is left of it
        self.yielding = False  # the hand holds the crank: no drive until it eases
        self.cut = False  # the session's time, not the program, was over
        self._session_max_s: int = board["session_max_s"]
        self.held = False  # the button is down while the motor runs: no drive until it is clear what it means

    def at_rest(self) -> None:
        """The limits that will hold, so that a host that asks before the first session is told the truth."""
        self._limits(self.regs[_FORCE_LIMIT_MN])

    def begin(self) -> None:
        """A new session: nothing said yet, and the limits of the first phase."""
        self.said = self.regs[_TOO_MUCH] = 0
        self._share = 1000
        self._turns_left = 0
        self._fresh = False
        self.held = self.cut = False
        self.follow(0)

    def off(self) -> None:
        """No drive, now."""
        self.regs[_ENABLE] = 0
        self.regs[_DRIVE_TARGET_Q12] = 0

    def too_much(self) -> int:
        """Limit and drive go down a step and stay there for the session; how often that was said."""
        self.said = self.regs[_TOO_MUCH] = min(self.said + 1, 255)
        self._share = self._share * (1000 - self.regs[_STEP_PERMILLE]) // 1000
        self._fresh = False
        self.follow(self.regs[_PROGRAM_MS])
        return self.said

    def backing_off(self) -> bool:
        """Whether the foldback is taking drive away now."""
        return self.yielding or (self.regs[_SCALE_Q16] < 65000 and self.regs[_PEAK_LAST_MN] > self.regs[_SOFT_MN])

    def follow(self, run_ms: int) -> bool:
        """Set-points for run_ms since the start. False: program or session is over.

        Rate and drive follow in every turn; what a phase and the settings fix is worked out when a phase begins, when a
        setting changes or "too much" is said (`_fresh`); limits, and what follows the battery, in every tenth turn too.
        """
        regs = self.regs
        program = self.program
        more = program.at(run_ms)
        if more and run_ms >= self.session_s() * 1000:
            more = False
            self.cut = True
        drive = min(program.drive_permille, regs[_DRIVE_MAX_PERMILLE]) * self._share // 1000
        drive = drive * regs[_TAPER_PERMILLE] // 1000
        if self.held or self.yielding or not more:
            drive = 0
        rate = min(program.rate_spm, regs[_RATE_MAX_SPM])
        if rate != regs[_RATE_TARGET_SPM]:
            regs[_RATE_TARGET_SPM] = rate
            regs[_STROKE_INC_Q24] = units.stroke_inc_q24(rate, regs[_TICK_US])
        regs[_DRIVE_TARGET_Q12] = units.q12_from_permille(drive)
        regs[_PROGRAM_MS] = run_ms
        if not self._fresh or program.phase != regs[_PHASE]:
            self._fresh = True
            self._phase()
        self._turns_left -= 1
        if self._turns_left < 0:
            self._turns_left = SLOW_TURNS - 1
            self._feed_forward()
        elif self._turns_left == SLOW_TURNS // 2:
            self._limits(min(program.limit_mn, regs[_FORCE_LIMIT_MN]) * self._share // 1000)
        return more

    def session_s(self) -> int:
        """How long a session may last."""
        return min(self.regs[_SESSION_S], self._session_max_s)

    def changed(self) -> None:
        """A setting has changed: it holds from the next turn on, or at once where nothing moves."""
        self._fresh = False
        if not self.regs[_ENABLE]:
            self.at_rest()

    def _feed_forward(self) -> None:
        board = self.board
        regs = self.regs
        regs[_FF_GAIN_Q16] = units.feed_forward_q16(board["full_rate_spm"], board["nominal_mv"], regs[_BATTERY_MV])

    def _phase(self) -> None:
        """What a phase and the settings fix: rhythm, rise and limits."""
        regs = self.regs
        program = self.program
        regs[_PHASE] = program.phase
        tick_us = regs[_TICK_US]
        regs[_RHYTHM_KIND] = program.rhythm
        regs[_RHYTHM_INC_Q24] = units.phase_inc_q24(program.period_ms * 1000, tick_us)
        regs[_RHYTHM_DEPTH_Q12] = units.q12_from_permille(program.depth_permille)
        regs[_RHYTHM_ON_Q16] = program.on_permille * 65536 // 1000
        regs[_RISE_Q16] = units.rise_q16(regs[_RISE_PERMILLE_S], tick_us)
        self._limits(min(program.limit_mn, regs[_FORCE_LIMIT_MN]) * self._share // 1000)

    def _limits(self, limit_mn: int) -> None:
        """Force limit, foldback and trip, never above the board's and the compiled caps.

        The tick may come between two of these stores. It then sees an old slope for one tick, which errs by that one
        sample; the foldback itself only ever moves towards less drive at once.
        """
        regs = self.regs
        board = self.board
        limit_mn = min(limit_mn, board["force_limit_mn"], params.FORCE_CAP_MN)
        limit_mn = max(limit_mn, LIMIT_FLOOR_MN)
        soft_mn = limit_mn * regs[_FOLD_PERMILLE] // 1000
        regs[_LIMIT_MN] = limit_mn
        regs[_SOFT_MN] = soft_mn
        regs[_HARD_MN] = limit_mn
        regs[_FOLD_GAIN] = units.fold_gain(soft_mn, limit_mn)
        regs[_TRIP_MN] = min(limit_mn + TRIP_MARGIN_MN, regs[_TRIP_LIMIT_MN], board["trip_mn"], params.TRIP_CAP_MN)

    def default_wave(self) -> None:
        """The smooth push and release, until the host sends another shape."""
        waves.set_stroke(self.wave, 0, waves.default_stroke())

    def set_wave(self, block: int, samples: "tuple[int, ...]") -> bool:
        """Samples 32 * block .. 32 * block + 31 of the stroke; False for a block outside 0..7."""
        if not 0 <= block < 8:
            return False
        waves.set_stroke(self.wave, 32 * block, list(samples))
        return True
