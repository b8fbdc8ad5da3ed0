"""Run one session on a device, from upload to the last stroke, and keep what happened.

The same code runs on every link. On a simulated one it also presses the button, moves the person and samples the
truth.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from host_tools import silence
from host_tools.device import Device, DeviceError
from host_tools.errors import TapoteError
from host_tools.links.link import Link
from host_tools.messages import Hello, Stats, Telemetry, fault_advice, fault_name, state_name
from host_tools.not_started import not_started
from host_tools.profiles.program import Program
from tapote import states

STREAM_MS = 20
PUMP_S = 0.1
TOUCH_S = 3.0  # the person lets the head come up to speed, then brings it to the body
SETTLE_S = 0.6  # the button must have been up for half a second
PRESS_TIMEOUT_S = 2.0
PERSON_TIMEOUT_S = 62.0  # the device waits a minute for its button
OVERTIME_S = 5.0  # beyond the program's length: something hangs


def effort(limit_mn: int) -> float:
    """How hard a simulated person presses for a force limit, as a factor on their 15 N (or other) press at 50 N.

    People press until it feels right, which is where the stroke's peaks stay just below the foldback. Under a 12 mm
    crank those peaks are about 7 to 10 N + 1.45 * press (measured on the plant, by region), and the foldback starts at
    60 % of the limit: press = (0.6 * limit - 10) / 1.45 = 13.8 N at 50 N, 7.6 N at 35 N, 3.4 N at 25 N.
    """
    return max((0.6 * limit_mn / 1000 - 10) / 1.45, 2.0) / 15.0


@dataclass(frozen=True, slots=True)
class Truth:
    """What the plant knew when a record arrived: time in s of the link, least and greatest force in N since the record
    before, strokes/min, press in N."""

    time_s: float
    force_low_n: float
    force_high_n: float
    rate_spm: float
    press_n: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What held from a time on (s of the link): force limit, start of the foldback and trip, in mN."""

    host_s: float
    limit_mn: int
    soft_mn: int
    trip_mn: int


@dataclass(slots=True)
class Run:
    """A finished session. records: the telemetry; truth: one for each record, empty on a real board; limits: each
    change of them, in order; wall_s: how long it took here."""

    device: str
    simulated: bool
    hello: Hello
    program: Program
    stats: Stats
    limits: list[Limits]
    device_s: float
    wall_s: float
    clamped: int
    records: list[Telemetry] = field(default_factory=list)
    truth: list[Truth] = field(default_factory=list)
    end_state: str = ""
    end_fault: int = 0

    @property
    def limit_mn(self) -> int:
        """The highest force limit that held."""
        return max(step.limit_mn for step in self.limits)

    @property
    def trip_mn(self) -> int:
        """The highest trip that held."""
        return max(step.trip_mn for step in self.limits)

    def summary(self) -> dict[str, object]:
        """The object of `tapote run --json`. tick_us_max and lateness_us_max are None where no MCU was timed."""
        stats = self.stats
        timed = self.device != "sim:"
        return {
            "device": self.device,
            "simulated": self.simulated,
            "board": self.hello.board,
            "firmware": self.hello.firmware,
            "profile": self.program.name,
            "region": self.program.region,
            "seconds": round(stats.run_ms / 1000, 3),
            "strokes": stats.strokes,
            "peak_force_n": round(stats.peak_mn / 1000, 2),
            "limit_n": self.limit_mn / 1000,
            "trip_n": self.trip_mn / 1000,
            "time_over_limit_ms": stats.over_us / 1000,
            "backoff_time_s": stats.backoff_ms / 1000,
            "too_much": stats.too_much,
            "faults": stats.fault_names,
            "end_state": self.end_state,
            "phases": [asdict(record) for record in self.program.limits],
            "phases_cut_by_device": self.clamped,
            "telemetry_records": len(self.records),
            "telemetry_dropped": self.records[-1].dropped if self.records else 0,
            "realtime_factor": round(self.device_s / self.wall_s, 2) if self.wall_s else None,
            "tick_us_max": stats.duration_max_us if timed else None,
            "lateness_us_max": stats.late_max_us if timed else None,
        }


