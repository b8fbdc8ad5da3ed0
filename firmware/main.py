"""Composition root: board file -> hardware -> firmware. However it ends, the motor pin is forced to its safe level."""

import json

import micropython

from tapote.app import App
from tapote.hal_rp2 import Rp2Hal

with open("board.json") as file:
    board = json.load(file)
hal = Rp2Hal(board)
try:
    App(hal, board).run()
finally:
    micropython.kbd_intr(-1)  # a second Ctrl-C must not cut this short; the prompt switches it on again
    hal.kill()
    hal.stop()
