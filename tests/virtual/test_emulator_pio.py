"""The PIO keeps exact time through every shortcut: the same, to the clock, as stock rp2040py stepped clock by clock."""

import random
from dataclasses import dataclass, field

import pytest
from rp2040py.peripherals.pio import RPPIO
from rp2040py.rp2040 import RP2040
from rp2040py.simulator import Simulator
from rp2040py.utils.logging import ConsoleLogger, LogLevel

from host_tools.emulator.pio import CLOCK_NS, LazyPio
from host_tools.emulator.pio_skip import fed_words, make_plan

pytestmark = pytest.mark.virtual

PIN, BASE = 14, 5
TXF0, CTRL, SM0_CLKDIV, SM0_EXECCTRL, SM0_SHIFTCTRL, SM0_INSTR, SM0_PINCTRL, INSTR_MEM = (
    0x10,
    0x00,
    0xC8,
    0xCC,
    0xD0,
    0xD8,
    0xDC,
    0x48,
)  # RP2040 data sheet 3.7
THRESHOLD = 30


@dataclass
class Case:
    """A machine's settings and a list of (clocks to wait, word to feed)."""

    top: int
    divider_fp: int
    idle_high: bool
    feeds: list[tuple[int, int]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"top{self.top}-div{self.divider_fp}-idle{self.idle_high:d}-{len(self.feeds)}"


def make_case(seed: int) -> Case:
    rng = random.Random(seed)
    case = Case(rng.choice([7, 31, 60]), rng.choice([256, 2560, 700, 1303]), rng.random() < 0.3)
    period = (2 * case.top + 8) * case.divider_fp // 256
    for _ in range(12):
        starved = rng.randrange(16 * period, 20 * period)
        wait = rng.choice([rng.randrange(1, period), rng.randrange(1, 10 * period), starved])
        for _ in range(rng.choice([1, 1, 1, 2, 5])):
            case.feeds.append((wait, rng.choice([0, case.top, case.top + 1, 0xFFFF, rng.randrange(case.top)])))
            wait = rng.choice([0, 1, 3])
    return case


def set_up(case: Case) -> tuple[RP2040, list[tuple[int, int]]]:
    """A chip with the program loaded, not yet started."""
    mcu = RP2040()
    Simulator(rp2040=mcu)  # or rp2040py would want an event loop to run the PIO in
    mcu.logger = ConsoleLogger(LogLevel.ERROR)
    pio = mcu.pio[0]
    for index, word in enumerate(fed_words(BASE, idle_high=case.idle_high)):
        pio.write_uint32(INSTR_MEM + 4 * (BASE + index), word)
    side_enable, wrap = 1 << 30, (BASE + 10) << 12 | BASE << 7
    shift_right = 3 << 18
    for offset, value in (
        (SM0_CLKDIV, case.divider_fp << 8),
        (SM0_EXECCTRL, side_enable | wrap | 1),
        (SM0_SHIFTCTRL, shift_right | THRESHOLD << 25),
        (SM0_PINCTRL, 2 << 29 | PIN << 10),
        (TXF0, case.top),
        (SM0_INSTR, 0x80A0),  # pull()
        (SM0_INSTR, 0xA0C7),  # mov(isr, osr)
        (SM0_INSTR, BASE),  # jmp(fresh)
    ):
        pio.write_uint32(offset, value)
    pio.pin_directions = 1 << PIN
    mcu.gpio[PIN].ctrl = 6
    pio.check_changed_pins()
    return mcu, []


def state(pio: RPPIO) -> tuple[int, ...]:
    machine = pio.machines[0]
    return (
        machine.x,
        machine.y,
        machine.pc,
        machine.output_shift_reg,
        machine.output_shift_count,
        machine.cycles,
        machine.next_due_fp,
        int(machine.waiting),
        machine.tx_fifo.item_count,
        pio.pin_values,
        pio.cycle_fp,
        pio.fdebug,
    )


def run_stock(case: Case) -> tuple[list[tuple[int, int]], list[tuple[int, ...]]]:
    """One clock at a time, as the hardware does."""
    mcu, edges = set_up(case)
    pio = mcu.pio[0]
    clock = 0
    mcu.gpio[PIN].add_listener(lambda new, _old: edges.append((clock, int(new))))
    pio.stopped = False
    pio.write_uint32(CTRL, 1)
    states = []
    for wait, word in case.feeds:
        for _ in range(wait):
            clock += 1
            pio.advance(1)
        states.append(state(pio))
        pio.write_uint32(TXF0, word)
    return edges, states


def run_lazy(
    case: Case, *, exact_steps: bool, watched: bool, looks: int = 0
) -> tuple[list[tuple[int, int]], list[tuple[int, ...]]]:
    """The same through LazyPio; `looks`: how often the host looks in between (it must not matter)."""
    mcu, edges = set_up(case)
    block = LazyPio(mcu, 0, exact_steps=exact_steps)
    if watched:
        mcu.gpio[PIN].add_listener(lambda new, _old: edges.append((round(block.edge_ns() / CLOCK_NS), int(new))))
    block.write_uint32(CTRL, 1)
    rng = random.Random(looks)
    states = []
    for wait, word in case.feeds:
        left = wait
        for _ in range(looks):
            part = rng.randrange(left + 1)
            mcu.clock.tick(part * CLOCK_NS)
            left -= part
            block.fed_duty(PIN)
        mcu.clock.tick(left * CLOCK_NS)
        block.catch_up()
        states.append(state(block.pio))
        block.write_uint32(TXF0, word)
    return edges, states


@pytest.mark.parametrize("seed", range(12))
def test_every_edge_comes_at_the_same_clock_as_when_each_clock_is_stepped(seed: int) -> None:
    case = make_case(seed)
    edges, states = run_stock(case)
    assert len(edges) > 20
    assert run_lazy(case, exact_steps=True, watched=True) == (edges, states)
    assert run_lazy(case, exact_steps=False, watched=True) == (edges, states)
    assert run_lazy(case, exact_steps=False, watched=True, looks=3) == (edges, states)


@pytest.mark.parametrize("seed", range(12))
def test_unwatched_periods_leave_the_same_state_behind(seed: int) -> None:
    case = make_case(seed)
    _, states = run_stock(case)
    assert run_lazy(case, exact_steps=False, watched=False) == ([], states)
    assert run_lazy(case, exact_steps=False, watched=False, looks=2) == ([], states)


def test_only_the_known_program_with_its_settings_is_taken_for_the_fed_pwm() -> None:
    mcu, _ = set_up(Case(31, 256, False))
    pio = mcu.pio[0]
    plan = make_plan(pio, pio.machines[0])
    assert plan.fed is not None
    assert (plan.fed.base, plan.fed.pin, plan.count_loops) == (BASE, PIN, frozenset({BASE + 4}))
    assert make_plan(pio, pio.machines[1]).fed is None  # same program memory, other settings
    pio.write_uint32(INSTR_MEM + 4 * (BASE + 9), 0x6062)  # ages twice as fast
    changed = make_plan(pio, pio.machines[0])
    assert changed.fed is None
    assert changed.count_loops == frozenset({BASE + 4})


@pytest.mark.parametrize(("level", "share"), [(15, 30 / 70), (0, 0.0), (31, 62 / 70), (0xFFFF, 0.0)])
def test_duty_is_the_share_of_the_period_that_the_pin_is_high(level: int, share: float) -> None:
    period = 2 * 31 + 8 if 1 <= level <= 32 else 2 * 31 + 7  # the side-set turn is one clock more
    case = Case(31, 256, False, [(1, level), (2 + 5 * period, level)])
    mcu, _ = set_up(case)
    block = LazyPio(mcu, 0)
    block.write_uint32(CTRL, 1)
    block.write_uint32(TXF0, level)
    mcu.clock.tick(5 * CLOCK_NS)
    assert block.fed_duty(PIN) == pytest.approx(share)
    high = 0
    for _ in range(period):
        mcu.clock.tick(CLOCK_NS)
        block.catch_up()
        high += block.pio.pin_values >> PIN & 1
    assert high / period == pytest.approx(share)
    mcu.clock.tick(20 * period * CLOCK_NS)
    assert block.fed_duty(PIN) == 0.0  # starved


def test_a_changed_join_bit_empties_the_fifos_as_in_hardware() -> None:
    """pio_sm_init() relies on it; else the first put() of the next program waits behind words of the last one."""
    mcu, _ = set_up(Case(top=312, divider_fp=256, idle_high=False))
    lazy = LazyPio(mcu, 0)
    machine = lazy.pio.machines[0]
    for word in range(4):
        lazy.write_uint32(TXF0, word)
    assert machine.tx_fifo.full
    lazy.write_uint32(SM0_SHIFTCTRL, machine.shift_ctrl)
    assert machine.tx_fifo.full
    lazy.write_uint32_atomic(SM0_SHIFTCTRL, 1 << 31, 1)  # XOR, as the SDK does twice
    assert machine.tx_fifo.empty
