"""A session to watch: started on a device, followed by whoever pumps it, with the simulated person playing their part.

`run_session` runs a session to its end and keeps it; here the watcher decides how long and what is kept.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from host_tools import silence
from host_tools.device import Device, DeviceError
from host_tools.links.link import Link
from host_tools.links.url import DeviceUrl
from host_tools.messages import Telemetry
from host_tools.not_started import not_started
from host_tools.profiles.program import Program
from host_tools.runner import PRESS_TIMEOUT_S, SETTLE_S, TOUCH_S, effort
from tapote import states

PRESS_WAIT_S = 60.0  # the device waits so long for its button


@dataclass(frozen=True, slots=True)
class Play:
    """A program, where it came from, and the URL whose world fits it. digest: SHA-256 of the profile's file."""

    program: Program
    profile: str
    digest: str
    url: DeviceUrl


def prepare(profile: str, url: DeviceUrl, board_name: str, seconds: float | None = None) -> Play:
    """Compile a profile for a board. UsageError as profile, board and length have it."""
    from host_tools.boards import load_board
    from host_tools.profiles.compile import compile_profile
    from host_tools.profiles.fit import fit_seconds
    from host_tools.profiles.library import find_profile
    from host_tools.profiles.model import load_profile
    from host_tools.regions import get_region

    file = find_profile(profile)
    wanted = load_profile(file)
    place = get_region(url.world.region if "region" in url.given else wanted.regions[0])
    program = compile_profile(wanted, load_board(board_name), place)
    if seconds is not None:
        program = fit_seconds(program, seconds)
    fitted = url.with_defaults(seconds=program.duration_ms / 1000, effort=effort(program.limit_mn), region=place.name)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Play(program, profile, digest, replace(fitted, world=replace(fitted.world, region=place.name)))


class Stage:
    """A device and what is to be seen on it. `last` is the newest record; `on_record` gets each."""

    def __init__(self, link: Link, period_ms: int = 20) -> None:
        """Asks who is there and starts the stream. DeviceError when nobody answers."""
        self.link = link
        self.device = Device(link)
        self.hello = self.device.hello()
        self.last: Telemetry | None = None
        self.on_record: Callable[[Telemetry], None] = lambda record: None
        self._touch_s: float | None = None
        self._heard_s = link.now_s()
        self.device.on_telemetry = self._take
        self.period_ms = period_ms
        self.device.stream(period_ms)

    def _take(self, record: Telemetry) -> None:
        self.last = record
        self._heard_s = record.host_s
        self.on_record(record)

    @property
    def live(self) -> bool:
        """Whether the motor runs or the button would start it."""
        return self.last is not None and states.ARMED <= self.last.state <= states.STOPPING

    @property
    def moving(self) -> bool:
        """Whether the motor may be driven."""
        return self.last is not None and self.last.state in states.MOVING

    def start(
        self,
        program: Program,
        on_ready: Callable[[], None] = lambda: None,
        go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """Upload, arm, and press where the button is simulated; elsewhere on_ready() tells the person to press it.

        go_on: asked again and again; False, and nothing is started, or it is stopped at once. DeviceError with every
        reason when the device refuses, and when it does not run then.
        """
        device, link = self.device, self.link
        device.upload(program)
        self.pump(SETTLE_S)
        if not go_on():
            return
        if reasons := device.arm(tethered=True):
            raise DeviceError("the device refuses to start: " + "; ".join(reasons), fix="Mend each, then try again.")
        simulated = link.plant is not None
        if not go_on():
            device.stop()
            return
        if simulated:
            link.press_button()
        else:
            on_ready()
        armed_s = link.now_s() + 2 * self.period_ms / 1000  # records that come later tell of what came after arming
        end_s = link.now_s() + (PRESS_TIMEOUT_S if simulated else PRESS_WAIT_S)
        while not self.moving:
            if not go_on():
                device.stop()
                return
            told = self.last is not None and self.last.host_s > armed_s
            over = told and not self.live  # back in IDLE, or in a fault
            if over or link.now_s() >= end_s:
                device.stop()
                raise not_started(device, self.last, pressed=simulated)
            self.pump(0.02)
        if simulated:
            self._touch_s = link.now_s() + TOUCH_S

    def pump(self, seconds: float) -> None:
        """Let time pass. The simulated person brings the head to the body 3 s after the start, and lifts it after.

        DeviceError when the device has sent no record for seconds.
        """
        plant = self.link.plant
        if plant is not None and self._touch_s is not None and self.link.now_s() >= self._touch_s:
            plant.begin_press()
            self._touch_s = None
        self.device.pump(seconds)
        silence.check(self.link, self._heard_s, self.period_ms)
        if plant is not None and self._touch_s is None and self.last is not None and self.last.state == states.IDLE:
            plant.lift()

    def stop(self) -> None:
        """Stop the session, if one is live, and lift the simulated head."""
        self._touch_s = None
        if self.live:
            self.device.stop()
        if self.link.plant is not None:
            self.link.plant.lift()

    def pause(self) -> bool:
        """Motor off, place kept; the simulated head is lifted. False when nothing moves. The button goes on."""
        self._touch_s = None
        if self.link.plant is not None:
            self.link.plant.lift()
        return self.device.pause()

    def press(self) -> None:
        """Press the simulated button to go on after a pause, and bring the head to the body again."""
        self.link.press_button()
        self._touch_s = self.link.now_s() + TOUCH_S

    def leave(self) -> None:
        """Stop, end the stream and say no more."""
        self.stop()
        self.device.stream(0)
        self.device.tethered = False
