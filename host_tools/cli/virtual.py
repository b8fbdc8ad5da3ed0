"""`tapote virtual --serve`: a board that exists only in memory, offered to mpremote, Thonny and these tools."""

import queue
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import screen
from host_tools.errors import UsageError

if TYPE_CHECKING:
    from host_tools.links.bridge import Bridge
    from host_tools.links.link import Link

PRESS_S = 0.2  # how long a person holds a button
KEYS = "Enter presses the board's button; 'hold' + Enter brings the head to the body, 'lift' takes it off; Ctrl-C ends."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("virtual")(virtual)


def virtual(
    serve: Annotated[bool, typer.Option("--serve", help="Offer the board until Ctrl-C")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="TCP port on this computer  [default: a free one]")] = 0,
    board: Annotated[str | None, typer.Option(help="Board name or .toml file  [default: pico_mosfet_fsr]")] = None,
    state: Annotated[Path | None, typer.Option(metavar="FILE", help="Keep the board's flash here between runs")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tell the two addresses as one JSON line")] = False,
) -> None:
    """Switch on a virtual board: real MicroPython and the firmware in an RP2040 emulator. SIMULATED: no motor turns.

    Try it with: mpremote connect socket://127.0.0.1:PORT fs ls, or tapote devices, run and tune on its serial port.
    """
    from host_tools.links.factory import open_link
    from host_tools.links.url import parse

    if not serve:
        raise UsageError("a virtual board needs --serve to be of use to others", fix="tapote virtual --serve")
    url = parse("virtual:").with_defaults(board=board, state=str(state) if state is not None else None)
    screen.note("Booting MicroPython in the RP2040 emulator ...")
    link = open_link(url)
    try:
        _offer(link, port, as_json)
    finally:
        link.close()
        if state is not None:
            screen.note(f"The board's flash is kept in {state}.")


def _offer(link: "Link", port: int, as_json: bool) -> None:
    """Serve until Ctrl-C, SIGTERM or a closed terminal."""
    from host_tools.links.bridge import Bridge

    bridge = Bridge(link, port=port)
    stop = threading.Event()
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(said,), daemon=True).start()
    try:
        _tell(bridge, as_json)
        while not stop.is_set():
            bridge.turn()
            while not said.empty():
                _obey(link, said.get().strip())
    except KeyboardInterrupt:
        screen.note("\nSwitched off.")
    finally:
        bridge.close()


def _listen(said: "queue.SimpleQueue[str]") -> None:
    """Lines that the person types, from a thread of their own: reading waits."""
    for line in sys.stdin:
        said.put(line)


def _tell(bridge: "Bridge", as_json: bool) -> None:
    url = f"serial:{bridge.pty_path}?simulated=1" if bridge.pty_path else f"serial:{bridge.socket_url}?simulated=1"
    if as_json:
        screen.document({"socket": bridge.socket_url, "device": url, "simulated": True}, indent=None)
    else:
        screen.heading(f"{screen.SIMULATED}  The virtual board is on.")
        screen.fact("mpremote", f"mpremote connect {bridge.socket_url}")
        screen.fact("tapote", f"tapote run deep_tissue --device '{url}'")
        screen.note(KEYS)
    sys.stdout.flush()


def _obey(link: "Link", word: str) -> None:
    """What the person at the terminal does to the board."""
    if word == "":
        link.press_button(PRESS_S)
        screen.note("The button was pressed.")
    elif word == "hold" and link.plant is not None:
        link.plant.begin_press()
        screen.note("The head is on the body now.")
    elif word == "lift" and link.plant is not None:
        link.plant.lift()
        screen.note("The head is in the air now.")
    else:
        screen.note(KEYS)
