"""Where a session stands: phase, time left, and what the person does now. The same with a device and on paper."""

from collections.abc import Sequence

from host_tools.guide.plan import Plan
from host_tools.journal.records import Event

TOUCH_S = 3.0  # the head comes up to speed in the air, then it goes to the body
MOVE_SHOWN_S = 10.0  # how long "move on" stays to be read
END_S = 10.0  # before the end: ease out
NEW_PHASE_S = 6.0  # how long a phase's own cue comes first


class Course:
    """Fed with the run time of the session and the number of its phase; turns them into cues and events.

    durations_s: of each phase of the program. run_s: s of work so far, pauses left out.
    """

    def __init__(self, plan: Plan, durations_s: Sequence[float]) -> None:
        self.plan = plan
        self.durations_s = tuple(durations_s)
        self.run_s = 0.0
        self.phase = -1
        self._since_s = 0.0
        self._moved_s = -MOVE_SHOWN_S
        self._moves = 0

    @property
    def left_s(self) -> float:
        """Until the end, s: what this phase has left, and all those behind it. A phase cut short brings it nearer."""
        here = max(self.phase, 0)
        of_phase_s = max(self.durations_s[here] - (self.run_s - self._since_s), 0.0)
        return of_phase_s + sum(self.durations_s[here + 1 :])

    @property
    def total_s(self) -> float:
        """Length as far as is known now, s."""
        return self.run_s + self.left_s

    @property
    def phase_name(self) -> str:
        """Name of the phase under way."""
        return self.plan.phase(max(self.phase, 0)).name

    def go(self, run_s: float, phase: int) -> list[Event]:
        """The session has come to run_s, in this phase; what is new."""
        self.run_s = run_s
        new: list[Event] = []
        if phase > self.phase:
            self.phase = min(phase, len(self.durations_s) - 1)
            self._since_s = run_s
            new.append(Event(run_s, "phase", self.phase_name))
        if run_s >= (self._moves + 1) * self.plan.region.time_s and self.left_s > END_S / 2:
            self._moves += 1
            self._moved_s = run_s
            new.append(Event(run_s, "move", f"{self.plan.region.time_s} s on one spot are enough"))
        return new

    def cue(self) -> str:
        """What to do now, one or two sentences."""
        region, phase = self.plan.region, self.plan.phase(max(self.phase, 0))
        if self.run_s < TOUCH_S and self.total_s > 2 * TOUCH_S:
            return "Let it come up to speed in the air, then lay it on lightly."
        if self.run_s - self._moved_s < MOVE_SHOWN_S:
            return f"Move on, to another spot of the {region.title} that you have not worked on yet."
        if self.left_s <= min(END_S, self.total_s / 6):
            return "The last seconds: lighter and lighter, then lift it off."
        if phase.cue and (phase.rhythm.kind == "burst" or self.run_s - self._since_s < 2 * NEW_PHASE_S):
            return phase.cue
        return region.move
