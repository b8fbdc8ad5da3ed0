"""The main loop: a hundred turns a second that wire button, host, program, safety and session to the tick's set-points.

It knows no hardware. `turn` is one pass; whoever calls it (the board's `run`, the host's simulation) owns the clock.
"""

from micropython import const

from tapote import dose, faults, states, units
from tapote.blackbox import BlackBox
from tapote.calibration import Calibration
from tapote.controls import RESTED_MS, Controls
from tapote.keeper import Keeper
from tapote.loader import Loader, let_go
from tapote.panel import Lamp
from tapote.program import Program
from tapote.safety import Safety
from tapote.server import Server
from tapote.session import Session
from tapote.setpoints import Setpoints
from tapote.settings import Settings
from tapote.usage import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tapote.hal import Hal

TURN_MS = const(10)
LINK_MS = const(480)  # a tethered host that is silent for longer has gone; seen within 10 ms, so off by 500 ms
GUARD_MS = const(800)  # tick and main loop must both go on within so long, or the watchdog restarts the board
WATCHDOG = const(1)  # Hal.reset_cause

_TICKS = const(2)
_ENABLE = const(16)
_HEARTBEAT_US = const(17)
_CLEAR_ASKED = const(71)
_LOOPS = const(92)
_REST_S = const(101)
_RESET_CAUSE = const(103)


