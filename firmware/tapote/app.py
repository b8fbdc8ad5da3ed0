"""The main loop: a hundred turns a second that wire button, host, program, safety and session to the tick's set-points.

It knows no hardware. `turn` is one pass; whoever calls it (the board's `run`, the host's simulation) owns the clock.
"""

from tapote import faults, panel, params, states, units, wire
from tapote.blackbox import BlackBox
from tapote.controls import Controls
from tapote.program import Program
from tapote.safety import Safety
from tapote.server import Server
from tapote.session import Session
from tapote.setpoints import Setpoints
from tapote.settings import Settings
from tapote.setup import capped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tapote.hal import Hal

TURN_MS = 10
SELFTEST_MS = 100
RELEASED_MS = 500  # the button must have been up this long before a press counts as a start
LINK_MS = 500  # a tethered host that is silent for longer has gone

_HEARTBEAT = params.slot("heartbeat_us")
_CLEAR = params.slot("clear_asked")
_LOOPS = params.slot("loops")


class App:
    """The whole firmware above the HAL. board: board.json; root: the settings' folder; damage: what its files lack."""

    def __init__(self, hal: "Hal", board: "dict[str, Any]", root: str = "/", damage: str = "") -> None:
        board = capped(board)
        self.hal = hal
        self.board = board
        self.table = params.table_hash()
        self.session = Session()
        self.safety = Safety(hal.regs, board)
        self.program = Program(board)
        self.setpoints = Setpoints(hal, board, self.program)
        self.controls = Controls(self)
        self.settings = Settings(hal.regs, root, board["name"])
        self.server = Server(self)
        self.blackbox = BlackBox(self)
        self.error = self.damage = damage
        self._errors = 0
        self._expected_phases = 0
        self._committed = False
        self._still = 0  # faults whose cause was there at the last look
        self._turn_ms = hal.now_ms()
        self._boot_ms = self._turn_ms
        hal.regs[_HEARTBEAT] = hal.now_us()
        hal.start()
        self.session.testing(self._turn_ms)
        if damage:
            self._fail(faults.bit(faults.FIRMWARE_HASH), self._turn_ms)

    def run(self) -> None:
        """For ever: wait until something is to be done, do it. An error stops the motor and is kept for the host."""
        while True:
            self.hal.wait(self.idle_ms(self.hal.now_ms()))
            try:
                self.work(self.hal.now_ms())
            except Exception as error:  # whatever it is, the motor stops first and the host learns of it
                self.failed(error)

    def idle_ms(self, now_ms: int) -> int:
        """How long there is nothing to do, unless bytes come."""
        return min(max(TURN_MS - units.elapsed(now_ms, self._turn_ms), 0), self.server.due_ms(now_ms))

    def work(self, now_ms: int) -> None:
        """What is due: bytes of the host, a turn, a record of telemetry. A turn takes so long that bytes come first."""
        self.server.poll(now_ms)
        if units.elapsed(now_ms, self._turn_ms) >= TURN_MS:
            self.turn(now_ms)
            self.server.poll(now_ms)
        self.server.stream(now_ms)

    def failed(self, error: Exception) -> None:
        """An error met in a turn: motor off, FAULT. The third in a row ends the program, with the pin still off."""
        self.hal.kill()
        self.setpoints.off()
        self.error = repr(error)
        self._fail(faults.bit(faults.EXCEPTION), self.hal.now_ms())
        self._errors += 1
        if self._errors >= 3:
            raise error

    def turn(self, now_ms: int) -> None:
        """One turn of the main loop."""
        hal = self.hal
        now_session = self.session
        self._turn_ms = now_ms
        self.safety.measure()
        self._check(now_ms)
        self.controls.update(now_ms)
        self.setpoints.yielding = self.safety.pressed_still
        over = now_session.moving() and not self.setpoints.follow(now_session.run_ms)
        now_session.step(now_ms, self.setpoints.backing_off(), over, self._still)
        self._output()
        hal.led(panel.led(now_session.state, now_session.fault, now_ms))
        hal.regs[_LOOPS] = (hal.regs[_LOOPS] + 1) & 0x3FFFFFFF
        hal.regs[_HEARTBEAT] = hal.now_us()
        self._errors = 0

    def _check(self, now_ms: int) -> None:
        """Look for faults, and enter those that are new with the motor off."""
        now_session = self.session
        if now_session.state == states.SELFTEST:
            if units.elapsed(now_ms, self._boot_ms) < SELFTEST_MS:
                return
            now_session.ready(now_ms)
            if self.safety.cell_count_wrong():
                self._fail(faults.bit(faults.CELL_COUNT), now_ms)
        still = self.safety.check(now_ms, now_session.moving())
        if self.controls.button.stuck(now_ms):
            still |= faults.bit(faults.BUTTON_STUCK)
        lost = faults.bit(faults.LINK_LOST)
        silent = units.elapsed(now_ms, self.server.heard_ms) > LINK_MS
        if now_session.tethered and silent and (now_session.live() or now_session.held & lost):
            still |= lost
        self._still = still
        self._fail(still, now_ms)

    def _fail(self, bits: int, now_ms: int) -> None:
        """Enter FAULT for what is new in the set, with the motor off; what led to it is kept in the black box."""
        state = self.session.state
        if self.session.fail(bits, now_ms):
            self.setpoints.off()
            self.hal.kill()
            self.blackbox.freeze(self.session.fault, state, now_ms)

    def _output(self) -> None:
        """The pin belongs to the PWM only while the session is live; the tick drives it only while it moves."""
        if not self.session.live():
            self.hal.kill()
        self.setpoints.enable(self.session.moving())

    # What the host may ask for. Each says what was done.

    def begin_program(self, phases: int, name: str) -> bool:
        """Start to take a program of so many phases; only while nothing is armed or moving."""
        if self.session.state != states.IDLE or not 1 <= phases <= 32:
            return False
        self._expected_phases = phases
        self._committed = False
        self.program.begin(name)
        self.setpoints.default_wave()
        return True

    def add_phase(self, index: int, fields: "tuple[int, ...]") -> int:
        """Take the next phase; a wire status."""
        if self.session.state != states.IDLE or index != len(self.program.phases):
            return wire.REFUSED
        clamped = self.program.clamped
        if not self.program.add(fields):
            return wire.BAD
        return wire.OK if self.program.clamped == clamped else wire.CLAMPED

    def add_wave(self, block: int, samples: "tuple[int, ...]") -> int:
        """Take 32 samples of the stroke; a wire status."""
        if self.session.state != states.IDLE:
            return wire.REFUSED
        return wire.OK if self.setpoints.set_wave(block, samples) else wire.BAD

    def commit_program(self) -> int:
        """The program is whole; a wire status. A program that is not is forgotten."""
        if self.session.state != states.IDLE:
            return wire.REFUSED
        if len(self.program.phases) != self._expected_phases:
            self.program.begin("")
            return wire.BAD
        self._committed = True
        return wire.OK

    def reasons(self, now_ms: int) -> int:
        """Everything that keeps the motor from being armed, as bits of faults.REASONS; 0 = may be armed."""
        bits = self.safety.reasons()
        if self.controls.released_ms(now_ms) < RELEASED_MS:
            bits |= 0x001
        if not self._committed:
            bits |= 0x020
        if self.session.state == states.FAULT:
            bits |= 0x040
        elif self.session.state != states.IDLE:
            bits |= 0x080
        if not self.settings.intact:
            bits |= 0x100
        if self.damage:
            bits |= 0x200
        return bits

    def arm(self, tethered: bool, now_ms: int) -> int:
        """IDLE -> ARMED; the reasons as bits when not."""
        bits = self.reasons(now_ms)
        if bits == 0 and self.session.arm(tethered, now_ms):
            self.program.rewind()
            self.setpoints.begin()
            self.blackbox.release()
            self.hal.regs[_CLEAR] = (self.hal.regs[_CLEAR] + 1) & 0x3FFFFFFF
            self.hal.connect()
        return bits

    def start(self, now_ms: int) -> bool:
        """The button was pressed: ARMED -> RUNNING, if what allowed arming still holds.

        After a pause the head may rest on the body; the soft start is the same.
        """
        bits = self.safety.reasons()
        if self.session.paused:
            bits &= ~0x002
        return bits == 0 and self.session.press(now_ms)

    def stop(self, now_ms: int) -> None:
        """Stop now."""
        self.session.stop(now_ms)
        self._output()

    def pause(self, now_ms: int) -> bool:
        """Motor off, place kept."""
        done = self.session.pause(now_ms)
        self._output()
        return done

    def too_much(self) -> int:
        """Less force and drive for the rest of the session; how often that was said."""
        if self.session.live():
            self.program.too_much(self.session.run_ms)
            return self.setpoints.too_much()
        return self.setpoints.said

    def clear(self, now_ms: int) -> bool:
        """Clear what holds the device, if the rules of all of it allow; the tick forgets its trips. Only in FAULT."""
        if not self.session.clear(self._still, self.safety.lifted, now_ms):
            return False
        self.hal.regs[_CLEAR] = (self.hal.regs[_CLEAR] + 1) & 0x3FFFFFFF
        return True
