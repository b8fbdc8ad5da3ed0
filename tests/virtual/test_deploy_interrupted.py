"""A deploy is cut short: by the power in the middle of a flash operation, and by a pulled cable."""

from pathlib import Path

import pytest

from host_tools.deploy import Watch
from host_tools.links.link import LinkError
from host_tools.links.virtual import VirtualLink
from host_tools.virtual_board import PowerLostError
from tests import forked
from tests.virtual.deploy_bench import NOTES, Bench, first, own
from tests.virtual.torn_chip import TornChip

pytestmark = [pytest.mark.virtual, pytest.mark.slow]

# Share of the bytes that is written (None: none), and how many erases or writes of the flash follow; the power fails
# half-way through the next one.
CUTS = [(None, 1), (0.01, 0), (0.6, 2), (1.0, 0), (1.0, 1)]
Cut = tuple[float | None, int]


def cut_deploy(bench: Bench, files: dict[str, bytes]) -> dict[Cut, bytes]:
    """What the flash holds after each of the CUTS of one deploy. It runs up to the last of them."""
    chip = bench.board.flash_chip
    chip.__class__ = TornChip
    assert isinstance(chip, TornChip)
    *others, last = CUTS
    due: dict[int, Cut] = {}  # by the number of the operation
    left: dict[Cut, bytes] = {}

    def reached(share: float | None) -> None:
        due.update({chip.operations + operation: (at, operation) for at, operation in others if at == share})

    def progress(done: int, total: int) -> None:
        for share in sorted({share for share, _ in CUTS if share is not None}):
            if done >= share * total and share not in seen:
                seen.add(share)
                reached(share)
                if share == last[0]:
                    chip.cut_power_at(last[1], 0.5)

    def keep(command: int, done: float, flash: bytes) -> None:
        left[due[chip.operations]] = flash

    seen: set[float] = set()
    chip.shares, chip.keep = lambda: [0.5] if chip.operations in due else [], keep
    reached(None)
    with pytest.raises(PowerLostError):
        bench.put(files, watch=Watch(progress=progress))
    left[last] = bench.board.flash
    return left


@pytest.fixture(scope="module")
def cuts(deployed: Bench, second: dict[str, bytes]) -> dict[Cut, bytes]:
    return forked.value(lambda: cut_deploy(deployed, second))


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_a_power_cut_leaves_no_way_to_move_and_the_next_deploy_repairs_it(
    tmp_path: Path, second: dict[str, bytes], cuts: dict[Cut, bytes], cut: Cut
) -> None:
    bench = Bench(tmp_path, cuts[cut])
    if bench.is_whole():
        assert own(bench.files()) in (first(), second)
    else:
        assert cut[0] is not None
        bench.must_not_move()
    done = bench.put(second)
    assert done.hello is not None
    assert (done.hello.state, done.hello.fault) == ("IDLE", 0)
    assert own(bench.files()) == second
    assert NOTES.items() <= bench.files().items()


class Cable(VirtualLink):
    """Is pulled after so many bytes written; the board stays powered, in the middle of a command."""

    def __init__(self, link: VirtualLink, left_bytes: int) -> None:
        self.name, self.plant, self.rig = link.name, link.plant, link.rig
        self._left_bytes = left_bytes

    def write(self, data: bytes) -> None:
        self._left_bytes -= len(data)
        if self._left_bytes < 0:
            super().write(data[: len(data) // 2])
            raise LinkError("the cable is out", cause="lost")
        super().write(data)


@pytest.mark.parametrize("left_bytes", [2500, 9000])
def test_a_pulled_cable_leaves_a_prompt_and_no_motion(
    tmp_path: Path, deployed: Bench, second: dict[str, bytes], left_bytes: int
) -> None:
    bench = deployed
    bench.folder = tmp_path
    with pytest.raises(LinkError, match="the cable is out"):
        bench.put(second, link=Cable(bench.link, left_bytes))
    assert not bench.is_whole() or own(bench.files()) == first()
    bench.must_not_move()
    done = bench.put(second)
    assert done.hello is not None
    assert done.hello.fault == 0
    assert own(bench.files()) == second
