"""A whole session gives the same strokes, peak force and back-off time on `sim:` and on real MicroPython."""

import pytest

from host_tools.boards import load_board
from host_tools.links.factory import open_link
from host_tools.links.url import parse
from host_tools.messages import Stats
from host_tools.runner import run_session

from ..appointment import Appointment
from ..sessions import program

pytestmark = [pytest.mark.virtual, pytest.mark.slow]

SECONDS = 8.0
WITHIN = 0.02


def session(scheme: str, board: str, person: str, rate_spm: int) -> Stats:
    """The stats of one session at a limit of 50 N."""
    link = Appointment(open_link(parse(f"{scheme}:?board={board}&{person}&seconds=6&seed=3")))
    try:
        fields = {"limit_mn": 50_000, "rate_from_spm": rate_spm, "rate_to_spm": rate_spm}
        run = run_session(link, program(load_board(board), SECONDS, **fields), press=True)
    finally:
        link.close()
    assert run.end_state == "IDLE"
    assert run.stats.fault_names == []
    return run.stats


@pytest.mark.parametrize(
    ("board", "person", "rate_spm"),
    [("pico_mosfet_fsr", "press=18", 2400), ("picow_drv8871_linear", "person=heavy", 2000)],
)
def test_both_worlds_agree(board: str, person: str, rate_spm: int) -> None:
    sim, virtual = (session(scheme, board, person, rate_spm) for scheme in ("sim", "virtual"))
    assert sim.strokes > 200, "one stroke more or less must be well within the bound"
    assert sim.backoff_ms > 2000, "the foldback had to work"
    assert virtual.strokes == pytest.approx(sim.strokes, rel=WITHIN)
    assert virtual.peak_mn == pytest.approx(sim.peak_mn, rel=WITHIN)
    assert virtual.backoff_ms == pytest.approx(sim.backoff_ms, rel=WITHIN)
    assert virtual.lost_ticks == 0
