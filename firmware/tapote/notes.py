"""What the person should know while nothing is wrong: charge soon, getting hot, move on, rest. For eyes only."""

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tapote.app import App

_TAPER_PERMILLE = const(99)
_NOTES = const(100)
_REST_S = const(101)
_WORKED_S = const(102)

BATTERY_WARN = const(1)
WARM = const(2)
MOVE_ON = const(4)


def tell(app: "App") -> None:
    """Bring the slots up to date that tell it. words.NOTES has the texts of the bits."""
    regs = app.hal.regs
    dose = app.dose
    regs[_REST_S] = dose.rest_s(app.setpoints.session_s())
    regs[_WORKED_S] = dose.worked_ms // 1000
    bits = BATTERY_WARN if app.safety.power.warn else 0
    if regs[_TAPER_PERMILLE] < 1000:
        bits |= WARM
    if app.session.moving() and dose.move_on():
        bits |= MOVE_ON
    regs[_NOTES] = bits
