"""The motor output: PIO PWM that lives only while it is fed.

Each word from the tick is the level, in counts, of the PWM from its next period on. A level lasts for AGE periods at
most; without a new word the program then waits at `pull` with the pin at its idle level until it is fed again.
No CPU takes part in that, so nothing that stops the tick (a crash, Ctrl-C, a deadlock, interrupts off) leaves the
motor on.
"""

import machine
import rp2

from tapote import units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tapote.dialect import (
        block,
        isr,
        jmp,
        label,
        mov,
        nop,
        not_osre,
        not_y,
        null,
        out,
        pull,
        status,
        x,
        x_dec,
        x_not_y,
        y,
        y_dec,
    )

# At 2 kHz ticks and 20 kHz PWM a tick is 10 periods; 14 leave 40 % to spare. Level and age share the 32 bits of OSR.
AGE = 14
_EXECCTRL = 0x502000CC  # of state machine 0; 0x18 a machine


def make_program(idle: int) -> "Callable[[], None]":
    """The program for a driver whose motor is off at pin level `idle`.

    ISR holds the counts of a period less one; a count takes two cycles, and the period six more. STATUS must tell an
    empty FIFO (all ones). The pin is active for as many counts as the word says: the word is decremented first, so that
    0 becomes a number that no count equals, and the pin stays idle.
    """
    active = 1 - idle

    @rp2.asm_pio(
        sideset_init=rp2.PIO.OUT_HIGH if idle else rp2.PIO.OUT_LOW,
        out_shiftdir=rp2.PIO.SHIFT_RIGHT,
        pull_thresh=16 + AGE,
    )
    def fed_pwm() -> None:
        label("fresh")
        pull(block).side(idle)
        out(x, 16)
        jmp(x_dec, "period")
        label("period")
        mov(y, isr)
        label("count")
        jmp(x_not_y, "skip")
        nop().side(active)
        label("skip")
        jmp(y_dec, "count")
        mov(y, status).side(idle)
        jmp(not_y, "fresh")
        out(null, 1)
        jmp(not_osre, "period")

    return fed_pwm


def make_machine(index: int, pin: int, board: "dict[str, Any]", kill: "Callable[[], None]") -> rp2.StateMachine:
    """State machine `index` on `pin`, waiting for its first word. kill: forces the pin to its safe level."""
    hz = board["pwm_hz"]
    top = units.pwm_top(hz)
    program = make_program(1 if board["active_low"] else 0)
    sm = rp2.StateMachine(index, program, freq=hz * 2 * top, sideset_base=machine.Pin(pin))
    kill()  # making the machine has set up the pin anew
    sm.put(top - 1)
    sm.exec("pull()")
    sm.exec("mov(isr, osr)")
    control = _EXECCTRL + 0x18 * index
    machine.mem32[control] = machine.mem32[control] & ~0x1F | 1  # STATUS: fewer than one word waits
    sm.active(1)
    return sm
