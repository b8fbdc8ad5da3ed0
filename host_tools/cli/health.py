"""`tapote selftest` and `tapote clear`: what a device found out about itself, and letting go of the fault it holds."""

from dataclasses import asdict

import typer

from host_tools.cli import on_device, screen
from host_tools.cli.options import AsJson, Device
from host_tools.errors import TapoteError

MARKS = {True: "ok", False: "FAILED", None: "no sensor"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("selftest")(selftest)
    app.command("clear")(clear)


def selftest(device: Device = None, as_json: AsJson = False) -> None:
    """What the device tested when it started: output pin, control loop, sensors, battery, settings, firmware.

    Looks only; switch the device off and on to have it test again. Exit code 1 when a test failed.
    """
    from host_tools.doctor_device import CALIBRATE, NOT_CALIBRATED
    from host_tools.messages import reset_name, selftests

    with on_device.client(on_device.chosen(device)) as client:
        hello = client.hello()
        results = selftests(*client.selftest())
        simulated = client.link.simulated
        calibrated = None if simulated else client.usage().calibrated
    failed = [result for result in results if result.passed is False]
    if as_json:
        told: dict[str, object] = {"board": hello.board, "simulated": simulated, "calibrated": calibrated}
        told["started_by"] = reset_name(hello.reset_cause)
        screen.document(told | {"passed": not failed, "tests": [asdict(result) for result in results]})
    else:
        mark = f"{screen.SIMULATED}  " if simulated else ""
        screen.heading(f"{mark}Self-test of {hello.board}, started by {reset_name(hello.reset_cause)}")
        for result in results:
            screen.show(screen.wrapped(f"{MARKS[result.passed]:<10} {result.name:<13} {result.checks}", 25))
            if result.passed is False:
                screen.show(f"{'':<11}Fix: {result.fix}")
        if calibrated is False:
            screen.show(screen.wrapped(f"{'note':<10} {NOT_CALIBRATED} Once: {CALIBRATE}", 11))
    if failed:
        raise typer.Exit(1)


def clear(device: Device = None, as_json: AsJson = False) -> None:
    """Let go of the fault that holds the device, once you have seen what it was. The device's own button does the same.

    Never starts anything. Refused while the cause is there, and for faults that need a repair and a restart.
    """
    from host_tools.messages import fault_advice, fault_name

    with on_device.client(on_device.chosen(device)) as client:
        fault = client.hello().fault
        cleared = not fault or client.clear()
        left = client.hello().fault
    if not cleared:
        raise TapoteError(f"{fault_name(left)} stays: {fault_advice(left)}", fix="Do what it says, then try again.")
    if as_json:
        screen.document({"cleared": fault_name(fault) if fault else None})
    else:
        screen.show(f"{fault_name(fault)} is cleared." if fault else "No fault holds the device.")
