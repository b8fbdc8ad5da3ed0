"""Watching a virtual board from outside: ticks, motor writes and the CPU, timed to the nanosecond on the emulated bus.

The firmware measures itself too; a figure that both agree on is worth more than one that only the firmware claims.
Nothing here changes what the chip does or how long it takes.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from host_tools.virtual_board import VirtualBoard

_TIMER, _ADC, _PWM, _PIO0 = 0x40054, 0x4004C, 0x40050, 0x50200  # keys of the emulator's bus
_TIMERAWL, _ALARMS = 0x28, range(0x10, 0x20)
_ADC_CS, _TXF0 = 0x00, 0x10
_SLICE_BYTES, _SLICE_CC = 0x14, 0x0C
_TIMER_EXCEPTION = 16 + 3  # IPSR of TIMER_IRQ_3, which MicroPython's timers use
_SAMPLE_US = 37.0  # shares no factor with the periods of the firmware


class Tap:
    """A peripheral on the bus that tells what the CPU does to it: on_read(offset, value) after each read, whose answer
    is what the CPU gets; on_write(offset, value) before each write."""

    def __init__(
        self,
        board: VirtualBoard,
        key: int,
        *,
        on_read: Callable[[int, int], int] = lambda offset, value: value,
        on_write: Callable[[int, int], None] = lambda offset, value: None,
    ) -> None:
        peripherals: Any = board.mcu.peripherals
        self._behind: Any = peripherals[key]
        self._on_read = on_read
        self._on_write = on_write
        peripherals[key] = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    def read_uint32(self, offset: int) -> int:
        return self._on_read(offset, self._behind.read_uint32(offset))

    def write_uint32_atomic(self, offset: int, value: int, atomic_type: int) -> None:
        self._on_write(offset, value)
        self._behind.write_uint32_atomic(offset, value, atomic_type)


@dataclass(frozen=True, slots=True)
class SeenTick:
    """One tick on the bus, times in ns since power-on. start: it reads the clock; sample: it starts the force
    conversion; fed: it writes the motor's word (-1 when it feeds none); end: it reads the clock again."""

    start_ns: float
    sample_ns: float
    fed_ns: float
    word: int
    end_ns: float


class TickProbe:
    """Sees each tick of the real firmware: clock read, ADC start, motor word, clock read, in one interrupt."""

    def __init__(self, board: VirtualBoard, tick_us: int) -> None:
        self.ticks: list[SeenTick] = []
        self._tick_us = tick_us
        self._clock = board.mcu.clock
        self._alarm_phases: Counter[int] = Counter()
        self._read_ns = self._sample_ns = 0.0
        self._start_ns = self._fed_ns = -1.0
        self._word = 0
        Tap(board, _TIMER, on_read=self._clock_read, on_write=self._alarm_set)
        Tap(board, _ADC, on_write=self._adc_written)
        Tap(board, _PIO0, on_write=self._pio_written)

    def clear(self) -> None:
        """Forget the ticks seen so far (the timer's schedule is kept)."""
        self.ticks.clear()

    @property
    def durations_us(self) -> list[float]:
        """From the first to the last clock read of each tick, as the firmware measures it."""
        return [(tick.end_ns - tick.start_ns) / 1000 for tick in self.ticks]

    @property
    def lateness_us(self) -> list[float]:
        """From the instant for which the timer was set to the tick's first clock read, interrupt entry included."""
        phase_us = self._alarm_phases.most_common(1)[0][0]
        return [(tick.start_ns / 1000 - phase_us) % self._tick_us for tick in self.ticks]

    @property
    def fed_periods_us(self) -> list[float]:
        """Between one motor word and the next."""
        fed = [tick.fed_ns for tick in self.ticks if tick.fed_ns >= 0.0]
        return [(later - earlier) / 1000 for earlier, later in pairwise(fed)]

    def _alarm_set(self, offset: int, value: int) -> None:
        if offset in _ALARMS:  # the tick's alarms outnumber by far those of waits, which fall anywhere
            self._alarm_phases[value % self._tick_us] += 1

    def _clock_read(self, offset: int, value: int) -> int:
        if offset != _TIMERAWL:
            return value
        now_ns = self._clock.nanos
        if self._start_ns >= 0.0:
            self.ticks.append(SeenTick(self._start_ns, self._sample_ns, self._fed_ns, self._word, now_ns))
            self._start_ns = self._fed_ns = -1.0
        self._read_ns = now_ns
        return value

    def _adc_written(self, offset: int, _value: int) -> None:
        if offset == _ADC_CS and self._start_ns < 0.0:
            self._start_ns = self._read_ns
            self._sample_ns = self._clock.nanos

    def _pio_written(self, offset: int, value: int) -> None:
        if offset == _TXF0 and self._start_ns >= 0.0:
            self._fed_ns = self._clock.nanos
            self._word = value


class DutyProbe:
    """Sees when a program sets the duty of a PWM slice: one write per pass of a naive loop."""

    def __init__(self, board: VirtualBoard, gpio: int) -> None:
        self.writes_ns: list[float] = []
        self.on_write: Callable[[], None] = lambda: None  # called at each write
        self._clock = board.mcu.clock
        self._offset = _SLICE_BYTES * (gpio >> 1 & 7) + _SLICE_CC
        Tap(board, _PWM, on_write=self._written)

    def _written(self, offset: int, _value: int) -> None:
        if offset == self._offset:
            self.writes_ns.append(self._clock.nanos)
            self.on_write()

    @property
    def periods_us(self) -> list[float]:
        """Between one pass of the loop and the next."""
        writes = self.writes_ns
        return [(later - earlier) / 1000 for earlier, later in pairwise(writes)]


class CpuSampler:
    """What the CPU does at regular instants, sampled from outside, which costs the firmware nothing."""

    def __init__(self, board: VirtualBoard) -> None:
        self._core: Any = board.mcu.core
        self._timer = self._other = self._main = self._asleep = 0
        self._alarm = board.every(_SAMPLE_US, self._look)

    def _look(self) -> None:
        exception: int = self._core.ipsr
        if exception == _TIMER_EXCEPTION:
            self._timer += 1
        elif exception:
            self._other += 1
        elif self._core.waiting:
            self._asleep += 1
        else:
            self._main += 1

    def stop(self) -> dict[str, float]:
        """End sampling; shares of time in percent: timer interrupt, other interrupts, main program."""
        self._alarm.cancel()
        percent = 100.0 / max(self._timer + self._other + self._main + self._asleep, 1)
        return {"timer": self._timer * percent, "usb": self._other * percent, "main": self._main * percent}
