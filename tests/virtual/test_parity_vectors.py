"""The tick computes the same integers on CPython and on real MicroPython, in every word, at every tick."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.firmware_image import compile_mpy
from host_tools.paths import repo_or_data
from host_tools.virtual_board import VirtualBoard
from tapote import params

from . import parity_device
from .parity import Replay, Vectors, first_difference
from .vectors import made_up, recorded

pytestmark = pytest.mark.virtual

KERNEL = "firmware/tapote/kernel.py"
CRANK = compile_board(load_board("pico_mosfet_fsr"))
LINEAR = compile_board(load_board("picow_drv8871_linear"))
PULSE_PER_STROKE = CRANK | {"tach_milli": 1000}
NO_TACH = CRANK | {"actuator": 1, "tach_pin": -1}
JAGGED = [0, 65535, 32768, 1] * 64

RECORDED = {"pico_mosfet_fsr": (7400, 4000), "picow_drv8871_linear": (7400, 4000)}  # from the touch on


def _made_up() -> list[Vectors]:
    return [
        made_up("crank", 14, 4000, CRANK),
        made_up("crank_4khz_bridge", 1, 2000, CRANK | {"tick_hz": 4000, "bipolar": 1}),
        made_up("crank_one_pulse", 6, 2000, PULSE_PER_STROKE),
        made_up("crank_without_tach", 14, 2500, NO_TACH),
        made_up("linear", 14, 3500, LINEAR),
        made_up("linear_jagged", 6, 2000, LINEAR, JAGGED),
        made_up("linear_one_sided", 14, 2000, LINEAR | {"bipolar": 0}, JAGGED),
    ]


VECTORS = {vectors.name: vectors for vectors in _made_up()}


@pytest.fixture(scope="module")
def all_vectors() -> dict[str, Vectors]:
    """The made-up ones, and stretches of two sessions."""
    found = dict(VECTORS)
    for name, (first, ticks) in RECORDED.items():
        with pytest.MonkeyPatch.context() as monkeypatch:
            vectors, after = recorded(name, first, ticks, monkeypatch)
        replay = Replay(vectors)
        for given in vectors.ticks:
            words = replay.step(given)
        assert words[: len(after)] == after, "the replay ends where the recorded session was"
        found[name] = vectors
    return found


def device(kernel: bytes, vectors: list[Vectors]) -> VirtualBoard:
    files = {f"{each.name}.bin": each.packed() for each in vectors}
    files |= {"main.py": parity_device.DEVICE.encode(), "tapote/kernel.mpy": kernel}
    board = VirtualBoard(files).power_on()
    board.expect(b"replay is ready")
    return board


@pytest.fixture(scope="module")
def board(all_vectors: dict[str, Vectors]) -> VirtualBoard:
    return device(compile_mpy(repo_or_data(KERNEL), KERNEL), list(all_vectors.values()))


@pytest.mark.parametrize("name", [*VECTORS, *RECORDED])
def test_every_word_is_the_same_at_every_tick(board: VirtualBoard, all_vectors: dict[str, Vectors], name: str) -> None:
    difference = first_difference(board, all_vectors[name])
    assert difference is None, str(difference)


@pytest.mark.parametrize(
    ("line", "instead", "word"),
    [
        ("filt += ((force << 4) - filt) >> 3", "filt += ((force << 4) - filt) >> 4", "force_filt_q4"),
        ("[at + 6] = late", "[at + 6] = late + 1", "ring record's late_us"),
        ("[1] = back", "[1] = 0", "out[1]"),
    ],
)
def test_a_device_that_computes_otherwise_is_named_with_tick_word_and_both_values(
    tmp_path: Path, line: str, instead: str, word: str
) -> None:
    source = repo_or_data(KERNEL).read_text()
    assert source.count(line) == 1
    changed = tmp_path / "kernel.py"
    changed.write_text(source.replace(line, instead))
    vectors = VECTORS["linear_jagged"]
    difference = first_difference(device(compile_mpy(changed, KERNEL, cache=tmp_path), [vectors]), vectors)
    assert difference is not None
    assert difference.word == word
    assert difference.here != difference.device
    assert str(difference).startswith(f"linear_jagged: tick {difference.tick}: {word} is {difference.here} on CPython")


def _seen(vectors: Vectors) -> Iterator[str]:
    """What happened in the made-up vectors, by name."""
    replay = Replay(vectors)
    slot = dict(zip(params.SLOTS, range(len(params.SLOTS)), strict=True))
    before_us = 0
    for given in vectors.ticks:
        words = replay.step(given)
        kind = ("tach", "no tach", "linear")[words[slot["actuator"]]]
        driven = words[slot["out_q12"]] != 0
        if driven:
            yield f"{kind} driven in rhythm {words[slot['rhythm_kind']]}"
            if words[slot["scale_q16"]] < 65536:
                yield f"{kind} backs off"
        yield from (f"{kind} trip {bit}" for bit in (1, 2, 4) if words[slot["trips"]] & bit)
        yield f"raw {words[slot['force_raw']]}"
        yield f"enable {words[slot['enable']]}"
        if given.now_us < before_us and before_us - given.now_us > 1 << 29:
            yield "the clock wraps"
        if words[slot["lost_ticks"]]:
            yield "ticks lost"
        if words[slot["rate_spm"]] == 8000:
            yield "noise on the tach"
        if kind == "tach" and driven:
            yield f"integral {words[slot['integral_q16']]}"
        if words[slot["ring_hold"]]:
            yield "ring held"
        if words[slot["out_q12"]] < 0:
            yield f"pulls with bipolar {words[slot['bipolar']]}"
        before_us = given.now_us


def test_the_vectors_reach_the_corners() -> None:
    assert sum(len(each.ticks) for each in VECTORS.values()) + sum(ticks for _, ticks in RECORDED.values()) >= 20_000
    seen = {event for vectors in VECTORS.values() for event in _seen(vectors)}
    kinds = ("tach", "no tach", "linear")
    wanted = {f"{kind} driven in rhythm {rhythm}" for kind in kinds for rhythm in range(3)}
    wanted |= {f"{kind} trip {bit}" for kind in kinds for bit in (1, 2, 4)}
    wanted |= {f"{kind} backs off" for kind in kinds}
    wanted |= {"raw 0", "raw 4095", "enable 0", "enable 1", "the clock wraps", "ticks lost", "noise on the tach"}
    wanted |= {f"integral {0x08000000}", f"integral {-0x08000000}", "ring held"}
    wanted |= {"pulls with bipolar 0", "pulls with bipolar 1"}
    assert wanted - seen == set()
