"""How long the motor has worked since the person last rested, and what follows: move on, stop, rest.

Evidence on dose is thin, so the limits are careful ones: two minutes on one area, ten minutes (at most fifteen) in all,
then five minutes of rest. Programs and pauses do not reset the count; only rest does. It is kept in memory: switching
the power off forgets it, which is why the README and the session guide state the daily limit too.
"""

from micropython import const

from tapote.units import elapsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

AREA_MS = const(120000)
REST_MS = const(300000)

_TAPER_PERMILLE = const(99)
_NOTES = const(100)
_REST_S = const(101)
_WORKED_S = const(102)
BATTERY_WARN = const(1)
WARM = const(2)
MOVE_ON = const(4)


class Dose:
    """Times in ms modulo 2**30; call `step` several times a second."""

    def __init__(self, now_ms: int) -> None:
        self.worked_ms = 0  # since the last rest
        self.area_ms = 0  # since the last start
        self.used_up = False  # as `tell` found it last
        self._rested_ms = 0
        self._step_ms = now_ms

    def begin(self) -> None:
        """A session is armed: another area, as far as anybody can tell."""
        self.area_ms = 0

    def step(self, moving: bool, now_ms: int) -> None:
        """Let time pass, with the motor allowed to turn or not."""
        passed_ms = elapsed(now_ms, self._step_ms)
        self._step_ms = now_ms
        if moving:
            self.worked_ms += passed_ms
            self.area_ms += passed_ms
            self._rested_ms = 0
        elif self.worked_ms:
            self._rested_ms += passed_ms
            if self._rested_ms >= REST_MS:
                self.worked_ms = 0

    def over(self, limit_s: int) -> bool:
        """Whether the motor has worked for longer than a session of limit_s, several starts taken together. A second
        more is none: a program that fills the time may end by itself."""
        return self.worked_ms > limit_s * 1000 + 1000

    def rest_s(self, limit_s: int) -> int:
        """Rest that is still due before the next start, rounded up to whole seconds; 0 when none is. A second less than
        limit_s is enough to need it: what is left would be no session."""
        if self.worked_ms <= limit_s * 1000 - 1000:
            return 0
        return (REST_MS - self._rested_ms + 999) // 1000

    def move_on(self) -> bool:
        """Whether two minutes on one area are over: for ten seconds after each two minutes."""
        return self.area_ms >= AREA_MS and self.area_ms % AREA_MS < 10000


def tell(app: "App") -> None:
    """Bring the slots up to date that tell it. words.NOTES has the texts of the bits."""
    regs = app.hal.regs
    dose = app.dose
    regs[_REST_S] = dose.rest_s(app.setpoints.session_s())
    regs[_WORKED_S] = dose.worked_ms // 1000
    dose.used_up = dose.over(app.setpoints.session_s())
    bits = BATTERY_WARN if app.safety.power.warn else 0
    if regs[_TAPER_PERMILLE] < 1000:
        bits |= WARM
    if app.session.moving() and dose.move_on():
        bits |= MOVE_ON
    regs[_NOTES] = bits