def run_session(
    link: Link,
    program: Program,
    *,
    on_record: Callable[[Telemetry], None] = lambda record: None,
    too_much_at_s: tuple[float, ...] = (),
    press: bool | None = None,
    on_ready: Callable[[], None] = lambda: None,
) -> Run:
    """Upload, arm, start, follow to the end. too_much_at_s: when the person says so, s of the program's time.

    press: press the button ourselves (None: where there is a simulated one); else on_ready() tells the person to.
    DeviceError when the device refuses (with every reason), does not start, or does not end; LinkError when it goes
    away or falls silent. Whatever goes wrong here, Ctrl-C included, the device is told to stop.
    """
    device = Device(link)
    hello = device.hello()
    clamped = device.upload(program)
    records: list[Telemetry] = []
    truth: list[Truth] = []

    def take(record: Telemetry) -> None:
        records.append(record)
        if plant := link.plant:
            truth.append(Truth(link.now_s(), *plant.force_window_n(), plant.rate_spm, plant.mechanism.press_n))
        on_record(record)

    device.on_telemetry = take
    device.stream(STREAM_MS)
    device.pump(SETTLE_S)
    reasons = device.arm(tethered=True)
    if reasons:
        raise DeviceError("the device refuses to start: " + "; ".join(reasons), fix="Mend each of these and try again.")
    start = time.perf_counter()
    try:
        _start(link, device, records, link.plant is not None if press is None else press, on_ready)
        start_s = link.now_s()
        start = time.perf_counter()
        limits = _follow(link, device, program, records, too_much_at_s)
        wall_s = time.perf_counter() - start
        device_s = link.now_s() - start_s
    except BaseException:
        with suppress(TapoteError):
            device.stop()
        raise
    finally:
        if link.plant is not None:
            link.plant.lift()
    stats = device.stats()
    device.stream(0)
    last = records[-1]
    return Run(
        device=link.name,
        simulated=link.simulated,
        hello=hello,
        program=program,
        stats=stats,
        limits=limits,
        device_s=device_s,
        wall_s=wall_s,
        clamped=clamped,
        records=records,
        truth=truth,
        end_state=state_name(last.state),
        end_fault=last.fault,
    )


def _start(link: Link, device: Device, records: list[Telemetry], press: bool, on_ready: Callable[[], None]) -> None:
    """Press the button, or have it pressed, and see the device run."""
    if press:
        link.press_button()
    else:
        on_ready()
    armed = len(records) + 2  # from then on a record tells of what came after arming
    end_s = link.now_s() + (PRESS_TIMEOUT_S if press else PERSON_TIMEOUT_S)
    while not records or records[-1].state not in states.MOVING:
        over = len(records) > armed and records[-1].state in (states.IDLE, states.FAULT)
        if over or link.now_s() >= end_s:
            raise not_started(device, records[-1] if records else None, pressed=press)
        device.pump(PUMP_S / 5)


def _follow(
    link: Link, device: Device, program: Program, records: list[Telemetry], too_much_at_s: tuple[float, ...]
) -> list[Limits]:
    """Until the device is idle or in a fault; the limits that held."""
    start_s = link.now_s()
    end_s = start_s + program.duration_ms / 1000 + OVERTIME_S
    to_say = sorted(too_much_at_s)
    limits = [_limits(device, records)]
    pressed = False
    while records[-1].state in (*states.MOVING, states.STOPPING):
        ran_s = link.now_s() - start_s
        if link.now_s() >= end_s:
            device.stop()
            raise DeviceError("the session did not end when its program did; it was stopped", fix="Restart the device.")
        if link.plant is not None and not pressed and ran_s >= TOUCH_S:
            link.plant.begin_press()
            pressed = True
        if to_say and ran_s >= to_say[0]:
            to_say.pop(0)
            device.too_much()
        device.pump(PUMP_S)
        silence.check(link, records[-1].host_s, STREAM_MS)
        if records[-1].limit_mn != limits[-1].limit_mn:
            limits.append(_limits(device, records))
    return limits


def _limits(device: Device, records: list[Telemetry]) -> Limits:
    return Limits(records[-1].host_s, device.get("limit_mn"), device.get("soft_mn"), device.get("trip_mn"))


def fault_line(run: Run) -> str:
    """One line on the fault that ended the run; "" when none did."""
    if not run.end_fault:
        return ""
    return f"{fault_name(run.end_fault)}: {fault_advice(run.end_fault)}"
