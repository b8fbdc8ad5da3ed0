"""The black box of a device: what led to its first fault since the last start, tick by tick."""

import json
from dataclasses import asdict, dataclass

from host_tools.device import Device
from host_tools.messages import BlackBox, Tick, fault_advice, fault_name, state_name
from host_tools.numerals import times

TRIPS = {1: "force", 2: "converter", 4: "main loop"}  # bits of a tick's flags: what held the motor off
_ENABLED = 0x100
RECALLED = 2  # held: read back from flash
_MASK30 = 2**30 - 1
COLUMNS = (
    "before_ms",
    "force_n",
    "peak_n",
    "drive_left_pct",
    "output_pct",
    "rate_spm",
    "late_us",
    "motor_allowed",
    "held_off_by",
)


@dataclass(frozen=True, slots=True)
class Report:
    """A black box that was read. ticks: the last 256 before the record stood still, oldest first; none when a computer
    was reading the ring at that moment, which then recorded nothing."""

    box: BlackBox
    ticks: list[Tick]
    board: str
    firmware: str
    simulated: bool

    @property
    def times_ms(self) -> list[float]:
        """When each tick was, in ms; the last is 0."""
        end_us = self.ticks[-1].now_us if self.ticks else 0
        return [-((end_us - tick.now_us) & _MASK30) / 1000 for tick in self.ticks]

    def lines(self) -> list[str]:
        """What happened, in words."""
        box = self.box
        force, ticks = "not known", "none: a computer was reading them when it happened"
        if self.ticks:
            peak = max(self.ticks, key=lambda tick: tick.force_mn)
            at_ms = self.times_ms[self.ticks.index(peak)]
            late_us = max(tick.late_us for tick in self.ticks)
            force = f"at most {peak.force_mn / 1000:.1f} N, {-at_ms:.1f} ms before the end"
            ticks = f"{len(self.ticks)} over {-self.times_ms[0]:.1f} ms, late by at most {late_us} us"
        return [
            ("Before its last start: " if box.held == RECALLED else "")
            + f"{fault_name(box.fault)}, {box.time_ms / 1000:.2f} s after power-on, in state {state_name(box.state)}",
            fault_advice(box.fault),
            f"Session    {box.run_ms / 1000:.1f} s in, phase {box.phase + 1}, {box.strokes} strokes,"
            f' "too much" said {times(box.too_much)}',
            f"Asked      {box.rate_target_spm} strokes/min, drive {box.drive_permille / 10:g} %",
            f"Force      {force}; limit {box.limit_mn / 1000:g} N, trip {box.trip_mn / 1000:g} N",
            f"Slow       {box.current_ma / 1000:.2f} A, {box.battery_mv / 1000:.2f} V, {box.temperature_dc / 10} °C",
            f"Ticks      {ticks}",
        ]

    def rows(self) -> list[tuple[object, ...]]:
        """The ticks in the units of COLUMNS."""
        return [
            (
                round(-time_ms, 3),
                tick.force_mn / 1000,
                tick.peak_mn / 1000,
                round(tick.scale_q16 / 655.36, 2),
                round(tick.out_q12 / 40.96, 2),
                tick.rate_spm,
                tick.late_us,
                int(bool(tick.flags & _ENABLED)),
                "+".join(what for bit, what in TRIPS.items() if tick.flags & bit),
            )
            for time_ms, tick in zip(self.times_ms, self.ticks, strict=True)
        ]

    def header(self) -> dict[str, object]:
        """Everything but the ticks."""
        box = {name: value for name, value in asdict(self.box).items() if name != "held"}
        names = {"fault_name": fault_name(self.box.fault), "state_name": state_name(self.box.state)}
        return {"board": self.board, "firmware": self.firmware, "simulated": self.simulated} | box | names

    def as_csv(self) -> str:
        """One comment line of JSON, the columns, a line a tick."""
        top = "# " + json.dumps({"tapote_blackbox": 1} | self.header(), allow_nan=False)
        return "\n".join([top, ",".join(COLUMNS), *(",".join(map(str, row)) for row in self.rows())]) + "\n"

    def as_json(self) -> dict[str, object]:
        """Everything."""
        return self.header() | {"ticks": [dict(zip(COLUMNS, row, strict=True)) for row in self.rows()]}


def read(device: Device) -> Report | None:
    """What the device holds, None when it holds nothing. It goes on holding it. DeviceError as Device does."""
    hello = device.hello()
    box = device.black_box()
    if not box.held:
        return None
    ticks = device.ring()
    recorded = any(tick.now_us or tick.flags for tick in ticks)
    return Report(box, ticks if recorded else [], hello.board, hello.firmware, device.link.simulated)
