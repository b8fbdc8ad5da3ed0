"""The tuning desk without its screen: which setting is selected, what a key does, what is to be told.

STOP comes before everything: see links/watched.py.
"""

from collections.abc import Callable

from host_tools import keys as names
from host_tools.errors import TapoteError
from host_tools.links.watched import WatchedLink
from host_tools.messages import fault_advice, fault_name
from host_tools.numerals import counted, times
from host_tools.param_rows import FELT_SETTINGS
from host_tools.settings import Settings, Unsaved
from host_tools.stage import Play, Stage
from host_tools.watch import HeldPeak

REASONS_S = 0.5
COARSE = 10  # steps of a page key


class Tuner:
    """What the desk knows and does. `done` is True when it shall be left."""

    def __init__(self, stage: Stage, link: WatchedLink, play: Play | None = None) -> None:
        """stage must have been made on `link`. Raises DeviceError as Device does."""
        self.stage = stage
        self.play = play
        self.settings = Settings(stage.device)
        self.trip_mn = stage.device.get("trip_mn")
        self.reasons: list[str] = []
        self.selected = FELT_SETTINGS.index("force_limit_mn")
        self.asking: list[Unsaved] = []  # not empty: shall these be saved?
        self.message = ""
        self.done = False
        self.on_wait: Callable[[], None] = lambda: None  # called again and again while a person is waited for
        self.peak = HeldPeak()
        self._link = link
        self._stops = 0
        self._reasons_s = 0.0
        stage.on_record = self.peak.take

    @property
    def name(self) -> str:
        """The selected setting."""
        return FELT_SETTINGS[self.selected]

    def work(self, seconds: float) -> None:
        """Let time pass, then do what the keys say."""
        self.stage.pump(seconds)
        self._stopped()
        while self._link.pending and not self.done:
            self.key(self._link.pending.popleft())
            self._stopped()
        now_s = self._link.now_s()
        if now_s - self._reasons_s >= REASONS_S:
            self._reasons_s = now_s
            self.reasons = [] if self.stage.live else self.stage.device.reasons()
            self.trip_mn = self.stage.device.get("trip_mn")

    def _stopped(self) -> None:
        """The space bar has sent STOP already: tell, and let nothing be asked any longer."""
        if self._link.stops != self._stops:
            self._stops = self._link.stops
            self.asking = []
            self.stage.stop()
            self.message = "STOP"

    def key(self, key: str) -> None:
        """Do what a key stands for. A device that refuses is told, not raised; a lost one is raised."""
        if self.asking:
            self._answer(key)
            return
        actions: dict[str, Callable[[], str]] = {
            names.UP: lambda: self._select(-1),
            names.DOWN: lambda: self._select(1),
            names.LEFT: lambda: self._nudge(-1),
            names.RIGHT: lambda: self._nudge(1),
            names.PAGE_DOWN: lambda: self._nudge(-COARSE),
            names.PAGE_UP: lambda: self._nudge(COARSE),
            "s": self._save,
            "r": self._revert,
            "t": self._too_much,
            "c": self._clear,
            "g": self._go,
            "q": self._quit,
            names.LOST: self._quit,
        }
        action = actions.get(key)
        if action is not None:
            try:
                self.message = action()
            except TapoteError as error:
                self._link.look()  # raises again when the link itself is gone
                self.message = f"{error.message}. {error.fix}".rstrip()

    def _answer(self, key: str) -> None:
        """y saves; everything else leaves it."""
        self.asking = []
        if key != "y":
            self.message = "Not saved."
            return
        try:
            changes = self.settings.save()
            self.message = f"Saved {counted(len(changes), 'setting')} on the device."
        except TapoteError as error:
            self.message = f"{error.message}. {error.fix}"

    def _select(self, by: int) -> str:
        self.selected = (self.selected + by) % len(FELT_SETTINGS)
        return ""

    def _nudge(self, steps: int) -> str:
        self.settings.nudge(self.name, steps)
        return ""

    def _save(self) -> str:
        if self.stage.live:
            return "Settings are saved while nothing runs: stop first (space)."
        self.asking = self.settings.unsaved()
        return "" if self.asking else "Nothing to save."

    def _revert(self) -> str:
        undone = self.settings.revert()
        return f"Reverted {len(undone)} to what the device has stored." if undone else "Nothing to revert."

    def _too_much(self) -> str:
        said = self.stage.device.too_much()
        return f"Too much: said {times(said)} in this session." if self.stage.live else "No session is under way."

    def _clear(self) -> str:
        last = self.stage.last
        if last is None or not last.fault:
            return "There is no fault."
        if self.stage.device.clear():
            return f"{fault_name(last.fault)} cleared."
        return f"{fault_name(last.fault)} stays: {fault_advice(last.fault)}"

    def _go(self) -> str:
        if self.play is None:
            return "Nothing to start: give a profile with --run."
        if self.stage.live:
            return "A session is under way."
        self.message = "Starting; press the button on the device." if self._link.plant is None else "Starting ..."
        stops = self._link.stops
        self.stage.start(self.play.program, go_on=self._link.still_wanted(self.on_wait))
        if self._link.stops != stops:
            return "STOP"
        return f"{self.play.program.name} runs." if self.stage.moving else "Not started."

    def _quit(self) -> str:
        self.done = True
        return ""
