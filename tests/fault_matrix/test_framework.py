"""The framework of the matrix itself: what it must not get wrong."""

import os
from pathlib import Path

import pytest

from host_tools import safety_matrix
from tests import forked

from .breakable import SOURCE, files, ways
from .proof import Proof
from .worlds import SimWorld


def test_a_fork_tells_what_went_wrong_and_changes_nothing_here() -> None:
    kept = [0]

    def fails() -> None:
        kept[0] = 1
        raise AssertionError("the pin was high")

    assert "the pin was high" in forked.run(fails)
    assert forked.run(lambda: kept.append(2)) == ""
    assert kept == [0]


def test_what_a_fork_found_is_told_and_what_cannot_be_told_is_a_failure() -> None:
    assert forked.value(lambda: {"flash": b"as it was left"}) == {"flash": b"as it was left"}
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        forked.value(lambda: 1 // 0)
    with pytest.raises(AssertionError, match="pickle"):
        forked.value(lambda: lambda: None)


def test_a_fork_that_dies_is_no_success() -> None:
    assert "without a word" in forked.run(lambda: os._exit(0))


def test_a_fork_that_ends_with_an_interrupt_is_no_success() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert "KeyboardInterrupt" in forked.run(interrupted)


def test_a_proof_takes_only_what_keeps_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety_matrix, "RESULTS", tmp_path)
    proof = Proof(1, "sim", "made_up")
    proof.figure("off", 0.5)
    with pytest.raises(AssertionError, match="bound ≤ 1 ms"):
        proof.figure("off", 1.5)
    with pytest.raises(KeyError, match="no figure 'of'"):
        proof.figure("of", 0.5)
    assert [record.value for record in proof.records] == [0.5]
    with pytest.raises(AssertionError, match="does not name"):
        Proof(2, "virtual", "made_up")


def test_a_motor_that_goes_on_is_not_taken_for_one_that_stopped() -> None:
    world = SimWorld()
    world.start()
    with pytest.raises(AssertionError, match="still driven"):
        world.off_after(world.now_ms, 10.0)
    assert world.driven_for(100.0) == pytest.approx(100.0, abs=1.0)
    world.device.stop()
    world.pump(20.0)
    assert world.driven_for(100.0) == 0.0
    world.close()


def test_the_breakable_board_is_the_deployed_one_and_one_file_more() -> None:
    made = files()
    assert b"from breakable import Breakable" in made["main.py"]
    assert "tapote/app.mpy" in made
    assert len(ways()) == len(set(ways())) <= 16
    assert all(f'"{way}"' in SOURCE.read_text(encoding="utf-8") for way in ways())
