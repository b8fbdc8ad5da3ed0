"""Open the link that a device URL names. Imports the emulator only when it is asked for."""

from pathlib import Path

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.links.link import Link
from host_tools.links.url import SERIAL, DeviceUrl
from host_tools.plant.build import build_plant


def open_link(url: DeviceUrl) -> Link:
    """A booted device. UsageError for a world that cannot be; TapoteError when the virtual board cannot boot; LinkError
    when the port of a real one cannot be opened.
    """
    if url.scheme == SERIAL:
        from host_tools.links.serial import SerialLink

        return SerialLink(url.port, simulated=url.simulated)
    world = url.world
    board = load_board(world.board)
    plant = build_plant(
        board,
        tissue=world.tissue,
        region=world.region,
        person=world.person,
        seconds=world.seconds,
        seed=world.seed,
        press_n=world.press_n,
        effort=world.effort,
        charge=world.charge,
    )
    name = f"{url.scheme}:"
    if url.scheme == "virtual":
        from host_tools.links.virtual import VirtualLink

        state = Path(world.state) if world.state else None
        return VirtualLink(compile_board(board), plant, name, realtime=world.realtime, state=state)
    from host_tools.links.sim import SimLink

    return SimLink(compile_board(board), plant, name)
