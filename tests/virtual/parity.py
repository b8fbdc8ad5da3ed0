"""Replay of what a tick is given, on CPython and on real MicroPython, and where the two differ first.

Both sides fold every word that a tick can touch into one hash per block of ticks: the slots, what it fed to both
outputs, what it left in the ADC's control word, what it returned, its record in the ring, and at the end of each block
the whole ring. One changed word always changes the hash, because each step of it can be undone. Only when a block
differs is it replayed once more with all its words, so that the difference can be named.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from host_tools.emulator.repl import run_code
from host_tools.virtual_board import VirtualBoard
from tapote import params
from tapote.kernel import tick

from .parity_device import ADC_WORDS, BUFFER, HASH_PRIME, NOW_US, RECORD, RING_AT, SLOTS, TACH_NOW, UNFED

BLOCK_TICKS = 64


@dataclass(frozen=True, slots=True)
class TickInput:
    """What one tick finds. adc: five raw words; writes: (slot, value) stored by the main loop since the last tick."""

    now_us: int
    tach: int
    adc: tuple[int, ...]
    writes: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Vectors:
    """A whole replay, from empty regs. wave: the kernel's `wave` array."""

    name: str
    wave: "array[int]"
    ticks: list[TickInput] = field(default_factory=list)

    def blocks(self) -> list[list[TickInput]]:
        return [self.ticks[at : at + BLOCK_TICKS] for at in range(0, len(self.ticks), BLOCK_TICKS)]

    def packed(self) -> bytes:
        """As the device reads it: the wave, then per block a count of halfwords, a count of ticks, and the ticks."""
        out = array("H", self.wave)
        for block in self.blocks():
            words: list[int] = []
            for given in block:
                words += [*_halves(given.now_us), given.tach, *given.adc, len(given.writes)]
                for slot, value in given.writes:
                    words += [slot, *_halves(value)]
            assert len(words) <= BUFFER, f"{self.name}: too many writes in one block"
            out.extend([len(words), len(block), *words])
        return out.tobytes()


@dataclass(frozen=True, slots=True)
class Difference:
    """The first word in which the device differs."""

    vectors: str
    tick: int
    word: str
    here: int
    device: int

    def __str__(self) -> str:
        return f"{self.vectors}: tick {self.tick}: {self.word} is {self.here} on CPython, {self.device} on the device"


class Replay:
    """The replay on CPython, one tick at a time."""

    def __init__(self, vectors: Vectors) -> None:
        self.regs = array("i", bytes(4 * params.REGS_WORDS))
        self.adc = array("i", [0] * (1 + ADC_WORDS))
        self.out = array("i", [0, 0])
        self._wave = vectors.wave

    def step(self, given: TickInput) -> list[int]:
        """One tick; every word of it that is compared."""
        regs, adc, out = self.regs, self.adc, self.out
        regs[NOW_US] = given.now_us
        regs[TACH_NOW] = given.tach
        adc[1:] = array("i", given.adc)
        for slot, value in given.writes:
            regs[slot] = value
        out[0] = out[1] = UNFED
        done = tick(regs, self._wave, adc, out)
        at = params.RING + RECORD * regs[RING_AT]
        return [*regs[:SLOTS], *out, adc[0], done, *regs[at : at + RECORD]]

    def block(self, block: list[TickInput]) -> int:
        """A block of ticks; its hash."""
        total = 0
        for given in block:
            for word in self.step(given):
                total = (total * HASH_PRIME ^ word) & 0xFFFFFFFF
        for word in self.regs[params.RING :]:
            total = (total * HASH_PRIME ^ word) & 0xFFFFFFFF
        return total


def word_name(index: int) -> str:
    """What the word at `index` of `Replay.step`, and of the ring behind it, is called."""
    names = [*params.SLOTS, "out[0]", "out[1]", "adc[0]", "the tick's result"]
    names += [f"ring record's {name}" for name in params.RING_FIELDS]
    if index < len(names):
        return names[index]
    record, place = divmod(index - len(names), RECORD)
    return f"ring[{record}].{params.RING_FIELDS[place]}"


def first_difference(board: VirtualBoard, vectors: Vectors) -> Difference | None:
    """Replay on both sides; None when every word is the same at every tick. The board runs DEVICE and has the file."""
    printed = run_code(board, f"hashes({vectors.name!r})", timeout_s=120.0).split()
    replay = Replay(vectors)
    blocks = vectors.blocks()
    assert len(printed) == len(blocks), "the device did not replay every block"
    for number, block in enumerate(blocks):
        if replay.block(block) != int(printed[number], 16):
            return _search(board, vectors, number)
    return None


def _search(board: VirtualBoard, vectors: Vectors, number: int) -> Difference:
    """The first differing word of a block that is known to differ."""
    blocks = vectors.blocks()
    replay = Replay(vectors)
    for block in blocks[:number]:
        replay.block(block)
    lines = iter(run_code(board, f"dump({vectors.name!r}, {number})", timeout_s=120.0).split())
    tick_number = number * BLOCK_TICKS
    for given in blocks[number]:
        for difference in _unequal(vectors.name, tick_number, replay.step(given), next(lines), 0):
            return difference
        tick_number += 1
    ring = list(replay.regs[params.RING :])
    for difference in _unequal(vectors.name, tick_number - 1, ring, next(lines), SLOTS + 4 + RECORD):
        return difference
    raise AssertionError(f"{vectors.name}: block {number} has another hash, but every word is the same")


def _unequal(name: str, tick_number: int, here: list[int], line: str, first: int) -> Iterator[Difference]:
    device = array("i", bytes.fromhex(line))
    assert len(device) == len(here)
    for index, (ours, theirs) in enumerate(zip(here, device, strict=True)):
        if ours != theirs:
            yield Difference(name, tick_number, word_name(first + index), ours, theirs)


def _halves(value: int) -> list[int]:
    return [value & 0xFFFF, value >> 16 & 0xFFFF]
