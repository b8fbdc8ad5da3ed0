"""`tapote blackbox`: the last 256 ticks before a fault, in words, as a picture, as CSV."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import on_device, screen
from host_tools.cli.options import Agreed, AsJson, Device, Force, Plot, Run, out
from host_tools.errors import UsageError

if TYPE_CHECKING:
    from host_tools.stage import Stage

BREAKS = {
    "rotor": "rotor_locked",
    "force-open": "force_open",
    "force-short": "force_short",
    "force-stuck": "force_frozen",
}
BREAK_AFTER_S = 5.0
WATCH_S = 20.0  # from the break until a fault must have come


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("blackbox")(blackbox)


def blackbox(
    device: Device = None,
    csv: Annotated[Path | None, out("The ticks as CSV")] = None,
    plot: Plot = None,
    run: Run = None,
    breaks: Annotated[
        str | None,
        typer.Option("--break", help=f"With --run on a simulated device: break this after 5 s: {', '.join(BREAKS)}"),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Let the device forget it afterwards")] = False,
    force: Force = False,
    yes: Agreed = False,
    as_json: AsJson = False,
) -> None:
    """Tell what led to a device's first fault since its last start.

    Half a second after the fault it is in the device's flash, and stays there until --clear or until the next fault.
    """
    from host_tools import blackbox as report
    from host_tools import files, plot_file

    if plot:
        plot_file.check(plot)
    if csv is not None:
        files.check(csv, named="--out", force=force)
    url = on_device.chosen(device)
    if breaks is not None and (breaks not in BREAKS or run is None or url.port):
        raise UsageError(
            f"--break {breaks}: needs --run, a simulated device and one of {', '.join(BREAKS)}",
            fix="For example: tapote blackbox --device sim: --run deep_tissue --break rotor",
        )
    with on_device.stage(url, run, yes=yes) as (stage, _):
        if run is not None:
            _follow(stage, breaks)
        stage.device.stream(0)
        found = report.read(stage.device)
        if found is not None and clear:
            stage.device.black_box(release=True)
    if found is None:
        if as_json:
            screen.show("null")
        else:
            screen.show("The black box is empty: no fault since it was cleared, or since the device was new.")
            if not url.port:
                screen.note(
                    f"{screen.SIMULATED}: this device was new when the command began. See one work:"
                    " tapote blackbox --device sim: --run deep_tissue --break rotor"
                )
        return
    if plot and not found.ticks:
        screen.note("No picture: a computer was reading the ticks when it happened, so none were recorded.")
    elif plot:
        from host_tools.plot_blackbox import save

        save(found, plot)
    if csv is not None:
        files.write(csv, found.as_csv().encode(), named="--out")
    if as_json:
        screen.document(found.as_json(), indent=None)
        return
    head, *lines = found.lines()
    screen.heading((f"{screen.SIMULATED}  " if found.simulated else "") + head)
    for line in lines:
        screen.show(screen.wrapped(line, 11))
    for path in [*(plot or []), *([csv] if csv is not None else [])]:
        screen.show(f"Written    {path}")


def _follow(stage: "Stage", breaks: str | None) -> None:
    """Run the session to its end; on a simulated device something may break on the way."""
    from host_tools.watch import watch

    broken_s = 0.0
    for passed_s in watch(stage, None, session=True):
        plant = stage.link.plant
        if breaks is not None and plant is not None and not broken_s and passed_s >= BREAK_AFTER_S:
            setattr(plant.faults, BREAKS[breaks], True)
            broken_s = passed_s
        if broken_s and passed_s - broken_s > WATCH_S:
            return