class App:
    """The whole firmware above the HAL. board: board.json; root: the settings' folder; damage: what its files lack."""

    def __init__(self, hal: "Hal", board: "dict[str, Any]", root: str = "/", damage: str = "") -> None:
        from tapote.setup import capped  # here, so that main.py can let go of it

        board = capped(board)
        self.hal = hal
        self.board = board
        hal.start()
        self._turn_ms = self._boot_ms = hal.now_ms()
        self._boot_ticks = hal.regs[_TICKS]
        self.loader = Loader(self, root)
        self.session = Session()
        self.safety = Safety(hal.regs, board)
        self.program = Program(board)
        self.setpoints = Setpoints(hal, board, self.program)
        self.controls = Controls(self)
        self.lamp = Lamp(self)
        self.settings = Settings(hal.regs, root, board["name"])
        self.calibration = Calibration(hal, board, root)
        self.usage = Usage(root, board["name"], hal.reset_cause)
        self.server = Server(self)
        self.blackbox = BlackBox(self, root)
        self.keeper = Keeper(self)
        self.error = self.damage = damage
        self.tested = (0, 0)  # self-tests done and failed, as bits of selftest
        self._errors = self._still = 0  # errors in a row; faults whose cause was there at the last look
        self._ticks = -1  # at the last turn
        self.dose = dose.Dose(self._turn_ms)
        self.setpoints.at_rest()
        hal.regs[_RESET_CAUSE] = hal.reset_cause
        hal.regs[_HEARTBEAT_US] = hal.now_us()
        self.session.testing(self._turn_ms)
        bits = faults.bit(faults.FIRMWARE_HASH) if damage else 0
        bits |= faults.bit(faults.WATCHDOG_RESET) if hal.reset_cause == WATCHDOG else 0
        self._fail(bits, self._turn_ms)

    def run(self) -> None:
        """For ever: wait until something is to be done, do it. An error stops the motor; `error` keeps it."""
        while True:
            self.hal.wait(self.idle_ms(self.hal.now_ms()))
            try:
                self.work(self.hal.now_ms())
            except Exception as error:  # whatever it is, the motor stops first, and the host learns that there was one
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
        self._check(now_ms, now_session.moving())
        self.controls.update(now_ms)
        self.setpoints.yielding = self.safety.motor.stall.pressed_still
        over = now_session.moving() and not self.setpoints.follow(now_session.run_ms)
        if over and self.setpoints.cut:  # the rest begins now
            self.dose.step(True, now_ms)
            dose.tell(self)
            self._still |= 1 << faults.SESSION_END
            self._fail(1 << faults.SESSION_END, now_ms)
        now_session.step(now_ms, self.setpoints.backing_off(), over, self._still)
        self._output()
        regs = hal.regs
        loops = regs[_LOOPS]
        if loops & 7 == 0:  # what need not be known to the hundredth of a second
            self.dose.step(now_session.moving(), now_ms)
            dose.tell(self)
            self.keeper.keep(now_ms)
        self.lamp.step(loops, now_ms)
        regs[_LOOPS] = (loops + 1) & 0x3FFFFFFF
        regs[_HEARTBEAT_US] = hal.now_us()
        if regs[_TICKS] != self._ticks:  # the watchdog is fed by the main loop, and only while the tick lives too
            self._ticks = regs[_TICKS]
            hal.guard(GUARD_MS)
        self._errors = 0

    def _check(self, now_ms: int, moving: bool) -> None:
        """Look for faults, and enter those that are new with the motor off."""
        now_session = self.session
        still = self.safety.check(now_ms, moving)
        if self.tested[0] == 0:
            from tapote import selftest  # once, and never again

            passed_ms = units.elapsed(self.hal.now_ms(), self._boot_ms)  # a host's questions may have aged `now_ms`
            if selftest.too_early(self.hal.regs, passed_ms):
                return
            self.tested = selftest.run(self, self._boot_ticks, passed_ms)
            let_go("selftest")
            now_session.ready(now_ms)
            self._fail(selftest.faults_of(self.tested[1]) | self.settings.faults() | self.calibration.faults(), now_ms)
        if self.controls.button.stuck(now_ms, bool(now_session.held & (1 << faults.BUTTON_STUCK))):
            still |= 1 << faults.BUTTON_STUCK
        if now_session.tethered and (now_session.live() or now_session.held & (1 << faults.LINK_LOST)):
            if units.elapsed(now_ms, self.server.heard_ms) > LINK_MS:
                still |= 1 << faults.LINK_LOST
        if (moving and self.dose.used_up) or (now_session.held & (1 << faults.SESSION_END) and self.hal.regs[_REST_S]):
            still |= 1 << faults.SESSION_END
        self._still = still
        if still:
            self._fail(still, now_ms)

    def _fail(self, bits: int, now_ms: int) -> None:
        """Enter FAULT for what is new in the set, with the motor off; what led to it is kept in the black box."""
        state = self.session.state
        new = bits & ~self.session.held
        if self.session.fail(bits, now_ms):
            self.usage.faults(new)
            self.setpoints.off()
            self.hal.kill()
            self.blackbox.freeze(self.session.fault, state, now_ms)

    def _output(self) -> None:
        """The pin belongs to the PWM only while the session is live; the tick drives it only while it moves."""
        if not self.session.live():
            self.hal.kill()
        self.hal.regs[_ENABLE] = 1 if self.session.moving() else 0

    # What the host may ask for. Each says what was done.

    def reasons(self, now_ms: int) -> int:
        """Everything that keeps the motor from being armed, as bits of faults.REASONS; 0 = may be armed."""
        bits = self.safety.reasons()
        bits |= 0x001 if self.controls.released_ms(now_ms) < RESTED_MS else 0
        bits |= 0x020 if not self.loader.whole else 0
        if self.session.state != states.IDLE:
            bits |= 0x040 if self.session.state == states.FAULT else 0x080
        bits |= 0x100 if not self.settings.intact or self.calibration.damaged else 0
        bits |= (0x400 if self.hal.regs[_REST_S] else 0) | (0x200 if self.damage else 0)
        return bits

    def arm(self, tethered: bool, now_ms: int) -> int:
        """IDLE -> ARMED; the reasons as bits when not."""
        bits = self.reasons(now_ms)
        if bits == 0:
            self.keeper.keep_box()  # what the last session ended with, before this one takes the ring
            self.session.arm(tethered, now_ms)
            self.program.rewind()
            self.setpoints.begin()
            self.dose.begin()
            self.blackbox.release()
            self._forget()
            self.hal.connect()
        return bits

    def start(self, now_ms: int) -> int:
        """The button was pressed: ARMED -> RUNNING, if what allowed arming still holds; else the reasons as bits."""
        bits = self.safety.reasons() & ~(0x002 if self.session.paused else 0)  # then the head may rest on the body
        if bits == 0:
            self.session.press(now_ms)
        return bits

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
            if self.session.run_ms:  # before the first stroke there is no phase to end
                self.program.too_much(self.session.run_ms)
            return self.setpoints.too_much()
        return self.setpoints.said

    def clear(self, now_ms: int) -> bool:
        """Clear what holds the device, if the rules of all of it allow; the tick forgets its trips. Only in FAULT."""
        held = self.session.held
        if not self.session.clear(self._still, self.safety.lifted, now_ms):
            return False
        if held & (1 << faults.WATCHDOG_RESET):
            self.hal.acknowledge()
        self._forget()
        return True

    def _forget(self) -> None:
        """Have the tick forget its trips and statistics."""
        self.hal.regs[_CLEAR_ASKED] = (self.hal.regs[_CLEAR_ASKED] + 1) & 0x3FFFFFFF
