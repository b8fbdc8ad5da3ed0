"""The programs that a device keeps, for a day without a computer: what stands where, storing, reading back, erasing.

People count slots from 1, as the device's LED does; on the wire they count from 0.
"""

import struct
from dataclasses import dataclass, replace

from host_tools import messages
from host_tools.device import Device, DeviceError, RefusedError
from host_tools.errors import TapoteError, UsageError
from host_tools.profiles.program import Program, ProgramPhase
from tapote import programs, wire

SLOTS = programs.COUNT
ABSENT, INTACT, HALF, DAMAGED, NEWER, FOREIGN = range(6)  # tapote.storage
CHUNK_BYTES = 128


@dataclass(frozen=True)
class Slot:
    """One place. phases: 0 where there is no program that can be loaded, for the reason in `state`."""

    number: int
    state: int
    phases: int = 0
    length_s: float = 0.0
    name: str = ""

    @property
    def empty(self) -> bool:
        """Nothing was ever stored there, or it was erased."""
        return self.state == ABSENT

    @property
    def text(self) -> str:
        """How the slot stands, in words."""
        return {ABSENT: "empty", INTACT: "whole"}.get(self.state) or messages.STORES[self.state]


@dataclass(frozen=True)
class Stored:
    """A program as the device keeps it. wave: 256 samples, as Program.wave."""

    name: str
    phases: tuple[ProgramPhase, ...]
    wave: tuple[int, ...]


class Shelf:
    """The stored programs of a device. Every call raises DeviceError when the device refuses or does not answer."""

    def __init__(self, device: Device) -> None:
        """DeviceError when a session is under way: nothing is read or written then."""
        self._device = device
        self._must_rest()

    def _must_rest(self) -> None:
        state = self._device.hello().state
        if state in ("ARMED", "RUNNING", "BACKOFF", "STOPPING"):
            raise DeviceError(f"the device is {state}: its stored programs are left alone", fix="Stop it first.")

    def slots(self) -> list[Slot]:
        """All places, in order."""
        return [self.look(number) for number in range(1, SLOTS + 1)]

    def look(self, number: int) -> Slot:
        """One place."""
        return self._ask(programs.LOOK, number)[1]

    def store(self, program: Program, number: int) -> Slot:
        """Send a program and store it; how the slot stands then. What stood there before is written over."""
        self._device.upload(program)
        done, slot = self._ask(programs.STORE, number)
        if not done:
            raise DeviceError(
                f"the device did not store '{program.name}' in slot {number}: {slot.text}",
                fix=f"A slot of a newer firmware is never written over: tapote profile erase {number} empties it."
                if slot.state == NEWER
                else "Clear faults. If there are none, its flash may be full: tapote profile list shows what is there.",
            )
        return slot

    def load(self, number: int) -> Slot:
        """Make a stored program the one that is armed next."""
        done, slot = self._ask(programs.LOAD, number)
        if not done:
            raise DeviceError(
                f"slot {number} cannot be loaded: {slot.text}", fix="tapote profile list shows the slots."
            )
        return slot

    def erase(self, number: int) -> Slot:
        """Empty a slot, whatever stands there."""
        done, slot = self._ask(programs.ERASE, number)
        if not done:
            raise DeviceError(f"the device did not erase slot {number}", fix="Clear faults, then try again.")
        return slot

    def read(self, number: int) -> Stored:
        """A stored program, with the wave of its stroke."""
        slot = self.look(number)
        if not slot.phases:
            raise DeviceError(
                f"slot {number} holds no program that can be read: {slot.text}",
                fix="tapote profile list shows the slots; tapote backup keeps the bytes of a damaged one.",
            )
        record = b""
        length = 1
        while len(record) < length:
            payload = self._tell(programs.READ, number, len(record), wire.RECORD_REPLY)
            _, length, data = struct.unpack(wire.MESSAGES[wire.RECORD_REPLY], payload)
            record += data[: min(CHUNK_BYTES, length - len(record))]
        return stored(record)

    def _tell(self, what: int, number: int, offset: int, reply: int) -> bytes:
        try:
            return self._device.ask(wire.SHELF, what, number - 1, offset, reply=reply)
        except RefusedError:  # a hand has pressed the button since we looked
            self._must_rest()
            raise

    def _ask(self, what: int, number: int) -> tuple[bool, Slot]:
        must_be_slot(number)
        payload = self._tell(what, number, 0, wire.SHELF_REPLY)
        _, status, state, phases, length_ms, name = struct.unpack(wire.MESSAGES[wire.SHELF_REPLY], payload)
        return status == wire.OK, Slot(number, state, phases, length_ms / 1000, text_of(name))


def must_be_slot(number: int) -> None:
    """UsageError for a number that no slot has."""
    if not 1 <= number <= SLOTS:
        raise UsageError(f"there is no slot {number}.", fix=f"Slots are 1 to {SLOTS}.")


def text_of(name: bytes) -> str:
    """A name as the device keeps it: 24 bytes of it, and of those what its display can show."""
    return "".join(chr(byte) for byte in name[:24] if 32 <= byte < 127)


def stored(record: bytes) -> Stored:
    """From the bytes of a record. TapoteError when it is not as long as it says."""
    head, size = struct.calcsize(programs.HEAD), struct.calcsize(programs.PHASE)
    name, count = struct.unpack_from(programs.HEAD, record.ljust(head, b"\0"))
    if len(record) != head + count * size + 512 or not count:
        raise TapoteError("that is no whole record of a program", fix="Store the program again.")
    phases = tuple(ProgramPhase(*struct.unpack_from(programs.PHASE, record, head + at * size)) for at in range(count))
    return Stored(text_of(name), phases, struct.unpack("<256H", record[-512:]))


def place_for(name: str, slots: list[Slot], wanted: int | None, *, replace_it: bool) -> int:
    """Where a program goes: the slot that was asked for, else the one that holds this name, else the first empty one.

    UsageError: it would take the place of something else and that was not asked for, or there is no room.
    """
    if wanted is None:
        same = [slot.number for slot in slots if slot.phases and slot.name == text_of(name.encode())]
        free = [slot.number for slot in slots if slot.empty]
        if not same and not free:
            held = ", ".join(f"{slot.number} {slot.name or slot.text}" for slot in slots)
            raise UsageError(
                f"all {SLOTS} slots are taken: {held}.",
                fix="Name one with --slot N --replace, or empty one: tapote profile erase N",
            )
        return (same or free)[0]
    must_be_slot(wanted)
    there = slots[wanted - 1]
    if not there.empty and not replace_it and not (there.phases and there.name == text_of(name.encode())):
        what = f'"{there.name}"' if there.phases else f"something: {there.text}"
        raise UsageError(f"slot {wanted} holds {what}.", fix="Add --replace, or leave --slot out.")
    return wanted


def strictest(found: list[Program]) -> Program:
    """One program for several regions: of each phase the lowest force limit and the lowest drive of any of them."""
    phases = []
    limits = []
    for rows, records in zip(
        zip(*[program.phases for program in found], strict=True),
        zip(*[program.limits for program in found], strict=True),
        strict=True,
    ):
        lowest = min(records, key=lambda record: record.limit_mn)
        limits.append(lowest)
        phases.append(
            replace(
                rows[0],
                limit_mn=lowest.limit_mn,
                drive_from_permille=min(row.drive_from_permille for row in rows),
                drive_to_permille=min(row.drive_to_permille for row in rows),
            )
        )
    notes = tuple(dict.fromkeys(note for program in found for note in program.notes))
    return replace(found[0], phases=tuple(phases), limits=tuple(limits), notes=notes)
