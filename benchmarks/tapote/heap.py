"""Proof that the tick allocates nothing: it runs with the heap locked, called from here and by its interrupt.

With the heap locked any allocation raises MemoryError. That the lock really holds is shown first, by a float.
Prints one line of JSON.
"""

import gc
import json

import micropython

from tapote import params
from tapote.app import App
from tapote.hal_rp2 import _ADC, _TXF0, Rp2Hal
from tapote.kernel import tick

CALLS = 2000
_NOW = params.slot("now_us")
_TICKS = params.slot("ticks")
_ENABLE = params.slot("enable")
_HEARTBEAT = params.slot("heartbeat_us")
_KIND = params.slot("rhythm_kind")

with open("board.json") as file:
    board = json.load(file)
hal = Rp2Hal(board)
app = App(hal, board)
regs = hal.regs


def lock_works() -> bool:
    """A float needs the heap, so it must fail now."""
    micropython.heap_lock()
    try:
        return regs[_TICKS] / 3 < 0
    except MemoryError:
        return True
    finally:
        micropython.heap_unlock()


def called() -> int:
    """Bytes that CALLS ticks take when called from here: every rhythm, driven and not, tripped and cleared."""
    before = gc.mem_alloc()
    micropython.heap_lock()
    try:
        for index in range(CALLS):
            regs[_NOW] = index * 500
            regs[_HEARTBEAT] = index * 500 if index % 7 else 0
            regs[_ENABLE] = index >> 4 & 1
            regs[_KIND] = index % 3
            tick(regs, hal.wave, _ADC, _TXF0)
    finally:
        micropython.heap_unlock()
    return gc.mem_alloc() - before


def interrupted() -> "tuple[int, int]":
    """Bytes that the hard interrupt takes while it drives (the pin stays forced off), and how many ticks it ran."""
    before = gc.mem_alloc()
    micropython.heap_lock()
    first = regs[_TICKS]
    looks = 0
    regs[_HEARTBEAT] = hal.now_us()
    regs[_ENABLE] = 1
    while regs[_TICKS] - first < 400 and looks < 20000:  # a tick that raised would never come again
        looks += 1
        regs[_HEARTBEAT] = hal.now_us()
    regs[_ENABLE] = 0
    ran = regs[_TICKS] - first
    micropython.heap_unlock()
    return gc.mem_alloc() - before, ran


locked = lock_works()
by_interrupt, ran = interrupted()
hal.stop()
by_call = called()
hal.kill()
print(json.dumps({"lock_works": locked, "called": by_call, "calls": CALLS, "interrupt": by_interrupt, "ticks": ran}))
