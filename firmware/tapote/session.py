"""The state machine. It decides whether the motor may be driven, and nothing else does.

BOOT -> SELFTEST -> IDLE -> ARMED -> RUNNING <-> BACKOFF -> STOPPING -> IDLE; IDLE <-> SERVICE; any -> FAULT. Nothing
goes from FAULT to RUNNING directly, nothing starts because power or the link came back, and only the button leads from
ARMED to RUNNING.
"""

from tapote import faults
from tapote.states import ARMED, BACKOFF, BOOT, FAULT, IDLE, MOVING, RUNNING, SELFTEST, SERVICE, STOPPING
from tapote.units import elapsed

ARMED_MS = 60000  # nobody pressed: back to IDLE
COOLING_MS = 10000  # after too much current, before a person may try again
STOPPING_MS = 300  # time for the head to come to rest
STALLS = 3  # so many within STALLS_MS need a restart: something jams
STALLS_MS = 60000


class Session:
    """State, the faults that hold it, and how long the program has run. Times are milliseconds modulo 2**30."""

    def __init__(self) -> None:
        self.state = BOOT
        self.fault = 0  # the strictest of those that hold
        self.held = 0  # faults that hold the device, as bits 1 << number
        self.seen = 0  # faults met since the last start, likewise
        self.run_ms = 0  # time that the program has run, pauses left out
        self.paused = False
        self.tethered = False
        self._since_ms = 0
        self._step_ms = 0
        self._before = IDLE  # the state that SERVICE goes back to
        self._stalls_ms: "list[int]" = []  # when the last stalls came

    def moving(self) -> bool:
        """Whether the motor may be driven now."""
        return self.state in MOVING

    def live(self) -> bool:
        """Whether the output pin is handed to the fed PWM: from arming until the head has come to rest."""
        return ARMED <= self.state <= STOPPING

    def _go(self, state: int, now_ms: int) -> None:
        self.state = state
        self._since_ms = now_ms

    def ready(self, now_ms: int) -> None:
        """The self-test passed."""
        if self.state < IDLE:
            self._go(IDLE, now_ms)

    def testing(self, now_ms: int) -> None:
        """The sensors are being read for the first time."""
        self._go(SELFTEST, now_ms)

    def serve(self, now_ms: int) -> bool:
        """Into SERVICE, for what writes flash or calibrates; `served` leads back. From IDLE only, or from a FAULT that
        nothing but the stored settings holds, for a save is what mends them."""
        mendable = self.state == FAULT and self.held & ~faults.SETTINGS_BITS == 0
        if self.state != IDLE and not mendable:
            return False
        self._before = self.state
        self._go(SERVICE, now_ms)
        return True

    def served(self, now_ms: int) -> None:
        """The service is done."""
        if self.state == SERVICE:
            self._go(self._before, now_ms)

    def arm(self, tethered: bool, now_ms: int) -> bool:
        """IDLE -> ARMED; the caller has checked the reasons. tethered: the host must go on talking."""
        if self.state != IDLE:
            return False
        self.run_ms = 0
        self.seen = 0
        self.paused = False
        self.tethered = tethered
        self._go(ARMED, now_ms)
        return True

    def press(self, now_ms: int) -> bool:
        """The button, pressed anew: ARMED -> RUNNING."""
        if self.state != ARMED:
            return False
        self.paused = False
        self._step_ms = now_ms
        self._go(RUNNING, now_ms)
        return True

    def stop(self, now_ms: int) -> None:
        """Stop now, whoever asks."""
        if self.live() and self.state != STOPPING:
            self._go(STOPPING, now_ms)

    def pause(self, now_ms: int) -> bool:
        """Motor off, place in the program kept; the button goes on."""
        if not self.moving():
            return False
        self.paused = True
        self._go(ARMED, now_ms)
        return True

    def fail(self, bits: int, now_ms: int) -> bool:
        """Enter FAULT with a set of faults, beside those that hold already. True when one of them is new."""
        new = bits & ~self.held
        if new == 0:
            return False
        self.seen |= new
        if new & faults.bit(faults.STALL):
            self._stalls_ms.append(now_ms)
        self._hold(self.held | new)
        self._go(FAULT, now_ms)
        return True

    def _hold(self, bits: int) -> None:
        self.held = bits
        self.fault = faults.strictest(bits)

    def stuck(self, now_ms: int) -> bool:
        """Whether only a restart helps: a fault of that kind holds, or the third stall within a minute."""
        if self.held & faults.RESTART_BITS:
            return True
        if len(self._stalls_ms) < STALLS or not self.held & faults.bit(faults.STALL):
            return False
        return elapsed(self._stalls_ms[-1], self._stalls_ms[-STALLS]) < STALLS_MS

    def clear(self, still: int, lifted: bool, now_ms: int) -> bool:
        """A person asks to clear what holds. still: the faults whose cause is there now; lifted: the head has been up.

        All or nothing: a fault that needs a restart, or whose cause is still there, keeps the others too. A force trip
        is latched by the tick itself, so its own bit in `still` does not count; the head must have been lifted.
        """
        if self.state != FAULT or self.stuck(now_ms):
            return False
        if still & ~faults.bit(faults.FORCE_TRIP):
            return False
        if self.held & faults.bit(faults.FORCE_TRIP) and not lifted:
            return False
        if self.held & faults.COOLING_BITS and elapsed(now_ms, self._since_ms) < COOLING_MS:
            return False
        self._stalls_ms = self._stalls_ms[-STALLS + 1 :]
        self._hold(0)
        self._go(IDLE, now_ms)
        return True

    def step(self, now_ms: int, backing_off: bool, over: bool, still: int) -> None:
        """Let time pass. backing_off: the foldback takes drive away; over: the program or the session has ended;
        still: the faults whose cause is there now."""
        if self.moving():
            self.run_ms += elapsed(now_ms, self._step_ms)
            self._step_ms = now_ms
            if over:
                self._go(STOPPING, now_ms)
            else:
                self.state = BACKOFF if backing_off else RUNNING
        elif self.state == ARMED:
            if elapsed(now_ms, self._since_ms) >= ARMED_MS:
                self._go(IDLE, now_ms)
        elif self.state == STOPPING:
            if elapsed(now_ms, self._since_ms) >= STOPPING_MS:
                self._go(IDLE, now_ms)
        elif self.state == FAULT:
            self._hold(self.held & ~(faults.SELF_BITS & ~still))
            if self.held == 0:
                self._go(IDLE, now_ms)
