"""A bare tick: registers, wave, converter and output as arrays, and a clock that moves only when a test says so."""

from array import array
from collections.abc import Callable

from tapote import params, waves
from tapote.kernel import tick

MASK30 = 0x3FFFFFFF
READY = 0x100
UNFED = -7  # what `out` holds where the tick wrote nothing
MN_PER_COUNT = 16
LINEAR_TABLE = [512 * i for i in range(65)]  # 2 mN * 512 / 64 counts = 16 mN a count, 0 to 65.5 N
FULL = 65536

Tick = Callable[..., int]


class Rig:
    """tick() on a bench. Slots are read and written by name; force in whole counts of 16 mN.

    Starts enabled, with full drive and nothing to fold back, on a linear actuator that stands at phase 0 (so no drive
    reaches the motor before a test moves it), top = 4096 (so a level is a duty), 2 kHz.
    """

    def __init__(self, **slots: int) -> None:
        self.regs = array("i", bytes(4 * params.REGS_WORDS))
        self.wave = waves.make(LINEAR_TABLE)
        self.adc = array("i", [READY, 0, 0, 0, 0])
        self.out = array("i", [UNFED, UNFED])
        self.run: Tick = tick
        for index, value in enumerate(params.defaults()):
            self.regs[index] = value
        self.set(actuator=2, top=4096, enable=1, scale_q16=FULL, drive_q16=FULL, drive_target_q12=4096)
        self.set(adc_force_word=READY, slow_word_0=READY, slow_word_1=READY, slow_word_2=READY)
        self.set(adc_force_at=1, slow_at_0=2, slow_at_1=3, slow_at_2=4)
        self.set(**slots)
        self.set(due_us=self["now_us"] + self["tick_us"] & MASK30, heartbeat_us=self["now_us"], ticks=1)

    def __getitem__(self, name: str) -> int:
        return self.regs[params.slot(name)]

    def set(self, **slots: int) -> None:
        """Write slots by name."""
        for name, value in slots.items():
            self.regs[params.slot(name)] = value

    def push(self, counts: int) -> None:
        """Put a reading on the force sensor."""
        self.adc[1] = counts

    def step(self, *, late_us: int = 0, beat: bool = True) -> int:
        """One tick, a period after the last one (and late_us more); beat: the main loop lives. Returns the trips."""
        now_us = self["now_us"] + self["tick_us"] + late_us & MASK30
        self.set(now_us=now_us)
        if beat:
            self.set(heartbeat_us=now_us)
        self.out[0] = self.out[1] = UNFED
        return self.run(self.regs, self.wave, self.adc, self.out)

    def steps(self, count: int) -> None:
        """`count` ticks."""
        for _ in range(count):
            self.step()

    def record(self, back: int = 0) -> list[int]:
        """The newest record of the ring, or the one `back` ticks before it."""
        words = len(params.RING_FIELDS)
        at = params.RING + (self["ring_at"] - back & 255) * words
        return list(self.regs[at : at + words])
