"""The state machine. It decides whether the motor may be driven, and nothing else does.

BOOT -> SELFTEST -> IDLE -> ARMED -> RUNNING <-> BACKOFF -> STOPPING -> IDLE; any -> FAULT. Nothing goes from FAULT to
RUNNING directly, nothing starts because power or the link came back, and only the button leads from ARMED to RUNNING.
"""

from tapote import faults
from tapote.states import ARMED, BACKOFF, BOOT, FAULT, IDLE, MOVING, RUNNING, SELFTEST, STOPPING
from tapote.units import elapsed

ARMED_MS = 60000  # nobody pressed: back to IDLE
STOPPING_MS = 300  # time for the head to come to rest


class Session:
    """State, the fault that holds it, and how long the program has run. Times are milliseconds modulo 2**30."""

    def __init__(self) -> None:
        self.state = BOOT
        self.fault = 0
        self.seen = 0  # faults met since the last start, as bits 1 << number
        self.run_ms = 0  # time that the program has run, pauses left out
        self.paused = False
        self.tethered = False
        self._since_ms = 0
        self._step_ms = 0

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

    def fail(self, fault: int, now_ms: int) -> bool:
        """Enter FAULT, or let a stricter fault take over. True when this fault now holds."""
        self.seen |= 1 << fault
        if faults.strictest(self.fault, fault) == self.fault:
            return False
        self.fault = fault
        self._go(FAULT, now_ms)
        return True

    def clear(self, still: int, lifted: bool, now_ms: int) -> bool:
        """A person asks to clear the fault. still: the fault that holds at this moment, 0 for none."""
        if self.state != FAULT or faults.kind(self.fault) == faults.RESTART:
            return False
        if still and still != self.fault:
            return False
        if self.fault == faults.FORCE_TRIP:
            if not lifted:
                return False
        elif still:
            return False
        if self.fault == faults.OVERCURRENT and elapsed(now_ms, self._since_ms) < 10000:
            return False
        self.fault = 0
        self._go(IDLE, now_ms)
        return True

    def step(self, now_ms: int, backing_off: bool, over: bool, still: int) -> None:
        """Let time pass. backing_off: the foldback takes drive away; over: the program or the session has ended."""
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
        elif self.state == FAULT and faults.kind(self.fault) == faults.SELF and still == 0:
            self.fault = 0
            self._go(IDLE, now_ms)
