"""The session itself on a device: keys that reach it at once, what is felt, what happened and when.

Nothing here waits for a person, draws or sleeps; whoever calls `work` decides how time passes.
"""

from collections.abc import Callable
from contextlib import suppress

from host_tools import keys as names
from host_tools.errors import TapoteError
from host_tools.guide.course import Course
from host_tools.guide.guided import TOO_MUCH_KEYS, Guided, Script
from host_tools.guide.measured import Measured
from host_tools.guide.plan import Plan
from host_tools.journal.records import DeviceSummary, Event
from host_tools.links.watched import WatchedLink
from host_tools.messages import Telemetry, fault_advice, fault_name
from host_tools.profiles.program import Program
from host_tools.stage import Stage
from host_tools.watch import HeldPeak
from tapote import states, wire, words

AT_ONCE = {"t": wire.TOO_MUCH, names.DOWN: wire.TOO_MUCH, "p": wire.PAUSE}  # besides the space bar: STOP
NOTES_S = 1.0
MOVE_ON = 4  # of the slot `notes`; the course tells it at the region's own time
NEAR_END_S = 0.5  # a device that is idle so near to the end has completed
GO_ON_BUTTON = "Paused. Press the button on the device to go on, within a minute."
GO_ON_KEY = "Paused. p goes on, within a minute."


class During(Guided):
    """A session on a device, from the button to the end."""

    def __init__(
        self,
        stage: Stage,
        link: WatchedLink,
        program: Program,
        plan: Plan,
        script: Script,
        on_event: Callable[[Event], None],
    ) -> None:
        """stage must have been made on `link`, and link with AT_ONCE."""
        super().__init__(Course(plan, [phase.duration_ms / 1000 for phase in program.phases]), script, on_event)
        self.stage = stage
        self.simulated = link.simulated
        self.program = program
        self.peak = HeldPeak()
        self.soft_mn = 0
        self._link = link
        self._stops = link.stops
        self._by_script = 0  # "too much" said by the script
        self._seen_here = 0  # "too much" by key or script that a record has shown
        self._limit_mn = -1
        self._notes_s = 0.0
        self._measured = Measured()
        stage.on_record = self._take

    def start(self, on_ready: Callable[[], None] = lambda: None) -> bool:
        """See Guided. DeviceError with every reason when the device refuses or does not start."""
        self.stage.start(self.program, on_ready, self._link.still_wanted(self.on_wait))
        if not self.stage.moving:
            self.end("stopped", "before the first stroke")
            return False
        self._refresh()
        return True

    def work(self, seconds: float) -> None:
        """See Guided. Raises what the link raises, after noting it."""
        try:
            self.stage.pump(seconds)
            if self._link.stops != self._stops:
                self._stops = self._link.stops
                self.stop()
            self._follow_script()
            while self._link.pending and not self.ended:
                self.key(self._link.pending.popleft())
            if not self.ended:
                self._look()
        except TapoteError as error:
            if not self.ended:
                self.end("lost", error.message, "device_lost")
            raise

    def clock_s(self) -> float:
        """See Guided."""
        return self._link.now_s()

    def _too_much_now(self, *, sent: bool) -> None:
        if not sent:
            self._by_script += 1
            self.stage.device.too_much()

    def _pause_now(self) -> None:
        self.stage.pause()
        self.message = GO_ON_BUTTON if self._link.plant is None else GO_ON_KEY

    def _go_on_now(self) -> None:
        if self._link.plant is not None:
            self.stage.press()
            self.message = "Going on."

    def _stop_now(self) -> None:
        self.stage.stop()

    def _take(self, record: Telemetry) -> None:
        self._measured.take(record)
        self.peak.take(record)
        if record.state not in states.MOVING or self.ended:
            return
        if self.paused:
            self.paused = False
            self.message = ""
        for event in self.course.go(self._measured.run_ms / 1000, record.phase):
            self.happened(event)
        for _ in range(record.too_much - self.too_much):
            self._heard_too_much(record.limit_mn / 1000)
        self.too_much = record.too_much

    def _heard_too_much(self, limit_n: float) -> None:
        """The device has gone down a step, whoever said so."""
        said_here = self._by_script + sum(self._link.sent[key] for key in TOO_MUCH_KEYS)
        here = self._seen_here < said_here
        self._seen_here += here
        by = "here" if here else "with the button of the device"
        self.happened(Event(self.course.run_s, "too_much", f"said {by}", limit_n))
        self.message = f"Gentler for the rest: at most {limit_n:.3g} N from now on."

    def _look(self) -> None:
        """What the newest record means."""
        last = self.stage.last
        if last is None:
            return
        if last.state == states.FAULT:
            self.message = f"{fault_name(last.fault)}: {fault_advice(last.fault)}"
            self.end("fault", fault_name(last.fault), "fault")
        elif last.state == states.ARMED and not self.paused:
            self.paused = True
            self.happened(Event(self.course.run_s, "pause", "by the device"))
        elif last.state == states.IDLE:
            if self.course.left_s <= NEAR_END_S and not self.paused:
                self.ended = "completed"
            else:
                self.end("stopped", "paused for a minute" if self.paused else "with the button of the device")
        elif self._link.now_s() - self._notes_s >= NOTES_S or last.limit_mn != self._limit_mn:
            self._refresh()

    def _refresh(self) -> None:
        """What the records do not tell: where the foldback starts, and the device's notes."""
        self._notes_s = self._link.now_s()
        last = self.stage.last
        if last is not None and last.limit_mn != self._limit_mn:
            self._limit_mn = last.limit_mn
            self.soft_mn = self.stage.device.get("soft_mn")
        bits = self.stage.device.get("notes") & ~MOVE_ON
        self.remarks = [text for at, (_, text) in enumerate(words.NOTES) if bits >> at & 1]

    def summary(self) -> DeviceSummary:
        """See Guided. The device's own statistics where it still answers, else what its records told."""
        stats = None
        if self.ended != "lost":
            with suppress(TapoteError):
                stats = self.stage.device.stats()
        return self._measured.summary(stats)
