"""Steps of a PIO state machine whose outcome is known, taken at once.

A PIO PWM spends nearly all its instructions in a count loop, millions per second, which makes an emulator crawl. Two
things can be skipped exactly, to the cycle:

- turns of a loop `jmp x!=y` / one instruction / `jmp y--`, up to the turn where x equals y: nothing but y changes;
- whole periods of the fed PWM (recognised by its instruction words) while its FIFO is empty and nobody listens to its
  pin: after a period everything is as before, but the word is one period older.

Anything that is not recognised is left to rp2040py, instruction by instruction. A test compares both to the cycle.
"""

from dataclasses import dataclass

from rp2040py.peripherals.pio import RPPIO
from rp2040py.peripherals.state_machine import StateMachine

_SIDE_EN, _SIDE_PINDIR, _STATUS_SEL = 1 << 30, 1 << 29, 1 << 4
_AUTOPULL, _OUT_SHIFT_RIGHT = 1 << 17, 1 << 19
_ONES = 0xFFFF_FFFF
PERIOD_START = 3  # index of `mov(y, isr)` in the fed PWM


@dataclass(frozen=True)
class FedPwm:
    """A fed PWM program in a state machine: where it stands, its pin, and the pin's level while starved."""

    base: int
    pin: int
    idle_high: bool


@dataclass(frozen=True)
class Plan:
    """What can be skipped in a state machine with its present program and configuration."""

    count_loops: frozenset[int]
    fed: FedPwm | None


def make_plan(pio: RPPIO, machine: StateMachine) -> Plan:
    """Look for count loops and the fed PWM in what `machine` runs."""
    words = list(pio.instructions)
    plain_steps = bool(machine.exec_ctrl & _SIDE_EN) or machine.sideset_count == 0
    loops = frozenset(
        pc for pc in range(30) if plain_steps and words[pc] == 0x00A0 | (pc + 2) and words[pc + 2] == 0x0080 | pc
    )
    return Plan(loops, _find_fed(words, machine))


def _find_fed(words: list[int], machine: StateMachine) -> FedPwm | None:
    exec_ctrl, shift_ctrl = machine.exec_ctrl, machine.shift_ctrl
    side_set = exec_ctrl & _SIDE_EN and not exec_ctrl & _SIDE_PINDIR and machine.sideset_count == 2
    status_is_tx_empty = not exec_ctrl & _STATUS_SEL and exec_ctrl & 0xF == 1
    shifts = shift_ctrl & _OUT_SHIFT_RIGHT and not shift_ctrl & _AUTOPULL
    if not (side_set and status_is_tx_empty and shifts):
        return None
    for idle_high in (False, True):
        for base in range(32 - 10):
            if words[base : base + 11] == fed_words(base, idle_high=idle_high):
                return FedPwm(base, machine.sideset_base, idle_high)
    return None


def fed_words(base: int, *, idle_high: bool) -> list[int]:
    """The fed PWM (firmware/tapote/fed_pwm.py) as the eleven instruction words of a program loaded at `base`."""
    off, on = 0x1000 | idle_high << 11, 0x1000 | (not idle_high) << 11
    return [
        0x80A0 | off,  # 0 pull(block).side(idle)   starved: wait here
        0x6030,  # 1 out(x, 16)              level
        0x0040 | (base + 3),  # 2 jmp(x_dec, 3)     0 becomes a level that no count equals
        0xA046,  # 3 mov(y, isr)             counts per period
        0x00A0 | (base + 6),  # 4 jmp(x_not_y, 6)
        0xA042 | on,  # 5 nop().side(active)
        0x0080 | (base + 4),  # 6 jmp(y_dec, 4)
        0xA045 | off,  # 7 mov(y, status).side(idle)
        0x0060 | base,  # 8 jmp(not_y, 0)           a new word waits
        0x6061,  # 9 out(null, 1)            one period older
        0x00E0 | (base + 3),  # 10 jmp(not_osre, 3)
    ]


def period_steps(machine: StateMachine) -> int:
    """Instructions, which are state-machine clocks, in one period of the fed PWM at its present level."""
    top = machine.input_shift_reg
    return 2 * top + 7 + (machine.x <= top)


def active_steps(machine: StateMachine) -> int:
    """How many of them the pin is active: x is the level less one; above the top, none."""
    return 2 * machine.x + 2 if machine.x <= machine.input_shift_reg else 0


def skip(pio: RPPIO, machine: StateMachine, plan: Plan, target_fp: int, *, whole_periods: bool) -> bool:
    """Take as many known steps of `machine` as start no later than `target_fp` (system clocks x 256).

    whole_periods: nobody watches the pin, so periods may pass without their edges. Returns whether anything was
    skipped; the caller then lets `pio` recompute what is due next.
    """
    due_fp = machine.next_due_fp
    if due_fp <= pio.cycle_fp:
        return False
    program_counter = machine.pc
    if program_counter in plan.count_loops:
        level, count = machine.x, machine.y
        turns = count - level if count > level else count if count < level else 0
        turns = min(turns, ((target_fp - due_fp) // machine.div_fp + 1) // 2)
        if turns > 0:
            machine.y = count - turns
            _pass(machine, due_fp, 2 * turns)
            return True
        return False
    fed = plan.fed
    if not whole_periods or fed is None or program_counter != fed.base + PERIOD_START:
        return False
    if not machine.tx_fifo.empty or bool(pio.pin_values >> fed.pin & 1) != fed.idle_high:
        return False
    steps = period_steps(machine)
    age_left = machine.pull_threshold - machine.output_shift_count - 1
    periods = min(age_left, ((target_fp - due_fp) // machine.div_fp + 1) // steps)
    if periods <= 0:
        return False
    machine.y = _ONES  # mov(y, status) with an empty FIFO
    machine.output_shift_reg >>= periods
    machine.output_shift_count += periods
    _pass(machine, due_fp, periods * steps)
    return True


def _pass(machine: StateMachine, due_fp: int, steps: int) -> None:
    machine.cycles += steps
    machine.next_due_fp = due_fp + steps * machine.div_fp
