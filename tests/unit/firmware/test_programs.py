"""Programs kept on the device: what comes back passed every check that the wire's do, or does not come back."""

from array import array
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from tapote import storage, waves
from tapote.program import PHASES_MAX, Program
from tapote.programs import COUNT, Programs
from tests.unit.firmware.bench import PHASE

BOARD = "pico_mosfet_fsr"
CAPS: dict[str, Any] = compile_board(load_board(BOARD))


def program(name: str = "calf", phases: int = 2) -> Program:
    made = Program(CAPS)
    made.begin(name)
    for _ in range(phases):
        assert made.add(PHASE)
    return made


def wave(sample: int = 0) -> "array[int]":
    made = waves.make([0] * 65)
    if sample:
        waves.set_stroke(made, 0, [sample] * 256)
    return made


@pytest.fixture
def kept(tmp_path: Path) -> Programs:
    return Programs(f"{tmp_path}/", BOARD)


def test_a_program_comes_back_with_its_stroke(kept: Programs) -> None:
    assert kept.look(0) == (storage.ABSENT, 0, 0, b"")
    assert kept.save(0, program(), wave(40_000))
    assert kept.save(COUNT - 1, program("thigh", PHASES_MAX), wave())
    assert kept.look(0) == (storage.INTACT, 2, 40_000, b"calf".ljust(24, b"\0"))
    assert kept.look(COUNT - 1) == (storage.INTACT, PHASES_MAX, 640_000, b"thigh".ljust(24, b"\0"))
    back, stroke = Program(CAPS), wave()
    assert kept.load(0, back, stroke)
    assert (back.name, back.phases, back.clamped) == ("calf", [PHASE, PHASE], 0)
    assert list(stroke) == list(wave(40_000))


def test_an_erased_program_is_gone_and_the_others_are_not(kept: Programs, tmp_path: Path) -> None:
    for index in range(COUNT):
        assert kept.save(index, program(f"p{index}"), wave())
        assert kept.save(index, program(f"q{index}"), wave())
    assert kept.erase(3)
    names = [kept.look(index)[3].strip(b"\0").decode() for index in range(COUNT)]
    assert names == [f"q{index}" if index != 3 else "" for index in range(COUNT)]
    assert not kept.load(3, program(), wave())
    assert not list(tmp_path.glob("program3.*"))


@pytest.mark.parametrize("index", [-1, COUNT])
def test_there_is_no_other_place(kept: Programs, index: int) -> None:
    assert not kept.save(index, program(), wave())
    assert not kept.load(index, program(), wave())
    assert not kept.erase(index)


def test_an_empty_program_is_not_kept(kept: Programs) -> None:
    assert not kept.save(0, program(phases=0), wave())


def test_what_is_above_the_caps_is_cut_and_what_is_no_phase_makes_no_program(kept: Programs) -> None:
    made = program(phases=1)
    made.phases[0] = (*PHASE[:10], 900_000, PHASE[11])
    assert kept.save(0, made, wave())
    back = Program(CAPS)
    assert kept.load(0, back, wave())
    assert (back.phases[0][10], back.clamped) == (CAPS["force_limit_mn"], 1)
    made.phases[0] = (0, *PHASE[1:])
    assert kept.save(0, made, wave())
    assert not kept.load(0, back, wave())
    assert (back.name, back.phases) == ("", [])


@given(st.binary(max_size=1400))
def test_any_record_is_a_program_of_valid_phases_or_none(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    kept = Programs(f"{tmp_path_factory.mktemp('kept')}/", BOARD)
    good = kept.slots(0)
    assert kept.save(0, program(), wave())
    whole = good.load()
    assert whole is not None
    for payload in (data, whole[:24] + data[:1] + whole[25:], data[:75] + whole[75:]):
        if good.save(payload):
            back = Program(CAPS)
            if kept.load(0, back, wave()):
                assert all(Program(CAPS).add(phase) for phase in back.phases)
            else:
                assert back.phases == []
            assert (kept.look(0)[1] > 0) >= bool(back.phases)


def test_a_program_of_another_board_is_not_loaded(kept: Programs, tmp_path: Path) -> None:
    assert kept.save(0, program(), wave())
    other = Programs(f"{tmp_path}/", "other")
    assert not other.load(0, program(), wave())
    slots = other.slots(0)
    assert (slots.load(), slots.state) == (None, storage.FOREIGN)
