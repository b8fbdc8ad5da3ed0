"""Between the timer's interrupt and the real tick: a step that breaks at the tick it is told to. Runs on the virtual
board.

It stands there from the start, so that breaking loses no tick before: a lost one would stop the motor by itself.
"""

from tapote import hal_rp2

_real = hal_rp2.tick
_left = bytearray(1)
_how = [None]


def _step(regs, wave, adc, out):
    if _left[0]:
        _left[0] -= 1
        if _left[0] == 0:
            _how[0]()
    return _real(regs, wave, adc, out)


def break_at_next(how):
    """Call how() in the place of the tick after the next."""
    _how[0] = how
    _left[0] = 2


hal_rp2.tick = _step
