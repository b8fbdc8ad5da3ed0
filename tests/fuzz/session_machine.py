"""The whole session as Hypothesis plays it: button, host, sensors, time and mishaps in any order.

After each rule every promise must have held at every tick so far (watched_device.py). `start` is a rule of its own, or
few sequences would ever reach RUNNING.
"""

import struct
from dataclasses import fields
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from host_tools.boards import list_boards
from host_tools.plant.faults import PlantFaults
from tapote import app as firmware
from tapote import params, programs, states, wire
from tests.fuzz.watched_device import WatchedLink

HOST_KINDS = sorted(kind for kind in wire.MESSAGES if kind < wire.HELLO_REPLY)
SETTINGS = st.sampled_from(params.settings())
PHASE = (30_000, 1500, 1800, 600, 800, 0, 0, 1000, 0, 1000, 40_000, 1)
PHASES = st.tuples(
    st.sampled_from([1, 500, 5000, 60_000]),
    *[st.sampled_from([0, 300, 1500, 3200, 65535])] * 2,
    *[st.sampled_from([0, 300, 1000, 65535])] * 2,
    st.integers(0, 1),
    st.integers(0, 2),
    st.sampled_from([0, 500, 2000]),
    *[st.sampled_from([0, 500, 1000, 65535])] * 2,
    st.sampled_from([0, 5000, 20_000, 50_000, 65_000, 0xFFFFFFFF]),
    st.sampled_from([1, 3]),
)
ASKED = ((wire.STOP,), (wire.PAUSE,), (wire.TOO_MUCH,), (wire.CLEAR,), (wire.SAVE,), (wire.ARM, 0), (wire.ARM, 1))
VALUES = st.one_of(st.sampled_from([0, 5000, 50_000, 2**31 - 1, -(2**31)]), st.integers(0, 70_000))
# Each touch: how long down, how long up after it, s. One touch; the gestures of docs/standalone.md; and others.
TOUCHES = (
    *(((seconds, 0.05),) for seconds in (0.0005, 0.03, 0.1, 0.3, 0.5, 3600.0)),
    ((0.1, 0.2), (0.5, 0.6)),
    ((1.1, 0.7), (0.1, 0.6)),
    ((1.1, 0.3), (0.1, 0.6)),
    ((0.05, 0.05), (0.4, 0.2), (0.1, 0.45), (0.1, 0.6)),
)
SWITCHES = ("rotor_locked", "force_open", "force_short", "force_frozen", "current_dead", "temp_open", "temp_short")
SETTERS = {
    "force_offset_n": st.sampled_from([-10.0, 10.0]),
    "force_gain": st.sampled_from([0.3, 0.7, 2.0]),
    "battery_v_override": st.sampled_from([5.0, 8.0, 9.5, 12.0, 16.0]),
    "temp_c_override": st.sampled_from([-5.0, 62.0, 80.0, 120.0]),
}


