"""An RP2040 that runs the real MicroPython image, exact where a control loop needs it.

The chip is `rp2040py`, pinned, because what is corrected here touches its insides: each module says what the stock
emulator gets wrong and why it matters. `host_tools.virtual_board` puts the parts together.
"""
