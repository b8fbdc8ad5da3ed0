"""A session without a device: a clock guides it, for a device that cannot be connected, or a pair of hands.

The plan, its caps, the cues and the questions are the same; force cannot be measured, so the person is asked to feel.
"""

from collections.abc import Callable
from itertools import accumulate

from host_tools import keys as names
from host_tools.guide.course import Course
from host_tools.guide.guided import Guided, Script
from host_tools.guide.plan import Plan
from host_tools.journal.records import Event
from host_tools.keys import Keys
from host_tools.profiles.program import Program


class Paper(Guided):
    """The phases of a program by the clock; `work` is the clock."""

    on_paper = True

    def __init__(
        self, program: Program, plan: Plan, script: Script, on_event: Callable[[Event], None], keys: Keys | None
    ) -> None:
        """keys: where keys come from; None where nobody presses any."""
        super().__init__(Course(plan, [phase.duration_ms / 1000 for phase in program.phases]), script, on_event)
        self._ends_s = list(accumulate(self.course.durations_s))
        self._keys = keys
        self._now_s = 0.0

    def start(self, on_ready: Callable[[], None] = lambda: None) -> bool:
        """See Guided. Nothing has to be waited for."""
        self._go(0.0)
        return True

    def work(self, seconds: float) -> None:
        """See Guided."""
        self._now_s += seconds
        if not self.paused:
            self._go(min(self.course.run_s + seconds, self._ends_s[-1]))
        self._follow_script()
        for key in self._keys.take(0.0) if self._keys is not None else []:
            if key == names.SPACE:
                self.stop()
            if not self.ended:
                self.key(key)
        if not self.ended and self.course.run_s >= self._ends_s[-1] - 1e-6:
            self.ended = "completed"

    def _go(self, run_s: float) -> None:
        phase = next((at for at, end_s in enumerate(self._ends_s) if run_s < end_s), len(self._ends_s) - 1)
        for event in self.course.go(run_s, phase):
            self.happened(event)

    def clock_s(self) -> float:
        """See Guided."""
        return self._now_s

    def summary(self) -> None:
        """See Guided."""
        return None

    def _too_much_now(self, *, sent: bool) -> None:
        self.too_much += 1
        self.happened(Event(self.course.run_s, "too_much", "said here"))
        self.message = "Too much: press less and set your device lower, for the rest of the session."

    def _pause_now(self) -> None:
        self.message = "Paused: lift it off. p goes on."

    def _go_on_now(self) -> None:
        self.paused = False
        self.message = "Going on."

    def _stop_now(self) -> None:
        self.paused = False
