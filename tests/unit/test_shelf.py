"""Stored programs as the host sees them: slots, records, and where a program goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.device import Device, DeviceError
from host_tools.errors import TapoteError, UsageError
from host_tools.links.sim import SimLink
from host_tools.plant.build import build_plant
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import get_profile
from host_tools.profiles.program import Program
from host_tools.regions import get_region
from host_tools.shelf import SLOTS, Shelf, Slot, place_for, stored, strictest, text_of
from tapote import storage

BOARD = load_board("picow_drv8871_linear")


def program(name: str, region: str) -> Program:
    return compile_profile(get_profile(name), BOARD, get_region(region))


@pytest.fixture
def link() -> Iterator[SimLink]:
    made = SimLink(compile_board(BOARD), build_plant(BOARD))
    yield made
    made.close()


def test_stored_read_back_loaded_and_erased(link: SimLink) -> None:
    shelf = Shelf(Device(link))
    sent = program("deep_tissue", "calf")
    assert shelf.store(sent, 8) == Slot(8, storage.INTACT, len(sent.phases), sent.duration_ms / 1000, "Deep tissue")
    kept = shelf.read(8)
    assert (kept.name, kept.phases, kept.wave) == (sent.name, sent.phases, sent.wave)
    assert [slot.number for slot in shelf.slots() if not slot.empty] == [8]
    Device(link).upload(program("swedish", "calf"))
    assert shelf.load(8).name == link.app.program.name == "Deep tissue"
    assert link.app.loader.whole
    assert not link.app.loader.by_hand
    assert shelf.erase(8).empty
    with pytest.raises(DeviceError, match="slot 8 holds no program that can be read: empty"):
        shelf.read(8)
    with pytest.raises(DeviceError, match="slot 8 cannot be loaded: empty"):
        shelf.load(8)


def test_a_full_record_of_32_phases_comes_back(link: SimLink) -> None:
    from dataclasses import replace

    short = program("swedish", "calf")
    long = replace(short, phases=(short.phases[0],) * 32)
    shelf = Shelf(Device(link))
    shelf.store(long, 1)
    assert shelf.read(1).phases == long.phases


def test_nothing_is_touched_while_armed_or_running(link: SimLink) -> None:
    device = Device(link)
    shelf = Shelf(device)
    shelf.store(program("swedish", "calf"), 1)
    device.pump(0.7)
    assert device.arm(tethered=False) == []
    before = {path.name: path.read_bytes() for path in Path(link._root.name).iterdir()}
    with pytest.raises(DeviceError, match="ARMED: its stored programs are left alone"):
        Shelf(device)
    for ask in (shelf.erase, shelf.read, shelf.look, shelf.load):
        with pytest.raises(DeviceError, match="ARMED: its stored programs are left alone"):
            ask(1)  # its own look at the state was before
    link.press_button()
    device.pump(1.0)
    with pytest.raises(DeviceError, match="RUNNING: its stored programs are left alone") as caught:
        shelf.erase(1)
    assert "Stop it first" in caught.value.fix
    assert {path.name: path.read_bytes() for path in Path(link._root.name).iterdir()} == before


@pytest.mark.parametrize("how", ["damaged", "newer", "foreign"])
def test_slots_that_cannot_be_used_are_told_and_kept(link: SimLink, how: str) -> None:
    root = Path(link._root.name)
    shelf = Shelf(Device(link))
    sent = program("swedish", "calf")
    shelf.store(sent, 1)
    path = root / "program0.a"
    data = bytearray(path.read_bytes())
    if how == "damaged":
        data[50] ^= 4
    else:
        owner = "somebody" if how == "foreign" else BOARD.name
        slots = storage.Slots(str(root / "x"), storage.PROGRAM, 2 if how == "newer" else 1, owner, 2000)
        data = bytearray(slots.pack(1, bytes(data[13:-4])))
    path.write_bytes(data)
    words = {"damaged": "damaged", "newer": "stored by a newer firmware", "foreign": "stored for another board"}
    assert shelf.look(1).text == words[how]
    with pytest.raises(DeviceError, match=words[how]):
        shelf.load(1)
    with pytest.raises(UsageError, match=f"slot 1 holds something: {words[how]}"):
        place_for("Swedish", shelf.slots(), 1, replace_it=False)
    assert place_for("Swedish", shelf.slots(), None, replace_it=False) == 2, "it is left where it is"
    if how == "newer":
        with pytest.raises(DeviceError, match="did not store"):
            shelf.store(sent, 1)
        assert path.read_bytes() == data
    else:
        assert shelf.store(sent, 1).phases == len(sent.phases)


def test_where_a_program_goes() -> None:
    slots = [Slot(number, storage.ABSENT) for number in range(1, SLOTS + 1)]
    assert place_for("a", slots, None, replace_it=False) == 1
    slots[0] = Slot(1, storage.INTACT, 2, 60.0, "b")
    slots[4] = Slot(5, storage.INTACT, 2, 60.0, "a")
    assert place_for("a", slots, None, replace_it=False) == 5, "the one of this name"
    assert place_for("c", slots, None, replace_it=False) == 2
    assert place_for("c", slots, 1, replace_it=True) == 1
    assert place_for("b", slots, 1, replace_it=False) == 1
    with pytest.raises(UsageError, match='slot 1 holds "b"'):
        place_for("c", slots, 1, replace_it=False)
    full = [Slot(number, storage.INTACT, 1, 1.0, f"p{number}") for number in range(1, SLOTS + 1)]
    with pytest.raises(UsageError, match="all 8 slots are taken: 1 p1, 2 p2"):
        place_for("c", full, None, replace_it=False)


@pytest.mark.parametrize("number", [0, 9, -1])
def test_there_is_no_other_slot(link: SimLink, number: int) -> None:
    with pytest.raises(UsageError, match=f"there is no slot {number}"):
        Shelf(Device(link)).look(number)


@given(st.binary(max_size=1400))
def test_any_bytes_are_a_record_or_refused(record: bytes) -> None:
    whole = len(record) > 537 and len(record) == 25 + record[24] * 25 + 512
    if whole:
        assert len(stored(record).phases) == record[24]
    else:
        with pytest.raises(TapoteError, match="no whole record"):
            stored(record)


@given(st.text(max_size=30))
def test_a_name_is_what_the_device_makes_of_it(name: str) -> None:
    assert all(32 <= ord(char) < 127 for char in text_of(name.encode()))


def test_of_several_regions_the_strictest_wins_in_each_phase() -> None:
    calf, buttocks = program("deep_tissue", "calf"), program("deep_tissue", "glutes")
    both = strictest([buttocks, calf])
    for phase, one, other in zip(both.phases, calf.phases, buttocks.phases, strict=True):
        assert phase.limit_mn == min(one.limit_mn, other.limit_mn)
        assert phase.drive_to_permille == min(one.drive_to_permille, other.drive_to_permille)
    assert both.limit_mn == calf.limit_mn < buttocks.limit_mn
