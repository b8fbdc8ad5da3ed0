"""Composition root: board file -> hardware -> firmware. However it ends, the motor pin is forced to its safe level."""

import json
import sys

import micropython

# MicroPython keeps no list of its own modules, so every import of one of them searches the file system: 3 ms each time.
for name in ("array", "binascii", "json", "machine", "os", "struct"):
    sys.modules[name] = __import__(name)

from tapote import manifest  # noqa: E402 -- its own imports are quick only after the loop

damage = manifest.check()
if damage:
    print("Tapote is not whole: %s. Run `tapote deploy` on the computer." % damage)

from tapote.hal_rp2 import Rp2Hal  # noqa: E402 -- modules of an incomplete copy may not even import; that says why

with open("board.json") as file:
    board = json.load(file)
hal = Rp2Hal(board, locked=bool(damage))
try:
    hal.start()  # the readings settle while the rest is loaded; nothing drives the pin yet
    from tapote.app import App
    from tapote.loader import let_go

    app = App(hal, board, damage=damage)
    del manifest  # and what else a start needs and a session does not: 6 KB of code
    let_go("manifest", "setup", "fed_pwm")
    app.run()
finally:
    micropython.kbd_intr(-1)  # a second Ctrl-C must not cut this short; the prompt switches it on again
    hal.kill()
    hal.stop()
