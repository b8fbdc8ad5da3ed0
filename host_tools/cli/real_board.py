"""`tapote run` on a real board: its own board file, no simulated world, a button that only a person presses."""

from typing import TYPE_CHECKING

from host_tools.cli import screen
from host_tools.errors import UsageError

if TYPE_CHECKING:
    from host_tools.links.url import DeviceUrl

WORLD_ONLY = ("person", "tissue", "seed")


def plan_for(url: "DeviceUrl", choices: dict[str, object], press: bool | None) -> str:
    """The board file of the board behind a serial URL, as a name or path for load_board.

    Asks the device who it is, and says so when its force sensor was never calibrated. UsageError for options that
    shape a simulated world, for --press, and for a board file that is not the one on the device; LinkError or
    DeviceError when nobody answers.
    """
    from host_tools.boards import list_boards, load_board
    from host_tools.device import Device
    from host_tools.doctor_device import CALIBRATE, NOT_CALIBRATED
    from host_tools.links.factory import open_link

    idle = [f"--{name}" for name in WORLD_ONLY if choices.get(name) is not None]
    if press:
        idle.append("--press")
    if idle:
        raise UsageError(
            f"{', '.join(idle)}: for simulated devices only, and serial:{url.port} is a real one",
            fix="Leave it out, or use --device sim:. On a real board a person presses its button.",
        )
    link = open_link(url)
    try:
        device = Device(link)
        name = device.hello().board
        if not link.simulated and not device.usage().calibrated:
            screen.note(f"{NOT_CALIBRATED} Once: {CALIBRATE}")
    finally:
        link.close()
    given = choices.get("board")
    if given is not None:
        if (wanted := load_board(str(given)).name) != name:
            raise UsageError(
                f"--board is {wanted}, but the device was set up as {name}",
                fix=f"Leave --board out, or put the other board file on the device: tapote deploy --board {given}",
            )
        return str(given)
    if name not in list_boards():
        raise UsageError(
            f"the device was set up as '{name}', a board that does not come with Tapote",
            fix="Name the board file that you deployed: --board FILE",
        )
    return name


def ask_to_press() -> None:
    """Tell the person that everything waits for them."""
    screen.note("Ready. Hold the device as you want to use it, then press the button on it to start (within a minute).")
    screen.note("To stop: press and hold its button, or Ctrl-C here.")