class Machine(RuleBasedStateMachine):
    """One device, from power-on to the end of the sequence."""

    @initialize(board=st.sampled_from(list_boards()), seed=st.integers(0, 9))
    def power_on(self, board: str, seed: int) -> None:
        self.link = WatchedLink(board, seed)
        self.seq = 0
        self.beating = True

    def teardown(self) -> None:
        if hasattr(self, "link"):
            self.link.close()

    @property
    def state(self) -> int:
        return self.link.app.session.state

    def say(self, kind: int, *fields: Any) -> None:
        """A whole message of the host."""
        self.seq += 1
        self.link.send(wire.encode(kind, self.seq, struct.pack(wire.MESSAGES[kind], *fields)))
        self.link.advance(0.0005)

    def wait(self, seconds: float) -> None:
        """Time passes; the host beats ten times a second, unless it has fallen silent."""
        while seconds > 0:
            if self.beating:
                self.say(wire.BEAT)
            self.link.advance(min(seconds, 0.1))
            seconds -= 0.1
        self.link.read()

    # -- time ----------------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.001, 0.009, 0.03, 0.1, 0.3, 0.55, 1.0, 2.5]))
    def time_passes(self, seconds: float) -> None:
        self.wait(seconds)

    @rule(seconds=st.sampled_from([0.0, 0.3, 0.7, 1.5]))
    def host_falls_silent(self, seconds: float) -> None:
        """For so long; 0 for good, until another rule has it speak again."""
        self.beating = False
        self.wait(seconds)
        self.beating = seconds > 0

    @precondition(lambda self: self.link.app.session.live())
    @rule(seconds=st.sampled_from([0.09, 0.15, 0.6]))
    def main_loop_hangs(self, seconds: float) -> None:
        self.link.hang(seconds)

    @rule(mishap=st.sampled_from(["bite", "stumble", "power", "part", "drift"]), data=st.data())
    def mishap(self, mishap: str, data: st.DataObject) -> None:
        if mishap == "bite":
            self.main_loop_hangs_until_the_watchdog_bites()
        elif mishap == "stumble":
            self.main_loop_stumbles()
        elif mishap == "power":
            self.power_goes_off_and_on()
        elif mishap == "part":
            setattr(self.faults, data.draw(st.sampled_from(SWITCHES)), True)
        else:
            name = data.draw(st.sampled_from(sorted(SETTERS)))
            setattr(self.faults, name, data.draw(SETTERS[name]))

    def main_loop_stumbles(self) -> None:
        """An exception in the middle of a turn, once."""
        safety = self.link.app.safety

        def fail() -> None:
            del safety.__dict__["measure"]
            raise MemoryError("injected")

        safety.__dict__["measure"] = fail
        self.wait(0.05)
        assert "measure" not in safety.__dict__, "the injection did not happen"

    def main_loop_hangs_until_the_watchdog_bites(self) -> None:
        self.link.hang(1.1)
        assert self.link.hal.bitten
        self.link.restart(firmware.WATCHDOG)
        self.wait(0.3)
        assert self.state == states.FAULT

    def power_goes_off_and_on(self) -> None:
        self.link.restart()
        self.wait(0.3)
        assert self.state in (states.IDLE, states.FAULT)

    # -- the person ----------------------------------------------------------------------------------------------------

    @rule(touches=st.sampled_from(TOUCHES))
    def finger_plays(self, touches: tuple[tuple[float, float], ...]) -> None:
        """Down for so long, or until another rule lets it come up, and then up; once or several times."""
        for down_s, up_s in touches:
            self.link.press_button(down_s)
            self.wait(min(down_s, 1.1) + up_s)

    def finger_goes_down(self, seconds: float) -> None:
        """One touch."""
        self.finger_plays(((seconds, 0.05),))

    @rule(down=st.booleans())
    def head_goes_down_or_up(self, down: bool) -> None:
        assert self.link.plant is not None
        (self.link.plant.begin_press if down else self.link.plant.lift)()

    @precondition(lambda self: self.state in (states.IDLE, states.FAULT))
    @rule(how=st.sampled_from(["tethered", "by hand", "free"]), phases=st.lists(PHASES, max_size=2))
    def session_runs(self, how: str, phases: list[tuple[int, ...]]) -> None:
        """As a session begins, with all mended first, and a restart where one is needed. By hand: stored, and then
        chosen, armed and started with the button."""
        self.all_is_mended()
        self.head_goes_down_or_up(False)
        self.finger_goes_down(0.0005)
        self.beating = True
        if self.state == states.FAULT:
            self.power_goes_off_and_on()
        if how == "by hand":
            self.program(phases)
            self.say(wire.SHELF, programs.STORE, 0, 0)
            self.wait(0.1)
            self.link.press_button(0.1)
            self.wait(0.2)
            self.link.press_button(1.1)
            self.wait(1.7)
        else:
            self.program_and_arming(how == "tethered", phases, False)
        self.link.press_button(0.1)
        self.wait(1.5)

    def program(self, phases: list[tuple[int, ...]]) -> None:
        """The host sends a program that ends with a usual phase; it may be refused."""
        self.say(wire.HELLO, *wire.PROTOCOL)
        self.say(wire.PROGRAM, 1 + len(phases), b"fuzz")
        for index, phase in enumerate([*phases, PHASE]):
            self.say(wire.PHASE, index, *phase)
        self.say(wire.COMMIT)

    @rule(tethered=st.booleans(), phases=st.lists(PHASES, max_size=2), finger=st.booleans())
    def program_and_arming(self, tethered: bool, phases: list[tuple[int, ...]], finger: bool) -> None:
        """What a host does before a session, as things stand, maybe with a finger on the button; may be refused."""
        if finger:
            self.link.press_button(2.0)
        self.program(phases)
        self.wait(0.55)
        self.say(wire.ARM, int(tethered))

    @precondition(lambda self: self.state == states.FAULT)
    @rule(by_host=st.booleans())
    def fault_is_cleared(self, by_host: bool) -> None:
        """As far as it can be: all mended, the head lifted, and then CLEAR or the button."""
        self.all_is_mended()
        self.head_goes_down_or_up(False)
        self.finger_goes_down(0.0005)
        self.wait(2.5)
        if by_host:
            self.say(wire.CLEAR)
        else:
            self.finger_goes_down(0.1)
        self.wait(0.05)

    # -- the host ------------------------------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(HOST_KINDS), data=st.data())
    def host_says_anything(self, kind: int, data: st.DataObject) -> None:
        size = wire.payload_size(kind)
        self.link.send(wire.encode(kind, 7, data.draw(st.binary(min_size=size, max_size=size))))
        self.wait(0.02)

    @rule(asked=st.sampled_from(ASKED))
    def host_asks(self, asked: tuple[int, ...]) -> None:
        self.say(*asked)
        self.wait(0.1)

    @rule(slot=SETTINGS, value=VALUES)
    def host_sets(self, slot: int, value: int) -> None:
        self.say(wire.SET, slot, value)

    @rule(noise=st.binary(min_size=1, max_size=100))
    def line_is_noisy(self, noise: bytes) -> None:
        self.link.write(noise)
        self.wait(0.01)

    # -- the world -----------------------------------------------------------------------------------------------------

    @rule(force_n=st.sampled_from([0.0, 3.0, 20.0, 45.0, 58.0, 80.0, 130.0]))
    def force_is(self, force_n: float) -> None:
        self.faults.force_override_n = force_n

    @rule()
    def all_is_mended(self) -> None:
        assert self.link.plant is not None
        for field in fields(PlantFaults):
            setattr(self.link.plant.faults, field.name, field.default)

    @property
    def faults(self) -> PlantFaults:
        assert self.link.plant is not None
        return self.link.plant.faults

    # -- what must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def every_promise_held_at_every_tick(self) -> None:
        assert not self.link.hal.seen.broken, str(self.link.hal.seen.broken)

    @invariant()
    def no_setting_is_out_of_its_range(self) -> None:
        for slot in params.settings():
            _, low, high, *_ = params.PARAMS[slot]
            assert low <= self.link.hal.regs[slot] <= high, f"{params.SLOTS[slot]} is out of its range"
