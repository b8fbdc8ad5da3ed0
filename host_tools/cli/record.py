"""`tapote record` and `tapote plot`: sessions kept as CSV, and laid over each other as a picture."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import on_device, screen
from host_tools.cli.options import Agreed, AsJson, Device, Force, Run, out
from host_tools.numerals import counted

if TYPE_CHECKING:
    from host_tools.messages import Telemetry
    from host_tools.stage import Play, Stage

SECONDS = 10.0


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("record")(record)
    app.command("plot")(plot)


def record(
    file: Annotated[Path | None, out("CSV file  [default: named after the profile, or recording.csv]")] = None,
    device: Device = None,
    run: Run = None,
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help=f"How long  [default: the session, else {SECONDS:g}]")
    ] = None,
    every_ms: Annotated[int, typer.Option(min=5, max=1000, help="Time between two records")] = 20,
    force: Force = False,
    yes: Agreed = False,
    as_json: AsJson = False,
) -> None:
    """Record a device's telemetry as CSV, with a header that says what ran where. Ctrl-C ends it in order."""
    from host_tools import files
    from host_tools.profiles.own import plain_name
    from host_tools.recording import Recorder
    from host_tools.watch import watch

    file = file if file is not None else Path(f"{plain_name(Path(run).stem) if run else 'recording'}.csv")
    files.check(file, named="--out", force=force)
    url = on_device.chosen(device)
    with on_device.stage(url, run, seconds=seconds if run else None, yes=yes, period_ms=every_ms) as (stage, play):
        if run is None:
            seconds = SECONDS if seconds is None else seconds
            if stage.link.plant is not None:
                screen.note(f"{screen.SIMULATED}: nothing runs on this device. Start a session there: --run PROFILE")
        recorder = Recorder(file, header(stage, play, every_ms), force=force)
        batch: list[Telemetry] = []
        stage.on_record = batch.append
        try:
            for _ in watch(stage, None if run else seconds, session=run is not None):
                recorder.add(batch, stage.device.bad_frames)
                batch.clear()
        finally:
            recorder.close()
            if not as_json:
                lost = f", {recorder.lost} lost on the way" if recorder.lost else ", none lost"
                screen.show(f"{file}: {counted(recorder.records, 'record')}{lost}")
    if as_json:
        told = {"file": str(file), "records": recorder.records, "lost": recorder.lost}
        screen.document(told | {"simulated": stage.link.simulated})


def header(stage: "Stage", play: "Play | None", every_ms: int) -> dict[str, object]:
    """What stands at the top of a recording."""
    hello = stage.hello
    about: dict[str, object] = {
        "device": stage.link.name,
        "simulated": stage.link.simulated,
        "firmware": hello.firmware,
        "board": hello.board,
        "parameter_table": f"{hello.table_hash:08x}",
        "every_ms": every_ms,
        "profile": play.profile if play is not None else None,
        "profile_sha256": play.digest if play is not None else None,
        "seed": play.url.world.seed if play is not None and stage.link.plant is not None else None,
    }
    if play is not None:
        about |= {"program": play.program.name, "region": play.program.region}
        if stage.link.plant is not None:
            about["world"] = {key: value for key, value in asdict(play.url.world).items() if key != "state"}
    return about


def plot(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Recordings (see `tapote record`)")],
    pictures: Annotated[
        list[Path] | None, out("Picture, .png or .svg; may be repeated  [default: as the first]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw recordings over each other: rate, motor output, force, current."""
    from host_tools import plot_file, recording

    pictures = pictures or [files[0].with_suffix(".png")]
    plot_file.check(pictures, named="--out")
    recordings = [recording.read(file) for file in files]
    for one in recordings:
        if one.cut:
            screen.note(f"{one.path}: its last line was cut short and is left out.")
    from host_tools.plot_recording import save

    save(recordings, pictures)
    screen.pictures(pictures, as_json=as_json)
