"""Runs first after every reset: the motor output to its safe level, before anything else.

A soft reset can leave a PWM or PIO output where it stood. The output override of the pin wins over both. This file
imports nothing of the package, so it works beside a half-copied one too; it never raises and never waits.
"""

import json

import machine

try:
    with open("board.json") as file:
        board = json.load(file)
    for pin in (board["motor_pin"], board["motor_pin_b"]):
        if 0 <= pin <= 29:
            # GPIOx_CTRL: function SIO, output enabled, output forced to the level that keeps the motor off.
            machine.mem32[0x40014004 + 8 * pin] = 0x3305 if board["active_low"] else 0x3205
except Exception:
    pass  # no valid board file: then main.py drives no pin either
