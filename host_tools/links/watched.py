"""A link with an eye on the keyboard.

STOP comes before everything. While the device is waited for, the keyboard is looked at every few milliseconds, and a
press of the space bar sends STOP at that moment, whatever else is going on; no answer is waited for.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping

from host_tools import keys as names
from host_tools.keys import Keys
from host_tools.links.link import Link
from host_tools.links.passing import PassingLink
from tapote import wire

GRAIN_S = 0.005  # between two looks at the keyboard
NO_MORE: Mapping[str, int] = {}


class WatchedLink(PassingLink):
    """A link that looks at the keyboard while its user waits, and sends STOP by itself.

    at_once: other keys whose message, one without fields, goes out at the moment they are pressed.
    """

    def __init__(self, link: Link, keys: Keys, at_once: Mapping[str, int] = NO_MORE) -> None:
        super().__init__(link)
        self._keys = keys
        self._at_once = at_once
        self.sent: Counter[str] = Counter()  # how often each of those keys was pressed
        self.pending: deque[str] = deque()
        self.stops = 0  # how often the space bar was pressed

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

    def still_wanted(self, on_wait: Callable[[], None]) -> Callable[[], bool]:
        """A question to be asked again and again: calls on_wait(), and says whether the person, from now on, has not
        stopped, left or gone."""
        stops = self.stops

        def wanted() -> bool:
            on_wait()
            return self.stops == stops and not {"q", names.LOST} & set(self.pending)

        return wanted

    def advance(self, seconds: float) -> None:
        """See Link; in parts, with a look at the keyboard before each."""
        while seconds > 1e-9:
            self.look()
            part_s = min(seconds, GRAIN_S)
            self._link.advance(part_s)
            seconds -= part_s
