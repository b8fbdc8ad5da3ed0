"""PIO blocks that keep exact time without being asked after every CPU instruction.

Stock rp2040py hands a CPU sleep to the PIO in one piece and drops all but 8 clocks of it: 93 PWM edges instead of 2000
in 50 ms, and an output that outlives its feeding by 200 ms. A `LazyPio` instead stands still and catches up,
instruction by instruction at the exact clock, whenever its state can matter: before any access of the CPU to its
registers or to the pin registers, before the host looks at or drives a pin, and at the end of every stretch of
emulated time. Edges carry the time at which the PIO made them. While the PIO's interrupts are enabled it also wakes
itself at each instruction due.
"""

from rp2040py.peripherals.peripheral import Peripheral
from rp2040py.peripherals.pio import RPPIO
from rp2040py.peripherals.pio_registers import RXF0, TXF0
from rp2040py.peripherals.state_machine import StateMachine
from rp2040py.rp2040 import RP2040

from host_tools.emulator.pio_skip import FedPwm, Plan, active_steps, make_plan, period_steps, skip

CLOCK_NS = 8.0  # clk_sys is 125 MHz
_FIFO_REGISTERS = range(TXF0, RXF0 + 16)
_FJOIN_SHIFT = 30  # SHIFTCTRL: FJOIN_TX and FJOIN_RX


