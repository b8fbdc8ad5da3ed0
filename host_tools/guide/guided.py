"""What a session with a device and one on paper have in common: keys, a script for tests, events, how it ended."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from host_tools import keys as names
from host_tools.guide.course import Course
from host_tools.journal.records import DeviceSummary, Event

TOO_MUCH_KEYS = ("t", names.DOWN)


@dataclass(frozen=True)
class Script:
    """What is said for a person without keys. too_much_at_s: moments, s of work; comfort: rating half-way, 0 to 10."""

    too_much_at_s: tuple[float, ...] = ()
    comfort: int | None = None


class Guided(ABC):
    """A session under way. `ended`: "", completed, stopped, fault or lost. `message`: what was just done; `remarks`:
    what the device has to say. Whoever made it gives it time by `work`."""

    simulated = False
    on_paper = False

    def __init__(self, course: Course, script: Script, on_event: Callable[[Event], None]) -> None:
        """on_event gets everything that happens, as it happens."""
        self.course = course
        self.ended = ""
        self.paused = False
        self.message = ""
        self.remarks: list[str] = []
        self.events: list[Event] = []
        self.too_much = 0
        self.comfort: int | None = None
        self.on_wait: Callable[[], None] = lambda: None  # called again and again while the button is waited for
        self._on_event = on_event
        self._to_say = sorted(script.too_much_at_s)
        self._to_rate = script.comfort

    @abstractmethod
    def start(self, on_ready: Callable[[], None] = lambda: None) -> bool:
        """Begin; False when the person stopped it before anything moved. on_ready: now the button is waited for."""

    @abstractmethod
    def work(self, seconds: float) -> None:
        """Let time pass, then do what keys and script say."""

    @abstractmethod
    def clock_s(self) -> float:
        """The session's own time, pauses included, s from an arbitrary zero."""

    @abstractmethod
    def summary(self) -> DeviceSummary | None:
        """What a device measured; None on paper."""

    def key(self, key: str) -> None:
        """Do what a key stands for. The space bar never comes here: it is heard before all others."""
        if key in TOO_MUCH_KEYS:
            self._too_much_now(sent=True)
        elif key == "p" and not self.paused:
            self._pause_now()
            self.paused = True
            self.happened(Event(self.course.run_s, "pause", "by the person"))
        elif key == "p":
            self._go_on_now()
        elif key in ("q", names.LOST):
            self.stop()
        elif key.isdecimal():
            self._rate(int(key))

    def stop(self, why: str = "by the person") -> None:
        """Stop; the person wants no more."""
        self._stop_now()
        if not self.ended:
            self.end("stopped", why)

    def end(self, how: str, why: str, kind: str = "stop") -> None:
        """It is over before its time."""
        self.happened(Event(self.course.run_s, kind, why))
        self.ended = how

    def happened(self, event: Event) -> None:
        """Keep an event and pass it on."""
        self.events.append(event)
        self._on_event(event)

    def _follow_script(self) -> None:
        while self._to_say and self.course.run_s >= self._to_say[0] and not self.ended:
            self._to_say.pop(0)
            self._too_much_now(sent=False)
        if self._to_rate is not None and self.course.run_s >= self.course.total_s / 2:
            self._rate(self._to_rate)
            self._to_rate = None

    def _rate(self, rating: int) -> None:
        self.comfort = rating
        self.happened(Event(self.course.run_s, "comfort", "", rating))
        self.message = f"Comfort {rating} of 10, kept."

    @abstractmethod
    def _too_much_now(self, *, sent: bool) -> None:
        """A step gentler for the rest. sent: the key has told the device already."""

    @abstractmethod
    def _pause_now(self) -> None:
        """Take the drive away for a while, and say how to go on."""

    @abstractmethod
    def _go_on_now(self) -> None:
        """End the pause, where a key may do that."""

    @abstractmethod
    def _stop_now(self) -> None:
        """Take the motor away, or the pause; `stop` notes why."""
