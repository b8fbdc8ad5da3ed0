"""Tapote's own main.py with the bench's turn added to each turn of the main loop. App and HAL are the real ones."""

import json

import load

from tapote.app import App
from tapote.hal_rp2 import Rp2Hal
from tapote.loader import let_go

with open("board.json") as file:
    board = json.load(file)
hal = Rp2Hal(board)


class BenchApp(App):
    """The firmware's App that has more to do."""

    def turn(self, now_ms: int) -> None:
        super().turn(now_ms)
        load.turn(hal.stop)


try:
    app = BenchApp(hal, board)
    let_go("setup", "fed_pwm")  # as main.py does
    app.run()
finally:
    hal.kill()
    hal.stop()
