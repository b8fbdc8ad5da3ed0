"""`tapote profile list`, `push`, `pull`, `erase`: the programs that a device keeps for a day without a computer."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import on_device, screen
from host_tools.cli.options import AsJson, Device, Yes, out
from host_tools.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_tools.profiles.model import Profile
    from host_tools.profiles.program import Program
    from host_tools.shelf import Slot

SlotNumber = Annotated[int, typer.Argument(metavar="SLOT", help="1 to 8, as `tapote profile list` shows them")]


def register(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("list")(list_stored)
    group.command("push")(push)
    group.command("pull")(pull)
    group.command("erase")(erase)


def list_stored(device: Device = None, as_json: AsJson = False) -> None:
    """List the programs that are stored on a device. Its button chooses among them: see docs/standalone.md."""
    from host_tools.shelf import Shelf

    url = on_device.chosen(device)
    with on_device.client(url) as client:
        slots = Shelf(client).slots()
    if as_json:
        screen.document([_as_dict(slot) for slot in slots])
    else:
        head, *lines = screen.table(
            ("SLOT", "PROGRAM", "LENGTH", "PHASES", "STORED"),
            [
                (str(slot.number), slot.name, screen.clock(slot.length_s), str(slot.phases), slot.text)
                if slot.phases
                else (str(slot.number), "-", "", "", slot.text)
                for slot in slots
            ],
        )
        screen.heading(head)
        for line in lines:
            screen.show(line)
    if remark := on_device.forgets(url):
        screen.note(remark)


def push(
    profile: Annotated[str, typer.Argument(help="Name of a profile, or a .toml file.")],
    slot: Annotated[
        int | None, typer.Option(metavar="N", help="1 to 8  [default: the one with this name, or the first empty one]")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(help="Only for this region; may be repeated  [default: all that it names]")
    ] = None,
    board: Annotated[
        str | None, typer.Option(help="The board file of the device, if it does not come with Tapote")
    ] = None,
    replace_it: Annotated[bool, typer.Option("--replace", help="Take the place of what is in the slot")] = False,
    device: Device = None,
    as_json: AsJson = False,
) -> None:
    """Store a profile on a device, to be run there without a computer.

    The device cannot ask where you use it, so of every limit the lowest of all its regions is stored.
    """
    from host_tools.profiles.library import get_profile
    from host_tools.shelf import Shelf, place_for

    wanted = get_profile(profile)
    url = on_device.chosen(device)
    with on_device.client(url) as client:
        shelf = Shelf(client)
        program, titles = _program(wanted, region, board, client.hello().board)
        number = place_for(program.name, shelf.slots(), slot, replace_it=replace_it)
        stored = shelf.store(program, number)
    if as_json:
        screen.document(_as_dict(stored) | {"limit_n": program.limit_mn / 1000})
    else:
        length = screen.clock(stored.length_s)
        text = f'Slot {number}: "{stored.name}", {length}, at most {program.limit_mn / 1000:g} N. For {titles}.'
        screen.show(screen.wrapped(text))
        screen.show("On the device: tap until the LED blinks its number, hold for a second, let go, then press.")
    if remark := on_device.forgets(url):
        screen.note(remark)


def pull(
    slot: SlotNumber,
    output: Annotated[Path | None, out("A new .toml file  [default: print it]")] = None,
    device: Device = None,
    as_json: AsJson = False,
) -> None:
    """Write a stored program as a profile again, as far as the device knows it."""
    from host_tools.profiles.from_device import write
    from host_tools.profiles.own import target, write_new
    from host_tools.shelf import Shelf, must_be_slot

    must_be_slot(slot)
    path = None if output is None else target(output.stem, output, lambda name: "")
    url = on_device.chosen(device)
    with on_device.client(url) as client:
        kept = Shelf(client).read(slot)
        board = client.hello().board
    written = write(kept, slot, board, _known(kept.name))
    if path is not None:
        write_new(path, written.text)
    if as_json:
        told = {"slot": slot, "name": kept.name, "file": str(path) if path is not None else None}
        screen.document(told | {"lost": list(written.lost), "profile": written.text})
        return
    if path is None:
        screen.show(written.text.rstrip())
        return
    screen.show(f"Written: {path}")
    for remark in written.lost:
        screen.show("  - " + screen.wrapped(remark, 4))


def erase(
    slot: SlotNumber,
    device: Device = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take a stored program off a device."""
    from host_tools.cli.backup import somebody_answers, sure
    from host_tools.shelf import Shelf, must_be_slot

    must_be_slot(slot)
    somebody_answers(yes)
    url = on_device.chosen(device)
    with on_device.client(url) as client:
        shelf = Shelf(client)
        there = shelf.look(slot)
        if not there.empty:
            sure(f'Erase slot {slot}, "{there.name}"?' if there.phases else f"Erase slot {slot} ({there.text})?", yes)
            shelf.erase(slot)
    if as_json:
        screen.document({"slot": slot, "erased": not there.empty, "name": there.name})
    else:
        screen.show(f"Slot {slot} is empty." if not there.empty else f"Slot {slot} was empty already.")


def _program(
    wanted: "Profile", regions: "Sequence[str] | None", board: str | None, wired: str
) -> "tuple[Program, str]":
    """What is stored, and for which regions. wired: the board that the device says it is."""
    from host_tools.boards import list_boards, load_board
    from host_tools.profiles.compile import compile_profile
    from host_tools.regions import get_region
    from host_tools.shelf import strictest

    if board is None and wired not in list_boards():
        raise UsageError(
            f"the device was set up as '{wired}', a board that does not come with Tapote",
            fix="Name the board file that you deployed: --board FILE",
        )
    target = load_board(board if board is not None else wired)
    if target.name != wired:
        raise UsageError(f"--board is {target.name}, but the device was set up as {wired}", fix="Leave --board out.")
    places = [get_region(name) for name in regions or wanted.regions]
    program = strictest([compile_profile(wanted, target, place) for place in places])
    return program, ", ".join(place.title for place in places)


def _known(name: str) -> "Profile | None":
    """A profile of the library or an own one that has this name for people."""
    from host_tools.profiles.library import get_profile, list_profiles
    from host_tools.profiles.own import own_profiles

    sources: list[str | Path] = [*list_profiles(), *own_profiles().values()]
    for source in sources:
        try:
            profile = get_profile(source)
        except UsageError:
            continue  # a broken file of their own is not what they asked about
        if profile.name == name:
            return profile
    return None


def _as_dict(slot: "Slot") -> dict[str, object]:
    return {
        "slot": slot.number,
        "stored": slot.text,
        "name": slot.name,
        "phases": slot.phases,
        "seconds": slot.length_s,
    }