class LazyPio:
    """One PIO block on the bus. `exact_steps=True` steps every instruction (the reference for tests of the
    skipping)."""

    def __init__(self, mcu: RP2040, index: int, *, exact_steps: bool = False) -> None:
        self.pio: RPPIO = mcu.pio[index]
        self._mcu = mcu
        self._exact_steps = exact_steps
        self._at_clock = self._clock_now()
        self._target_fp = self.pio.cycle_fp
        self._busy = False
        self._plans: list[tuple[StateMachine, Plan]] | None = None
        self._alarm = mcu.clock.create_alarm(self.catch_up)

    def catch_up(self) -> None:
        """Bring the block to the present clock; pin listeners hear every edge on the way."""
        if self._busy:
            return
        now = self._clock_now()
        behind, self._at_clock = now - self._at_clock, now
        pio = self.pio
        if pio.stopped or not behind:
            return
        target_fp = self._target_fp = pio.cycle_fp + (behind << 8)
        self._busy = True
        try:
            self._advance(pio, target_fp)
        finally:
            self._busy = False
        self._wake_for_interrupts()

    def edge_ns(self) -> float:
        """The chip clock (ns since power-on) of what the block is doing: of the edge, when asked by a pin listener."""
        if not self._busy:
            return self._mcu.clock.nanos
        return (self._at_clock - ((self._target_fp - self.pio.cycle_fp) >> 8)) * CLOCK_NS

    @property
    def busy(self) -> bool:
        """True while catching up, that is, when a pin listener is called because of this block."""
        return self._busy

    def fed_duty(self, pin: int) -> float | None:
        """Share of time (0..1) that a fed PWM holds `pin` high as things stand: level, period, starved or not.

        None when no state machine runs the fed PWM on that pin.
        """
        self.catch_up()
        for machine, plan in self._machines():
            fed = plan.fed
            if fed is None or fed.pin != pin:
                continue
            if not machine.enabled or self._starved(machine, fed):
                return float(self.pio.pin_values >> pin & 1)
            share = active_steps(machine) / period_steps(machine)
            return 1.0 - share if fed.idle_high else share
        return None

    def forget_program(self) -> None:
        """Programs or settings changed behind the bus's back (a chip reset): look at them again."""
        self._plans = None

    # --- the bus ----------------------------------------------------------------------------------------------------

    def read_uint32(self, offset: int) -> int:
        self.catch_up()
        return self.pio.read_uint32(offset)

    def write_uint32(self, offset: int, value: int) -> None:
        self.catch_up()
        joined = self._joined() if offset not in _FIFO_REGISTERS else []
        self.pio.write_uint32(offset, value)
        self._flush(joined)
        self._changed(offset)

    def write_uint32_atomic(self, offset: int, value: int, atomic_type: int) -> None:
        self.catch_up()
        joined = self._joined() if offset not in _FIFO_REGISTERS else []
        self.pio.write_uint32_atomic(offset, value, atomic_type)
        self._flush(joined)
        self._changed(offset)

    def reset(self) -> None:
        self.catch_up()
        self.pio.reset()
        self.forget_program()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _clock_now(self) -> int:
        return int(self._mcu.clock.nanos / CLOCK_NS + 1e-6)

    def _changed(self, offset: int) -> None:
        if offset not in _FIFO_REGISTERS:
            self._plans = None
        self.pio.check_changed_pins()
        self._wake_for_interrupts()

    def _joined(self) -> list[int]:
        return [machine.shift_ctrl >> _FJOIN_SHIFT for machine in self.pio.machines]

    def _flush(self, before: list[int]) -> None:
        """A changed FJOIN bit empties both FIFOs (data sheet 3.7, SHIFTCTRL), which is how pio_sm_init() does it.
        Stock rp2040py keeps what an earlier program left, and the next one's first put() waits for ever."""
        for machine, was in zip(self.pio.machines, before, strict=False):
            if machine.shift_ctrl >> _FJOIN_SHIFT != was:
                machine.tx_fifo.reset()
                machine.rx_fifo.reset()

    def _machines(self) -> list[tuple[StateMachine, Plan]]:
        if self._plans is None:
            self._plans = [(machine, make_plan(self.pio, machine)) for machine in self.pio.machines]
        return self._plans

    def _starved(self, machine: StateMachine, fed: FedPwm) -> bool:
        return machine.waiting and machine.pc == fed.base

    def _advance(self, pio: RPPIO, target_fp: int) -> None:
        skippable: list[tuple[StateMachine, Plan, bool]] = []
        if not self._exact_steps:
            gpio = self._mcu.gpio
            for machine, plan in self._machines():
                if machine.enabled and (plan.count_loops or plan.fed):
                    unwatched = plan.fed is not None and not gpio[plan.fed.pin]._listeners
                    skippable.append((machine, plan, unwatched))
        while (cycle_fp := pio.cycle_fp) < target_fp:
            due_fp = pio.next_due_fp
            if due_fp > target_fp:
                pio.advance((target_fp - cycle_fp) >> 8)
                return
            skipped = False
            for machine, plan, unwatched in skippable:
                if not machine.waiting and skip(pio, machine, plan, target_fp, whole_periods=unwatched):
                    skipped = True
            if skipped:
                pio.recompute_due()
            else:
                pio.advance(max(1, (due_fp - cycle_fp + 255) >> 8))

    def _wake_for_interrupts(self) -> None:
        pio = self.pio
        if (pio.irq0_int_enable or pio.irq1_int_enable) and not pio.stopped:
            clocks = max(1, (pio.next_due_fp - pio.cycle_fp + 255) >> 8)
            if clocks < 1 << 40:  # a machine that waits has no due time
                self._alarm.schedule(clocks * CLOCK_NS)


class PinRegisters:
    """IO_BANK0 on the bus: what it shows and overrides includes what the PIO drives, so that must be current."""

    def __init__(self, stock: Peripheral, pios: list[LazyPio]) -> None:
        self._stock = stock
        self._pios = pios

    def read_uint32(self, offset: int) -> int:
        self._catch_up()
        return self._stock.read_uint32(offset)

    def write_uint32(self, offset: int, value: int) -> None:
        self._catch_up()
        self._stock.write_uint32(offset, value)

    def write_uint32_atomic(self, offset: int, value: int, atomic_type: int) -> None:
        self._catch_up()
        self._stock.write_uint32_atomic(offset, value, atomic_type)

    def reset(self) -> None:
        self._stock.reset()

    def _catch_up(self) -> None:
        for pio in self._pios:
            pio.catch_up()


def attach(mcu: RP2040, *, exact_steps: bool = False) -> list[LazyPio]:
    """Put LazyPio blocks in front of `mcu`'s PIO blocks on its bus."""
    pios = [LazyPio(mcu, index, exact_steps=exact_steps) for index in (0, 1)]
    mcu.peripherals[0x50200], mcu.peripherals[0x50300] = pios
    mcu.peripherals[0x40014] = PinRegisters(mcu.peripherals[0x40014], pios)
    return pios
