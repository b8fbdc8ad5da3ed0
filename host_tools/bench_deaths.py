"""Stopping a program in every way in which programs stop, and watching the motor pin.

The instant of each death is seen on a pin that the board raises right before it (benchmarks/load.py); for Ctrl-C it is
the instant at which the host sends it. What counts is the last time the pin drives the motor.
"""

from dataclasses import dataclass
from math import nan

from host_tools.bench_probe import TickProbe
from host_tools.bench_world import DIE_PIN, DYING_PIN, NaiveWorld, TapoteWorld, World
from host_tools.errors import TapoteError

PULSE_MIN_US = 1.0  # shorter ones drive no motor: see Pulses.sliver_ns
SETTLE_US = 3000.0  # what is still driven this long after a death is driven for good, but for a hung loop
HUNG_US = 130_000.0
OBSERVE_S = 2.0  # how long a motor that stays on is watched
OBSERVE_BUSY_S = 0.2  # the same while the CPU spins, which takes long to emulate

CTRL_C = "ctrl_c"
TAPOTE_DEATHS = ("ticks", CTRL_C, "exception", "irq_off", "hang")
NAIVE_DEATHS = (CTRL_C, "exception", "irq_off", "hang")
_SPINNING = ("irq_off", "hang")


class Pulses:
    """The pulses on the motor pin, from now on: last_us is when the last one that can drive a motor ended."""

    def __init__(self, world: World) -> None:
        self.last_us = world.now_us
        self.sliver_ns = 0.0  # longest pulse below PULSE_MIN_US
        self._rise_us = world.now_us
        self._high = world.board.pins.level(world.motor_pin) is True
        self.end = world.board.pins.on_edge(world.motor_pin, self._edge)

    def _edge(self, time_s: float, level: bool | None) -> None:
        time_us = time_s * 1e6
        if self._high:
            length_us = time_us - self._rise_us
            if length_us >= PULSE_MIN_US:
                self.last_us = time_us
            else:
                self.sliver_ns = max(self.sliver_ns, length_us * 1000)
        self._high = level is True
        self._rise_us = time_us


@dataclass(frozen=True, slots=True)
class Death:
    """off_us: from the death to the end of the last pulse, or, with stays_on, how long the motor was seen driven.

    after_word_us: from the last motor word to the end of the last pulse: the worst case of a death that stops the
    ticks, which can come right after a word (nan for the naive program). duty_before: 0..1, what the motor got before:
    a death of a motor at rest would show nothing.
    """

    off_us: float
    after_word_us: float
    stays_on: bool
    duty_before: float


def _kill(world: World, how: str) -> float:
    """Let the program die; the instant, us."""
    if how == CTRL_C:
        world.link.write(b"\x03")
        return world.now_us
    marks: list[float] = []
    end = world.board.pins.on_edge(DYING_PIN, lambda time_s, level: marks.append(time_s * 1e6) if level else None)
    world.board.pins.drive(DIE_PIN, True)
    for _ in range(400):
        world.board.step(100.0)
        if marks:
            end()
            return marks[0]
    raise TapoteError(f"the bench could not make the program die by '{how}'", fix="See benchmarks/load.py.")


def tapote(how: str) -> Death:
    """Kill the firmware in the middle of a session; the edges of the fed output tell when the motor was off."""
    with TapoteWorld(die="" if how == CTRL_C else how) as world:
        world.upload()
        world.go()
        duty = world.duty()
        pulses = Pulses(world)
        probe = TickProbe(world.board, world.tick_us)
        world.board.step(3.0 * world.tick_us)  # or a firmware that dies at once has fed no word that was seen
        died_us = _kill(world, how)
        world.board.step(HUNG_US if how == "hang" else SETTLE_US)
        off_us = pulses.last_us - died_us
        word_us = max(tick.fed_ns for tick in probe.ticks) / 1000
        after_word_us = pulses.last_us - word_us
        pulses.end()
        for _ in range(20):
            world.board.step(1000.0)
            if world.duty() > 0.0:
                return Death(world.now_us - died_us, after_word_us, True, duty)
        return Death(off_us, after_word_us, False, duty)


def naive(how: str) -> Death:
    """Kill the naive program while the motor runs, and watch the PWM slice."""
    with NaiveWorld(die="" if how == CTRL_C else how) as world:
        world.go()
        duty = world.duty()
        died_us = _kill(world, how)
        end_us = died_us + (OBSERVE_BUSY_S if how in _SPINNING else OBSERVE_S) * 1e6
        while world.duty() > 0.0 and world.now_us < end_us:
            world.board.step(10_000.0)
        return Death(world.now_us - died_us, nan, world.duty() > 0.0, duty)
