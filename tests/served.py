"""A simulated board behind a Bridge that a thread turns: for tests of what talks to it over a pty or a socket."""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Generic, TypeVar

from host_tools.device import Device
from host_tools.links.bridge import Bridge
from host_tools.links.link import Link

LinkT = TypeVar("LinkT", bound=Link)
T = TypeVar("T")
DEADLINE_S = 120.0  # of wall time, far above what anything here takes: only a hang meets it


class Served(Generic[LinkT]):
    """link: only to be touched by way of `do`, since the thread owns it.

    Time passes on the board all the while, as on a real one, unless `on_demand`: then only while somebody waits in
    `until`. A virtual board that nobody waits for keeps a core busy that its clients need."""

    def __init__(self, link: LinkT, bridge: Bridge) -> None:
        self.link = link
        self.bridge = bridge
        self.on_demand = False
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._watches: list[Callable[[], None]] = []
        self._waits: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=bridge.serve, args=(self._between_turns,), daemon=True)
        self._thread.start()

    def _between_turns(self) -> bool:
        while not self._jobs.empty() or (self.on_demand and not self._waits and not self._stop.is_set()):
            self._jobs.get()()
        for watch in self._watches + self._waits:
            watch()
        return self._stop.is_set()

    def do(self, call: Callable[[], T]) -> T:
        """Call in the bridge's thread, between two turns."""
        done: Future[T] = Future()

        def job() -> None:
            try:
                done.set_result(call())
            except BaseException as error:
                done.set_exception(error)

        self._jobs.put(job)
        return done.result(DEADLINE_S)

    def until(self, condition: Callable[[], bool]) -> float:
        """Wait until condition() holds after a turn; the board's time then, s."""
        done: Future[float] = Future()

        def wait() -> None:
            if condition():
                self._waits.remove(wait)
                done.set_result(self.link.now_s())

        self.do(lambda: self._waits.append(wait))
        return done.result(DEADLINE_S)

    def watch(self, look: Callable[[], None]) -> None:
        """Call after every turn from now on."""
        self.do(lambda: self._watches.append(look))

    def rest(self) -> None:
        """Let no time pass from now on until a client says something: a process takes a while to start."""

        def stand() -> None:
            self.bridge._selector.select(DEADLINE_S)

        self._jobs.put(stand)

    def press(self) -> None:
        """Press the board's button for a fifth of a second."""
        self.do(lambda: self.link.press_button(0.2))

    def press_twice(self, device: Device, apart_s: float) -> None:
        """The host beats, as it does while a session runs, and somebody presses the button, and again."""
        device.tethered = True
        for _ in range(2):
            device.pump(apart_s)
            self.press()
            device.pump(apart_s)

    def end(self) -> None:
        """Stop turning."""
        self._stop.set()
        self._jobs.put(lambda: None)  # it may be waiting for one
        self._thread.join(DEADLINE_S)


@contextmanager
def served(link: LinkT) -> Iterator[Served[LinkT]]:
    """The link behind a bridge until the block ends; then both are closed."""
    bridge = Bridge(link)
    board = Served(link, bridge)
    try:
        yield board
    finally:
        board.end()
        bridge.close()
        link.close()
