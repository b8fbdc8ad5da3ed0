"""The naive program (deployed as naive.py) with the bench's turn added to each pass. Deployed as main.py."""

import time

import load
import naive

while True:
    naive.step()
    load.turn(lambda: None)
    time.sleep_ms(naive.LOOP_MS)
