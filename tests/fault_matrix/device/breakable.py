"""The firmware's App with a way to break it from outside, at a chosen instant. Runs on the virtual board.

The host puts the number of a way on GPIO 4 to 7 and pulls GPIO 2 up. The board raises GPIO 3 right before it breaks, so
the instant is seen on the chip. Nothing of the firmware is left out or replaced but what a way says.
"""

import gc
import math
import time

import machine
from breakable_tick import break_at_next
from machine import Pin

from tapote.app import App

_GO = Pin(2, Pin.IN, Pin.PULL_DOWN)
_MARK = Pin(3, Pin.OUT, value=0)
_NUMBER = [Pin(number, Pin.IN, Pin.PULL_DOWN) for number in (4, 5, 6, 7)]
_ERROR = RuntimeError("asked for by the test")
_hoard = []


def _raise(_=None):  # one argument, not *_, whose tuple would be taken from the heap: a tick has none
    _MARK.on()
    raise _ERROR


def _hang(_=None):
    _MARK.on()
    while True:
        pass


def _interrupts_off(app):
    state = machine.disable_irq()
    _MARK.on()
    start = time.ticks_us()
    while time.ticks_diff(time.ticks_us(), start) < 400_000:
        pass
    _MARK.off()
    machine.enable_irq(state)


def _full_heap(app):
    try:
        while True:
            _hoard.append(bytearray(512))
    except MemoryError:
        _MARK.on()
        raise


def _garbage(app):
    """Some milliseconds of what hobby programs are full of, in each turn, and a collection."""
    _MARK.on()
    words = ["%d:%.3f" % (index, math.sin(index) / (index + 1)) for index in range(20)]
    table = {word: [0.5 * len(word)] * 8 for word in words}
    blocks = [bytearray(512) for _ in range(len(table) // 3)]
    del blocks
    gc.collect()


def _stop_ticks(app):
    _MARK.on()
    app.hal._timer.deinit()  # not hal.stop(), which also ends the watchdog


def _in_handler(app):
    app.too_much = _raise


WAYS = (
    ("raise_in_loop", _raise),
    ("raise_in_handler", _in_handler),
    ("raise_in_tick", lambda app: break_at_next(_raise)),
    ("hang_in_loop", _hang),
    ("hang_in_tick", lambda app: break_at_next(_hang)),
    ("interrupts_off", _interrupts_off),
    ("full_heap", _full_heap),
    ("garbage", _garbage),
    ("stop_ticks", _stop_ticks),
)
AGAIN = ("garbage",)  # in each turn; the others once


class Breakable(App):
    """App that has more to do at the end of a turn, when it is told to."""

    broken = False

    def turn(self, now_ms):
        super().turn(now_ms)
        if _GO.value() and not self.broken:
            number = 0
            for place, pin in enumerate(_NUMBER):
                number |= pin.value() << place
            name, way = WAYS[number]
            self.broken = name not in AGAIN
            way(self)
