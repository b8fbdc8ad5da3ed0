"""What the bench adds to both programs on the board: a burden for each turn, and ways to die on command.

The host says when by pulling a pin up: GPIO 4 for the burden, GPIO 2 for the death that `bench.json` names:
{"die": "" or a name in `die`}. The board raises GPIO 3 right before it dies, so that the instant is seen from outside.
"""

import gc
import json
import math

import machine
from machine import Pin

with open("bench.json") as file:
    order = json.load(file)
_burden_on = Pin(4, Pin.IN, Pin.PULL_DOWN)
_die_now = Pin(2, Pin.IN, Pin.PULL_DOWN)
_dying = Pin(3, Pin.OUT, value=0)


def burden() -> float:
    """Some milliseconds of what hobby programs are full of: floats, lists, strings, dictionaries, and a collection."""
    total = 0.0
    for index in range(40):
        total += math.sin(index * 0.1) * math.sqrt(index + 1.5)
    words = ["%d:%.3f" % (index, total / (index + 1)) for index in range(20)]
    table = {word: [0.5 * len(word)] * 8 for word in words}
    total += sum(value[0] for value in table.values())
    blocks = [bytearray(512) for _ in range(8)]
    total += len(blocks)
    gc.collect()
    return total


def turn(stop_ticks) -> None:
    """To be called in each turn of the main loop. stop_ticks(): ends the control interrupt, where there is one."""
    if _burden_on.value():
        burden()
    if order["die"] and _die_now.value():
        die(order["die"], stop_ticks)


def die(how: str, stop_ticks) -> None:
    """Stop working, in one of the ways in which programs do. The mark on GPIO 3 comes first."""
    order["die"] = ""
    _dying.value(1)
    if how == "ticks":
        stop_ticks()
    elif how == "exception":
        raise RuntimeError("the bench asked for it")
    elif how == "hang":
        while True:
            pass
    elif how == "irq_off":
        machine.disable_irq()
        while True:
            pass
