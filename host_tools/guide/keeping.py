"""The record of a session, kept as it happens. A journal that fails meanwhile never ends a session that runs."""

from datetime import datetime

from host_tools.errors import TapoteError
from host_tools.guide.guided import Guided
from host_tools.journal.records import After, Before, Event, Measure
from host_tools.journal.store import Journal
from host_tools.regions import Region


class Keeper:
    """Writes to a journal, or nowhere without one. What could not be written is tried again at the end."""

    def __init__(self, journal: Journal | None) -> None:
        self._journal = journal
        self._late: list[Event] = []
        self.id: int | None = None

    def begin(self, before: Before) -> None:
        """The session starts. TapoteError when it cannot be written: nothing has moved yet."""
        if self._journal is not None:
            self.id = self._journal.begin(before)

    def event(self, event: Event) -> None:
        """Something happened. Never raises for the journal's sake."""
        if self._journal is None or self.id is None:
            return
        try:
            self._write(event)
        except TapoteError:
            self._late.append(event)

    def finish(self, guided: Guided, ended_at: datetime) -> None:
        """The session is over: what was late, what the device measured, and that it ended. TapoteError as the journal
        does."""
        summary = guided.summary()
        if self._journal is None or self.id is None:
            return
        while self._late:
            self._write(self._late[0])
            self._late.pop(0)
        if summary is not None:
            self._journal.device_summary(self.id, summary)
        self.after(After(ended_at, guided.ended == "completed"))

    def after(self, after: After) -> None:
        """How it is afterwards; replaces what was there."""
        if self._journal is not None and self.id is not None:
            self._journal.after(self.id, after)

    def forget(self) -> None:
        """Nothing has moved after all: no session."""
        if self._journal is not None and self.id is not None:
            self._journal.delete([self.id])
            self.id = None

    def _write(self, event: Event) -> None:
        assert self._journal is not None  # the callers have looked
        assert self.id is not None
        self._journal.event(self.id, event.at_s, event.kind, event.detail, event.value)


def measure(region: Region, value: float | None) -> Measure | None:
    """A range of motion as the journal keeps it."""
    motion = region.range_of_motion
    return None if value is None else Measure(value, motion.unit, motion.title, motion.better)
