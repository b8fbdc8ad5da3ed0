"""What commands that look at a device share: finding it, opening it, starting a session there, leaving it in order."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from host_tools.cli import consent, screen
from host_tools.errors import TapoteError
from host_tools.links.choose import choose
from host_tools.links.url import SERIAL, DeviceUrl

if TYPE_CHECKING:
    from host_tools.device import Device as DeviceClient
    from host_tools.stage import Play, Stage


def chosen(device: str | None) -> DeviceUrl:
    """The device that is meant; what the person did not say themselves is told."""
    choice = choose(device)
    if choice.remark:
        screen.note(choice.remark)
    return choice.url


def forgets(url: DeviceUrl) -> str:
    """Why what is set on a simulated device does not last; "" where it does."""
    if url.scheme == SERIAL or url.world.state:
        return ""
    keep = "virtual:?state=FILE keeps its flash." if url.scheme == "virtual" else "virtual:?state=FILE keeps one."
    return f"{screen.SIMULATED}: this device exists only as long as the command, and so do its settings. {keep}"


@contextmanager
def client(url: DeviceUrl) -> Iterator["DeviceClient"]:
    """The device behind a URL, open while the block runs, after it has said who it is."""
    from host_tools.device import Device as Client
    from host_tools.links.factory import open_link

    say_boot(url)
    link = open_link(url)
    try:
        device = Client(link)
        device.hello()
        yield device
    finally:
        link.close()


@contextmanager
def stage(
    url: DeviceUrl, run: str | None, *, seconds: float | None = None, yes: bool = False, period_ms: int = 20
) -> Iterator[tuple["Stage", "Play | None"]]:
    """The device with its telemetry on; with `run`, the session is under way. However the block ends, it is stopped.

    seconds: length of that session. DeviceError when it does not start, with every reason.
    """
    from host_tools.links.factory import open_link
    from host_tools.stage import Stage, prepare

    play = None
    if run is not None:
        play = prepare(run, url, board_to_drive(url, yes), seconds)
        url = play.url
    say_boot(url)
    link = open_link(url)
    try:
        shown = Stage(link, period_ms)
        with stopped_at_the_end(shown):
            if play is not None:
                from host_tools.cli.real_board import ask_to_press

                shown.start(play.program, ask_to_press)
            yield shown, play
    finally:
        link.close()


def board_to_drive(url: DeviceUrl, yes: bool) -> str:
    """The board file of a device whose motor is about to run. On a real one the person must know the safety text."""
    if url.scheme != SERIAL:
        return url.world.board
    from host_tools.cli.real_board import plan_for

    if not url.simulated:
        consent.agree(yes)
    return plan_for(url, {}, None)


@contextmanager
def stopped_at_the_end(stage: "Stage") -> Iterator[None]:
    """However the block ends, the device is stopped and its stream is off."""
    try:
        yield
    finally:
        with suppress(TapoteError):  # a device that is lost stops by itself
            stage.leave()


def say_boot(url: DeviceUrl) -> None:
    """Say what takes a moment."""
    if url.scheme == "virtual":
        screen.note("Booting MicroPython in the RP2040 emulator ...")
