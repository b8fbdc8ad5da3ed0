"""`tapote usage` and `tapote calibrate`: what a device has counted, and its force sensor against a kitchen scale."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import on_device, screen
from host_tools.cli.options import Agreed, AsJson, Device
from host_tools.errors import UsageError
from host_tools.numerals import times

if TYPE_CHECKING:
    from host_tools.calibration import Reading
    from host_tools.device import Device as Client

SETTLE_S = 3.0  # until a simulated hand presses steadily


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("usage")(usage)
    app.command("calibrate")(calibrate)


def usage(device: Device = None, as_json: AsJson = False) -> None:
    """Show what a device has counted in its life: sessions, strokes, faults, restarts; and how its storage is."""
    from host_tools.messages import STORES

    url = on_device.chosen(device)
    with on_device.client(url) as board:
        found = board.usage()
    if as_json:
        names = ("sessions", "run_s", "strokes", "too_much", "saves", "zero_mn", "gain_permille")
        document: dict[str, object] = {name: getattr(found, name) for name in names}
        document["restarts"] = {"power": found.by_power, "watchdog": found.by_watchdog, "software": found.by_software}
        document["faults"] = found.fault_counts
        document["settings"] = STORES[found.settings_state]
        document["calibration"] = STORES[found.calibration_state]
        screen.document(document)
        return
    counts = ", ".join(f"{name} {count}" for name, count in found.fault_counts.items())
    held = f"zero {found.zero_mn / 1000:g} N, gain {found.gain_permille / 1000:g}"
    for name, text in (
        ("sessions", f"{found.sessions}, {found.run_s // 60} min {found.run_s % 60} s in all"),
        ("strokes", str(found.strokes)),
        ("too much", f"said {times(found.too_much)}"),
        ("started by", f"power {found.by_power}, watchdog {found.by_watchdog}, software {found.by_software}"),
        ("faults", counts or "none"),
        ("settings", STORES[found.settings_state]),
        ("calibration", f"{held} ({STORES[found.calibration_state]})"),
    ):
        screen.fact(name, text, 14)
    if remark := on_device.forgets(url):
        screen.note(remark)


def calibrate(
    device: Device = None,
    reset: Annotated[bool, typer.Option("--reset", help="Back to zero 0 N and gain 1")] = False,
    cross_check: Annotated[
        bool, typer.Option("--cross-check", help="Compare the calibrated sensor with the motor, and have it watched")
    ] = False,
    yes: Agreed = False,
    as_json: AsJson = False,
) -> None:
    """Calibrate the force sensor on a kitchen scale: once with the head free, once pressed onto the scale.

    Then --cross-check: half a minute of strokes under a steady press, and from then on a sensor that reads much less
    than the motor feels is a fault. On a simulated device a simulated hand presses.
    """
    if cross_check:
        if reset:
            raise UsageError("--reset and --cross-check exclude each other", fix="Calibrate first, then --cross-check.")
        _cross_check(device, yes, as_json=as_json)
        return
    from host_tools import calibration
    from host_tools.restore import must_be_idle

    url = on_device.chosen(device)
    with on_device.client(url) as board:
        must_be_idle(board.hello())
        if board.link.plant is None and not reset and not sys.stdin.isatty():
            raise UsageError(
                "this asks you to press the head onto a scale, and nobody is there to answer",
                fix="Run it in a terminal.",
            )
        zero_mn, gain = (0, 1000) if reset else calibration.work_out(*_weigh(board))
        board.calibrate(zero_mn, gain)
    if as_json:
        screen.document({"zero_mn": zero_mn, "gain_permille": gain}, indent=None)
        return
    screen.show(f"Stored: zero {zero_mn / 1000:g} N, gain {gain / 1000:g}.")
    if remark := on_device.forgets(url):
        screen.note(remark)


def _cross_check(device: str | None, yes: bool, *, as_json: bool) -> None:
    """`calibrate --cross-check`."""
    from host_tools import cross_check
    from host_tools.boards import load_board
    from host_tools.restore import must_be_idle

    url = on_device.chosen(device)
    board = on_device.board_to_drive(url, yes)

    def ask() -> None:
        screen.note("Press the button; then press the head steadily onto a thigh, 8 to 15 N, until it stops (30 s).")

    with on_device.client(url) as client:
        must_be_idle(client.hello())
        felt, limit = cross_check.cross_check(client, load_board(board), ask)
    if as_json:
        screen.document({"felt_permille": felt, "felt_limit_permille": limit}, indent=None)
        return
    screen.show(f"The motor feels {felt / 10:g} % of what the sensor reads. Stored: a fault above {limit / 10:g} %.")
    if remark := on_device.forgets(url):
        screen.note(remark)


def _weigh(board: "Client") -> "tuple[Reading, Reading, float]":
    """(the head free, the head on the scale, kg that the scale showed)."""
    from host_tools.calibration import read

    plant = board.link.plant
    if plant is None:
        ready = "Lay the device down with its head free, hands off. Press Enter"
        typer.prompt(ready, default="", show_default=False, prompt_suffix=" ", err=True)
        unloaded = read(board)
        kg: float = typer.prompt("Press the head onto the scale, about 1.5 kg, and hold it. kg", type=float, err=True)
        return unloaded, read(board), kg
    unloaded = read(board)
    plant.begin_press()
    board.pump(SETTLE_S)
    loaded = read(board)
    plant.lift()
    return unloaded, loaded, loaded.scale_kg
