"""`tapote session`: the session itself, live on a terminal or told in lines, on a device or on paper."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from host_tools.cli import on_device, screen
from host_tools.errors import TapoteError

if TYPE_CHECKING:
    from host_tools.guide.guided import Guided, Script
    from host_tools.guide.plan import Plan
    from host_tools.journal.records import Event
    from host_tools.keys import Keys
    from host_tools.links.url import DeviceUrl
    from host_tools.profiles.program import Program

STEP_S = 0.1
PRESS = "Hold the head in the air, then press the button on the device to start (within a minute)."

Tell = Callable[[str], None]


class NoKeys:
    """Nobody is at the keyboard."""

    def take(self, wait_s: float) -> "list[str]":
        """See Keys."""
        return []


@contextmanager
def keyboard(live: bool) -> "Iterator[Keys]":
    """The keys of this terminal, or nobody's."""
    if not live:
        yield NoKeys()
        return
    from host_tools.keys import terminal_keys

    with terminal_keys() as keys:
        yield keys


@contextmanager
def opened(
    url: "DeviceUrl | None",
    plan: "Plan",
    program: "Program",
    script: "Script",
    on_event: "Callable[[Event], None]",
    keys: "Keys",
) -> "Iterator[Guided]":
    """The session, ready to start; url: None for one on paper. However the block ends, a device is stopped."""
    if url is None:
        from host_tools.guide.paper import Paper

        yield Paper(program, plan, script, on_event, keys)
        return
    from host_tools.guide.during import AT_ONCE, During
    from host_tools.links.factory import open_link
    from host_tools.links.watched import WatchedLink
    from host_tools.runner import effort
    from host_tools.stage import Stage

    world = url.with_defaults(
        seconds=program.duration_ms / 1000, effort=effort(program.limit_mn), region=plan.region.name
    ).world
    link = WatchedLink(open_link(replace(url, world=world)), keys, AT_ONCE)
    try:
        stage = Stage(link)
        with on_device.stopped_at_the_end(stage):
            yield During(stage, link, program, plan, script, on_event)
    finally:
        link.close()


def play(guided: "Guided", *, live: bool, tell: Tell) -> None:
    """From the button to the end. live: on the terminal's screen, with its keys. Raises what the device raises."""
    if live:
        _live(guided)
    elif guided.start(lambda: tell(PRESS)):
        _lines(guided, tell)


def _lines(guided: "Guided", tell: Tell) -> None:
    """As fast as the device goes; each new cue, message and remark is one line with its time."""
    told: dict[str, str] = {}
    tell("")

    def news(kind: str, text: str) -> None:
        if text and told.get(kind) != text:
            told[kind] = text
            tell(f"  {screen.clock(guided.course.run_s):>5}  {text}")

    while not guided.ended:
        news("cue", guided.course.cue())
        news("message", guided.message)
        news("remark", " ".join(guided.remarks))
        guided.work(STEP_S)
    news("message", guided.message)


def _live(guided: "Guided") -> None:
    """A screen of its own until the session is over."""
    from rich.console import Console
    from rich.live import Live

    from host_tools.guide import during_screen
    from host_tools.guide.during import During

    console = Console(file=sys.stdout if sys.stdout.isatty() else sys.stderr)
    with Live(console=console, screen=True, auto_refresh=False) as shown:

        def draw() -> None:
            shown.update(during_screen.render(guided), refresh=True)

        def ready() -> None:
            guided.message = PRESS
            draw()

        guided.on_wait = during_screen.throttled(draw)
        guided.message = "Getting ready ..."
        if guided.start(ready):
            guided.message = ""
            real = isinstance(guided, During) and guided.stage.link.plant is None
            during_screen.run(guided, draw, wait=None if real else time.sleep)


def interrupt(guided: "Guided", why: str) -> None:
    """Stop, and say so in the record. A device that is gone has stopped by itself."""
    with suppress(TapoteError):
        guided.stop(why)


def broken_off(guided: "Guided", error: TapoteError, kept: str) -> TapoteError:
    """The error of a device that went away, with what has become of the session."""
    at = f"after {guided.course.run_s:.0f} s of {guided.course.total_s:.0f} s"
    return TapoteError(f"the session broke off {at}: {error.message}. {kept}", fix=error.fix)
