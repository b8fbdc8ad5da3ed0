"""A hand that suddenly presses with 80 N: how long until the motor is off, in both programs.

The step comes at chosen instants: right after the program has looked at its sensor, which is the worst case, and later.
"""

from dataclasses import dataclass

from host_tools.bench_deaths import Pulses
from host_tools.bench_probe import DutyProbe, SeenTick, TickProbe
from host_tools.bench_world import NaiveWorld, TapoteWorld, World
from host_tools.errors import TapoteError

STEP_N = 80.0
TICK_SHARES = (0.02, 0.5)  # of the period, after a force conversion has begun
LOOP_SHARES = (0.02, 0.5)
LOOP_US = 10_000.0
LIFT_S = 2.3  # the head must have been up for 2 s before the trip can be cleared


@dataclass(frozen=True, slots=True)
class Reaction:
    """Times from the change at the ADC input. ticks: ticks that sampled the new force and still fed a driving word.
    word_us: to the motor word (or duty) 0; sample_to_word_us: from the start of that tick's conversion; pin_us: to the
    end of the last pulse; sliver_ns: longest of the pulses under 1 us that follow, 0 for none. duty_before: 0..1."""

    ticks: int
    word_us: float
    sample_to_word_us: float
    pin_us: float
    sliver_ns: float
    duty_before: float


def _step_at(world: World, at_us: float) -> None:
    """Let the force step at that instant of emulated time, and time pass until then."""
    world.board.at(at_us - world.now_us, lambda: world.set_force(STEP_N))
    world.board.step(at_us - world.now_us + 0.01)


def tapote(world: TapoteWorld, probe: TickProbe, share: float) -> Reaction:
    """One step in a running session, `share` of a tick period after a force conversion; the session ends in a trip."""
    duty = world.duty()
    probe.clear()
    world.board.step(2.0 * world.tick_us)
    at_us = probe.ticks[-1].sample_ns / 1000 + (2 + share) * world.tick_us
    world.board.step(at_us - world.now_us - 50.0)
    pulses = Pulses(world)
    probe.clear()
    _step_at(world, at_us)
    world.board.step(4.0 * world.tick_us)
    pulses.end()
    after = [tick for tick in probe.ticks if tick.sample_ns / 1000 > at_us]
    late = _before_zero(after)
    zero = after[late]
    return Reaction(
        ticks=late,
        word_us=zero.fed_ns / 1000 - at_us,
        sample_to_word_us=(zero.fed_ns - zero.sample_ns) / 1000,
        pin_us=max(pulses.last_us - at_us, 0.0),
        sliver_ns=pulses.sliver_ns,
        duty_before=duty,
    )


def _before_zero(ticks: list[SeenTick]) -> int:
    """How many ticks fed a driving word before the first that fed 0. TapoteError when none did."""
    for index, tick in enumerate(ticks):
        if tick.word == 0:
            return index
    raise TapoteError("the firmware did not stop the motor on over-force", fix="Run `make test`: this is a safety bug.")


def clear(world: TapoteWorld) -> None:
    """Lift the head, clear the trip, and run again."""
    world.plant.lift()
    world.set_force(None)
    world.advance(LIFT_S)
    if not world.device.clear():
        raise TapoteError("the trip could not be cleared", fix="Run `make test`.")
    world.go()


def naive(world: NaiveWorld, probe: DutyProbe, share: float) -> Reaction:
    """The same in the naive program, `share` of LOOP_US after it set its duty; the force goes away again afterwards."""
    duty = world.duty()
    at_us: list[float] = []

    def press() -> None:
        at_us.append(world.now_us)
        world.set_force(STEP_N)

    def looked() -> None:
        probe.on_write = lambda: None
        world.board.at(share * LOOP_US, press)

    probe.on_write = looked
    world.board.run_until(lambda: bool(at_us), step_us=100.0)
    while world.duty() > 0.0:
        world.board.step(20.0)
        if world.now_us - at_us[0] > 1e6:
            raise TapoteError("the naive program did not stop the motor on over-force", fix="Run `make test`.")
    off_us = world.now_us
    word_us = next(write for write in probe.writes_ns if write / 1000 > at_us[0]) / 1000 - at_us[0]
    world.set_force(None)
    world.advance(0.7)
    return Reaction(0, word_us, 0.0, off_us - at_us[0], 0.0, duty)
