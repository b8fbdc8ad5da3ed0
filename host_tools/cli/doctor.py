"""`tapote doctor`: what keeps a board from working, and the one thing to do about each."""

import getpass
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import screen
from host_tools.cli.options import AsJson

if TYPE_CHECKING:
    from host_tools.doctor import Report
    from host_tools.doctor_facts import Facts

MARKS = {"ok": "ok", "note": "note", "problem": "PROBLEM"}
QUESTION = "Nothing is on USB. Does the board show power (an LED lights, or it gets warm) when it is plugged in?"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    device: Annotated[
        str | None, typer.Option(help="serial:PORT, sim: or virtual:  [default: $TAPOTE_DEVICE, or all that is there]")
    ] = None,
    board: Annotated[
        str | None, typer.Option(help="Board name or .toml file that should be on it  [default: as the device says]")
    ] = None,
    powered: Annotated[
        bool | None, typer.Option("--powered/--no-powered", help="Whether the board has power  [default: ask]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find out why a board does not work. Looks only: nothing is interrupted, changed or started.

    Exit code 0: all well. 1: a problem was found, with what to do.
    """
    from host_tools.doctor import diagnose

    facts = _facts(device, board)
    nothing = facts.looked and not facts.ports and not facts.volumes
    if nothing and powered is None and sys.stdin.isatty() and sys.stderr.isatty() and not as_json:
        powered = typer.confirm(QUESTION, default=False, err=True)
    report = diagnose(replace(facts, powered=powered, user=_user()))
    if as_json:
        simulated = any(port.simulated for port in facts.ports)
        screen.document(report.as_json() | {"simulated": simulated})
    else:
        _tell(report, facts)
    if not report.healthy:
        raise typer.Exit(1)


def _facts(device: str | None, board: str | None) -> "Facts":
    from host_tools import doctor_facts
    from host_tools.boards import load_board
    from host_tools.bootsel import Host
    from host_tools.links.choose import VARIABLE
    from host_tools.links.factory import open_link
    from host_tools.links.ports import UsbPort, resolve, usb_ports
    from host_tools.links.serial import SerialLink
    from host_tools.links.url import parse

    if board is not None:
        load_board(board)  # a mistake in the name is told as one, not as an ill device
    named = device if device is not None else os.environ.get(VARIABLE) or None
    host = Host()
    if named is None:
        return doctor_facts.gather(host, usb_ports(), lambda port: SerialLink(port.device), board)
    url = parse(named)
    if url.scheme != "serial":
        link = open_link(url)
        try:
            return doctor_facts.simulated(link, board)
        finally:
            link.close()
    wanted = resolve(url.port)
    port = next((port for port in usb_ports() if port.device == wanted), UsbPort(wanted, 0, 0))
    facts = doctor_facts.at_port(host, port, lambda port: SerialLink(port.device, simulated=url.simulated), board)
    return doctor_facts.named(host, replace(facts, simulated=url.simulated))


def _tell(report: "Report", facts: "Facts") -> None:
    if any(port.simulated for port in facts.ports):
        screen.note(f"{screen.SIMULATED}: this device is not a real board.")
    for finding in report.findings:
        screen.show(screen.wrapped(f"{MARKS[finding.level]:<8} {finding.where}  {finding.text}", 9))
        if finding.fix:
            screen.show(f"         Fix: {finding.fix}")  # unbroken, so that a command can be copied
    screen.show()
    problems = sum(finding.level == "problem" for finding in report.findings)
    if problems:
        screen.show(f"{problems} problem{'s' if problems > 1 else ''}. Mend the first, then run tapote doctor again.")
    else:
        screen.show("All well.")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "$USER"
