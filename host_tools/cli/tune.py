"""`tapote tune`: settings changed while the device runs, with STOP on the space bar."""

import sys

import typer

from host_tools.cli import on_device, screen
from host_tools.cli.options import Agreed, Device, Run
from host_tools.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tune")(tune)


def tune(device: Device = None, run: Run = None, yes: Agreed = False) -> None:
    """Change settings on a live screen. Space stops the motor, always and at once.

    Simulated devices run in real time; without a session (--run) they only stand there.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "tune needs a terminal for its keys and its screen",
            fix="In scripts: tapote get, set, save, revert; to watch: tapote monitor.",
        )
    url = on_device.chosen(device)
    board = on_device.board_to_drive(url, yes) if run is not None else ""
    from rich.console import Console
    from rich.live import Live

    from host_tools import tune_screen
    from host_tools.keys import terminal_keys
    from host_tools.links.factory import open_link
    from host_tools.links.watched import WatchedLink
    from host_tools.stage import Stage, prepare
    from host_tools.tuner import Tuner

    play = prepare(run, url, board) if run is not None else None
    on_device.say_boot(url)
    with terminal_keys() as keys:
        link = WatchedLink(open_link(play.url if play is not None else url), keys)
        try:
            stage = Stage(link, period_ms=50)
            with on_device.stopped_at_the_end(stage):
                tuner = Tuner(stage, link, play)
                if play is not None:
                    link.pending.append("g")
                console = Console()
                with Live(console=console, screen=True, auto_refresh=False) as live:

                    def draw() -> None:
                        live.update(tune_screen.render(tuner, console.width), refresh=True)

                    tune_screen.run(tuner, link, draw)
        finally:
            link.close()
    left = tuner.settings.unsaved()
    if left:
        screen.note("Not saved:")
        for one in left:
            screen.note(f"  {one}")
        screen.note(on_device.forgets(url) or "They apply until the device restarts; keep them: tapote save")
