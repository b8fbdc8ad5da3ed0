"""The tuning desk without its screen: which setting is selected, what a key does, what is to be told.

STOP comes before everything. While the device is waited for, the keyboard is looked at every few milliseconds, and a
press of the space bar sends STOP at that moment, whatever else is going on; no answer is waited for.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping

from host_tools import keys as names
from host_tools.errors import TapoteError
from host_tools.keys import Keys
from host_tools.links.link import Link
from host_tools.messages import Telemetry, fault_advice, fault_name
from host_tools.param_rows import FELT_SETTINGS
from host_tools.plant.plant import Plant
from host_tools.settings import Settings, Unsaved
from host_tools.stage import Play, Stage
from tapote import states, wire

GRAIN_S = 0.005  # between two looks at the keyboard
REASONS_S = 0.5
PEAK_S = 1.0  # how long the highest force stays to be seen
COARSE = 10  # steps of a page key
NO_MORE: Mapping[str, int] = {}


class WatchedLink:
    """A link that looks at the keyboard while its user waits, and sends STOP by itself.

    at_once: other keys whose message, one without fields, goes out at the moment they are pressed.
    """

    def __init__(self, link: Link, keys: Keys, at_once: Mapping[str, int] = NO_MORE) -> None:
        self._link = link
        self._keys = keys
        self._at_once = at_once
        self.sent: Counter[str] = Counter()  # how often each of those keys was pressed
        self.pending: deque[str] = deque()
        self.stops = 0  # how often the space bar was pressed
        self.name = link.name
        self.simulated = link.simulated
        self.plant: Plant | None = link.plant

    def look(self, wait_s: float = 0.0) -> None:
        """Take what was pressed; waits up to wait_s for a key."""
        for key in self._keys.take(wait_s):
            if key == names.SPACE:
                self.stops += 1
                self._link.write(wire.encode(wire.STOP, 0, b""))
                continue
            if key in self._at_once:
                self.sent[key] += 1
                self._link.write(wire.encode(self._at_once[key], 0, b""))
            self.pending.append(key)

    def now_s(self) -> float:
        """See Link."""
        return self._link.now_s()

    def advance(self, seconds: float) -> None:
        """See Link; in parts, with a look at the keyboard before each."""
        while seconds > 1e-9:
            self.look()
            part_s = min(seconds, GRAIN_S)
            self._link.advance(part_s)
            seconds -= part_s

    def read(self) -> bytes:
        """See Link."""
        return self._link.read()

    def write(self, data: bytes) -> None:
        """See Link."""
        self._link.write(data)

    def press_button(self, seconds: float = 0.1) -> None:
        """See Link."""
        self._link.press_button(seconds)

    def close(self) -> None:
        """See Link."""
        self._link.close()


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
        self.peak_mn = 0
        self._link = link
        self._stops = 0
        self._peak_s = 0.0
        self._reasons_s = 0.0
        stage.on_record = self._take

    @property
    def name(self) -> str:
        """The selected setting."""
        return FELT_SETTINGS[self.selected]

    def _take(self, record: Telemetry) -> None:
        highest = max(record.peak_mn if record.state in states.MOVING else 0, record.force_mn)
        if highest >= self.peak_mn or record.host_s - self._peak_s > PEAK_S:
            self.peak_mn = highest
            self._peak_s = record.host_s

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
            self.message = f"Saved {len(changes)} setting{'s' * (len(changes) != 1)} on the device."
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
        times = "once" if said == 1 else f"{said} times"
        return f"Too much: said {times} in this session." if self.stage.live else "No session is under way."

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

        def go_on() -> bool:
            self.on_wait()
            return self._link.stops == stops and not {"q", names.LOST} & set(self._link.pending)

        self.stage.start(self.play.program, go_on=go_on)
        if self._link.stops != stops:
            return "STOP"
        return f"{self.play.program.name} runs." if self.stage.moving else "Not started."

    def _quit(self) -> str:
        self.done = True
        return ""
