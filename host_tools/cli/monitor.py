"""`tapote monitor`: what a device does, one line a second, or as curves in the terminal."""

import sys
from collections import deque
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import on_device, screen
from host_tools.cli.options import Agreed, Device, Run

if TYPE_CHECKING:
    from host_tools.messages import Telemetry
    from host_tools.stage import Stage

HEADS = (
    ("TIME", 6),
    ("STATE", 9),
    ("RATE", 5),
    ("ASKED", 6),
    ("DRIVE%", 7),
    ("LEFT%", 6),
    ("FORCE_N", 8),
    ("PEAK_N", 7),
    ("LIMIT_N", 8),
    ("AMPERE", 7),
    ("VOLT", 6),
    ("CELSIUS", 8),
    ("LOST", 5),
)
HEAD_EVERY = 20  # lines
PLOT_S = 60
PLOT_HZ = 20  # watch.STEP_S
FAST_HELP = "A simulated device runs as fast as this computer can, not in real time"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("monitor")(monitor)


def monitor(
    device: Device = None,
    run: Run = None,
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="How long  [default: the session, else until Ctrl-C]")
    ] = None,
    curves: Annotated[bool, typer.Option("--curves", help="Curves of the last minute instead of lines")] = False,
    fast: Annotated[bool, typer.Option("--fast", help=FAST_HELP)] = False,
    yes: Agreed = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a second on stdout")] = False,
) -> None:
    """Watch a device: a line a second with rate, drive, force against its limit, current, battery, temperature."""
    from host_tools.emulator.pace import Pacer
    from host_tools.watch import watch

    url = on_device.chosen(device)
    with on_device.stage(url, run, yes=yes) as (stage, _):
        if run is None and stage.link.plant is not None:
            screen.note(f"{screen.SIMULATED}: nothing runs on this device. Start a session there: --run PROFILE")
        seen: deque[Telemetry] = deque(maxlen=1 if not curves else PLOT_S * PLOT_HZ)
        peaks: list[Telemetry] = []
        shown = _Curves(stage, seen) if curves else _Lines(as_json)
        stage.on_record = peaks.append
        pacer = Pacer() if stage.link.plant is not None and not fast else None
        told = 0
        with shown:
            for passed_s in watch(stage, seconds, session=run is not None, pacer=pacer):
                if curves and peaks:
                    seen.append(_strongest(peaks))
                    peaks.clear()
                    shown.take(passed_s, seen[-1])
                elif int(passed_s + 1e-6) > told and peaks:
                    told = int(passed_s + 1e-6)
                    shown.take(told, _strongest(peaks))
                    peaks.clear()
        _last_word(stage)


def _strongest(records: "list[Telemetry]") -> "Telemetry":
    """The newest of these records, with the highest peak of them all."""
    from dataclasses import replace

    return replace(records[-1], peak_mn=max(max(record.peak_mn, record.force_mn) for record in records))


def _last_word(stage: "Stage") -> None:
    from host_tools.messages import fault_advice, fault_name

    last = stage.last
    if last is not None and last.fault:
        screen.note(f"{fault_name(last.fault)}: {fault_advice(last.fault)}")
        screen.note("What led to it, tick by tick: tapote blackbox")


class _Lines:
    """A line a second."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._count = 0

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def take(self, passed_s: float, record: "Telemetry") -> None:
        """Show a second."""
        if self._json:
            screen.document({"seconds": passed_s, "state_name": record.state_name} | asdict(record), indent=None)
            return
        if self._count % HEAD_EVERY == 0:
            screen.heading(_row([head for head, _ in HEADS]))
        self._count += 1
        cells = [
            f"{passed_s:.0f} s",
            record.state_name,
            str(record.rate_spm),
            str(record.rate_target_spm),
            f"{abs(record.out_permille) / 10:.0f}",
            f"{record.scale_permille / 10:.0f}",
            f"{record.force_mn / 1000:.1f}",
            f"{record.peak_mn / 1000:.1f}",
            f"{record.limit_mn / 1000:g}",
            f"{record.current_ma / 1000:.2f}",
            f"{record.battery_mv / 1000:.2f}",
            f"{record.temperature_dc / 10:.1f}",
            str(record.dropped),
        ]
        screen.show(_row(cells))


def _row(cells: list[str]) -> str:
    """Cells right-aligned under their heads; the state, the only word among them, left."""
    return "".join(
        f"  {cell:<{room}}" if head == "STATE" else f"{cell:>{room}}"
        for cell, (head, room) in zip(cells, HEADS, strict=True)
    )


class _Curves:
    """Curves of the last minute: live on a terminal, once at the end elsewhere."""

    def __init__(self, stage: "Stage", seen: "deque[Telemetry]") -> None:
        from rich.console import Console
        from rich.live import Live

        self._stage = stage
        self._seen = seen
        self._live = Live(console=Console(), auto_refresh=False) if sys.stdout.isatty() else None

    def __enter__(self) -> "_Curves":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
        elif self._seen:
            screen.show("\n".join(self._lines()))

    def take(self, passed_s: float, record: "Telemetry") -> None:
        """Show what has come."""
        if self._live is not None:
            from rich.text import Text

            self._live.update(Text("\n".join(self._lines()), no_wrap=True), refresh=True)

    def _lines(self) -> list[str]:
        from host_tools.text_plot import chart

        last = self._seen[-1]
        room = screen.width()
        mark = f"{screen.SIMULATED}  " if self._stage.link.simulated else ""
        rates = [record.rate_spm for record in self._seen]
        forces = [record.peak_mn / 1000 for record in self._seen]
        drives = [abs(record.out_permille) / 10 for record in self._seen]
        limit_n = last.limit_mn / 1000
        span = f"the last {(self._seen[-1].host_s - self._seen[0].host_s):.0f} s"
        asked = f"{last.rate_spm} of {last.rate_target_spm} strokes/min"
        return [
            f"{mark}{last.state_name}  {self._stage.link.name} board {self._stage.hello.board}, {span}",
            *chart(f"Rate: {asked}", rates, width=room),
            *chart(f"Force: peak {forces[-1]:.1f} of {limit_n:g} N", forces, width=room, top=limit_n),
            *chart(f"Motor output: {drives[-1]:.0f} %", drives, width=room, top=100),
        ]
